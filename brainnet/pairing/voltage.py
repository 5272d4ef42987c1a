"""What a voltage rule reads of its postsynaptic neuron: the membrane potential, filtered twice, some time ago.

    tau_minus du_minus/dt = u(t - delay_u) - u_minus        tau_plus du_plus/dt = u(t - delay_u) - u_plus

u is the membrane potential with the spike drawn in. The delay is longer than a spike, so that a spike does not see
itself. It is not in the paper, but in its program (ModelDB 144566).
"""

from __future__ import annotations

from brian2 import ms

from brainnet.spec import Parameter
from brainnet.spec.delayed import DelayLine

__all__ = ["DELAYED", "LOW_PASSED", "low_pass_parameters"]

DELAYED = {"delayed": DelayLine()}

LOW_PASSED = """
u_late = delayed(u, i, t_in_timesteps, timestep(delay_u, dt)) : volt (constant over dt)
du_minus/dt = (u_late - u_minus)/tau_minus : volt
du_plus/dt = (u_late - u_plus)/tau_plus : volt
"""


def low_pass_parameters(tau_minus: float, tau_plus: float, delay_u: float) -> dict[str, Parameter]:
    """Declare the parameters, from their values in milliseconds."""
    return {
        "tau_minus": Parameter(tau_minus * ms, "filter of the potential that depression reads", above=0 * ms),
        "tau_plus": Parameter(tau_plus * ms, "filter of the potential that potentiation reads", above=0 * ms),
        "delay_u": Parameter(delay_u * ms, "how late both are", low=0 * ms),
    }
