"""Leaky integrate-and-fire neuron of NIR, tau dv/dt = v_leak - v + r S, in steps during which the input S is constant.

One step moves v towards v_leak + r S by the share a of the way: 1 - exp(-dt/tau) solves the equation exactly, dt/tau is
the Euler step that snnTorch, Norse and Lava compute. After n steps of S_ext = z from v = v_leak

    v = v_leak + r z (1 - (1 - a)^n).

The neuron fires where v > v_threshold, and the reset follows in the same step. All is a pure number but time. S_syn
collects the weights of the spikes of a step and is empty after it.
"""

from brian2 import ms

from brainnet import NeuronModel, Parameter
from brainnet.pairing import NIR_RESET

nir_lif = NeuronModel(
    name="nir_lif",
    summary="leaky integrate-and-fire neuron of NIR",
    equations="""dv/dt = a*(v_leak - v + r*(S_syn + S_ext))/dt : 1
                 dS_syn/dt = -S_syn/dt : 1""",  # dt cancels
    method="euler",
    parameters={
        "tau": Parameter(10 * ms, "time constant", above=0 * ms),
        "r": Parameter(1.0, "resistance"),
        "v_leak": Parameter(0.0, "potential at rest"),
        "S_ext": Parameter(0.0, "input besides spikes"),
        "v_init": Parameter(0.0, "potential at the start"),
    },
    initial={"v": "v_init"},
    variants={
        "step": {
            "exact": {"equations": "a = -expm1(-dt/tau) : 1", "meaning": "solution for an input constant in the step"},
            "euler": {"equations": "a = dt/tau : 1", "meaning": "forward Euler, as most frameworks train"},
        },
        "reset": NIR_RESET,
    },
    source="Pedersen et al. 2024, Nature Communications 15:8122, doi:10.1038/s41467-024-52259-9, and its "
    "program: neuromorphs/NIR, nir/ir/neuron.py (LI, LIF)",
)
