"""Pair STDP: answers.

1. The right one: pre fires before post, as it must if it helped. On the left pre came too late to have done so.
2. What counts is the area: 10 * 17 = 170 on one side, 6 * 34 = 204 on the other.
3. Any with A_plus tau_plus = A_minus tau_minus, such as 12, 6, 17 and 34. No: each synapse goes its own random way,
   and the width grows with the root of time.
4. With the product of both rates. Inputs that grow make the neuron fire more, so that they change faster still: if
   potentiation is larger, this runs away; if depression is, it stops by itself.

Exercise: the logarithm of the depression is a straight line of the slope 1/tau_minus, whatever the amplitude.
"""

import numpy as np


def estimate(lab):
    """Return tau_minus in ms."""
    return float(1 / np.polyfit(lab["before"], np.log(-lab["measured"]), 1)[0])
