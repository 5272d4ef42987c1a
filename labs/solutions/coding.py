"""How spikes carry a value: answers.

1. Four times for the Poisson code, whose error falls with the root of t. Twice for the regular one, whose error is a
   part of one spike, whatever t.
2. An error of 0.05 needs x/(r_max t) = 0.0025: 2 s, which are 100 spikes. In 20 ms it takes 100 neurons.
3. Near sigma = 0.4/r_max, 4 ms at 100 Hz: an estimate by counting is off by a fraction of a spike, with the standard
   deviation sqrt(f (1 - f)), at most 0.5 and on average of all x near 0.4. The exact point depends on x.
4. Large ones. A decision that the largest inputs bring about is made before the small ones have spoken.

Exercise: the mean count is x r_max T = 50 x. With 400 neurons and at least 10 spikes each it is known to 2 % or better.
"""


def estimate(lab):
    """Return x."""
    return float(lab["counts"].mean() / 50)
