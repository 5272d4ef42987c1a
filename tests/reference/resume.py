"""ReSuMe by its definition, spike by spike: eq. 2.10 of Ponulak & Kasinski 2010. Imports no brainnet.

dw_i = sum over target spikes (a + sum over earlier input spikes A exp(-(t_d - t_i)/tau)) - the same over output spikes.
"""

import math


def window(s, amplitude, tau):
    """W(s), 0 for s <= 0."""
    return amplitude * math.exp(-s / tau) if s > 1e-9 else 0.0


def change(inputs, asked, fired, *, a, amplitude, tau):
    """Change of one weight by one trial; all times in one unit."""
    total = 0.0
    for sign, train in ((1, asked), (-1, fired)):
        for t in train:
            total += sign * (a + sum(window(t - each, amplitude, tau) for each in inputs))
    return total


def membrane(arrivals, weights, n_steps, dt, *, tau_m, tau_s, resistance, rest, threshold, reset, refractory):
    """Steps in which a LIF neuron with exponential currents fires, one step of exact integration after another.

    arrivals: steps in which each input fires; its charge acts from the next step on.
    """
    charge = [0.0] * (n_steps + 1)
    for steps, w in zip(arrivals, weights, strict=True):
        for step in steps:
            if step < n_steps:
                charge[step + 1] += w
    decay_m, decay_s = math.exp(-dt / tau_m), math.exp(-dt / tau_s)
    v, current, last, fired = rest, 0.0, -(10**9), []
    for step in range(n_steps):
        current += charge[step]
        if step - last >= refractory:
            v = rest + (v - rest) * decay_m + resistance * current * tau_s / (tau_m - tau_s) * (decay_m - decay_s)
        current *= decay_s
        if v >= threshold:
            fired.append(step)
            v, last = reset, step
    return fired
