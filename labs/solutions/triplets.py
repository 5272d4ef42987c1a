"""Triplets and frequency: answers.

1. Order loses its meaning: both pairings are the same trains but for the first and the last spike, and both curves of
   a rule come together.
2. Each spike reads traces of earlier pairs too. The trace of post spikes lasts twice as long as that of pre spikes, so
   that depression gains more from the neighbours.
3. All do. A larger A3_plus and a longer tau_y move it to lower frequencies, a larger A2_minus to higher ones.
4. Post before pre depresses. Pre before post does nothing at all: there is no second post spike (nor any depression).

Exercise: the change is a straight line in A3_plus. Two runs, with 0 and with 1e-3, give it.
"""


def estimate(lab):
    """Return A3_plus in units of 1e-3."""
    without, with_one = (lab["curves"](A3_plus, 0.0071, 114)["triplet"][0] for A3_plus in (0.0, 1e-3))
    slope = with_one - without
    return float(slope @ (lab["measured"] - without) / (slope @ slope))
