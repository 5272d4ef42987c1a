"""Reward-modulated STDP: pairs of spikes leave an eligibility c, and dopamine d turns it into weight.

    dc/dt = -c/tau_c + pair STDP      dd/dt = -d/tau_d + doses      dw/dt = c (d_tonic + d)

A pair that leaves the eligibility A, and a dose D given s later, change the weight in the end by

    A D exp(-s/tau_c) tau_c tau_d/(tau_c + tau_d)      and by A d_tonic tau_c without any dose

c, d and w hold as of the last event of the synapse (a spike of either side, or a dose); between events their solution
is exact, so that nothing is integrated in steps. A dose comes from a group of neurons: `brainnet.pairing.reward`.

Programs differ: a reward is 5 Hz in Brian2's example (5e-3 over 1 ms), and no dopamine is tonic there; in the paper's
program it is 50 Hz and 0.2 Hz are tonic (0.5 and 0.002 over 10 ms), which `distal_reward` uses.
"""

from brian2 import Hz, ms

from brainnet import Parameter, SynapseModel, Trace
from brainnet.pairing import DELAY_SITE, PAIRING, WEIGHT_DEPENDENCE

SINCE_LAST_EVENT = """remaining = exp((t_event - t)/tau_c)
                      d_remaining = exp((t_event - t)/tau_d)
                      gain = d*tau_cd*(1 - remaining*d_remaining) + d_tonic*tau_c*(1 - remaining)
                      w = clip(w + c*gain, w_min, w_max)
                      c *= remaining
                      d *= d_remaining
                      t_event = t
"""

reward_stdp = SynapseModel(
    name="reward_stdp",
    summary="spike-timing-dependent plasticity gated by dopamine through an eligibility trace",
    equations="""w : {unit}
                 c : {unit}
                 d : hertz
                 t_event : second
                 tau_cd = tau_c*tau_d/(tau_c + tau_d) : second""",
    traces={
        "x": Trace("pre", tau="tau_plus", meaning="what a presynaptic spike leaves"),
        "y": Trace("post", tau="tau_minus", meaning="what a postsynaptic spike leaves"),
    },
    on_pre=SINCE_LAST_EVENT + "{onto}_post += w\nc -= A_minus*F_minus*y",
    on_post=SINCE_LAST_EVENT + "c += A_plus*F_plus*x",
    on_reward=SINCE_LAST_EVENT + "d += dose",
    bounds=("w_min", "w_max"),
    parameters={
        "tau_plus": Parameter(20 * ms, "time constant of potentiation", above=0 * ms),
        "tau_minus": Parameter(20 * ms, "time constant of depression", above=0 * ms),
        "A_plus": Parameter(0.1, "amplitude of potentiation"),
        "A_minus": Parameter(0.15, "amplitude of depression"),
        "tau_c": Parameter(1000 * ms, "time constant of the eligibility", above=0 * ms),
        "tau_d": Parameter(200 * ms, "time constant of dopamine", above=0 * ms),
        "dose": Parameter(5 * Hz, "dopamine that one reward adds"),
        "d_tonic": Parameter(0 * Hz, "dopamine that is always there", low=0 * Hz),
    },
    variants={"pairing": PAIRING, "weight_dependence": WEIGHT_DEPENDENCE, "delay_site": DELAY_SITE},
    source="Izhikevich 2007, Cereb. Cortex 17:2443, doi:10.1093/cercor/bhl152, eqs. 1 and 2; amplitudes: its "
    "program, colleenpamchen/Computational-Neuroscience-class, daspnet.m; dose: "
    "brian-team/brian2, examples/frompapers/Izhikevich_2007.py",
)
