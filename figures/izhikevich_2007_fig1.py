"""Izhikevich 2007, fig. 1: a reward that comes seconds late finds its synapse, doi:10.1093/cercor/bhl152.

Deviations: the paper draws one synapse's course and the hour of reinforcement; here the first panel is what remains of
one pair of spikes against the delay of the reward, simulated, and theirs by integrating the paper's equations 1 and 2.
In the others, theirs is the bound of 4 mV that the rewarded synapse reaches within the hour. The small size has 100
neurons and 3000 s, six million steps: 16 to 73 s in C++ on a shared core, 40 minutes on numpy, where it is refused.
"""

import numpy as np
from brian2 import Hz, Network, SpikeGeneratorGroup, ms, second
from scipy.sparse import identity

from brainnet import build, figure, models, protocols
from brainnet.pairing import reward
from brainnet.plot import new_figure, part
from brainnet.plot.plastic_networks import reward_panels
from brainnet.targets import fresh

PAIR, DOSE = 10.0, 10.0  # ms between the spikes; Hz


def credit(delays):
    """Change of the weight by one pair of spikes that is rewarded after `delays` (s), and its closed form."""
    n, last = len(delays), float(np.max(delays)) + 0.1
    post = last - delays
    which = np.arange(n)
    sources = [SpikeGeneratorGroup(n, which, times * second, dt=1 * ms) for times in (post - PAIR / 1000, post)]
    dopamine = SpikeGeneratorGroup(1, [0, 0], [last, last + 10] * second, dt=1 * ms)  # the last one settles weights
    rule = models.reward_stdp(dose=DOSE * Hz, w_max=10.0)
    synapses = rule.connect(*sources, identity(n), onto=None)
    build(Network(*sources, dopamine, synapses, reward(dopamine, synapses)), (last + 10.01) * second).run()
    tau_cd = 1.0 * 0.2 / 1.2
    return np.asarray(synapses.w) - 1.0, 0.1 * 10 * np.exp(-PAIR / 20) * DOSE * np.exp(-delays / 1.0) * tau_cd


@figure(
    doi="10.1093/cercor/bhl152",
    title="Izhikevich 2007, Cereb. Cortex 17:2443, fig. 1: distal reward",
    target="cpp",
)
def izhikevich_2007_fig1(quick, seed, data):
    """Credit against the delay of the reward; the rewarded synapse among all others, and their weights in the end."""
    drawn, axes = new_figure(1, 3, figsize=(13, 3.8))
    single, course, histogram = axes.flat
    delays = np.arange(0.25, 5.01, 0.25)
    with fresh():
        ours, theirs = credit(delays)
    single.plot(delays, theirs, color="black", label="theirs: equations 1 and 2, integrated")
    single.plot(delays, ours, "o", color="C0", label="ours, simulated")
    single.axvspan(1, 3, color="0.92", zorder=0, label="delays of the experiment")
    single.set(xlabel="delay of the reward (s)", ylabel="change of the weight", ylim=(0, None))
    with fresh():
        reward_panels(course, histogram, protocols.distal_reward(quick=quick, seed=seed))
    part(drawn, "bound").set_label("theirs: the bound, within the hour")
    for axis in axes.flat:
        axis.legend(loc="upper center", bbox_to_anchor=(0.5, -0.18), fontsize=8)
    return drawn
