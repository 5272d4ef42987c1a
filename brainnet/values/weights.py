"""Weights and delays that a synapse is given: shape, unit, bounds."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from brian2 import Quantity, have_same_dimensions, second
from brian2.units.fundamentalunits import get_dimensions
from scipy import sparse

from brainnet.errors import ParameterError
from brainnet.values.parameter import unit_text

__all__ = ["check_bounds", "check_delay", "check_weights", "is_delay", "is_matrix", "same_order", "warn_of_zeros"]

_CHANGES_W = re.compile(r"w\s*[-+*/]?=(?!=)|dw/dt\b")


def check_weights(owner: str, weights: Any, shape: tuple[int, int], one: Quantity, mask: Any = None) -> Any:
    """Return finite weights of that shape and unit, as an array in SI units or as sparse rows.

    Entries of a sparse matrix for the same pair of neurons are several contacts, and stay apart.

    Parameters
    ----------
    owner : str
        Name for messages.
    weights : array, scipy.sparse matrix, or either of them with its unit as a pair (matrix, unit)
        Entries of a sparse matrix for the same pair of neurons are synapses of their own.
    shape : (n_pre, n_post)
    one : Quantity
        Unit of what they drive.
    mask : array of bool, shape (n_pre, n_post), or bool, optional
        Where there is a synapse; only there weights are read. With it the result is sparse, unless all are joined.

    Raises
    ------
    ParameterError
    """
    weights, unit = _split(owner, weights)
    is_sparse = sparse.issparse(weights)
    if not is_sparse:
        numbers = _as_array(owner, weights)
        unit = _unit_of(owner, weights) if unit is None else unit
        weights = numbers
    else:
        _check_type(owner, weights.dtype)
        weights = weights.astype(
            np.float64, copy=False
        )  # before scipy adds up entries, which small integers cannot hold
    if np.shape(weights) != shape:
        raise ParameterError(
            f"{owner}: weights have the shape {np.shape(weights)}, expected {shape} (n_pre, n_post); "
            f"{'transpose them' if np.shape(weights) == shape[::-1] else 'give one row per presynaptic neuron'}"
        )
    if not have_same_dimensions(1.0 if unit is None else unit, one):
        raise ParameterError(
            f"{owner}: weights must have the unit of the driven variable, {unit_text(one)}"
            + ("; a sparse matrix carries none, also not after matrix*unit" if is_sparse and unit is None else "")
            + ("" if have_same_dimensions(one, 1) else f"; write e.g. weights=(matrix, {unit_text(one)})")
        )
    if mask is not None:
        weights = _masked(owner, weights, mask)
    weights = _rows(weights) if sparse.issparse(weights) else weights
    if sparse.issparse(weights) and not weights.nnz:
        raise ParameterError(f"{owner}: the sparse matrix has no entries, so that nothing is joined; give some")
    if unit is not None and float(unit) != 1:
        weights = weights * float(unit)
    if not np.isfinite(weights.data if sparse.issparse(weights) else weights).all():
        raise ParameterError(
            f"{owner}: weights hold NaN or infinity; correct them before connecting, or leave synapses out with mask="
        )
    return weights


def is_matrix(weights: Any) -> bool:
    """Whether these are weights of all pairs of neurons, not one number or one per synapse."""
    matrix, _ = _split("", weights)
    try:
        return bool(sparse.issparse(matrix) or np.ndim(matrix) == 2)
    except ValueError:  # rows of different lengths
        return True


def _contacts(matrix: Any) -> int:
    """Return how many entries of a sparse matrix are second or further contacts of a pair of neurons."""
    if matrix.format in ("csr", "csc") and matrix.has_canonical_format:
        return 0
    entries = matrix.tocoo()
    return len(entries.row) - len(np.unique(entries.row.astype(np.int64) * matrix.shape[1] + entries.col))


def same_order(owner: str, matrix: Any, pairs: Sequence[np.ndarray]) -> np.ndarray:
    """Return the entries of a matrix in the order of the synapses between these pairs of neurons.

    Raises
    ------
    ParameterError
        A sparse matrix joins other neurons.
    """
    rows, columns = pairs
    if not sparse.issparse(matrix):
        return np.asarray(matrix[rows, columns])
    entries = matrix.tocoo()
    there, here = np.lexsort((entries.col, entries.row)), np.lexsort((columns, rows))
    if not (np.array_equal(entries.row[there], rows[here]) and np.array_equal(entries.col[there], columns[here])):
        raise ParameterError(
            f"{owner}: the sparse matrix has {len(there)} entries and joins other neurons than the {len(here)} "
            "synapses; give one entry where there is a synapse, or an array"
        )
    values = np.empty(len(here))
    values[here] = entries.data[there]
    return values


def _rows(matrix: Any) -> Any:
    """Return sparse rows; where a pair of neurons has several entries, those in rows, not summed as scipy does."""
    if not _contacts(matrix):
        return matrix.tocsr()
    entries = matrix.tocoo()
    order = np.lexsort((entries.col, entries.row))
    return sparse.coo_matrix((entries.data[order], (entries.row[order], entries.col[order])), shape=matrix.shape)


def _split(owner: str, weights: Any) -> tuple[Any, Any]:
    """Return the matrix and the unit that it is given with, or None."""
    # A pair is told from a matrix of two rows by its second part: one number.
    if not isinstance(weights, tuple) or len(weights) != 2 or np.ndim(weights[1]):
        return weights, None
    if not np.ndim(weights[0]) and not (isinstance(weights[1], Quantity) and not isinstance(weights[0], Quantity)):
        return weights, None  # two numbers, or two quantities
    matrix, unit = weights
    if isinstance(matrix, Quantity) and not have_same_dimensions(matrix, 1):
        raise ParameterError(f"{owner}: weights have a unit, and are given with {unit} besides; leave one of them out")
    if isinstance(unit, str) or not np.isfinite(np.asarray(unit, dtype=float)) or not float(unit) > 0:
        raise ParameterError(f"{owner}: weights are given with {unit!r}, no unit; write e.g. weights=(matrix, nS)")
    return matrix, Quantity(unit)


def _unit_of(owner: str, weights: Any) -> Quantity:
    try:
        return Quantity(1.0, dim=get_dimensions(weights))
    except TypeError:  # some of the numbers have one, others have not
        raise ParameterError(
            f"{owner}: weights are numbers with and without units; write e.g. weights=(matrix, nS)"
        ) from None


def _as_array(owner: str, weights: Any) -> np.ndarray:
    if isinstance(weights, np.ma.MaskedArray):
        raise ParameterError(
            f"{owner}: weights are a masked array, whose mask marks what is left out; give weights.filled(0) and "
            "mask=~np.ma.getmaskarray(weights)"
        )
    try:
        array = np.asarray(weights)
    except ValueError:  # rows of different lengths
        raise ParameterError(f"{owner}: weights are no matrix; give one row per presynaptic neuron") from None
    _check_type(owner, array.dtype)
    return array.astype(float)


def _check_type(owner: str, dtype: np.dtype) -> None:
    if dtype.kind not in "fiub":
        raise ParameterError(f"{owner}: weights have the type {dtype}; give real numbers")


def _masked(owner: str, weights: Any, mask: Any) -> Any:
    """Keep the synapses of the mask: an array where these are all, else sparse rows, which hold zeros too."""
    if sparse.issparse(weights):
        raise ParameterError(f"{owner}: a sparse matrix says itself where synapses are; leave mask out")
    kept = np.asarray(mask)
    if kept.dtype != bool or kept.shape not in ((), weights.shape):
        raise ParameterError(
            f"{owner}: mask has the type {kept.dtype} and the shape {kept.shape}; give truth values of the shape "
            f"{weights.shape}, True where there is a synapse"
        )
    if kept.all():
        return weights
    if not kept.any():
        raise ParameterError(f"{owner}: mask is False everywhere, so that nothing is joined; say where synapses are")
    where = np.nonzero(np.broadcast_to(kept, weights.shape))
    return sparse.csr_matrix((weights[where], where), shape=weights.shape)


def warn_of_zeros(owner: str, weights: Any, code: Iterable[str]) -> None:
    """Say that zeros of a matrix learn, where so many of them look like synapses that are not there.

    All zero is a start from nothing; and nothing learns where the code does not change w.
    """
    if not any(_CHANGES_W.match(line.strip()) for text in code for line in text.splitlines()):
        return
    zeros = np.count_nonzero(weights == 0) / weights.size
    if 0.5 < zeros < 1:
        warnings.warn(
            f"{owner}: {zeros:.0%} of the weights are exactly 0, and an array joins all to all: these synapses learn "
            "as all others do; where there are none give a scipy.sparse matrix, or mask=(True where there is a "
            "synapse); mask=True says that all are meant",
            stacklevel=5,
        )


def check_bounds(owner: str, bounds: Sequence[str], weights: Any, constants: Mapping[str, Any]) -> None:
    """Refuse weights beyond the bounds, which the first spike would send and the first change clip.

    Changes are in units of the upper bound: one of 0 or less would switch them off or turn them round.
    """
    if float(constants[bounds[1]]) <= 0:
        raise ParameterError(
            f"{owner}: {bounds[1]} = {constants[bounds[1]]}, and changes are in units of it; give one above 0"
        )
    data = weights.data if sparse.issparse(weights) else weights
    if data is None or not np.size(data):
        return
    low, high = (float(constants[name]) for name in bounds)
    slack = 1e-12 * max(abs(low), abs(high))
    if np.min(data) < low - slack or np.max(data) > high + slack:
        least, most = (constants[name] for name in bounds)
        raise ParameterError(
            f"{owner}: weights from {np.min(data):g} to {np.max(data):g} (SI) lie outside of "
            f"{bounds[0]} = {least} to {bounds[1]} = {most}; clip them, or widen the bounds"
        )


def is_delay(value: Any) -> bool:
    """Whether it is one time of at least 0 s."""
    if not isinstance(value, Quantity) or not have_same_dimensions(value, second) or np.ndim(value):
        return False
    return 0 <= float(value) < np.inf


def check_delay(owner: str, delay: Any) -> None:
    """Refuse what is neither None nor a delay.

    Raises
    ------
    ParameterError
    """
    if delay is not None and not is_delay(delay):
        raise ParameterError(f"{owner}: delay = {delay} is not one time of at least 0*ms; write e.g. delay=1*ms")
