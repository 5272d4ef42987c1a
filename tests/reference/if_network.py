"""Layers of integrate-and-fire neurons, from the definition: all layers within one time step. Imports no brainnet."""

import numpy as np


def run(weights, biases, drive, *, steps, v_init, reset):
    """Return the spikes of each layer, boolean arrays (n, steps, neurons).

    `weights` and `biases` are those of the layers; `drive` is either spikes (n, steps, n_in) into the first layer, or
    currents (n, n_out) that flow in the first layer at every step in place of weights[0] and biases[0].
    Sums run over the presynaptic neurons in ascending order, the bias comes last: floating point sees one order.
    """
    currents = drive if drive.ndim == 2 else None
    v = [np.full((len(drive), len(b)), float(v_init)) for b in biases]
    spikes = [np.zeros((len(drive), steps, len(b)), bool) for b in biases]
    for step in range(steps):
        s = None if currents is not None else drive[:, step]
        for k, (w, b) in enumerate(zip(weights, biases, strict=True)):
            if s is None:
                v[k] += currents
            else:
                for j in range(len(w)):
                    v[k] += s[:, j, None] * w[j]
                v[k] += b
            s = v[k] >= 1 - 1e-9  # sums of rounded inputs that should reach 1 do
            v[k] = v[k] - s if reset == "subtract" else np.where(s, 0.0, v[k])
            spikes[k][:, step] = s
    return spikes
