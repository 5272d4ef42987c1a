"""Two neurons with conductances, stepped as their integration methods say. Imports no brainnet and no Brian2; SI units.

`arriving` holds for each step what the spikes that arrive in it add to g_e and to g_i, before the step is integrated.
"""

import numpy as np


def traub_miles(v, arriving, dt, *, C=200e-12, g_Na=20e-6, g_K=6e-6, g_L=10e-9, E_Na=0.05, E_K=-0.09, E_L=-0.06,
                V_T=-0.063, tau_e=5e-3, tau_i=10e-3, E_e=0.0, E_i=-0.08, current=0.0):  # fmt: skip
    """Return v, m, h, n after each step, by exponential Euler: every variable relaxes as if the others stood still."""

    def rates(v):
        u = (v - V_T) * 1e3  # mV, as in the paper; rates in 1/ms
        alpha_m = 0.32 * (13 - u) / np.expm1((13 - u) / 4)
        beta_m = 0.28 * (u - 40) / np.expm1((u - 40) / 5)
        alpha_h = 0.128 * np.exp((17 - u) / 18)
        beta_h = 4 / (1 + np.exp((40 - u) / 5))
        alpha_n = 0.032 * (15 - u) / np.expm1((15 - u) / 5)
        beta_n = 0.5 * np.exp((10 - u) / 40)
        return 1e3 * np.array([[alpha_m, alpha_h, alpha_n], [beta_m, beta_h, beta_n]])

    alpha, beta = rates(v)
    gates, g_e, g_i = alpha / (alpha + beta), 0.0, 0.0
    steps = []
    for more_e, more_i in arriving:
        g_e, g_i = g_e + more_e, g_i + more_i
        m, h, n = gates
        conductances = np.array([g_L, g_Na * m**3 * h, g_K * n**4, g_e, g_i])
        total = conductances.sum()
        end = (conductances @ np.array([E_L, E_Na, E_K, E_e, E_i]) + current) / total
        alpha, beta = rates(v)
        v = end + (v - end) * np.exp(-dt * total / C)
        ends = alpha / (alpha + beta)
        gates = ends + (gates - ends) * np.exp(-dt * (alpha + beta))
        g_e, g_i = g_e * np.exp(-dt / tau_e), g_i * np.exp(-dt / tau_i)
        steps.append([v, *gates])
    return np.array(steps).T


def network(v, g_e, g_i, joined, weights, steps, dt, *, tau_m=20e-3, tau_e=5e-3, tau_i=10e-3, E_L=-0.06, E_e=0.0,
            E_i=-0.08, v_th=-0.05, v_reset=-0.06, refractory=50):  # fmt: skip
    """Return (step, neuron) of all spikes of integrate-and-fire neurons, by Euler's method.

    `joined` is True where neuron i drives neuron j; `weights` says what a spike of i adds, to g_e where it is positive,
    else to g_i. Spikes arrive in the step in which they are fired, after thresholds; those fired then are reset last.
    """
    v, g_e, g_i = (np.array(each, dtype=float) for each in (v, g_e, g_i))
    last, spikes = np.full(len(v), -(10**9)), []
    for step in range(steps):
        free = step - last >= refractory
        change = (E_L - v + g_e * (E_e - v) + g_i * (E_i - v)) * (dt / tau_m)
        v = np.where(free, v + change, v)
        g_e, g_i = g_e - dt / tau_e * g_e, g_i - dt / tau_i * g_i
        fired = np.flatnonzero((v > v_th) & free)
        last[fired] = step
        for i in fired:
            if weights[i] > 0:
                g_e[joined[i]] += weights[i]
            else:
                g_i[joined[i]] -= weights[i]
        v[fired] = v_reset
        spikes += [(step, i) for i in fired]
    return spikes
