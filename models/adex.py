"""Adaptive exponential integrate-and-fire neuron with spike afterpotential and adaptive threshold.

    C dv/dt = -g_L (v - E_L) + g_L Delta_T exp((v - V_T)/Delta_T) - w_ad + z + I_ext
    tau_w dw_ad/dt = a (v - E_L) - w_ad      tau_z dz/dt = -z      tau_VT dV_T/dt = V_T_rest - V_T

At a spike w_ad += b, z = I_sp, V_T = V_T_max; v is held at v_peak for t_clamp, w_ad with it, and goes on from v_reset.
The held potential stands for the width of a spike, which rules that read v need. `v_past` is v of t_past ago, longer
than a spike lasts. Input that arrives during the spike is lost. In the paper v after a spike is fitted to the measured
one; v_reset = E_L + 21 mV is that of the public simulations of the rule.

Two values are printed differently in the sources. V_T_max: the authors' program (ModelDB 144566, VoTriCode/aEIF.m) lets
V_T jump to 20 mV above V_T_rest, which is -30.4 mV; with +30.4 mV, the default of NEST's aeif_psc_delta_clopath, the
neuron hardly fires (5 spikes at 1 nA for 500 ms, not 12). b: the program writes 0.0805 with the unit nA beside currents
in pA, and so computes with 0.0805 pA, with which the neuron does not adapt to a visible extent (27 spikes); 0.0805 nA
is the value of Brette & Gerstner 2005 and of NEST, and the default here. For the program's: ``adex(b=0.0805*pA)``.
"""

from brian2 import ms, mV, nS, pA, pF

from brainnet import NeuronModel, Parameter

adex = NeuronModel(
    name="adex",
    summary="adaptive exponential integrate-and-fire neuron with spikes of finite width",
    # Euler steps. One past the peak would overflow: v stops just above it, where the spike is noticed.
    equations="""since = timestep(t, dt) - timestep(lastspike, dt) : integer
                 held = int(since < timestep(t_clamp, dt)) : 1
                 freed = int(since == timestep(t_clamp, dt)) : 1
                 I = -g_L*(v - E_L) + g_L*Delta_T*exp(clip((v - V_T)/Delta_T, -100, 100)) - w_ad + z + I_ext : amp
                 step = clip(dt*I/C, -1*volt, v_peak + Delta_T - v) : volt
                 dv/dt = (int(held + freed == 0)*step + freed*(v_reset - v))/dt : volt
                 dw_ad/dt = (1 - held)*(a*(v - E_L) - w_ad)/tau_w : amp
                 dz/dt = -z/tau_z : amp
                 dV_T/dt = (V_T_rest - V_T)/tau_VT : volt
                 v_past : volt""",
    threshold="held == 0 and v >= v_peak",
    reset="v = v_peak\nw_ad += b\nz = I_sp\nV_T = V_T_max",
    refractory="t_clamp",
    past={"v_past": ("v", "t_past")},
    parameters={
        "C": Parameter(281 * pF, "membrane capacitance", above=0 * pF),
        "g_L": Parameter(30 * nS, "leak conductance", above=0 * nS),
        "E_L": Parameter(-70.6 * mV, "resting potential"),
        "Delta_T": Parameter(2 * mV, "slope factor", above=0 * mV),
        "V_T_rest": Parameter(-50.4 * mV, "threshold at rest"),
        "V_T_max": Parameter(-30.4 * mV, "threshold after a spike"),
        "tau_VT": Parameter(50 * ms, "decay of the threshold", above=0 * ms),
        "tau_w": Parameter(144 * ms, "time constant of adaptation", above=0 * ms),
        "a": Parameter(4 * nS, "subthreshold adaptation"),
        "b": Parameter(80.5 * pA, "adaptation that a spike adds"),
        "I_sp": Parameter(400 * pA, "spike afterpotential current"),
        "tau_z": Parameter(40 * ms, "decay of the afterpotential", above=0 * ms),
        "v_peak": Parameter(33 * mV, "potential that is a spike, and of a spike"),
        "v_reset": Parameter(-49.6 * mV, "potential after a spike"),
        "t_clamp": Parameter(2 * ms, "width of a spike", above=0 * ms),
        "t_past": Parameter(4 * ms, "how long ago v_past was", low=0 * ms),
        "I_ext": Parameter(0 * pA, "external current"),
    },
    initial={"v": "E_L", "v_past": "E_L", "V_T": "V_T_rest"},
    source="Clopath, Busing, Vasilaki & Gerstner 2010, Nat. Neurosci. 13:344, doi:10.1038/nn.2479, online methods, "
    "eqs. 1 to 3 and table 1; "
    "b: Brette & Gerstner 2005, J. Neurophysiol. 94:3637, doi:10.1152/jn.00686.2005, as in "
    "brian-team/brian2, examples/frompapers/Brette_Gerstner_2005.py",
)
