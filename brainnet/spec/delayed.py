"""A variable as it was some time ago, in equations: a function with a memory, on every target.

    u_late = delayed(u, i, t_in_timesteps, timestep(d, dt)) : volt (constant over dt)

``constant over dt`` lets it be called once a time step, which it must be. Before d has passed, the value is the first.
"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
from brian2 import Function

__all__ = ["DelayLine"]

_numbers = itertools.count()

# A neuron's cells lie side by side. The step decides which one is the oldest: it is read, and written anew.
_CPP = """
static inline double %NAME%(double now, int64_t index, int64_t step, int64_t steps)
{
    static std::vector<double> cells;
    if (steps <= 0)
        return now;
    if (cells.size() < (size_t)((index + 1) * steps))
        cells.resize((index + 1) * steps, now);
    double& cell = cells[index * steps + step % steps];
    const double then = cell;
    cell = now;
    return then;
}
"""

_CYTHON = """
cdef object %NAME%_cells = []

cdef double %NAME%(double now, int64_t index, int64_t step, int64_t steps):
    if steps <= 0:
        return now
    while len(%NAME%_cells) < (index + 1) * steps:
        %NAME%_cells.append(now)
    cdef int64_t place = index * steps + step % steps
    cdef double then = %NAME%_cells[place]
    %NAME%_cells[place] = now
    return then
"""


class DelayLine:
    """Declares that equations call a function of a variable's past; see above.

    Put into ``functions`` of a `NeuronModel`; each group gets a memory of its own. Arguments in equations: the
    variable, ``i``, ``t_in_timesteps``, and the number of time steps. ``store`` and ``restore`` do not know of it.
    """

    def __repr__(self) -> str:
        return "DelayLine()"

    def function(self) -> Function:
        """Make the function for one group."""
        cells: dict[str, np.ndarray] = {}

        def delayed(now: Any, index: Any, step: Any, steps: Any) -> Any:
            if steps <= 0:
                return now
            values = np.asarray(now)
            if "all" not in cells:
                cells["all"] = np.repeat(values[None], steps, axis=0)
            place = int(step) % int(steps)
            then = cells["all"][place].copy()
            cells["all"][place] = values
            return then

        made = Function(
            delayed,
            arg_units=[None, 1, 1, 1],
            arg_types=["float", "integer", "integer", "integer"],
            return_unit=lambda now, *_: now,
            return_type="float",
            stateless=False,
        )
        name = f"_brainnet_delayed_{next(_numbers)}"
        for target, code in (("cpp", _CPP), ("cython", _CYTHON)):
            made.implementations.add_implementation(target, code.replace("%NAME%", name), name=name)
        return made
