"""Traub and Miles' neuron, simplified: action potentials by sodium and potassium channels, exponential conductances.

    C dv/dt = g_L (E_L - v) - g_Na m**3 h (v - E_Na) - g_K n**4 (v - E_K) + g_e (E_e - v) + g_i (E_i - v)

Each gate opens at the rate alpha and closes at beta, which depend on v - V_T: V_T moves the threshold. A spike of
weight w adds w to g_e or to g_i, which decay. The patch is 20,000 um2 large: 1 uF/cm2, and 0.05, 100 and 30 mS/cm2.
The membrane is integrated all the time; after v has come above v_th no other spike counts for t_ref.
"""

from brian2 import ms, mV, nS, pA, pF

from brainnet import NeuronModel, Parameter

traub_miles = NeuronModel(
    name="traub_miles",
    summary="conductance-based neuron with sodium and potassium channels and exponential synaptic conductances",
    # x/(exp(x) - 1) = 1/exprel(x), which is finite at x = 0.
    equations="""dv/dt = (g_L*(E_L - v) + g_Na*m**3*h*(E_Na - v) + g_K*n**4*(E_K - v)
                          + g_e*(E_e - v) + g_i*(E_i - v) + I_ext)/C : volt
                 dm/dt = alpha_m*(1 - m) - beta_m*m : 1
                 dh/dt = alpha_h*(1 - h) - beta_h*h : 1
                 dn/dt = alpha_n*(1 - n) - beta_n*n : 1
                 dg_e/dt = -g_e/tau_e : siemens
                 dg_i/dt = -g_i/tau_i : siemens
                 alpha_m = 1.28/exprel((V_T + 13*mV - v)/(4*mV))/ms : Hz
                 beta_m = 1.4/exprel((v - V_T - 40*mV)/(5*mV))/ms : Hz
                 alpha_h = 0.128*exp((V_T + 17*mV - v)/(18*mV))/ms : Hz
                 beta_h = 4/(1 + exp((V_T + 40*mV - v)/(5*mV)))/ms : Hz
                 alpha_n = 0.16/exprel((V_T + 15*mV - v)/(5*mV))/ms : Hz
                 beta_n = 0.5*exp((V_T + 10*mV - v)/(40*mV))/ms : Hz""",
    method="exponential_euler",
    threshold="v > v_th",
    refractory="t_ref",
    parameters={
        "C": Parameter(200 * pF, "membrane capacitance", above=0 * pF),
        "g_Na": Parameter(20000 * nS, "sodium conductance", low=0 * nS),
        "g_K": Parameter(6000 * nS, "potassium conductance", low=0 * nS),
        "g_L": Parameter(10 * nS, "leak conductance", low=0 * nS),
        "E_Na": Parameter(50 * mV, "sodium reversal potential"),
        "E_K": Parameter(-90 * mV, "potassium reversal potential"),
        "E_L": Parameter(-60 * mV, "leak reversal potential"),
        "V_T": Parameter(-63 * mV, "adjusts the threshold"),
        "v_th": Parameter(-20 * mV, "potential at which a spike is counted"),
        "t_ref": Parameter(3 * ms, "time after a spike in which no other one counts", low=0 * ms),
        "tau_e": Parameter(5 * ms, "decay of the excitatory conductance", above=0 * ms),
        "tau_i": Parameter(10 * ms, "decay of the inhibitory conductance", above=0 * ms),
        "E_e": Parameter(0 * mV, "excitatory reversal potential"),
        "E_i": Parameter(-80 * mV, "inhibitory reversal potential"),
        "I_ext": Parameter(0 * pA, "external current"),
    },
    initial={
        "v": "E_L",
        "m": "alpha_m/(alpha_m + beta_m)",
        "h": "alpha_h/(alpha_h + beta_h)",
        "n": "alpha_n/(alpha_n + beta_n)",
    },
    source="Brette et al. 2007, J. Comput. Neurosci. 23:349, doi:10.1007/s10827-007-0038-6, app. 2 (benchmark 3), "
    "after Traub & Miles 1991, Neuronal Networks of the Hippocampus, Cambridge University Press, "
    "doi:10.1017/CBO9780511895401; values: brian-team/brian2, examples/COBAHH.py",
)
