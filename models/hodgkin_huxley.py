"""Hodgkin and Huxley's neuron: an action potential by sodium and potassium channels, for a patch of 10,000 um2.

    C dv/dt = -g_Na m**3 h (v - E_Na) - g_K n**4 (v - E_K) - g_L (v - E_L) + I_syn + I_ext

Each gate opens at the rate alpha and closes at beta: at a held potential it relaxes to alpha/(alpha + beta) with the
time constant 1/(alpha + beta). With onto="s", a spike of amplitude s makes a current I_syn = s t/tau_s exp(-t/tau_s).
Steps of 0.05 ms place a spike to 0.1 ms. `v_past` is v of t_past ago, longer than a spike lasts. Rates and values are
those of NEST's hh_psc_alpha: the equations of the paper with rest at -65 mV, E_L = -54.402 mV. `v_init` and `t_past`
are those of its test of the Clopath rule.
"""

from brian2 import ms, mV, nS, pA, pF

from brainnet import NeuronModel, Parameter

hodgkin_huxley = NeuronModel(
    name="hodgkin_huxley",
    summary="conductance-based neuron with sodium and potassium channels",
    # x/(1 - exp(-x)) = 1/exprel(-x), which is finite at x = 0.
    equations="""dv/dt = (g_Na*m**3*h*(E_Na - v) + g_K*n**4*(E_K - v) + g_L*(E_L - v) + I_syn + I_ext)/C : volt
                 dm/dt = alpha_m*(1 - m) - beta_m*m : 1
                 dh/dt = alpha_h*(1 - h) - beta_h*h : 1
                 dn/dt = alpha_n*(1 - n) - beta_n*n : 1
                 alpha_m = 1/exprel(-(v + 40*mV)/(10*mV))/ms : Hz
                 beta_m = 4*exp(-(v + 65*mV)/(18*mV))/ms : Hz
                 alpha_h = 0.07*exp(-(v + 65*mV)/(20*mV))/ms : Hz
                 beta_h = 1/(1 + exp(-(v + 35*mV)/(10*mV)))/ms : Hz
                 alpha_n = 0.1/exprel(-(v + 55*mV)/(10*mV))/ms : Hz
                 beta_n = 0.125*exp(-(v + 65*mV)/(80*mV))/ms : Hz
                 dI_syn/dt = (s - I_syn)/tau_s : amp
                 ds/dt = -s/tau_s : amp
                 v_past : volt""",
    method="exponential_euler",
    threshold="v >= 0*mV",
    refractory="v >= 0*mV",
    past={"v_past": ("v", "t_past")},
    parameters={
        "C": Parameter(100 * pF, "membrane capacitance", above=0 * pF),
        "g_Na": Parameter(12000 * nS, "sodium conductance", low=0 * nS),
        "g_K": Parameter(3600 * nS, "potassium conductance", low=0 * nS),
        "g_L": Parameter(30 * nS, "leak conductance", low=0 * nS),
        "E_Na": Parameter(50 * mV, "sodium reversal potential"),
        "E_K": Parameter(-77 * mV, "potassium reversal potential"),
        "E_L": Parameter(-54.402 * mV, "leak reversal potential"),
        "tau_s": Parameter(0.2 * ms, "rise of the synaptic current", above=0 * ms),
        "v_init": Parameter(-64.9 * mV, "potential at the start"),
        "t_past": Parameter(5 * ms, "how long ago v_past was", low=0 * ms),
        "I_ext": Parameter(0 * pA, "external current"),
    },
    initial={
        "v": "v_init",
        "v_past": "v_init",
        "m": "alpha_m/(alpha_m + beta_m)",
        "h": "alpha_h/(alpha_h + beta_h)",
        "n": "alpha_n/(alpha_n + beta_n)",
    },
    source="Hodgkin & Huxley 1952, J. Physiol. 117:500, doi:10.1113/jphysiol.1952.sp004764, eqs. 25 and 26; rates, "
    "values, synaptic current: NEST, hh_psc_alpha (nest/nest-simulator, models/hh_psc_alpha.cpp)",
)
