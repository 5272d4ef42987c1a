"""Variables of neurons that hold what another variable was some time ago."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from brian2 import Quantity, have_same_dimensions, second

from brainnet.brian import CodeRunner
from brainnet.errors import ParameterError, nearest

if TYPE_CHECKING:
    from brian2 import NeuronGroup

    from brainnet.brian import Equations
    from brainnet.values.parameter import Parameter

__all__ = ["check_past", "keep_past"]

Past = Mapping[str, tuple[str, str]]


def check_past(owner: str, past: Past, equations: Equations, parameters: Mapping[str, Parameter]) -> None:
    """Refuse a past of what is no variable, or by what is no time.

    Raises
    ------
    ParameterError
    """
    for name, (variable, delay) in past.items():
        for word in (name, variable):
            if word not in equations.names:
                raise ParameterError(f"{owner}: past of {word!r}, no variable; {nearest(word, equations.names)}")
        if equations[name].type != "parameter" or equations[name].dim is not equations[variable].dim:
            raise ParameterError(
                f"{owner}: {name} is to hold the past of {variable}; declare it as a variable without an equation, "
                f"with the unit of {variable}"
            )
        if delay not in parameters:
            raise ParameterError(f"{owner}: past by {delay!r}, no parameter; {nearest(delay, parameters)}")
        time = parameters[delay].value
        if not have_same_dimensions(time, second) or np.ndim(time) or not 0 <= float(time) < np.inf:
            raise ParameterError(f"{owner}: {delay} = {time} is not one time of at least 0*ms; write e.g. 4*ms")


def keep_past(group: NeuronGroup, past: Past, delays: Mapping[str, Quantity]) -> None:
    """Let variables of a group hold the past of others: a ring of earlier values per neuron.

    At the start of a step at t they get the value at t - delay; while t < delay they keep their initial value. The
    delay is rounded to steps.
    """
    for name, (variable, delay) in past.items():
        steps = round(float(delays[delay]) / float(group.clock.dt_))
        if steps == 0:
            _Keeper(group, f"{name} = {variable}", name)
            continue
        ring, slot, n = f"{name}_ring", f"{name}_slot", len(group)
        group.variables.add_array(slot, size=n, dtype=np.int32, unique=True)
        group.variables.add_array(
            ring,
            size=n * steps,
            dimensions=group.variables[variable].dim,
            dtype=group.variables[name].dtype,
            index=slot,
        )
        _Keeper(group, f"{slot} = i + {n}*(timestep(t, dt) % {steps})", slot, order=-2)
        late = f"int(timestep(t, dt) >= {steps})"
        _Keeper(group, f"{name} = {late}*{ring} + (1 - {late})*{name}\n{ring} = {variable}", name, order=-1)


class _Keeper(CodeRunner):
    """Code of a group at the start of each step, for the time step that the group was made with."""

    def __init__(self, group: NeuronGroup, code: str, label: str, order: int = -1) -> None:
        super().__init__(
            group,
            "stateupdate",
            code=code,
            clock=group.clock,
            when="start",
            order=order,
            name=f"{group.name}_{label}*",
        )
        self.dt_made = float(group.clock.dt_)
        group.contained_objects.append(self)

    def before_run(self, run_namespace: Any) -> None:
        if float(self.group.clock.dt_) != self.dt_made:
            raise ParameterError(
                f"{self.group.name} keeps past values for steps of {self.dt_made * 1e3:g} ms, and dt is now "
                f"{float(self.group.clock.dt_) * 1e3:g} ms; set defaultclock.dt before the group is made"
            )
        super().before_run(run_namespace)
