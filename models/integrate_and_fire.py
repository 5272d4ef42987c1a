"""Integrate-and-fire neuron in discrete time: what a ReLU unit becomes.

Each time step adds the input I to v; at the threshold the neuron fires. All quantities are pure numbers.
From v = 0, a constant input z >= 0 and v_th = 1 give, after T steps,

    reset = subtract               floor(T z) spikes, for z <= 1
    reset = subtract, v_init = 1/2 clip(floor(T z + 1/2), 0, T) spikes
    reset = zero                   one spike every ceil(1/z) steps

whether or not T z and 1/z are whole: sums within 1e-9 of the threshold count as reaching it, since ten times 0.1 adds
up to 0.9999999999999999. (In float32 sums are rounded more coarsely, and a whole T z can come out one short.)
With reset = zero whatever lies above the threshold is lost, which is why z = 0.99 fires at every second step only.
"""

from brainnet import NeuronModel, Parameter
from brainnet.pairing import RESET

integrate_and_fire = NeuronModel(
    name="integrate_and_fire",
    summary="integrate-and-fire neuron without leak, in discrete time",
    equations="dv/dt = I/dt : 1",  # dt cancels: v grows by I in each step
    method="euler",
    threshold="v >= v_th*(1 - 1e-9)",
    parameters={
        "I": Parameter(0.0, "input per time step"),
        "v_th": Parameter(1.0, "threshold", above=0.0),
        "v_init": Parameter(0.0, "membrane potential at the start"),
    },
    initial={"v": "v_init"},
    variants={"reset": RESET},
    source="Rueckauer et al. 2017, Front. Neurosci. 11:682, doi:10.3389/fnins.2017.00682, eqs. 1 to 5; "
    "v_init = 1/2: Bu et al. 2022, ICLR, doi:10.48550/arXiv.2303.04347, eqs. 16 and 17",
)
