"""Backpropagation through time of one hidden spiking layer, from the equations. Imports no brainnet."""

import numpy as np


def gradients(w1, w2, s, label, *, theta, leak, alpha, beta, form, scale):
    """Return (loss, potential, spikes, d w1, d w2, d theta, d leak) for one sample.

    Rathi et al. 2020 (ICLR), equations 2 to 5 and appendix: v_t = leak v_(t-1) + w1 s_t - theta o_(t-1), the output
    sums w2 o_t, the reset has no derivative through o. `s` is (steps, n_in), weights are (n_pre, n_post).
    """
    steps = len(s)
    v = np.zeros((steps, w1.shape[1]))  # at the threshold, before the reset
    left = np.zeros_like(v)  # after it
    o, slope = np.zeros_like(v), np.zeros_like(v)
    last = np.full(w1.shape[1], -1e6)
    for t in range(steps):
        v[t] = s[t] @ w1 + (leak * left[t - 1] if t else 0)
        o[t] = v[t] >= theta
        left[t] = v[t] - theta * o[t]
        last[o[t] > 0] = t
        exponential = alpha * np.exp(-beta * (t - last))
        slope[t] = exponential if form == "stdb" else alpha * np.maximum(0, 1 - np.abs(v[t] / theta - 1))
    potential = o.sum(axis=0) @ w2
    p = np.exp(potential * scale / steps)
    p /= p.sum()
    loss = -np.log(p[label])
    d_potential = (p - np.eye(len(p))[label]) * scale / steps
    d_o = w2 @ d_potential  # the same at every step
    d_w1, d_theta, d_leak = np.zeros_like(w1), 0.0, 0.0
    d_left = np.zeros(w1.shape[1])  # from the steps that come later
    for t in reversed(range(steps)):
        d_theta += (-d_left * o[t]).sum()  # left = v - theta o
        d_excess = d_o * slope[t]
        d_theta += (-d_excess * v[t] / theta**2).sum()
        d_v = d_left + d_excess / theta
        d_w1 += np.outer(s[t], d_v)
        if t:
            d_leak += (d_v * left[t - 1]).sum()
        d_left = leak * d_v
    return loss, potential, o > 0, d_w1, np.outer(o.sum(axis=0), d_potential), d_theta, d_leak
