"""Device mismatch: answers.

1. Small ones: they are written by long time differences, and the error is dt/tau times that of tau. A spread of A
   moves all levels by the same fraction, but for the largest one: it lies at the end of the range of the device, and
   what would go beyond is cut off.
2. To 0.1 for this network, 0.2 costs more: errors of single weights average out in a sum.
3. When the spread of a level is as wide as the distance to the next one.
4. An error e of the time difference changes a level by e/tau: 5 % at 100 ns.

Exercise: the standard deviation of what was written, divided by its mean.
"""


def estimate(lab):
    """Return sigma_A."""
    return float(lab["readings"].std() / lab["readings"].mean())
