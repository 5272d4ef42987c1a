"""Leaky integrate-and-fire neuron.

From rest, a constant current I_ext above rheobase fires with the interval

    t_ref + tau_m ln(R_m I_ext / (R_m I_ext - (v_th - E_L)))        (reset = zero, v_reset = E_L)

An exponential current of amplitude w makes the potential

    R_m w tau_s / (tau_m - tau_s) (exp(-t/tau_m) - exp(-t/tau_s))

which peaks at tau_m tau_s / (tau_m - tau_s) ln(tau_m/tau_s).
During the refractory time v is held; input currents and conductances go on decaying. On the grid of time steps the step
of the spike counts as the first of t_ref, and the threshold is met at the end of a step.
"""

from brian2 import Mohm, ms, mV, nA

from brainnet import NeuronModel, Parameter

lif = NeuronModel(
    name="lif",
    summary="leaky integrate-and-fire neuron with absolute refractoriness",
    equations="dv/dt = (E_L - v + R_m*(I_ext + I_syn))/tau_m : volt (unless refractory)",
    method="exact",
    threshold="v >= v_th",
    refractory="t_ref",
    parameters={
        "tau_m": Parameter(20 * ms, "membrane time constant", above=0 * ms),
        "R_m": Parameter(100 * Mohm, "membrane resistance", above=0 * Mohm),
        "E_L": Parameter(-70 * mV, "resting potential"),
        "v_th": Parameter(-50 * mV, "threshold"),
        "t_ref": Parameter(2 * ms, "absolute refractory time", low=0 * ms),
        "I_ext": Parameter(0 * nA, "external current"),
    },
    initial={"v": "E_L"},
    variants={
        "synapse": {
            "delta": {"equations": "I_syn = 0*amp : amp", "meaning": "input jumps the potential: onto='v'"},
            "current": {
                "equations": "dI_syn/dt = -I_syn/tau_s : amp",
                "parameters": {"tau_s": Parameter(5 * ms, "decay of the synaptic current", above=0 * ms)},
                "meaning": "exponential currents: onto='I_syn'",
            },
            "conductance": {
                "equations": """I_syn = g_e*(E_e - v) + g_i*(E_i - v) : amp
                                dg_e/dt = -g_e/tau_e : siemens
                                dg_i/dt = -g_i/tau_i : siemens""",
                "method": "rk2",  # not linear in (v, g): no exact solution
                "parameters": {
                    "tau_e": Parameter(5 * ms, "decay of the excitatory conductance", above=0 * ms),
                    "tau_i": Parameter(10 * ms, "decay of the inhibitory conductance", above=0 * ms),
                    "E_e": Parameter(0 * mV, "excitatory reversal potential"),
                    "E_i": Parameter(-80 * mV, "inhibitory reversal potential"),
                },
                "meaning": "exponential conductances: onto='g_e' or 'g_i'",
            },
        },
        "reset": {
            "zero": {
                "reset": "v = v_reset",
                "parameters": {"v_reset": Parameter(-70 * mV, "potential after a spike")},
                "meaning": "to v_reset",
            },
            "subtract": {"reset": "v -= v_th - E_L", "meaning": "by subtraction: keeps what exceeds the threshold"},
        },
    },
    source="Gerstner, Kistler, Naud & Paninski 2014, Neuronal Dynamics, doi:10.1017/CBO9781107447615, "
    "sec. 1.3 (membrane) and 3.1 (synapses)",
)
