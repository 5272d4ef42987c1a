"""Spiking Boltzmann machines: answers.

1. Both: without a weight the exact distribution is that of independent neurons. The rest is the error of the sigmoid.
2. 11 gains and 10 and 01 lose: where one is on, the other is drawn on too. 11 is what it remembers.
3. The rate is no exact sigmoid, and the current of a spike decays, where a unit would give a constant one for as long
   as it is 1.
4. That of the state 11: v h is 1 there alone.

Exercise: measure the log odds at w = 2 with the same biases. It is nearly proportional to w, so that the ratio of the
two log odds times 2 is the weight.
"""

import numpy as np


def log_odds(p):
    """Return ln(p11 p00/(p10 p01))."""
    return np.log(p[3] * p[0] / (p[1] * p[2]))


def estimate(lab):
    """Return w."""
    reference = lab["sampled"](lab["sigmoid"], 2.0, -0.5, -0.5, seed=1)
    return float(2 * log_odds(lab["measured"]) / log_odds(reference))
