"""Types of neurons in a chain of dense layers, from their definitions. Imports no brainnet.

In every step each layer takes the spikes of the layer before it in the same step. `layers` are pairs of weights and
biases of rates: a neuron before is worth `worth` where it fires once a step.
"""

import math

import numpy as np

TAU_BETA, TAU_PHI, TAU_ETA, TAU_GAMMA = 50.0, 2.5, 50.0, 15.0  # ms
GAMMA = 0.1


def run(layers, given, kind, *, dt=1.0, constant=True, **settings):
    """Return spikes (samples, steps, neurons) of each layer; `given` (samples, steps, inputs), times in ms.

    With a constant input the first layer takes it as a part of its bias, else as spikes.
    """
    rasters = []
    for number, (weights, bias) in enumerate(layers):
        arriving, current = given @ weights, np.broadcast_to(bias, (*given.shape[:2], len(bias)))
        if constant and number == 0:
            arriving, current = np.zeros_like(arriving), arriving + current
        fired = NEURONS[kind](arriving, current, dt, number > 0, **settings)
        rasters.append(fired)
        given = fired
    return rasters


def lif(arriving, current, dt, deep, *, tau_m, reset, v_init=0.0):
    """Leak, input, threshold."""
    v, fired = np.full(arriving[:, 0].shape, v_init), np.zeros(arriving.shape)
    for k in range(arriving.shape[1]):
        v = v * math.exp(-dt / tau_m) + arriving[:, k] + current[:, k]
        fired[:, k] = v >= 1 - 1e-9
        left = {"subtract": v - 1, "zero": 0 * v, "average": (v - 1) / 2}[reset]
        v = np.where(fired[:, k], left, v)
    return fired


def burst(arriving, current, dt, deep, *, most, v_init=0.0):
    """As many spikes as thresholds."""
    v, fired = np.full(arriving[:, 0].shape, v_init), np.zeros(arriving.shape)
    for k in range(arriving.shape[1]):
        v = v + arriving[:, k] + current[:, k]
        fired[:, k] = np.clip(np.floor(v + 1e-9), 0, most)
        v = v - fired[:, k]
    return fired


def soft_lif(arriving, current, dt, deep, *, tau_m, tau_s, v_init=0.0):
    """A phase that advances with the smoothed rate of a LIF neuron, driven such that it is about linear."""
    x, phase, fired = np.zeros(arriving[:, 0].shape), np.full(arriving[:, 0].shape, v_init), np.zeros(arriving.shape)
    for k in range(arriving.shape[1]):
        x = x + (1 - math.exp(-dt / tau_s)) * (arriving[:, k] - x)
        drive = 0.5 + tau_m / dt * (x + current[:, k])
        rho = GAMMA * np.logaddexp(0.0, (drive - 1) / GAMMA)
        with np.errstate(divide="ignore", over="ignore"):  # far below rheobase the rate is 0
            phase = phase + dt / (tau_m * np.log1p(1 / rho))
        fired[:, k] = phase >= 1
        phase = phase - fired[:, k]
    return fired


def adaptive(arriving, current, dt, deep, *, theta_0):
    """Sums over all spikes so far, each decaying by itself; a spike to a deep layer has the height theta_0."""
    n, steps, width = arriving.shape
    height = theta_0 if deep else 1 - math.exp(-dt / TAU_BETA)
    fired, heights = np.zeros(arriving.shape), np.zeros(arriving.shape)
    keep = math.exp(-dt / TAU_PHI)
    for k in range(steps):
        past = np.arange(k + 1)[None, :, None]
        # The current at each step so far, and of it the smoothed one.
        signal = np.zeros((n, width))
        for j in range(k + 1):
            ages = np.arange(j + 1)[None, :, None]
            currents = (height * arriving[:, : j + 1] * np.exp(-(j - ages) * dt / TAU_BETA)).sum(axis=1)
            signal += (1 - keep) * keep ** (k - j) * currents
        decayed = heights[:, : k + 1] * np.exp(-(k - past) * dt / TAU_ETA)
        theta = theta_0 + (theta_0 * heights[:, : k + 1] * np.exp(-(k - past) * dt / TAU_GAMMA)).sum(axis=1)
        fires = current[:, k] + signal - decayed.sum(axis=1) > theta / 2
        fired[:, k], heights[:, k] = fires, np.where(fires, theta, 0.0)
    return fired


NEURONS = {"lif": lif, "burst": burst, "soft_lif": soft_lif, "adaptive": adaptive}
