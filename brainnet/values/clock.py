"""The one check of clocks and time steps that groups are given."""

from __future__ import annotations

from typing import Any

from brian2 import Clock, ms

from brainnet.errors import ParameterError
from brainnet.values.parameter import Parameter

__all__ = ["DT", "check_clock"]

DT = Parameter(1 * ms, "time step", above=0 * ms)


def check_clock(owner: str, clock: Any, dt: Any = None) -> None:
    """Refuse what is no clock, no time step, or both at once; None is Brian2's default clock.

    Raises
    ------
    ParameterError
    """
    if clock is not None and not isinstance(clock, Clock):
        raise ParameterError(f"{owner}: clock = {repr(clock)[:40]} is no clock; write e.g. clock=Clock(dt=0.1*ms)")
    if dt is not None:
        if clock is not None:
            raise ParameterError(f"{owner}: clock has a time step, and dt = {dt} is another one; leave one of them out")
        DT.check(owner, "dt", dt)
