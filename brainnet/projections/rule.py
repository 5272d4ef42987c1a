"""What a learning rule does to weights: statements for a row or column, traces held once a neuron, states beside w.

A trace x of dx/dt = -x/tau is kept as _x with x(t) = _x exp(-(t - _x_from)/tau): between spikes nothing is computed,
a spike changes one number, and at an event all neurons share one exponential. A trace that spikes of the other side
clear differs from synapse to synapse, but follows from what neurons know:

set, cleared    it counts unless the other side's last spike came later: two times a pair
added, cleared  what was there at the clearing is taken off: a matrix _x_left, written at clearing spikes only
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from brian2 import DEFAULT_FUNCTIONS

from brainnet.brian import get_identifiers, word_substitute
from brainnet.errors import ProjectionError
from brainnet.traces import AGO, Scheme, Trace, pathways

__all__ = ["Pathway", "Rule", "assignments"]

_OTHER = {"pre": "post", "post": "pre"}
# What `PlasticProjection` and Brian2 call so.
_TAKEN = {"kept", "weights", "rule", "layout", "shape", "source", "target", "lastupdate", "delay"}
_RANDOM = {name for name, function in DEFAULT_FUNCTIONS.items() if not function.stateless}


@dataclass(frozen=True)
class Pathway:
    """What the spikes of one side do, or those of a group that rewards or teaches.

    Parameters
    ----------
    name : {"transmit", "post", "pre", "post_trace", "reward", "target"}
    side : {"pre", "post", "reward"}
        A reward reaches synapses by their number.
    each : str
        Statements for each synapse of a spiking neuron.
    spiking : str
        Statements for the spiking neuron, after all of `each`.
    frozen : str
        What is left of `each` while nothing is learned: the effect on the other side.
    """

    name: str
    side: str
    each: str = ""
    spiking: str = ""
    frozen: str = ""


@dataclass(frozen=True)
class Rule:
    """A learning rule, resolved for two groups.

    Parameters
    ----------
    traces : mapping of str to Trace
    scheme : Scheme
    code : mapping of {"transmit", "pre", "post"} to str
        What spikes do, without traces and clipping.
    equations : brian2.Equations
        Of a synapse, without traces: the weight w, other states that spikes change, and subexpressions.
    bounds : tuple of str
    """

    traces: Mapping[str, Trace]
    scheme: Scheme
    code: Mapping[str, str]
    equations: Any
    bounds: tuple[Any, Any] | tuple[()] = ()

    def check(self) -> None:
        """Refuse chance, what moves between spikes, and what belongs to Brian2's own synapses.

        Raises
        ------
        ProjectionError
        """
        for equation in self.equations.values():
            if equation.flags:
                raise ProjectionError(f"{equation.varname} is declared as {', '.join(equation.flags)}")
            if equation.type == "differential equation":
                raise ProjectionError(f"{equation.varname} of each synapse moves in every time step")
            if equation.varname in _TAKEN:
                raise ProjectionError(f"{equation.varname}, a state of each synapse, means something else there")
        if "w" not in self.equations or self.equations["w"].type != "parameter":
            raise ProjectionError("the weight w is no number that spikes change")
        known = {*self.traces, *self.equations.names, "t", "dt", "i", "j", "lastupdate", *self.bounds}
        known -= {"w", *self.states}
        for side, code in self.code.items():
            for target, operation in assignments(code):
                driven = "_pre" if side == "post" else "_post"  # what the spike reaches
                if target.endswith(driven) and operation in ("+=", "-="):
                    continue
                if target in known or target.endswith(("_pre", "_post")):
                    raise ProjectionError(f"a spike changes {target} by {operation!r}")
        if random := self.words() & _RANDOM:
            raise ProjectionError(f"a spike draws from {random.pop()}()")
        if words := self.words() & {"lastupdate", "delay"}:
            raise ProjectionError(f"it reads {words.pop()} of each synapse")

    @property
    def states(self) -> dict[str, Any]:
        """Equations of what each synapse keeps besides its weight, by name."""
        return {e.varname: e for e in self.equations.values() if e.type == "parameter" and e.varname != "w"}

    def words(self) -> set[str]:
        """Return every identifier of the code."""
        texts = [*self.code.values(), *(str(e.expr) for e in self.equations.values() if e.expr is not None)]
        return {word for text in texts for word in get_identifiers(text)}

    @property
    def left(self) -> list[str]:
        """Traces that add up and are cleared: those that need a matrix."""
        return [name for name, trace in self.traces.items() if self._is_cleared(trace) and not self._is_set(trace)]

    @property
    def needs_last(self) -> bool:
        """Whether the times of last spikes are needed."""
        return any(self._is_cleared(trace) and self._is_set(trace) for trace in self.traces.values())

    def _is_cleared(self, trace: Trace) -> bool:
        return trace.site in self.scheme.cleared

    def _is_set(self, trace: Trace) -> bool:
        return not trace.tau or getattr(self.scheme, trace.site) == "set"

    def _present(self, name: str) -> str:
        """Write a trace as it is now."""
        trace = self.traces[name]
        counts = ""
        if self._is_cleared(trace) and self._is_set(trace):
            counts = f"*int(_{trace.site}_last >= _{_OTHER[trace.site]}_last)"
        if not trace.tau:
            return f"(_{name}{counts} - {AGO})"
        kept = f"(_{name} - _{name}_left)" if name in self.left else f"_{name}"
        return f"({kept}*exp(-(t - _{name}_from)/{trace.tau}){counts})"

    def read(self, text: str) -> str:
        """Write `text` with its traces as they are now."""
        return str(word_substitute(text, {name: self._present(name) for name in self.traces}))

    def _jumps(self, side: str) -> str:
        lines = [f"_{side}_last = t"] if self.needs_last else []
        for name, trace in self.traces.items():
            if trace.site == side and trace.tau:
                sign = "=" if self._is_set(trace) else "+="
                lines.append(f"_{name} {sign} ({trace.jump})*exp((t - _{name}_from)/{trace.tau})")
            elif trace.site == side:
                lines.append(f"_{name} = t + {AGO}")
        return "\n".join(lines)

    def pathways(self) -> list[Pathway]:
        """Write what spikes do, in the order in which it happens in a step."""
        weights = pathways({}, Scheme(), self.code, self.bounds)
        each = {side: [self.read(weights.get(side, ""))] for side in _OTHER}
        for name in self.left:
            each[_OTHER[self.traces[name].site]].append(f"_{name}_left = _{name}")
        pre, post = ("\n".join(each[side]).strip() for side in ("pre", "post"))
        transmit = self.read(self.code.get("transmit", ""))
        written = [
            Pathway("transmit", "pre", transmit, frozen=transmit),
            Pathway("post", "post", post, frozen=self.read(_driving(self.code.get("post", ""), "_pre"))),
            Pathway("pre", "pre", pre, self._jumps("pre"), self.read(_driving(self.code.get("pre", ""), "_post"))),
            Pathway("post_trace", "post", "", self._jumps("post")),
        ]
        return [pathway for pathway in written if pathway.each or pathway.spiking]


def _driving(code: str, other: str) -> str:
    """Return the lines that change the neuron on the other side, whose variables end in `other`."""
    lines = code.replace(";", "\n").splitlines()
    return "\n".join(line for line in lines if any(name.endswith(other) for name, _ in assignments(line)))


def assignments(code: str) -> list[tuple[str, str]]:
    """Return what each line writes, and how."""
    found = []
    for line in code.replace(";", "\n").splitlines():
        left, equals, _ = line.partition("=")
        if equals:
            name = left.rstrip("+-*/% ").strip()
            found.append((name, left.strip()[len(name) :].strip() + "="))
    return found
