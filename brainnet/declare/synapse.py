"""The declaration of a synapse model, and how it becomes `brian2.Synapses`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from brian2 import Clock, Quantity

from brainnet.brian import get_identifiers
from brainnet.declare.connection import EVENTS, connect
from brainnet.declare.declaration import Declaration
from brainnet.declare.device import Device
from brainnet.declare.equations import (
    check_identifiers,
    check_name,
    check_variables,
    expressions,
    parse_equations,
)
from brainnet.declare.latex import typeset_equations, typeset_statements
from brainnet.declare.pulsed import on_device
from brainnet.errors import ParameterError, nearest
from brainnet.traces import Scheme, Trace, check_scheme, trace_equations
from brainnet.values.parameter import Parameter

__all__ = ["SynapseModel"]

# Arguments of `connect`, which a parameter of that name could not be told from.
_ARGUMENTS = (
    "pre", "post", "weights", "onto", "mask", "vary", "delay", "path", "name", "clock", "order", "namespace", "device",
)  # fmt: skip


@dataclass(frozen=True, repr=False, eq=False)
class SynapseModel(Declaration):
    """A synapse model: equations, and what a spike on either side does.

    In all code ``{onto}`` stands for the postsynaptic variable that the synapse drives and ``{unit}`` for
    its unit, so that one model serves a membrane potential, a current and a conductance. Parameters of a model with
    bounds whose names begin with ``w_`` are weights: they too have that unit.
    Sign convention for spike times: dt = t_post - t_pre.

    Where traces are declared, spikes of one time step act in this order: ``on_post`` and then ``on_pre`` read the
    traces as they were before that step, then the traces jump. Coincident spikes do not see each other.

    Parameters
    ----------
    name, summary, source : str
        Identifier, one line, and where the model stands.
    equations : str
        Brian2 equations of the synapse; the weight is ``w``.
    on_pre, on_post : str
        What a presynaptic and a postsynaptic spike do. Before the line that drives ``{onto}`` stands only what takes
        the synapse from its last event to now; with a dendritic delay it runs again when the effect arrives.
    on_reward : str
        What a reward does; `brainnet.pairing.reward` delivers it.
    on_target : str
        What a spike does that the postsynaptic neuron is to fire; `brainnet.pairing.teach` delivers it.
    traces : mapping of str to Trace
        Spike traces that this code reads; their equations and jumps are not written in it.
    scheme : Scheme
        Which spikes pair; a model takes ``brainnet.pairing.PAIRING`` as variants instead of writing one.
    bounds : tuple of two str
        Parameters between which ``w`` is clipped whenever a spike of either side changes it; empty for none.
    delay_site : {"axonal", "dendritic"}
        Whether the delay is on the way of the presynaptic spike to the synapse, or between synapse and soma.
    parameters : mapping of str to Parameter
    initial : mapping of str to str
    functions : mapping of str to brian2.Function
    variants, chosen : mapping
        As in `NeuronModel`.
    """

    name: str
    summary: str = ""
    equations: str = "w : {unit}"
    on_pre: str = "{onto}_post += w"
    on_post: str = ""
    on_reward: str = ""
    on_target: str = ""
    method: str = "exact"
    traces: Mapping[str, Trace] = field(default_factory=dict)
    scheme: Scheme = field(default_factory=Scheme)
    bounds: tuple[str, ...] = ()
    delay_site: str = "axonal"
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    initial: Mapping[str, str] = field(default_factory=dict)
    functions: Mapping[str, Any] = field(default_factory=dict)
    variants: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)
    chosen: Mapping[str, str] = field(default_factory=dict)
    source: str = ""

    __repr__ = Declaration.__repr__

    def __post_init__(self) -> None:
        check_name("model", self.name)
        self.check_variants(("equations", *EVENTS, "method", "scheme", "delay_site", "parameters", "initial"))
        parameters = self.resolved_parameters()
        for name, parameter in parameters.items():
            check_name(f"{self.name}: parameter", name, reserved=_ARGUMENTS)
            parameter.check(self.name, name, parameter.value)
            if np.ndim(parameter.value):
                raise ParameterError(
                    f"{self.name}: {name} has the shape {np.shape(parameter.value)}; give one value, and make what "
                    "varies a variable of the equations"
                )
        taus = [trace.tau for trace in self.traces.values() if trace.tau]
        for what, name in [("bound", bound) for bound in self.bounds] + [("tau", tau) for tau in taus]:
            if name not in parameters:
                raise ParameterError(f"{self.name}: {what} {name!r} is no parameter; {nearest(name, parameters)}")
        if self.bounds and len(self.bounds) != 2:
            raise ParameterError(f"{self.name}: bounds = {self.bounds} are not two; write ('w_min', 'w_max')")
        if self.resolved("delay_site") not in ("axonal", "dendritic"):
            raise ParameterError(f"{self.name}: delay_site = {self.delay_site!r} is not known; axonal or dendritic")
        equations = parse_equations(self.name, self.code("equations", "v", "1"))
        declared = {*equations.names, *parameters, *self.functions, "v_post"}
        check_variables(self.name, equations, parameters, self.resolved("initial"))
        code = {key: self.code(key, "v", "1") for key in EVENTS}
        code |= expressions(equations, self.resolved("initial"))
        if "w" not in declared and any("w" in get_identifiers(text) for text in code.values()):
            raise ParameterError(f"{self.name}: the equations declare no w, the weight; add 'w : {{unit}}' to them")
        # Variables of the two groups are known only when it is connected.
        outside = {word for text in code.values() for word in get_identifiers(text) if word.endswith(("_pre", "_post"))}
        check_identifiers(self.name, code, declared | outside)
        check_scheme(self.name, self.traces, self.resolved("scheme"), {"pre": code["on_pre"], "post": code["on_post"]})

    def code(self, field_name: str, onto: str | None, unit: str) -> str:
        """Return one of the texts, traces included, for a driven variable and its unit; lines that drive nothing go."""
        text = str(self.resolved(field_name))
        if field_name == "equations":
            text = f"{text}\n{trace_equations(self.traces)}"
        if onto is None:
            text = "\n".join(line for line in text.splitlines() if "{onto}" not in line)
        return text.replace("{onto}", str(onto)).replace("{unit}", unit)

    def _with_value(self, declared: Parameter, name: str, value: Any) -> Parameter:
        if not self.is_weight(name) or not isinstance(value, Quantity):
            return super()._with_value(declared, name, value)
        number = replace(declared, value=float(declared.value)).check(self.name, name, np.asarray(value).item())
        return replace(declared, value=Quantity(number, dim=value.dim))

    def is_weight(self, name: str) -> bool:
        """Return whether a parameter is a weight, which has the unit of the driven variable."""
        return name.startswith("w_") and bool(self.bounds)

    def connect(
        self,
        pre: Any,
        post: Any,
        weights: Any = None,
        *,
        onto: str | None = "v",
        mask: Any = None,
        vary: Iterable[str] = (),
        delay: Any = None,
        name: str | None = None,
        clock: Clock | None = None,
        order: int = 0,
        namespace: Mapping[str, Any] | None = None,
        path: str = "auto",
        device: Device | str | None = None,
        **overrides: Any,
    ) -> Any:
        """Connect two groups.

        Parameters
        ----------
        pre, post : brian2 groups or subgroups
        weights : array (n_pre, n_post), scipy.sparse matrix, or what is declared, optional
            In the unit of `onto`: a Quantity, or numbers with their unit as a pair, ``(matrix, nS)``, since a sparse
            matrix carries none. An array connects all to all, zeros included; a sparse matrix where it holds an entry,
            by two synapses where it holds two. What is declared: a connectivity of brainnet.connectivity, drawn or
            not, which may bring delays, one for all or one each; or one of brainnet.projections.
            Without weights the synapses are returned unconnected, and Brian2's ``connect`` is open.
        mask : array of bool, shape (n_pre, n_post), optional
            True where an array of weights has a synapse; the same network as the sparse matrix of these entries.
            ``mask=True`` says that all zeros of the array are meant.
        onto : str or None
            Postsynaptic variable that is driven. With None nothing is driven, and weights are pure numbers.
        vary : iterable of str
            Parameters to keep as shared variables, so that a built program can be run again with other values.
        delay : Quantity, optional
            One delay for all synapses, at the model's ``delay_site``. Axonal: between the presynaptic spike and
            ``on_pre``. Dendritic: between the postsynaptic spike and ``on_post``, and from ``on_pre`` to the target.
            Or one for each presynaptic neuron, of shape (n_pre,), or for each synapse: shape (n_pre, n_post), or a
            sparse matrix with its unit, ``(matrix, ms)``. Delays that differ are of one time step at least.
        name, clock, order
            As in `brian2.Synapses`; `order` is that of equations that are integrated in every step. Spikes act one
            place before it, as in Brian2.
        path : {"auto", "projection", "synapses"}
            A projection stores a matrix or a kernel, not synapses: the same spikes, many times faster. ``auto`` takes
            one where the model is static (``on_pre`` adds ``w``), or spikes alone change what a synapse keeps; traces
            are then held once a neuron. Else single synapses, and ``projection`` says why.
        device : Device or str, optional
            Memory device, or its name, whose state the weight is: `on_device` with its defaults.
        **overrides
            Values for parameters and variants.

        Returns
        -------
        brian2.Synapses, brainnet.projections.Projection or brainnet.projections.PlasticProjection

        Raises
        ------
        UnknownNameError, ParameterError
            Wrong shape, missing or wrong unit, or NaN in the weights; `onto` is no variable of `post`.
        ProjectionError
            A projection is asked for and the model, or the groups, need single synapses.
        """
        model = self(**overrides)
        return connect(
            model if device is None else model.on_device(device), pre, post, weights, onto=onto, mask=mask, vary=vary,
            delay=delay, name=name, clock=clock, order=order, namespace=namespace, path=path,
        )  # fmt: skip

    def on_device(
        self,
        device: Device | str,
        *,
        pulses: str = "scaled",
        most: int = 1,
        pair: bool | None = None,
        seed: int | None = None,
    ) -> SynapseModel:
        """Return the rule with weights that are states of memory devices, moved by pulses.

        What a spike wants to change is counted in pulses: one stands for the step in the middle of the range of the
        device, in that direction. Elsewhere a pulse does what the device does there. w is linear in the conductance,
        from w_min at G_min to w_max at G_max.

        Parameters
        ----------
        device : Device or str
            A device, or the name of one in the catalogue. Its parameters that pulses read are those of the rule with
            ``dev_`` before; change the others in the device.
        pulses : {"scaled", "whole", "stochastic"}
            One pulse as large as the change; whole pulses, the number of them rounded; or whole pulses, rounded up
            with the probability of what is left.
        most : int
            Whole pulses at one event, at most.
        pair : bool, optional
            Two devices, w being linear in G_p - G_m, and pulses only raise one of them; the default for a device that
            is unidirectional. The synapse then has the state ``dev_c``, what both have in common. A pair of which one
            is above ``dev_upper`` of the range, and the other above ``dev_lower``, is refreshed: both are reset, and
            their difference is written again, without loss.
        seed : int, optional
            Of spread between devices, noise of the steps and stochastic pulses. Without it the device is nominal.

        Returns
        -------
        SynapseModel

        Raises
        ------
        ParameterError
            The rule has no bounds, moves w between spikes, or is on a device; the device has no steps, or what a
            running network does not have: drift, noise of reads, stuck cells, spread of what other constants
            follow from.
        """
        return on_device(self, device, pulses, most, pair, seed)

    def __str__(self) -> str:
        lines = [line.strip() for line in self.resolved("equations").strip().splitlines() if line.strip()]
        for x, trace in self.traces.items():
            decay = f"d{x}/dt = -{x}/{trace.tau}, trace of {trace.site} spikes"
            lines.append(decay if trace.tau else f"{x}: last {trace.site} spike")
        for key in EVENTS:
            lines += [f"{key}: {line.strip()}" for line in self.resolved(key).strip().splitlines() if line.strip()]
        if self.bounds:
            lines.append(f"w is clipped to [{self.bounds[0]}, {self.bounds[1]}] at every spike that changes it")
        return self.describe(lines)

    def latex(self) -> str:
        """Typeset equations and what a spike on either side does (an ``align*`` environment, then formulas)."""
        rows = typeset_equations(parse_equations(self.name, self.code("equations", "v", "1")))
        for key, words in EVENTS.items():
            code = self.code(key, "v", "1")
            if code.strip():
                rows += [rf"$\text{{at {words}}}$", *typeset_statements(code)]
        return "\n".join(rows)
