"""Hwang, Kim & Park 2021, Appl. Sci. 11:2059, fig. 1: STDP curve of the device, and its fit, doi:10.3390/app11052059.

Deviations: measured points and fitted values are not published. What is fitted here are changes of simulated devices
of `synaptic_transistor`, with a spread of 5 % between devices and of 5 % from cycle to cycle; two exponentials are
fitted to them as the paper fits its own, by least squares, and stand beside the curve that devices were drawn about.
"""

import numpy as np
from brian2 import nS
from scipy.optimize import curve_fit

from brainnet import figure, models
from brainnet.hardware import DeviceArray, window
from brainnet.plot import new_figure

DEVICES = 20  # for each time difference


@figure(
    doi="10.3390/app11052059",
    title="Hwang, Kim & Park 2021, Appl. Sci. 11:2059, fig. 1: STDP curve of the synaptic transistor, and its fit",
)
def hwang_2021_fig1(quick, seed, data):
    """Change of conductance by one pair of pulses against its time difference, and two exponentials fitted to it."""
    nominal = models.synaptic_transistor(A_p=400 * nS, A_d=400 * nS)
    device = nominal(sigma_A=0.05, sigma_c=0.05)
    values = nominal.values()
    size = np.linspace(0.25e-6, 10e-6, 10 if quick else 40)
    differences = np.concatenate([-size[::-1], size])
    rest = (values["G_min"] + values["G_max"]) / 2
    cells = DeviceArray(device, (len(differences), DEVICES), seed=seed, G=rest)
    cells.pair(True, np.tile(differences[:, None], DEVICES))
    changes = cells.G - rest
    drawing, axis = new_figure(figsize=(6.5, 4.5), names=("curve",))
    axis.plot(1e6 * np.repeat(differences, DEVICES), 1e9 * changes.ravel(), ".", color="0.7", markersize=2,
              label="simulated devices", gid="devices")  # fmt: skip
    fine = np.linspace(0.01e-6, 10e-6, 400)
    for sign, letter in ((1, "p"), (-1, "d")):
        chosen = np.sign(differences) == sign
        time, change = np.repeat(np.abs(differences[chosen]), DEVICES), np.abs(changes[chosen]).ravel()
        (amplitude, tau), _ = curve_fit(decay, 1e6 * time, 1e9 * change, p0=(1e9 * change.max(), 1.0))
        label = rf"fit: $A_{letter}$ = {amplitude:.0f} nS, $\tau_{letter}$ = {tau:.2f} µs"
        axis.plot(sign * 1e6 * fine, sign * decay(1e6 * fine, amplitude, tau), "C1" if sign > 0 else "C0", label=label,
                  gid=f"fit {letter}")  # fmt: skip
        axis.plot(sign * 1e6 * fine, 1e9 * window(nominal, sign * fine), "k:", linewidth=1)
    axis.axhline(0, color="0.8", linewidth=0.8)
    axis.set(xlabel="$t_{post} - t_{pre}$ (µs)", ylabel="change of conductance (nS)")
    axis.legend(fontsize=8)
    return drawing


def decay(time, amplitude, tau):
    """Return an exponential that falls off."""
    return amplitude * np.exp(-time / tau)
