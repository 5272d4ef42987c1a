"""Balance of excitation and inhibition: answers.

1. At g = 4, as there are four times as many excitatory inputs. The mean is at rest, but the potential fluctuates.
2. g = 0 with a small J and a mean above the threshold: its CV is near 0.1. At g = 4, 8 Hz and J = 0.8 to 2 mV it is
   0.9 to 1.2.
3. The mean stays 0, sigma grows by the root of 2: the rate grows, though nothing has changed on average.
4. Whatever raises excitation raises inhibition too, which keeps the mean below the threshold. What remains is
   fluctuations.

Exercise: the mean after some 100 ms, when the start from rest is forgotten, gives g by the formula for mu.
Input that comes in steps of dt = 0.5 ms makes the mean larger by dt/(2 tau), 1.25 %.
"""


def estimate(lab):
    """Return g."""
    mean = lab["recorded"][:, lab["record_time"] > 120].mean()
    return float((800 - mean / 1.0125 / (0.020 * 0.5 * 8)) / 200)
