"""Modulated STDP of reinforcement learning: pairs of spikes xi change the weight in proportion to the reward r(t).

    eligibility = none     dw/dt = gamma r xi                                         MSTDP
    eligibility = trace    dw/dt = gamma r z,  tau_z dz/dt = -z + xi                  MSTDPET

xi is additive pair STDP; A_minus is negative, as in the paper. `z` below is tau_z z of the paper. r is constant between
rewards: each spike of the rewarding group (`brainnet.pairing.reward`) reads a new one from the function ``signal``, a
`TimedArray` that ``connect(..., namespace={"signal": ...})`` supplies. With baseline = running_mean it is the signal
minus its mean over about n_mean earlier rewards. Between events the solution is exact.

gamma is that of the paper's exclusive or by rates, MSTDP: 0.1 mV with weights up to 5 mV. Of w_max, the paper has 0.125
for MSTDPET there, and by spike times 0.001 and 0.025.
"""

from brian2 import TimedArray, ms, second

from brainnet import Parameter, SynapseModel, Trace
from brainnet.pairing import DELAY_SITE, PAIRING

SINCE_LAST_EVENT = """w = clip(w + gamma*r*z*(1 - exp((t_event - t)/tau_z)), w_min, w_max)
                      z *= exp((t_event - t)/tau_z)
                      t_event = t
"""

florian_stdp = SynapseModel(
    name="florian_stdp",
    summary="spike-timing-dependent plasticity modulated by a reward signal",
    equations="w : {unit}\nz : {unit}\nr : 1\nt_event : second",
    traces={
        "P_plus": Trace("pre", tau="tau_plus", meaning="what a presynaptic spike leaves"),
        "P_minus": Trace("post", tau="tau_minus", meaning="what a postsynaptic spike leaves"),
    },
    bounds=("w_min", "w_max"),
    parameters={
        "tau_plus": Parameter(20 * ms, "time constant of potentiation", above=0 * ms),
        "tau_minus": Parameter(20 * ms, "time constant of depression", above=0 * ms),
        "A_plus": Parameter(1.0, "amplitude of potentiation"),
        "A_minus": Parameter(-1.0, "amplitude of depression, negative"),
        "gamma": Parameter(0.02, "learning rate, in units of w_max"),
        "tau_z": Parameter(25 * ms, "time constant of the eligibility", above=0 * ms),
        "polarity": Parameter(1, "-1 for inhibitory synapses, whose w is the size of the weight", choices=(-1, 1)),
        "w_min": Parameter(0.0, "smallest weight, in the unit of the driven variable"),
        "w_max": Parameter(1.0, "largest weight, in the unit of the driven variable"),
    },
    functions={"signal": TimedArray([0.0], dt=1 * second)},
    variants={
        "eligibility": {
            "none": {
                "on_pre": "{onto}_post += polarity*w\nw += polarity*gamma*r*w_max*A_minus*P_minus",
                "on_post": "w += polarity*gamma*r*w_max*A_plus*P_plus",
                "meaning": "MSTDP: reward counts at the spikes",
            },
            "trace": {
                "on_pre": SINCE_LAST_EVENT + "{onto}_post += polarity*w\nz += polarity*w_max*A_minus*P_minus",
                "on_post": SINCE_LAST_EVENT + "z += polarity*w_max*A_plus*P_plus",
                "meaning": "MSTDPET: reward counts while the eligibility lasts",
            },
        },
        "baseline": {
            "none": {"on_reward": SINCE_LAST_EVENT + "r = signal(t)", "meaning": "the reward itself"},
            "running_mean": {
                "equations": "r_mean : 1",
                "on_reward": SINCE_LAST_EVENT + "r = signal(t) - r_mean\nr_mean += r/n_mean",
                "parameters": {"n_mean": Parameter(10.0, "rewards that the mean runs over", low=1.0)},
                "meaning": "reward minus its running mean",
            },
        },
        "pairing": PAIRING,
        "delay_site": DELAY_SITE,
    },
    source="Florian 2007, Neural Comput. 19:1468, doi:10.1162/neco.2007.19.6.1468, sec. 3; gamma: sec. 4.2, as in "
    "IlliquidAsset/seeded-plasticity-test, ladder/florian.py; baseline: Fremaux, "
    "Sprekeler & Gerstner 2010, "
    "J. Neurosci. 30:13326, doi:10.1523/JNEUROSCI.6249-09.2010, abstract (reward minus expected reward)",
)
