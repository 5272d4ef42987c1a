"""Tempotron: a neuron that decides by whether it fires at all during a trial.

A spike through a synapse of weight w makes the potential w K(s), with

    K(s) = V_0 (exp(-s/tau) - exp(-s/tau_s))        V_0 = eta^(eta/(eta - 1)) / (eta - 1), eta = tau/tau_s

whose maximum is 1, reached at s = tau tau_s / (tau - tau_s) ln(tau/tau_s). Synapses drive psc. After its first spike
the neuron takes no further input, and the potential runs out from what has arrived before (shunt); or it does not fire,
and the potential goes on, to read its maximum (free). A trial begins with a new group. The weights are learned by
`brainnet.learn.Tempotron`.
"""

from brian2 import ms

from brainnet import NeuronModel, Parameter

tempotron = NeuronModel(
    name="tempotron",
    summary="leaky integrator of double-exponential potentials that fires once",
    equations="""dv_free/dt = -v_free/tau + V_0*(1/tau_s - 1/tau)*psc : 1
                 dpsc/dt = -psc/tau_s : 1
                 V_0 = (tau/tau_s)**(tau/(tau - tau_s))/(tau/tau_s - 1) : 1""",
    method="exact",
    parameters={
        "tau": Parameter(15 * ms, "membrane time constant", above=0 * ms),
        "tau_s": Parameter(3.75 * ms, "decay of the synaptic current, less than tau", above=0 * ms),
        "v_th": Parameter(1.0, "threshold", above=0.0),
    },
    variants={
        "after_spike": {
            "shunt": {
                "equations": """v = int(fired < 0.5)*v_free + int(fired > 0.5)*v_kept : 1
                                dv_kept/dt = -v_kept/tau + V_0*(1/tau_s - 1/tau)*psc_kept : 1
                                dpsc_kept/dt = -psc_kept/tau_s : 1
                                fired : 1""",
                "threshold": "v >= v_th and fired < 0.5",
                "reset": """fired = 1
                            v_kept = v_free
                            psc_kept = psc""",
                "meaning": "later input has no effect",
            },
            "free": {"equations": "v = v_free : 1", "meaning": "never fires: v is the potential of the learning rule"},
        },
    },
    source="Gütig & Sompolinsky 2006, Nat. Neurosci. 9:420, doi:10.1038/nn1643, eq. 1 and Methods",
)
