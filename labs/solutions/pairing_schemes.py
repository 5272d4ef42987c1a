"""Pairing schemes: answers.

1. All to all: many presynaptic spikes have added to the trace that the postsynaptic spike reads. Nearest spikes count
   once, however many there were.
2. Below about 1/(2 tau), some 20 Hz: then a trace has decayed before the next spike of its side adds to it, so that
   the nearest spike is all there is.
3. It would have to say which spikes pair (or how traces jump), what coincident spikes do, where the delay sits, and
   the bounds of the weight.
4. Its mean is r tau: 1 at 60 Hz for 16.8 ms. Rates, and not only order, drive the weight.

Exercise: nearest = A exp(-5 ms/tau), and all to all = A exp(-5 ms/tau) (1 + q + q^2 + q^3 + q^4) with
q = exp(-10 ms/tau). The ratio of the two does not depend on A; the one q that gives it is found by bisection.
"""

import math

from scipy.optimize import brentq


def estimate(lab):
    """Return tau_plus in ms."""
    ratio = lab["all_to_all"] / lab["nearest"]
    q = brentq(lambda q: 1 + q + q**2 + q**3 + q**4 - ratio, 1e-6, 1)
    return -10 / math.log(q)
