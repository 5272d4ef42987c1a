"""Voltage-based STDP: presynaptic spikes X and the postsynaptic membrane potential v change the weight.

    dw/dt = -A_LTD X(t) [u_minus]+ + A_LTP x [v - theta_plus]+ [u_plus]+
    tau_minus du_minus/dt = v_past - theta_minus - u_minus      tau_x dx/dt = -x + X(t)
    tau_plus du_plus/dt = v_past - theta_minus - u_plus

The low-passed potentials u_minus and u_plus are counted from theta_minus, where they start. They follow `v_past`, the
potential before the present spike: the delay is not in the text of the paper but in the program of its authors. `x`
below is tau_x x of the paper. Between spikes of the presynaptic neuron w follows v in every step. Potential and past
are read from the postsynaptic group, such as `adex`. Potentials held at v since long, and one presynaptic spike, give

    dw = -A_LTD (v - theta_minus) + A_LTP (v - theta_plus) (v - theta_minus)        (both differences positive)

Amplitudes are in units of w_max. With homeostasis A_LTD grows with the mean depolarisation.
"""

from brian2 import ms, mV, second

from brainnet import Parameter, SynapseModel

clopath_stdp = SynapseModel(
    name="clopath_stdp",
    summary="spike-timing-dependent plasticity by the postsynaptic membrane potential",
    # Euler steps: each variable times its decay; w stops at its bounds.
    equations="""pair = clip(v_post - theta_plus, 0*volt, 1*volt)*clip(u_plus, 0*volt, 1*volt) : volt**2
                 LTP = A_LTP*w_max*x*pair/tau_x : {unit}/second
                 dw/dt = (clip(w + dt*LTP, w_min, w_max) - w)/dt : {unit} (clock-driven)
                 dx/dt = -(1 - exp(-dt/tau_x))*x/dt : 1 (clock-driven)
                 du_minus/dt = (1 - exp(-dt/tau_minus))*(v_past_post - theta_minus - u_minus)/dt : volt (clock-driven)
                 du_plus/dt = (1 - exp(-dt/tau_plus))*(v_past_post - theta_minus - u_plus)/dt : volt (clock-driven)""",
    on_pre="{onto}_post += w\nw -= A_LTD*LTD_share*w_max*clip(u_minus, 0*volt, 1*volt)\nx += 1",
    method="euler",
    bounds=("w_min", "w_max"),
    parameters={
        "A_LTD": Parameter(14e-5 / mV, "amplitude of depression", low=0 / mV),
        "A_LTP": Parameter(8e-5 / mV**2, "amplitude of potentiation", low=0 / mV**2),
        "theta_minus": Parameter(-70.6 * mV, "potential above which the low-passed ones count"),
        "theta_plus": Parameter(-45.3 * mV, "potential above which v potentiates"),
        "tau_x": Parameter(15 * ms, "time constant of the presynaptic trace", above=0 * ms),
        "tau_minus": Parameter(10 * ms, "time constant of u_minus", above=0 * ms),
        "tau_plus": Parameter(7 * ms, "time constant of u_plus", above=0 * ms),
        "w_min": Parameter(0.0, "smallest weight, in the unit of the driven variable"),
        "w_max": Parameter(1.0, "largest weight, in the unit of the driven variable"),
    },
    variants={
        "homeostasis": {
            "none": {"equations": "LTD_share = 1 : 1", "meaning": "A_LTD is constant"},
            "mean_depolarisation": {
                "equations": """du_mean/dt = (1 - exp(-dt/tau_mean))*(u_minus - u_mean)/dt : volt (clock-driven)
                                LTD_share = u_mean**2/u_ref**2 : 1""",
                "parameters": {
                    "tau_mean": Parameter(1 * second, "time that the depolarisation is averaged over", above=0 * ms),
                    "u_ref": Parameter(60**0.5 * mV, "mean depolarisation at which A_LTD holds", above=0 * mV),
                },
                "meaning": "A_LTD grows with the square of the mean of u_minus",
            },
        },
    },
    source="Clopath, Busing, Vasilaki & Gerstner 2010, Nat. Neurosci. 13:344, doi:10.1038/nn.2479, eqs. 1 to 3, "
    "table 1 (visual cortex); "
    "delay: ModelDB 144566, VoTriCode/aEIF.m",
)
