"""SpikeProp after Bohte, Kok & La Poutre 2002, one neuron and one terminal after the other.

The potential is scanned in small steps and the crossing found by Brent's method; nothing is shared with brainnet.
"""

import math

from scipy.optimize import brentq


def psp(s, tau):
    return s / tau * math.exp(1 - s / tau) if s > 0 else 0.0


def potential(t, spikes, weights, delays, tau):
    total = 0.0
    for i, spike in enumerate(spikes):
        if spike is not None:
            for k in range(len(weights[i])):
                total += weights[i][k] * psp(t - spike - delays[i][k], tau)
    return total


def firing_time(spikes, weights, delays, tau, theta, end, step=0.01):
    before = 0.0
    for n in range(1, round(end / step) + 1):
        if potential(n * step, spikes, weights, delays, tau) >= theta:
            return brentq(
                lambda t: potential(t, spikes, weights, delays, tau) - theta, before, n * step, xtol=1e-13, rtol=1e-14
            )
        before = n * step
    return None


def slope(t, spikes, weights, delays, tau):
    total = 0.0
    for i, spike in enumerate(spikes):
        for k in range(len(weights[i])):
            s = t - spike - delays[i][k]
            if s > 0:
                total += weights[i][k] * (1 / tau - s / tau**2) * math.exp(1 - s / tau)
    return total


def weight_gradients(inputs, hidden_weights, output_weights, delays, tau, theta, targets, end):
    """Derivatives of E = 1/2 sum (t - t_d)^2 for one pattern in which all neurons fire, eq. 12 and 17.

    `delays` is one list of K; weights are [neuron][neuron before][terminal].
    """
    rows = [delays] * len(inputs)
    hidden = [firing_time(inputs, w, rows, tau, theta, end) for w in hidden_weights]
    columns = [delays] * len(hidden)
    outputs = [firing_time(hidden, w, columns, tau, theta, end) for w in output_weights]
    delta_o = [
        (d - t) / slope(t, hidden, w, columns, tau) for t, d, w in zip(outputs, targets, output_weights, strict=True)
    ]
    output_gradient = [
        [[-psp(t - h - d, tau) * -delta for d in delays] for h in hidden]
        for t, delta in zip(outputs, delta_o, strict=True)
    ]
    hidden_gradient = []
    for i, (t_i, w_i) in enumerate(zip(hidden, hidden_weights, strict=True)):
        through = 0.0
        for t_j, w_j, delta in zip(outputs, output_weights, delta_o, strict=True):
            for k, d in enumerate(delays):
                s = t_j - t_i - d
                if s > 0:
                    through += delta * w_j[i][k] * (1 / tau - s / tau**2) * math.exp(1 - s / tau)
        delta_i = through / slope(t_i, inputs, w_i, rows, tau)
        hidden_gradient.append([[delta_i * psp(t_i - h - d, tau) for d in delays] for h in inputs])
    return hidden, outputs, hidden_gradient, output_gradient
