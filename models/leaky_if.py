"""Leaky integrate-and-fire neuron in discrete time: what a ReLU unit becomes where membranes leak.

Each time step v decays by exp(-dt/tau_m) and takes up its input, the constant I and the spikes g of the step; at the
threshold the neuron fires. All quantities but tau_m are pure numbers. From v = 0 a constant input z gives after k steps
without a spike

    v = z (1 - exp(-k dt/tau_m)) / (1 - exp(-dt/tau_m))

so that inputs below 1 - exp(-dt/tau_m) never fire: rates are those of `integrate_and_fire` only for tau_m much longer
than the intervals between spikes.
"""

from brian2 import ms

from brainnet import NeuronModel, Parameter
from brainnet.pairing import RESET

leaky_if = NeuronModel(
    name="leaky_if",
    summary="leaky integrate-and-fire neuron in discrete time",
    # Euler steps of these are v <- exp(-dt/tau_m) v + I + g and g <- 0.
    equations="""dv/dt = (I + g - (1 - exp(-dt/tau_m))*v)/dt : 1
                 dg/dt = -g/dt : 1""",
    method="euler",
    threshold="v >= v_th*(1 - 1e-9)",
    parameters={
        "I": Parameter(0.0, "input per time step"),
        "v_th": Parameter(1.0, "threshold", above=0.0),
        "v_init": Parameter(0.0, "membrane potential at the start"),
        "tau_m": Parameter(100 * ms, "membrane time constant", above=0 * ms),
    },
    initial={"v": "v_init"},
    variants={"reset": RESET},
    source="Rathi, Srinivasan, Panda & Roy 2020, ICLR, doi:10.48550/arXiv.2005.01807, and its program: "
    "nitin-rathi/hybrid-snn-conversion, self_models/vgg_spiking.py (leak, reset by subtraction)",
)
