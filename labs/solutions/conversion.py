"""Conversion and its errors: answers.

1. Its input is constant, so that n is exactly the whole number that the formula gives. With the reset to zero whatever
   lies above the threshold is lost at each spike, and the formula no longer holds.
2. Clipping grows; quantisation shrinks, since a spike stands for less. With few steps the second is the larger one.
3. By 2. At 0 all estimates are rounded down, at half they are rounded to the nearest: the mean error vanishes.
4. Clipping.

Exercise: between 1 and 49 spikes n is T a/lambda rounded down, half a spike less on average.
"""


def estimate(lab):
    """Return lambda."""
    counts, activations = lab["counts"], lab["activations"][0]
    free = (counts >= 3) & (counts < 50)
    return float(50 * activations[free].sum() / (counts[free] + 0.5).sum())
