"""The Tempotron, spike by spike, from Gütig & Sompolinsky 2006 (Nat. Neurosci. 9:420): plain Python, times in ms.

The maximum is searched on a grid between events and refined by golden sections, so that nothing of the closed form of
the implementation enters.
"""

from itertools import pairwise
from math import exp, log


def v_0(tau, tau_s):
    peak = tau * tau_s * log(tau / tau_s) / (tau - tau_s)
    return 1 / (exp(-peak / tau) - exp(-peak / tau_s))


def psp(s, tau, tau_s):
    return v_0(tau, tau_s) * (exp(-s / tau) - exp(-s / tau_s)) if s > 0 else 0.0


def potential(t, spikes, weights, tau, tau_s):
    """Sum over (input, time) pairs."""
    return sum(weights[i] * psp(t - t_i, tau, tau_s) for i, t_i in spikes)


def highest(spikes, weights, end, tau, tau_s, grid=40):
    """(V_max, t_max) over the trial."""

    def v(t):
        return potential(t, spikes, weights, tau, tau_s)

    best = (0.0, 0.0)
    events = sorted({t for _, t in spikes} | {end})
    for start, stop in pairwise(events):
        times = [start + (stop - start) * k / grid for k in range(grid + 1)]
        best = max(best, *((v(t), t) for t in times), key=lambda pair: pair[0])
        top = max(range(grid + 1), key=lambda k: v(times[k]))
        low, high = times[max(top - 1, 0)], times[min(top + 1, grid)]
        for _ in range(60):
            one, other = high - 0.618033988749895 * (high - low), low + 0.618033988749895 * (high - low)
            low, high = (low, other) if v(one) > v(other) else (one, high)
        best = max(best, (v(low), low), key=lambda pair: pair[0])
    return best


def learn(patterns, fire, weights, *, end, tau, tau_s, rate, momentum, threshold, epochs):
    """Weights after the epochs, and errors of each; patterns of (input, time) pairs, with whether to fire."""
    weights, velocity, errors = list(weights), [0.0] * len(weights), []
    for _ in range(epochs):
        errors.append(0)
        for spikes, wanted in zip(patterns, fire, strict=True):
            v_max, t_max = highest(spikes, weights, end, tau, tau_s)
            if (v_max >= threshold) == wanted:
                continue
            errors[-1] += 1
            change = [0.0] * len(weights)
            for i, t_i in spikes:
                change[i] += psp(t_max - t_i, tau, tau_s)
            for i, each in enumerate(change):
                velocity[i] = momentum * velocity[i] + (rate if wanted else -rate) * each
                weights[i] += velocity[i]
    return weights, errors
