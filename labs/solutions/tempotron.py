"""The Tempotron: answers.

1. With 40 inputs nearly always up to about 2 patterns an input; with more it depends on the draw, and on the number of
   epochs. The published capacity, for many inputs and long training, is near 3.
2. It opens a gap on both sides of the threshold. Fewer patterns can be learned with it.
3. Nobody: it is the time at which the potential was highest anyway.
4. No. All patterns have the same number of spikes, one for each input.

Exercise: the potential is highest where its derivative is zero, at tau tau_s/(tau - tau_s) ln(tau/tau_s); with
tau_s = tau/4 that is tau ln(4)/3.
"""

import numpy as np


def estimate(lab):
    """Return tau in ms."""
    return float(3 * lab["trace_time"][np.argmax(lab["traced"])] / np.log(4))
