"""The Brian2 object that carries spikes through a structured connection."""

from __future__ import annotations

from typing import Any

import numpy as np
from brian2 import Quantity
from scipy import sparse

from brainnet.brian import ArrayVariable
from brainnet.connectivity import Drawn, Wiring
from brainnet.errors import ParameterError, ProjectionError, nearest
from brainnet.projections.arrivals import Arrivals, check_delay
from brainnet.projections.bundles import Bundles
from brainnet.projections.connectivity import Connectivity
from brainnet.projections.copies import Copies
from brainnet.projections.dense import Dense
from brainnet.projections.quantised import QuantisedDense
from brainnet.projections.quantised_convolution import QuantisedConv2d
from brainnet.projections.runner import Runner
from brainnet.projections.sparse import SparseRows
from brainnet.targets.device import CppDevice
from brainnet.values.delays import delays_of_each

__all__ = ["Projection", "check_driven", "with_delays"]

_C_TYPES = {"float32": "float", "float64": "double"} | {
    name: f"{name}_t" for name in ("uint8", "uint16", "int8", "int16", "int32", "int64")
}


class Projection(Runner):
    """Static connections whose only effect is ``onto_post += w`` at each presynaptic spike.

    An ordinary Brian2 object: it sits in a `Network`, runs on the source's clock in the slot ``when`` with the given
    ``order``, and feeds the same spikes in the same order as `brian2.Synapses` of the same weights: in float64 the
    driven variable is the same to the last bit. It costs spikes times fan-out, and the memory of its connectivity.

    Parameters
    ----------
    source, target : brian2 groups or subgroups
        The source must have spikes.
    connectivity : Dense, Conv1d, Conv2d, AveragePool, or a sparse or quantised one; or one of brainnet.connectivity
    onto : str
        Variable of the target that is driven.
    delay : Quantity, optional
        One delay for all, rounded to steps. Of an array or a sparse matrix also one for each presynaptic neuron, of
        shape (n_pre,), or one for each synapse: shape (n_pre, n_post), or a scipy.sparse matrix and its unit as a pair.
    bursts : str, optional
        Variable of the source that says how many spikes each one stands for.
    when, order, name
        As in the pathways of `brian2.Synapses`.

    Raises
    ------
    ProjectionError
        Sizes or units do not fit, `onto` cannot be driven, `bursts` is no variable of the source, the delay is no
        time, or there are several and the connectivity is neither an array nor a sparse matrix.
    ParameterError
        Declared delays are below one step, or too long for a queue.

    Examples
    --------
    >>> from brian2 import NeuronGroup
    >>> from brainnet.projections import Dense, Projection
    >>> inputs, outputs = NeuronGroup(2, "x : 1", threshold="x > 1"), NeuronGroup(3, "v : 1")
    >>> Projection(inputs, outputs, Dense([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])).connectivity.shape
    (2, 3)
    """

    add_to_magic_network = True

    def __init__(
        self,
        source: Any,
        target: Any,
        connectivity: Connectivity | Drawn | Wiring,
        *,
        onto: str = "v",
        delay: Any = None,
        bursts: str = "",
        when: str = "synapses",
        order: int = -1,
        name: str = "projection*",
    ) -> None:
        if isinstance(connectivity, Wiring):
            connectivity = connectivity.draw(source, target)
        carried: Any = None
        if delay is not None and (np.ndim(delay) or isinstance(delay, tuple)):
            connectivity, delay = _with_delays(connectivity, delay, source)
        if isinstance(connectivity, Drawn):
            if connectivity.delays_differ:
                carried = _bundled(connectivity, source)
            connectivity, delay = _rows(connectivity, delay, source)
        if not hasattr(connectivity, "adder"):
            raise ProjectionError(
                f"projection: {type(connectivity).__name__} is no connectivity; write e.g. Dense(weights)"
            )
        _check_groups(source, target, connectivity, onto)
        self.delay = delay if carried else check_delay(delay)
        if bursts and (bursts not in source.variables or isinstance(connectivity, Copies)):
            raise ProjectionError(
                f"projection: bursts = {bursts!r} is no variable of {source.name}, or copies share the weights; give "
                "one of its variables, and a connectivity without copies"
            )
        if bursts and isinstance(connectivity, QuantisedDense | QuantisedConv2d):
            raise ProjectionError(
                "projection: sums of integers cannot overflow where a neuron spikes once a step, and bursts are more; "
                "use Dense(matrix * scale), or Conv2d(kernel * scale, ...)"
            )
        super().__init__(clock=source.clock, when=when, order=order, name=name)
        self.source, self.target = source, target
        self.connectivity, self.onto = connectivity, onto
        self._carried: Any = carried[0] if carried else connectivity
        bundles = carried[1] if carried else None
        self._arrivals = Arrivals(source, None if bundles else self.delay, bursts, bundles)
        self.add_dependency(source)
        self.add_dependency(target)
        self.template = connectivity.template
        self.variables: dict[str, Any] = {
            "_spikespace": source.variables["_spikespace"],
            "_onto": target.variables[onto],
        }
        if bursts:
            self.variables["_bursts"] = source.variables[bursts]
        allowed = target.variables[onto].conditional_write
        if allowed is not None:
            self.variables["_allowed"] = allowed
        self._sample_steps = 0
        self._made = True

    @property
    def delay_steps(self) -> int:
        """Delay in steps of the clock, rounded as Brian2 rounds delays.

        Raises
        ------
        ProjectionError
            Each synapse has its own.
        """
        if self._arrivals.bundles is not None:
            raise ProjectionError(
                f"{self.name}: its synapses have delays of their own, and what shows samples one after the other needs "
                "one for all; give one"
            )
        return self._arrivals.steps

    def end_with(self, steps: int) -> None:
        """Drop spikes that the delay would bring beyond the sample they were fired in, samples being `steps` long."""
        if self.delay_steps:
            self._sample_steps = steps
            self.variables["timestep"] = self.clock.variables["timestep"]

    def bind(self, run_namespace: Any) -> None:
        """Look up the driven array and make the NumPy form of the connectivity."""
        start = self.target.start
        variable = self.variables["_onto"]
        self._add = self._carried.adder(np.dtype(variable.dtype))
        self._v = variable.get_value()[start : start + len(self.target)]
        self._allowed = None
        if "_allowed" in self.variables:
            self._allowed = self.variables["_allowed"].get_value()[start : start + len(self.target)]
        self._arrivals.prepare()

    def step(self) -> None:
        """Carry the spikes of one step."""
        spikes = self._arrivals.take()
        if not len(spikes):
            return
        if self._sample_steps and self.variables["timestep"].get_value()[0] % self._sample_steps < self.delay_steps:
            return
        if self._allowed is None:
            self._add(self._v, spikes)
        else:
            changed = self._v.copy()
            self._add(changed, spikes)
            np.copyto(self._v, changed, where=self._allowed)

    def template_values(self, device: CppDevice) -> dict[str, Any]:
        """Return sizes and files; the arrays of the connectivity are handed to the device."""
        arrays, constants = self._carried.cpp(np.dtype(self.variables["_onto"].dtype))
        if self._arrivals.bundles is not None:
            arrays |= {"first": self._arrivals.bundles.first, "late": self._arrivals.bundles.steps}
        files = {
            name: (device.file_array(f"{self.name}_{name}", array), array.nbytes, _C_TYPES[array.dtype.name])
            for name, array in arrays.items()
        }
        return {
            "copies": 1,
            **constants,
            **{name: name for name in ("first", "late") if name in arrays},
            "files": files,
            "n_pre": len(self.source),
            "n_post": len(self.target),
            "post_start": self.target.start,
            **self._arrivals.template_values(),
            "sample_steps": self._sample_steps,
            "scaled": False,
        }

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(_fixed(self.__dict__.get("_name", "projection"), name))

    def __setattr__(self, name: str, value: Any) -> None:
        # What Brian2 itself sets on any object; all else was decided when the projection was made.
        free = name.startswith("_") or name in ("active", "when", "order", "clock", "code_objects")
        if "_made" in self.__dict__ and not free:
            raise ProjectionError(_fixed(self.name, name))
        super().__setattr__(name, value)

    def _full_state(self) -> list[np.ndarray]:
        return self._arrivals.state()

    def _restore_from_full_state(self, state: list[np.ndarray] | None) -> None:
        self._arrivals.restore(state)

    def __repr__(self) -> str:
        kind, (n_pre, n_post) = type(self.connectivity).__name__, self.connectivity.shape
        return f"<{self.name}: {kind}, {n_pre} of {self.source.name} to {n_post} of {self.target.name}>"


