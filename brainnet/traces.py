"""Spike traces as data: what a plastic synapse remembers of each side, and what each spike does to it.

A trace belongs to a side, not to a synapse: it is a function of the spikes of one neuron. It is declared, not
written as code, so that an engine may hold it once a neuron. Brian2's own synapses hold it once a synapse, driven by
events.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from brainnet.brian import get_identifiers
from brainnet.errors import ParameterError, nearest

__all__ = ["Scheme", "Trace", "check_scheme", "pathways", "trace_equations"]

AGO = "1000*second"  # before the start: variables begin at 0, and no spike yet is a spike that long ago
_SIDES = ("pre", "post")
_JUMPS = ("add", "set")


@dataclass(frozen=True)
class Trace:
    """Exponential trace of the spikes of one side: dx/dt = -x/tau, and each spike makes it jump.

    Without time constant it is the time of the last spike, -1000 s before the first one; it cannot pair all to all.

    Parameters
    ----------
    site : {"pre", "post"}
        Whose spikes it follows.
    tau : str
        Parameter of the model that is its time constant; empty for the time of the last spike.
    jump : str
        What a spike adds, or what it sets the trace to (see `Scheme`): a number or parameter names.
    meaning : str
        What it is, in a few words.
    """

    site: str
    tau: str = ""
    jump: str = "1"
    meaning: str = ""

    def __post_init__(self) -> None:
        _check("site of a trace", self.site, _SIDES)


@dataclass(frozen=True)
class Scheme:
    """Which spikes pair, as what happens to the traces.

    Parameters
    ----------
    pre, post : {"add", "set"}
        What a spike of that side does to the traces of its own side: add (all earlier spikes count) or set (the
        nearest one counts).
    cleared : tuple of {"pre", "post"}
        Sides whose traces a spike of the other side clears once it has read them.
    """

    pre: str = "add"
    post: str = "add"
    cleared: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for side in _SIDES:
            _check(f"jump of {side} traces", getattr(self, side), _JUMPS)
        for side in self.cleared:
            _check("side to clear", side, _SIDES)


def _check(what: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise ParameterError(f"{what} = {value!r} is not known; {nearest(value, known)}")


def trace_equations(traces: Mapping[str, Trace]) -> str:
    """Write the traces as Brian2 equations of a synapse, integrated from event to event."""
    return "\n".join(
        f"d{name}/dt = -{name}/{trace.tau} : 1 (event-driven)"
        if trace.tau
        else f"{name} = {name}_stored - {AGO} : second\n{name}_stored : second"
        for name, trace in traces.items()
    )


def check_scheme(owner: str, traces: Mapping[str, Trace], scheme: Scheme, code: Mapping[str, str]) -> None:
    """Refuse a pairing scheme that the rule gives no meaning to.

    Parameters
    ----------
    owner : str
        Name of the model, for the message.
    traces : mapping of str to Trace
    scheme : Scheme
    code : mapping
        What spikes do: ``{"pre": on_pre, "post": on_post}``.

    Raises
    ------
    ParameterError
        Traces are cleared by the other side, and the rule also reads them at a spike of their own side. Or all spikes
        are to count, and the rule remembers the last one only.
    """
    for name, trace in traces.items():
        if not trace.tau and getattr(scheme, trace.site) == "add":
            raise ParameterError(
                f"{owner}: {name} remembers the last {trace.site} spike only, so that not all spikes can pair; "
                "choose nearest_symmetric or nearest_reduced"
            )
    if not scheme.cleared:
        return
    for name, trace in traces.items():
        if name in get_identifiers(code[trace.site]):
            raise ParameterError(
                f"{owner}: a pairing that clears traces is defined for pairs of one pre- and one postsynaptic spike, "
                f"and on_{trace.site} reads {name}, the trace of its own side; choose all_to_all or nearest_symmetric"
            )


def pathways(
    traces: Mapping[str, Trace], scheme: Scheme, code: Mapping[str, str], bounds: tuple[str, str] | tuple[()]
) -> dict[str, str]:
    """Write what spikes do, as code of Brian2 pathways to be run in the order of the mapping.

    The rule reads every trace as it was before the spikes of this time step; then traces are cleared, then they jump.
    Coincident spikes thus never see each other. A postsynaptic spike acts on the weight first, then a presynaptic one.

    Returns
    -------
    dict
        ``post`` (weight, clears), ``pre`` (weight, clears, jumps), ``post_trace`` (jumps); without the empty ones.
    """

    def of(side: str) -> list[str]:
        return [name for name, trace in traces.items() if trace.site == side]

    def jumps(side: str) -> list[str]:
        sign = "+=" if getattr(scheme, side) == "add" else "="
        return [
            f"{name} {sign} {traces[name].jump}" if traces[name].tau else f"{name}_stored = t + {AGO}"
            for name in of(side)
        ]

    def clear(name: str) -> str:
        return f"{name} = 0" if traces[name].tau else f"{name}_stored = 0*second"

    def weight(side: str, other: str) -> list[str]:
        lines = [line.strip() for line in code[side].strip().splitlines() if line.strip()]
        if bounds and any(line.split("=")[0].rstrip("+-*/ ").strip() == "w" for line in lines):
            lines.append(f"w = clip(w, {bounds[0]}, {bounds[1]})")
        return lines + ([clear(name) for name in of(other)] if other in scheme.cleared else [])

    written = {
        "post": weight("post", "pre"),
        "pre": weight("pre", "post") + jumps("pre"),
        "post_trace": jumps("post"),
    }
    return {name: "\n".join(lines) for name, lines in written.items() if lines}
