"""Neftci et al. 2014, Front. Neurosci. 7:272, figs. 3 and 4: noisy neurons and what small machines sample.

Deviations: steps of 0.5 ms (there 50 us), beta and gamma computed for them. The paper's points are not tabulated; its
fitted sigmoid, with beta = 2.04e9 /A and gamma = 8808 Hz, is drawn against the input in its own units.
"""

import numpy as np

from brainnet import figure, protocols
from brainnet.plot import part
from brainnet.plot.srbm import draw_sampling

BETA, GAMMA, T_REF = 2.04371561e9, np.exp(9.08343441), 4e-3  # theirs


@figure(
    doi="10.3389/fnins.2013.00272",
    title="Neftci et al. 2014, Front. Neurosci. 7:272, figs. 3 and 4: the sigmoid, and what small machines sample",
)
def neftci_2014_fig3(quick, seed, data):
    """Rates of noisy neurons against the sigmoid, and how often machines of 5 + 5 neurons meet each state."""
    experiment = protocols.srbm_sampling(quick=quick, seed=seed)
    drawn = draw_sampling(experiment)
    beta, gamma = float(experiment.beta), float(experiment.gamma)
    z = experiment.z.values
    current = (z - np.log(gamma * T_REF)) / beta
    theirs = 1 / (1 + np.exp(-BETA * current) / (GAMMA * T_REF))
    rates = part(drawn, "rates")
    rates.plot(z, theirs, ":", color="C1", label="theirs, same current")
    rates.legend(loc="upper left", fontsize=8)
    return drawn