def _rows(drawn: Drawn, delay: Any, source: Any) -> tuple[SparseRows, Any]:
    """Return what was drawn as sparse rows, and its delay."""
    if delay is not None and drawn.has_delays:
        raise ProjectionError(f"projection: the connectivity declares delays, and delay = {delay}; leave one out")
    drawn.check_delays("projection", source.clock.dt)
    if drawn.delays_differ:
        return SparseRows(drawn.matrix, drawn.unit), drawn.delays
    return SparseRows(drawn.matrix, drawn.unit), drawn.delay if drawn.has_delays else delay


def _bundled(drawn: Drawn, source: Any) -> tuple[SparseRows, Bundles]:
    """Return rows of what arrives together, and which these are."""
    drawn.check_delays("projection", source.clock.dt)
    bundles = Bundles(drawn.i, np.asarray(drawn.delays), drawn.shape[0], source.clock)
    matrix = sparse.csr_matrix((drawn.matrix.data, (bundles.of, drawn.j)), shape=(len(bundles), drawn.shape[1]))
    return SparseRows(matrix, drawn.unit), bundles


def _with_delays(connectivity: Connectivity | Drawn, delay: Any, source: Any) -> tuple[Connectivity | Drawn, Any]:
    """Return synapses with a delay each, or what was given and one delay."""
    if isinstance(connectivity, Drawn):
        matrix, unit = connectivity.matrix, connectivity.unit
    elif isinstance(connectivity, Dense | SparseRows):
        matrix, unit = connectivity.unroll(), Quantity(1.0, dim=connectivity.dim)
    else:
        raise ProjectionError(
            f"projection: delay = {delay} is more than one time, and {type(connectivity).__name__} has one for all; "
            "give one, or a sparse matrix"
        )
    if isinstance(connectivity, Drawn) and connectivity.has_delays:
        raise ProjectionError("projection: the connectivity declares delays, and delay is given; leave one out")
    try:
        delay, each = delays_of_each("projection", delay, matrix, source.clock.dt)
    except ParameterError as error:
        raise ProjectionError(str(error)) from None
    return (connectivity, delay) if each is None else (with_delays(matrix, unit, each), None)


