"""Leaky integrate-and-fire neuron whose threshold rises with every spike and decays back.

Under a constant current the interval grows from the first spike to the last, where the threshold before a spike
settles at v_th + delta exp(-T/tau_theta) / (1 - exp(-T/tau_theta)) for a stationary interval T.
"""

from brian2 import Mohm, ms, mV, nA

from brainnet import NeuronModel, Parameter

adaptive_lif = NeuronModel(
    name="adaptive_lif",
    summary="leaky integrate-and-fire neuron with adaptive threshold",
    equations="""dv/dt = (E_L - v + R_m*I_ext)/tau_m : volt (unless refractory)
                 dtheta/dt = -theta/tau_theta : volt""",
    method="exact",
    threshold="v >= v_th + theta",
    reset="v = v_reset\ntheta += delta",
    refractory="t_ref",
    parameters={
        "tau_m": Parameter(20 * ms, "membrane time constant", above=0 * ms),
        "tau_theta": Parameter(100 * ms, "decay of the threshold", above=0 * ms),
        "R_m": Parameter(100 * Mohm, "membrane resistance", above=0 * Mohm),
        "E_L": Parameter(-70 * mV, "resting potential"),
        "v_th": Parameter(-50 * mV, "threshold at rest"),
        "v_reset": Parameter(-70 * mV, "potential after a spike"),
        "delta": Parameter(2 * mV, "rise of the threshold with a spike", low=0 * mV),
        "t_ref": Parameter(2 * ms, "absolute refractory time", low=0 * ms),
        "I_ext": Parameter(0 * nA, "external current"),
    },
    initial={"v": "E_L"},
    source="Gerstner, Kistler, Naud & Paninski 2014, Neuronal Dynamics, doi:10.1017/CBO9781107447615, "
    "sec. 6.1 (dynamic threshold)",
)
