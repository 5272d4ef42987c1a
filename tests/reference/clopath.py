"""Voltage-based STDP on given membrane potentials, as sums over their steps (Clopath et al. 2010, eqs. 1 to 3)."""

import math

import numpy as np


def low_passed(v, tau, start, dt):
    """Exponential filter of a potential that is constant within a step, between the steps."""
    u, course, keep = start, [start], math.exp(-dt / tau)
    for value in v:
        u = keep * u + (1 - keep) * value
        course.append(u)
    return np.array(course)


def clopath(v, pre, *, w, dt, delay, A_LTD, A_LTP, theta_minus, theta_plus, tau_x, tau_minus, tau_plus,
            w_min=0.0, w_max=1.0):  # fmt: skip
    """Weight at the end of each step.

    `v` holds the potential at the start of each step (mV); `pre` presynaptic spikes, times in ms, which act when their
    step ends.
    """
    late = round(delay / dt)
    past = np.concatenate([np.full(late, v[0]), v])[: len(v)]
    u_minus, u_plus = (low_passed(past, tau, theta_minus, dt) for tau in (tau_minus, tau_plus))
    spikes = {round(t / dt) for t in pre}
    course = []
    for step in range(len(v)):
        # An explicit sum over all earlier spikes, not a trace.
        x = sum(math.exp(-(step - earlier - 1) * dt / tau_x) for earlier in spikes if earlier < step)
        up = max(0.0, v[step] - theta_plus) * max(0.0, u_plus[step] - theta_minus)
        w = min(w_max, w + dt * A_LTP * w_max * x / tau_x * up)
        if step in spikes:
            w = max(w_min, w - A_LTD * w_max * max(0.0, u_minus[step + 1] - theta_minus))
        course.append(w)
    return np.array(course)