def with_delays(matrix: Any, unit: Quantity, each: Any) -> Drawn:
    """Return the synapses of a matrix, an array or sparse, with a delay for each in the order of its entries."""
    if sparse.issparse(matrix):
        entries = matrix.tocoo()
        rows, columns, values = entries.row, entries.col, entries.data
    else:
        rows, columns = (index.ravel() for index in np.indices(matrix.shape))
        values = np.ravel(matrix)
    starts = np.searchsorted(rows, np.arange(matrix.shape[0] + 1))
    return Drawn(matrix.shape, starts, columns.astype(np.int32), values, unit, np.asarray(each))


def _fixed(owner: str, name: str) -> str:
    return (
        f"{owner} has no {name} that can be read or set: a static projection keeps what it was made with; make another "
        "one, or connect with path='synapses'"
    )


def _check_groups(source: Any, target: Any, connectivity: Connectivity, onto: str) -> None:
    if "_spikespace" not in getattr(source, "variables", {}):
        raise ProjectionError(f"projection: {getattr(source, 'name', source)} has no spikes; give it a threshold")
    if connectivity.shape != (len(source), len(target)):
        raise ProjectionError(
            f"projection: {type(connectivity).__name__} joins {connectivity.shape[0]} to {connectivity.shape[1]}, "
            f"but {source.name} has {len(source)} and {target.name} {len(target)}; give groups of these sizes"
        )
    variable = check_driven("projection", target, onto)
    if variable.dim is not connectivity.dim:
        unit = Quantity(1.0, dim=variable.dim)
        raise ProjectionError(
            f"projection: weights must have the unit of the driven variable {target.name}.{onto}; give them in {unit}"
        )


def check_driven(owner: str, target: Any, onto: str) -> ArrayVariable:
    """Return the variable of a group that is driven.

    Raises
    ------
    ProjectionError
        It is not there, or is no float of each neuron of the group itself.
    """
    variable = target.variables.get(onto)
    if not isinstance(variable, ArrayVariable) or variable.read_only or variable.scalar:
        known = [
            name
            for name, var in target.variables.items()
            if isinstance(var, ArrayVariable) and not (var.read_only or var.scalar)
        ]
        raise ProjectionError(f"{owner}: onto = {onto!r} cannot be driven in {target.name}; {nearest(onto, known)}")
    if not np.issubdtype(variable.dtype, np.floating) or target.variables.indices[onto] not in ("_idx", "_sub_idx"):
        raise ProjectionError(
            f"{owner}: {target.name}.{onto} is no float of each neuron of its own; drive another variable"
        )
    return variable
