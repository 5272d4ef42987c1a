"""Where the weights of a plastic projection stand: a whole matrix, or the rows of a sparse one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
from brian2 import Quantity, get_dimensions
from scipy import sparse

from brainnet.brian import Indexing, Variables
from brainnet.errors import ParameterError, ProjectionError
from brainnet.projections.bundles import Bundles
from brainnet.projections.pruned import left_by_neuron
from brainnet.values.weights import same_order

__all__ = ["AllToAll", "LayoutIndexing", "Rows", "layout_of"]

_MOST = 2**31 - 1  # synapses that Brian2 can count

# Synapses of a neuron, and what is beyond, as slices or arrays in which no neuron comes twice: lines (of traces) and
# neurons, which are the same where each neuron has one delay.
Walk = list[tuple[Any, Any, Any]]


class AllToAll:
    """Every neuron to every neuron: the rows of a matrix, one after the other. Synapses can be pruned.

    Parameters
    ----------
    shape : (n_pre, n_post)
    """

    form = "whole"
    looked_up: Mapping[str, list[str]] = {"pre": [], "post": []}  # variables by which C++ walks
    pairs: Any = None  # numbers of the neurons, where not all are joined
    bundles: Mapping[str, Bundles] = {}

    def __init__(self, shape: tuple[int, int]) -> None:
        self.shape, self.n = shape, shape[0] * shape[1]
        self.lines = {"pre": shape[0], "post": shape[1]}

    def add_variables(self, variables: Variables) -> None:
        """Add what says which neurons a synapse joins."""
        variables.add_arange("_synapse", self.n, constant=True, read_only=True)
        variables.add_subexpression("i", "_synapse // N_post", dtype=np.int32)
        variables.add_subexpression("j", "_synapse % N_post", dtype=np.int32)

    def find(self, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
        """Return the synapses from any of some neurons to any of others, in that order."""
        return np.asarray(np.add.outer(rows * self.shape[1], columns).ravel(), dtype=np.int32)

    def matrix(self, values: Quantity) -> Any:
        """Return values as a matrix that cannot be changed."""
        found = values.reshape(self.shape)
        found.setflags(write=False)
        return found

    def entries(self, owner: str, matrix: Any) -> np.ndarray:
        """Return the entries of a checked matrix in the order of the synapses."""
        if sparse.issparse(matrix):
            raise ParameterError(f"{owner}: all are joined to all; give the weights as an array")
        return np.ravel(matrix)

    def left(self, kept: np.ndarray) -> Any:
        """Return what is left of the synapses, for `walk`."""
        return left_by_neuron(kept.reshape(self.shape))

    def walk(self, side: str, neuron: int, left: Any) -> Walk:
        """Return the synapses of a neuron, and the neurons on their other side."""
        n_pre, n_post = self.shape
        if left is not None:
            others = left[side == "post"][neuron]
            return [(neuron * n_post + others if side == "pre" else others * n_post + neuron, others, others)]
        if side == "pre":
            return [(slice(neuron * n_post, (neuron + 1) * n_post), slice(0, n_post), slice(0, n_post))]
        return [(slice(neuron, None, n_post), slice(0, n_pre), slice(0, n_pre))]

    def column_sums(self, values: np.ndarray) -> np.ndarray:
        """Return the sum of each postsynaptic neuron."""
        return np.asarray(values.reshape(self.shape).sum(axis=0))

    def scale_columns(self, values: np.ndarray, factors: np.ndarray) -> None:
        """Multiply what belongs to each postsynaptic neuron, in place."""
        values.reshape(self.shape)[:] *= factors


class Rows:
    """Neurons joined where a sparse matrix has an entry: its rows, and an index of them by column.

    A synapse takes its weight and four numbers of 16 bits, or of 32 where there are more neurons: its two neurons, and,
    column by column, its row and its place in that row.

    Where delays differ, what spikes of a side do late is done to bundles. Traces of that side then belong to bundles,
    which take the place of the neuron as the line of a synapse: its row or its column. The order of the synapses, which
    users see, stays that of the matrix; a list says which are of a bundle.

    Parameters
    ----------
    rows, columns : integer array, shape (n,)
        Neurons that a synapse joins, row by row; a pair that comes several times has several synapses.
    shape : (n_pre, n_post)
    bundles : mapping of {"pre", "post"} to Bundles, optional
        Of the presynaptic side, or of both.
    """

    form = "rows"

    def __init__(
        self,
        rows: np.ndarray,
        columns: np.ndarray,
        shape: tuple[int, int],
        bundles: Mapping[str, Bundles] | None = None,
    ) -> None:
        self.shape, self.n, self.bundles = shape, len(rows), bundles or {}
        sides = zip(("pre", "post"), shape, strict=True)
        self.lines = {side: len(self.bundles[side]) if side in self.bundles else n for side, n in sides}
        self.rows, self.columns = _small(rows, shape[0]), _small(columns, shape[1])
        self.row_start, self.column_start = _starts(rows, shape[0]), _starts(columns, shape[1])
        self.by_column = np.argsort(self.columns, kind="stable").astype(np.int32)
        if "post" in self.bundles:
            self.by_column, self.column_start = self.bundles["post"].order, self.bundles["post"].start.astype(np.uint32)
        row_of = self.bundles["pre"].of if self.bundles else self.rows
        self.row_of = _small(row_of[self.by_column], self.lines["pre"])
        rank = self.by_column - self.row_start[self.rows[self.by_column]]
        self.rank_of = _small(rank, int(rank.max()) + 1)
        self.contact = self._contacts()

    @property
    def looked_up(self) -> Mapping[str, list[str]]:
        """Variables by which C++ walks."""
        found = {
            "pre": ["_row_start", "_j_of"],
            "post": ["_column_start", "_row_of", "_row_start", "_rank_of"],
        }
        for each in ("pre", "post") if self.bundles else ():
            found[each] += ["_row_neuron"]
        if self.bundles:
            found["pre"] += ["_row_first", "_row_late", "_bundle_start", "_bundle_rank"]
        if "post" in self.bundles:
            found["pre"] += ["_column_at"]
            found["post"] += ["_column_neuron", "_column_first", "_column_late"]
        return found

    def _contacts(self) -> np.ndarray | None:
        """Number the synapses of each pair of neurons from 0; None where no pair has several."""
        rows, columns = (neurons[self.by_column].astype(np.int32) for neurons in (self.rows, self.columns))
        same = (np.diff(rows) == 0) & (np.diff(columns) == 0)
        if not same.any():
            return None
        first = np.concatenate([[0], np.where(same, 0, np.arange(1, self.n))])
        contact = np.empty(self.n, np.int32)
        contact[self.by_column] = np.arange(self.n) - np.maximum.accumulate(first)
        return contact

    @property
    def pairs(self) -> tuple[np.ndarray, np.ndarray]:
        """Numbers of the neurons that each synapse joins."""
        return self.rows.astype(np.int32), self.columns.astype(np.int32)

    def add_variables(self, variables: Variables) -> None:
        """Add what says which neurons a synapse joins, and the synapses of each neuron."""
        fixed = {"constant": True, "read_only": True}
        arrays = [
            ("_i_of", self.rows, "_idx"),
            ("_j_of", self.columns, "_idx"),
            ("_row_of", self.row_of, "_in_column"),
            ("_rank_of", self.rank_of, "_in_column"),
            ("_row_start", self.row_start, "_row"),
            ("_column_start", self.column_start, "_column"),
        ]
        for side, line in (("pre", "_row"), ("post", "_column")):
            if side in self.bundles:
                of = self.bundles[side]
                arrays += [(f"{line}_{name}", getattr(of, key), line) for name, key in _OF_BUNDLES.items()]
        if self.bundles:
            order = self.bundles["pre"].order
            rank = order - self.row_start[self.rows[order]]
            arrays += [("_bundle_start", self.bundles["pre"].start, "_row")]
            arrays += [("_bundle_rank", _small(rank, int(rank.max()) + 1), "_in_column")]
        if "post" in self.bundles:
            arrays += [("_column_at", _small(self.bundles["post"].of, self.lines["post"]), "_idx")]
        for name, array, index in arrays:
            variables.add_array(name, len(array), dtype=array.dtype, values=array, index=index, **fixed)
        variables.add_subexpression("i", "int(_i_of)", dtype=np.int32)  # numbers that can be subtracted
        variables.add_subexpression("j", "int(_j_of)", dtype=np.int32)
        variables.add_auxiliary_variable("_in_column", dtype=np.int32)

    def find(self, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
        """Return the synapses from any of some neurons to any of others, by number."""
        from_, to = np.zeros(self.shape[0], bool), np.zeros(self.shape[1], bool)
        from_[rows], to[columns] = True, True
        starts = self.row_start.astype(np.int64)
        chosen = [np.arange(starts[row], starts[row + 1], dtype=np.int32) for row in np.flatnonzero(from_)]
        synapses = np.concatenate([np.empty(0, np.int32), *chosen])
        return np.asarray(synapses[to[self.columns[synapses]]])

    def matrix(self, values: Quantity) -> Any:
        """Return values as a sparse matrix with its unit, as `SynapseModel.connect` takes them."""
        entries = np.asarray(values), self.columns.astype(np.int32), self.row_start.astype(np.int64)
        return sparse.csr_matrix(entries, shape=self.shape), Quantity(1.0, dim=get_dimensions(values))

    def entries(self, owner: str, matrix: Any) -> np.ndarray:
        """Return the entries of a checked matrix in the order of the synapses."""
        return same_order(owner, matrix, self.pairs)

    def left(self, kept: np.ndarray) -> Any:
        """Return nothing: what a sparse matrix leaves out is not there."""

    def walk(self, side: str, line: int, left: Any) -> Walk:
        """Return the synapses of a line, and lines and neurons on their other side; second contacts apart."""
        starts, order = (self.row_start, None) if side == "pre" else (self.column_start, self.by_column)
        if side == "pre" and self.bundles:
            starts, order = self.bundles["pre"].start, self.bundles["pre"].order
        part = slice(int(starts[line]), int(starts[line + 1]))
        synapses: Any = part if order is None else order[part]
        neurons = (self.columns if side == "pre" else self.rows)[synapses].astype(np.int32)
        beyond = self.bundles.get("post" if side == "pre" else "pre")
        lines = neurons if beyond is None else beyond.of[synapses]
        if self.contact is None:
            return [(synapses, lines, neurons)]
        if order is None:
            synapses = np.arange(part.start, part.stop)
        contact = self.contact[synapses]
        alike = [contact == k for k in range(contact.max(initial=0) + 1)]
        return [(synapses[some], lines[some], neurons[some]) for some in alike]

    def column_sums(self, values: np.ndarray) -> np.ndarray:
        """Return the sum of each postsynaptic neuron."""
        return np.bincount(self.columns, values, self.shape[1])

    def scale_columns(self, values: np.ndarray, factors: np.ndarray) -> None:
        """Multiply what belongs to each postsynaptic neuron, in place."""
        values *= factors[self.columns]


_OF_BUNDLES = {"neuron": "neuron", "first": "first", "late": "steps"}


def _small(numbers: np.ndarray, n: int) -> np.ndarray:
    """Return numbers below `n` in 16 bits if these hold them."""
    return numbers.astype(np.uint16 if n <= 2**16 else np.int32)


def _starts(neurons: np.ndarray, n: int) -> np.ndarray:
    return np.concatenate([[0], np.cumsum(np.bincount(neurons, minlength=n))]).astype(np.uint32)


def layout_of(
    owner: str, weights: Any, shape: tuple[int, int], each: Any = None, late: Collection[str] = (), clock: Any = None
) -> tuple[AllToAll | Rows, np.ndarray]:
    """Return the layout of weights, and the weights in its order.

    Where each synapse has a delay, `each`, in the order of the entries, the sides whose spikes are `late` are cut into
    bundles.

    Raises
    ------
    ProjectionError
        More synapses than Brian2 can count, or another shape than that of the groups.
    """
    if weights.shape != shape:
        raise ProjectionError(f"{owner}: the weights have the shape {weights.shape}, expected {shape} (n_pre, n_post)")
    n = weights.nnz if sparse.issparse(weights) else weights.size
    if n > _MOST:
        raise ProjectionError(f"{owner}: {n:,} synapses are more than the {_MOST:,} that can be counted; give fewer")
    if not sparse.issparse(weights) and each is None:
        return AllToAll(shape), np.ravel(weights)
    if sparse.issparse(weights):
        entries = weights.tocoo()
        rows, columns, values = entries.row, entries.col, entries.data
    else:
        rows, columns = (index.ravel() for index in np.indices(shape, np.int32))
        values = np.ravel(weights)
    order = np.argsort(rows, kind="stable")
    rows, columns, bundles = rows[order], columns[order], {}
    if each is not None:
        sides = zip(("pre", "post"), (rows, columns), shape, strict=True)
        delays = np.asarray(each)[order]
        bundles = {side: Bundles(neurons, delays, n, clock) for side, neurons, n in sides if side in ("pre", *late)}
    return Rows(rows, columns, shape, bundles), values[order]


class LayoutIndexing(Indexing):
    """Indexing by one number per synapse, or by (i, j)."""

    def __init__(self, group: Any) -> None:
        super().__init__(group)
        self.layout = group.layout

    def __call__(self, item: Any = slice(None), index_var: Any = None) -> np.ndarray:
        """Return the numbers of synapses."""
        if isinstance(item, tuple):
            if len(item) != 2:
                raise IndexError(f"give one index or two, (i, j), not {len(item)}")
            item = self.layout.find(
                *(np.atleast_1d(np.arange(n)[one]) for one, n in zip(item, self.layout.shape, strict=True))
            )
        return np.asarray(super().__call__(item, index_var))
