"""Leaky integrate-and-fire neuron of NIR with synaptic currents,

    tau_syn dI/dt = w_in S - I        tau_mem dv/dt = v_leak - v + r I,

in time steps during which the input S is constant. With the difference D = I - w_in S before the step,

    I <- w_in S + (1 - a_syn) D       v <- v + a_mem (v_leak + r w_in S - v) + r k D.

exact: a = 1 - exp(-dt/tau) and k = (exp(-dt/tau_syn) - exp(-dt/tau_mem)) tau_syn/(tau_syn - tau_mem), which goes to
dt/tau exp(-dt/tau) for equal time constants. euler: a = dt/tau, the current first and the potential with the new
current, k = a_mem (1 - a_syn), as snnTorch and Lava compute; Norse takes the old current.
The neuron fires where v > v_threshold, and the reset follows in the same step. All is a pure number but time. S_syn
collects the weights of the spikes of a step and is empty after it.
"""

from brian2 import ms

from brainnet import NeuronModel, Parameter
from brainnet.pairing import NIR_RESET

nir_cubalif = NeuronModel(
    name="nir_cubalif",
    summary="leaky integrate-and-fire neuron of NIR with synaptic currents",
    equations="""dv/dt = (a_mem*(v_leak + r*goal - v) + r*k*(I - goal))/dt : 1
                 dI/dt = a_syn*(goal - I)/dt : 1
                 goal = w_in*(S_syn + S_ext) : 1
                 dS_syn/dt = -S_syn/dt : 1""",  # dt cancels
    method="euler",
    parameters={
        "tau_syn": Parameter(5 * ms, "time constant of the current", above=0 * ms),
        "tau_mem": Parameter(10 * ms, "time constant of the potential", above=0 * ms),
        "r": Parameter(1.0, "resistance"),
        "v_leak": Parameter(0.0, "potential at rest"),
        "w_in": Parameter(1.0, "weight of the input"),
        "S_ext": Parameter(0.0, "input besides spikes"),
        "v_init": Parameter(0.0, "potential at the start"),
    },
    initial={"v": "v_init"},
    variants={
        "step": {
            "exact": {
                "equations": """a_syn = -expm1(-dt/tau_syn) : 1
                                a_mem = -expm1(-dt/tau_mem) : 1
                                k = exp(-dt/tau_mem)*dt/tau_mem*exprel(dt/tau_mem - dt/tau_syn) : 1""",
                "meaning": "solution for an input constant in the step",
            },
            "euler": {
                "equations": """a_syn = dt/tau_syn : 1
                                a_mem = dt/tau_mem : 1
                                k = a_mem*(1 - a_syn) : 1""",
                "meaning": "forward Euler, current before potential",
            },
        },
        "reset": NIR_RESET,
    },
    source="Pedersen et al. 2024, Nature Communications 15:8122, doi:10.1038/s41467-024-52259-9, and its "
    "program: neuromorphs/NIR, nir/ir/neuron.py (CubaLI, CubaLIF)",
)
