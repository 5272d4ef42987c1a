"""Times of first spikes in a chain of layers, event by event. Imports no brainnet.

Stanojevic et al. 2024: in the window of the layer before the potential grows with the sum of the weights of those that
have fired, in its own with slope 1; the neuron fires when the potential reaches window + half a step - bias. Times are
continuous here, and rounded up to the grid: a neuron fires in the first step at whose end it has reached the threshold.
"""

import math


def times(weights, bias, window, given):
    """Return the step in which each neuron fires, -1 for none; `given` are the steps of those before, -1 for none.

    Potentials are in steps: value 1 is the window.
    """
    found = []
    for neuron in range(len(bias)):
        reached = sum(weights[j][neuron] * (window - t) for j, t in enumerate(given) if t >= 0)
        late = window + 0.5 - window * bias[neuron] - reached  # time from the begin of the window to the threshold
        step = max(0, math.ceil(late - 1 - 1e-7))
        found.append(step if step < window else -1)
    return found


def potentials(weights, bias, window, given):
    """Return the potential of neurons that do not fire when all spikes have arrived."""
    return [
        sum(weights[j][neuron] * (window - t) / window for j, t in enumerate(given) if t >= 0) + bias[neuron]
        for neuron in range(len(bias))
    ]


def input_times(x, window):
    """Return the steps of an input in [0, 1]."""
    return times([], x, window, [])


def base_times(weights, bias, window, theta, given):
    """As `times`, of neurons that fire once, as soon as they can (Rueckauer & Liu 2018)."""
    found = []
    for neuron in range(len(bias)):
        step = 0
        while step < window:
            spikes = sum(weights[j][neuron] * (step - t + 1) for j, t in enumerate(given) if 0 <= t <= step)
            if bias[neuron] * (step + 1) + spikes >= theta * (1 - 1e-9):
                break
            step += 1
        found.append(step if step < window else -1)
    return found
