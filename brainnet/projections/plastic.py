"""Synapses that learn: weights and further states in rows, traces held once a neuron."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from weakref import WeakSet

import numpy as np
from brian2 import Quantity, second
from brian2.units.fundamentalunits import get_dimensions

from brainnet.brian import FLOAT, INTEGER, ArrayVariable, Group, Variables, get_device
from brainnet.errors import ParameterError, ProjectionError
from brainnet.projections.arrivals import check_delay
from brainnet.projections.layout import LayoutIndexing, layout_of
from brainnet.projections.normalise import Normaliser
from brainnet.projections.pathway import PathwayRunner
from brainnet.projections.pruned import Cleaner, check_kept
from brainnet.projections.rule import Rule
from brainnet.targets.device import CppDevice
from brainnet.values.checked import Checked
from brainnet.values.saved import Saved, moments
from brainnet.values.weights import check_weights

__all__ = ["ORDERS", "PlasticProjection"]

# As the pathways of `SynapseModel.connect`: all of one kind before those of the next, whatever object they are of.
ORDERS = {"transmit": -3, "post": -2, "pre": -1, "post_trace": 0}


class PlasticProjection(Saved, Checked, Group):
    """Synapses whose weights spikes change: what `SynapseModel.connect` makes of such a rule.

    The weights are those of `brian2.Synapses` with the same rule, to rounding. ``w`` is a state variable in the order
    of these synapses: ``w[:]``, ``w[2, :]``, ``w = ...``, `StateMonitor` and ``Program.run({p.w: ...})`` work;
    `weights` is the same as a matrix. So is whatever else the rule keeps in each synapse, an eligibility for instance.
    ``i`` and ``j`` are the numbers of the neurons. Traces have no value per synapse.

    Parameters
    ----------
    rule : Rule
    source, target : brian2 groups or subgroups
        Both have spikes.
    weights : array or scipy.sparse matrix, shape (n_pre, n_post)
        In the unit `one`. An array joins all to all; a sparse matrix where it has an entry.
    one : Quantity
        Unit of the weights.
    constants : mapping
        Values of the names in the rule: parameters, functions.
    varied : mapping of str to Quantity or number
        Parameters that are variables, with their values.
    delays : mapping of str to Quantity
        By pathway; one, or one for each entry of `weights`, row by row, the same for all pathways that have several.
    orders : mapping of str to int, optional
        By pathway: what is done first in a time step.
    name
        As in `brian2.Synapses`.

    Raises
    ------
    ProjectionError
        The rule needs what single synapses alone have (`Rule.check`), or the groups do not fit.
    """

    add_to_magic_network = True
    _kind = "projection"
    _matrices = ("w", "kept")
    _gone: np.ndarray | None = None  # what `prune` has taken out
    _left: Any = None  # what NumPy walks; looked up when it is None

    def __init__(
        self,
        rule: Rule,
        source: Any,
        target: Any,
        weights: Any,
        one: Quantity,
        *,
        constants: Mapping[str, Any],
        varied: Mapping[str, Any] | None = None,
        delays: Mapping[str, Quantity] | None = None,
        orders: Mapping[str, int] = ORDERS,
        name: str = "plasticprojection*",
    ) -> None:
        rule.check()
        for group in (source, target):
            if "_spikespace" not in getattr(group, "variables", {}):
                raise ProjectionError(f"{getattr(group, 'name', group)} has no spikes")
        if source.clock is not target.clock:
            raise ProjectionError(
                f"{source.name} and {target.name} have clocks of their own; give both groups one, clock="
            )
        _referred(rule, source, target)
        super().__init__(clock=source.clock, namespace=dict(constants), name=name)
        self.rule, self.source, self.target = rule, source, target
        self.shape = (len(source), len(target))
        several = {name: delay for name, delay in (delays or {}).items() if np.ndim(delay)}
        late = ("post",) if "post" in several or "post_trace" in several else ()
        each = next(iter(several.values()), None)
        self.layout, values = layout_of(name.rstrip("*"), weights, self.shape, each, late, self.clock)
        self.start, self.stop = 0, self.layout.n  # as views of state variables ask of any group
        self.taus = {x: float(constants[trace.tau]) for x, trace in rule.traces.items() if trace.tau}
        self.add_dependency(source)
        self.add_dependency(target)
        self.variables = Variables(self)
        self._add_variables(self.variables, one, values)
        for key, value in (varied or {}).items():
            kind = {"dtype": np.int32} if isinstance(value, int) else {}
            self.variables.add_array(
                key, 1, dimensions=get_dimensions(value), values=float(value), scalar=True, constant=True, **kind
            )
        self._indices = LayoutIndexing(self)
        self._runners: dict[str, PathwayRunner] = {}
        self.given: WeakSet[PathwayRunner] = WeakSet()  # from elsewhere: rewards, teachers
        for pathway in rule.pathways():
            delay = None if pathway.name in several else check_delay((delays or {}).get(pathway.name))
            runner = PathwayRunner(self, pathway, delay, "synapses", orders[pathway.name])
            self._contained_objects.append(runner)
        self._runners = {
            pathway.name: runner for pathway, runner in zip(rule.pathways(), self._contained_objects, strict=True)
        }
        self._enable_group_attributes()

    def _add_variables(self, variables: Variables, one: Quantity, values: np.ndarray) -> None:
        n_pre, n_post = self.shape
        variables.add_constant("N", value=self.layout.n)
        variables.add_constant("N_pre", value=n_pre)
        variables.add_constant("N_post", value=n_post)
        variables.create_clock_variables(self.clock)
        self.layout.add_variables(variables)
        variables.add_array("w", self.layout.n, dimensions=get_dimensions(one), values=values)
        for name, equation in self.rule.states.items():
            variables.add_array(name, self.layout.n, dimensions=equation.dim, dtype=_type_of(equation))
        for side, index in (("pre", "_row"), ("post", "_column")):
            names = [x for x, trace in self.rule.traces.items() if trace.site == side]
            for x in names:
                dim = get_dimensions(1.0) if x in self.taus else second.dim
                variables.add_array(f"_{x}", self.layout.lines[side], dimensions=dim, dtype=np.float64, index=index)
                if x in self.taus:
                    variables.add_array(f"_{x}_from", 1, dimensions=second.dim, dtype=np.float64, scalar=True)
                if x in self.rule.left:
                    variables.add_array(f"_{x}_left", self.layout.n, dtype=np.float64)
            if self.rule.needs_last:
                n = self.layout.lines[side]
                variables.add_array(f"_{side}_last", n, dimensions=second.dim, dtype=np.float64, index=index)
        for equation in self.rule.equations.values():
            if equation.type == "subexpression":
                expression = self.rule.read(str(equation.expr))
                variables.add_subexpression(equation.varname, expression, dimensions=equation.dim)
        for word, (group, name, index) in _referred(self.rule, self.source, self.target).items():
            variables.add_reference(word, group, name, index=index)
        for index in ("_row", "_column", "_presynaptic_idx", "_postsynaptic_idx"):
            variables.add_auxiliary_variable(index, dtype=np.int32)
            variables[index].unique = True  # of what is walked at once each neuron comes once

    def __getitem__(self, item: Any) -> np.ndarray:
        """Return the numbers of synapses, chosen as in ``w[item]``; `StateMonitor` takes them as what to record."""
        return np.atleast_1d(self.indices[item])

    @property
    def weights(self) -> Any:
        """Weights as a matrix, shape (n_pre, n_post). May be set as a whole.

        All to all: a Quantity, a copy that cannot be changed. Sparse: a scipy.sparse matrix and its unit as a pair, as
        `SynapseModel.connect` takes them.
        """
        return self.layout.matrix(Quantity(np.array(self.w[:]), dim=self.variables["w"].dim))

    @weights.setter
    def weights(self, matrix: Any) -> None:
        try:
            values = check_weights(self.name, matrix, self.shape, Quantity(1.0, dim=self.variables["w"].dim))
            self.w.set_item(slice(None), Quantity(self._entries(values), dim=self.variables["w"].dim))
        except ParameterError as error:
            raise ProjectionError(str(error)) from None

    def _entries(self, matrix: Any) -> np.ndarray:
        return self.layout.entries(self.name, matrix)

    def _pairs(self) -> Any:
        return self.layout.pairs

    def learn_while(self, group: Any, flag: str) -> None:
        """Let spikes change weights and traces only while the shared variable `flag` of `group` is not 0.

        Meanwhile they still reach the target; neither weights, also where they lie beyond the bounds, nor traces
        change, and this costs less than learning.

        Raises
        ------
        ProjectionError
            The group has no such variable, or the rule keeps moments, from which its states go on between spikes.
        """
        if any(equation.dim is second.dim for equation in self.rule.states.values()):
            raise ProjectionError(
                f"{self.name}: {', '.join(self.rule.states)} of each synapse go on between spikes, so that they cannot "
                "be held while others learn; set an amplitude to 0 instead (vary=)"
            )
        for runner in (*self._runners.values(), *self.given):
            runner.gate = _flag(self.name, group, flag)

    def normalise(
        self,
        total: Any,
        every: Quantity,
        *,
        when: str = "start",
        order: int = 0,
        only_while: tuple[Any, str] | None = None,
    ) -> Normaliser:
        """Bring the summed weight of each postsynaptic neuron to `total`, at time 0 and then in intervals.

        Parameters
        ----------
        total : Quantity, scalar or shape (n_post,), or (group, str)
            In the unit of the weights, above 0. A neuron whose weights are all 0 is left as it is. A variable of a
            group of n_post neurons can be set anew, by ``Program.run`` too; it holds the sums already.
        every : Quantity
            Interval, a whole number of time steps.
        when, order
            Place in the time step.
        only_while : (group, str), optional
            A shared variable: where it is 0, nothing is done.

        Returns
        -------
        Normaliser
            Part of this projection; nothing has to be done with it.

        Raises
        ------
        ProjectionError
        """
        gate = None if only_while is None else _flag(self.name, *only_while)
        normaliser = Normaliser(self, total, every, when, order, gate)
        if self._gone is not None:
            normaliser.variables["kept"] = self.variables["kept"]
        self._contained_objects.append(normaliser)
        return normaliser

    def prune(self, kept: Any = True) -> None:
        """Take synapses out for good: they neither transmit nor learn, their weight is 0, and a run costs less.

        Before the network is first built or run on C++; ``prune()`` alone takes none out. From then on ``kept`` is a
        state variable beside ``w``, truth values, and ``Program.run({p.kept: ...})`` prunes without another build.
        As any run of a program begins from the state at build time, so does ``kept``; what was pruned then stays so.
        Whether lists of synapses or whole rows and columns are walked is decided at the begin of a run, by what is
        left.

        Parameters
        ----------
        kept : array of bool, shape (n_pre, n_post)
            Where synapses stay.

        Raises
        ------
        ParameterError
            Another shape, or no truth values.
        ProjectionError
            Pruned synapses would come back, or none would stay; the C++ program is built; the weights are sparse.
        """
        device = get_device()
        if "kept" in self.rule.words():
            raise ProjectionError(f"{self.name}: its rule calls something kept, as prune() does; rename it there")
        if self.layout.pairs is not None:
            raise ProjectionError(
                f"{self.name}: only all-to-all synapses are pruned; make a sparse projection of those that stay"
            )
        if isinstance(device, CppDevice) and device.networks:
            raise ProjectionError(
                f"{self.name}: the C++ program is built; give it new values, program.run({{p.kept: ...}}), where "
                "prune() was called before"
            )
        given = np.asarray(kept)
        if given.dtype != bool or given.shape not in ((), self.shape):
            raise ParameterError(
                f"{self.name}: kept has the type {given.dtype} and the shape {given.shape}; give truth values of the "
                f"shape {self.shape}, True where a synapse stays"
            )
        entries = np.broadcast_to(given, self.shape).ravel()
        check_kept(self.name, entries, np.zeros(self.stop, bool) if self._gone is None else self._gone)
        if self._gone is None:
            self.variables.add_array("kept", self.stop, dtype=bool, values=np.ones(self.stop, bool))
            self._contained_objects.append(Cleaner(self))
            for each in self._contained_objects:
                if isinstance(each, Normaliser):
                    each.variables["kept"] = self.variables["kept"]
        self.__dict__["_gone"] = ~entries
        self.variables["kept"].set_value(entries)
        self.__dict__["_left"] = None

    def check_value(self, name: str, value: Any) -> None:
        """Refuse a value that a parameter cannot have, weights beyond the bounds, or pruned synapses that come back.

        Raises
        ------
        ParameterError, ProjectionError
        """
        if name == "kept" and self._gone is not None:
            if np.size(value) in (1, self.stop):
                check_kept(self.name, value, self._gone)
            elif np.asarray(value).any() and self._gone.any():
                raise ProjectionError(f"{self.name}: kept is set in part; give all of it, as prune() does")
            self.__dict__["_left"] = None
        super().check_value(name, value)

    def look_up(self) -> None:
        """Learn which synapses are left, before a run in NumPy."""
        self.__dict__["_left"] = None
        self.left()

    def left(self) -> Any:
        """Return the synapses that are left, as the layout walks them; None for all."""
        if self._gone is None:
            return None
        if self._left is None:
            kept = self.variables["kept"].get_value()
            self.variables["w"].get_value()[~kept] = 0
            self.__dict__["_left"] = (self.layout.left(kept),)
        return self._left[0]

    def _size(self, variable: Any, n_synapses: int) -> int:
        return int(variable.size)

    def _code_kept(self) -> dict[str, Any]:
        rule, runners = self.rule, self._runners
        code = {name: f"{runner.pathway.each}\n{runner.pathway.spiking}" for name, runner in runners.items()}
        code |= {f"the delay of {name}": runner.delay_text for name, runner in runners.items()}
        return code | {"the equation of " + each.varname: str(each) for each in rule.equations.values()}

    def _times(self) -> set[str]:
        code = [f"{runner.pathway.each}\n{runner.pathway.spiking}" for runner in self._runners.values()]
        return {*moments(self._kept(), code), *(f"_{name}_from" for name in self.taus)}

    def _arriving(self) -> dict[str, list[np.ndarray]]:
        return {name: runner._arrivals.state() for name, runner in self._runners.items()}

    def _put_arriving(self, name: str, steps: list[np.ndarray]) -> None:
        self._runners[name]._arrivals.restore(steps)

    def _most_arriving(self, name: str, n_synapses: int) -> int:
        return self._runners[name]._arrivals.most

    def _is_delayed(self, name: str) -> bool:
        return self._runners[name]._arrivals.steps > 0

    def _is_bounded(self, name: str) -> bool:
        # Normalisation does not clip: what one run leaves may lie beyond the bounds.
        return super()._is_bounded(name) and not any(isinstance(p, Normaliser) for p in self._contained_objects)

    def __repr__(self) -> str:
        (n_pre, n_post), traces = self.shape, ", ".join(self.rule.traces)
        some = "" if self.layout.pairs is None else f"{self.layout.n} synapses, "
        parts = [f"traces {traces}"] * bool(traces) + [f"states {', '.join(self.rule.states)}"] * bool(self.rule.states)
        return (
            f"<{self.name}: plastic, {n_pre} of {self.source.name} to {n_post} of {self.target.name}, {some}"
            f"{', '.join(parts) or 'w alone'}>"
        )


def _type_of(equation: Any) -> Any:
    """Return the type of a state; moments keep their digits in single precision too."""
    if equation.var_type == FLOAT:
        return np.float64 if equation.dim is second.dim else None
    return np.int32 if equation.var_type == INTEGER else bool


def _flag(name: str, group: Any, flag: str) -> Any:
    """Return a variable that all neurons of a group share."""
    variable = getattr(group, "variables", {}).get(flag)
    if not isinstance(variable, ArrayVariable) or not variable.scalar:
        raise ProjectionError(
            f"{name}: {flag!r} is no variable that {getattr(group, 'name', group)} shares; declare it as "
            f"'{flag} : integer (shared, constant)', or name a parameter in vary=[{flag!r}]"
        )
    return variable


def _referred(rule: Rule, source: Any, target: Any) -> dict[str, tuple[Any, str, str]]:
    """Return the variables of the two groups that a rule reads or drives: group, name there, index."""
    found = {}
    for side, group, index in (("pre", source, "_presynaptic_idx"), ("post", target, "_postsynaptic_idx")):
        for word in sorted(rule.words()):
            name = word.removesuffix(f"_{side}")
            if name == word or name not in group.variables:
                continue
            scalar = group.variables[name].scalar
            if not scalar and group.variables.indices[name] not in ("_idx", "_sub_idx"):
                raise ProjectionError(f"{group.name}.{name} is no variable of its own neurons")
            found[word] = (group, name, "0" if scalar else index)
    return found
