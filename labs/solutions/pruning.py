"""Pruning: answers.

1. About 0.4 to 0.6 by magnitude or activity; 0.8 or more at random. Read it off the middle picture.
2. What it adds is w times the activity of its input. `activity` looks at both.
3. Activity takes them first, since they never do anything. Magnitude keeps those that happen to be large, as they were
   drawn and never trained.
4. Potentials rise more slowly and neurons fire less. Calibration finds new scales, so that the largest activations
   again become one spike a step.

Exercise: the smallest |w| that is left lies just above the threshold; among thousands of weights the gap is small.
"""

import numpy as np


def estimate(lab):
    """Return the threshold."""
    left = np.abs(lab["cut"][lab["cut"] != 0])
    return float(left.min())
