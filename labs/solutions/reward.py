"""Learning from reward: answers.

1. It is weakened: dopamine multiplies whatever the pair has left, and that is negative.
2. tau_c: by the time of the reward, exp(-s/tau_c) of the eligibility is left. tau_d only scales the change, as the dose
   does, since it says how long dopamine acts.
3. In 10 s each synapse meets many pairs by chance, all of which the reward credits: the one that earned it drowns.
4. Their pairs would change weights too. With A_minus tau_minus > A_plus tau_plus that is a slow depression of all that
   is not rewarded.

Exercise: the logarithm of the change is a straight line of the slope -1/tau_c.
"""

import numpy as np


def estimate(lab):
    """Return tau_c in ms."""
    return float(-1 / np.polyfit(lab["DELAYS"], np.log(lab["measured"]), 1)[0])
