"""Digits learned by a spiking Boltzmann machine on pairs of phase-change devices, with neurons that walk at random.

Weights are differences of two conductances of which pulses only raise one (6T2R); a pair that saturates is refreshed. A
pulse is given where pulses of two spikes overlap. Pixels above the brightness threshold fire at a constant mean rate,
210 Hz. That is the rate of a walk under a constant current: at each tick, a time step, the membrane moves up or down by
`step` of the model, leaks and gains what the current brings, and after a spike it starts from the reset and rests for
t_ref. The current for the rate is found from the distribution of the potential (`clamp_for`). The learning rate falls
linearly, and so does the step of the walk where `noise_end` is below 1: weights then count more against the noise.

The series that this is held against is no publication: a machine with the same cells and neurons, simulated elsewhere,
was reported with 160 label neurons at 210 Hz at 87.7 % at epoch 9, and with the rate alone raised at 90 % at epoch 21.
How many images an epoch had is not known. Here it is 1,000, other ones in each: ten epochs are 10,000 images.

Weights of `pcm` pairs do not decay: the larger conductance takes smaller steps, which draws a pair together anyway.
Weights that use a small part of the range (w_max = 40) are drawn less. Of `ideal_device` w_max=10, eta=0.064.

Deviations from chips: as of `srbm_pattern`.
"""

from dataclasses import replace

import numpy as np
import xarray as xr
from brian2 import Network, StateMonitor, amp, defaultclock, ms, mV
from scipy.special import logit

from brainnet import Parameter, Result, build, models, protocol
from brainnet.data import load
from brainnet.experiment import SRBM_CELL_PARAMETERS, SRBM_RESULTS, check_classes, fit_machine, imagined
from brainnet.learn import MemoryCells, clamp_for, firing_rates, sigmoid_constants
from brainnet.plot.srbm import draw_pcm
from brainnet.targets import fresh

TRACED = 150 * ms


def membranes(cell, currents, seed):
    """Potentials (V) of neurons under constant currents (A), shape (n, n_steps)."""
    with fresh():
        cells = cell.group(len(currents), I_ext=currents * amp, seed=seed, stream=2, name="cells")
        trace = StateMonitor(cells, "v", record=True, name="trace")
        build(Network(cells, trace), TRACED).run()
        return np.asarray(trace.v / mV) * 1e-3


@protocol(
    parameters={
        **SRBM_CELL_PARAMETERS,
        "device": replace(SRBM_CELL_PARAMETERS["device"], value="pcm"),
        "w_max": replace(SRBM_CELL_PARAMETERS["w_max"], value=40.0),
        "sigma_G": replace(SRBM_CELL_PARAMETERS["sigma_G"], value=0.001),
        "eta": replace(SRBM_CELL_PARAMETERS["eta"], value=0.03),
        "weight_decay": replace(SRBM_CELL_PARAMETERS["weight_decay"], value=0.0),
        "structure": replace(SRBM_CELL_PARAMETERS["structure"], choices=("6T2R",)),
        "noise_end": Parameter(1.0, "what is left of the noise in the last epoch; it falls linearly", above=0.0,
                               high=1.0),
        "task": Parameter("mnist", "what is learned: MNIST (or --data), or 8 x 8 digits", choices=("mnist", "digits"),
                          quick="digits"),
        "epochs": Parameter(10, "epochs", low=1, high=1000, quick=5),
        "epoch_images": Parameter(1000, "images of an epoch, other ones in each", low=1, quick=240),
        "train_images": Parameter(10_000, "images to learn from, from the first on", low=2, quick=1200),
        "images": Parameter(10_000, "test images, from the first on", low=1, quick=300),
        "recalled": Parameter(1000, "of these, those that label neurons answer to as well", low=1, quick=100),
        "checkpoint": Parameter("", "file that the training goes on from if it was interrupted; empty for none"),
    },
    results={
        **SRBM_RESULTS,
        "accuracy_label_neurons": Result("test images classified correctly by the rates of label neurons"),
        "rate_of_pixels": Result("of bright pixels while they are shown, computed", unit="Hz"),
        "saturated": Result("pairs of which one device is within a thousandth of its highest conductance, in the end"),
    },
    draw=draw_pcm,
    source="Ishii et al. 2019, IEDM, doi:10.1109/IEDM19573.2019.8993466, abstract (6T2R cells); Shin et al. 2022, Adv. "
    "Intell. Syst. 4:2200034, doi:10.1002/aisy.202200034, abstract (learning on such cells); Neftci, Das, "
    "Pedroni, Kreutz-Delgado & Cauwenberghs 2014, Front. Neurosci. 7:272, doi:10.3389/fnins.2013.00272, fig. 7",
)  # fmt: skip
def srbm_pcm(
    task, epochs, epoch_images, train_images, images, recalled, device, structure, w_max, G_0, sigma_G, rate, noise_end,
    checkpoint, seed, data=None, **settings,
) -> xr.Dataset:  # fmt: skip
    """Learn digits with labels on pairs of devices, epoch by epoch, classify, imagine and complete some."""
    part = load(data or task).first(train_images, images)
    check_classes(part, tested=True)  # one of each is completed
    x, x_test = (each.reshape(len(each), -1) for each in (part.x_train, part.x_test))
    cells, cell, dt = MemoryCells(device, structure, w_max, G_0, sigma_G), models[settings["neuron"]], settings["dt"]
    p_on = clamp_for(cell, float(dt), float(rate))
    machine, found = fit_machine(
        x, part, {**settings, "p_on": p_on}, epochs=epochs, x_test=x_test, epoch_images=epoch_images, cells=cells,
        noise_schedule=np.linspace(1, noise_end, epochs), random_state=seed, checkpoint=checkpoint or None, recall=6,
    )  # fmt: skip
    first = np.asarray(machine.first_conductances_)
    machine.readout = "label_neurons"
    recalled = min(recalled, len(x_test))
    by_labels = machine.score(x_test[:recalled], part.y_test[:recalled])
    largest = np.linspace(0, 1, 51)

    defaultclock.dt = dt
    sigmoid, z = sigmoid_constants(cell, float(dt)), np.linspace(-6, 6, 49)
    held = np.array([-1.0, 0.0, logit(p_on)])
    rates = firing_rates(cell, float(dt), sigmoid.offset + np.append(z, held[-1]) / sigmoid.beta)
    return xr.Dataset(
        {
            **found,
            "accuracy_label_neurons": by_labels,
            "rate_of_pixels": rates[-1],
            "saturated": (np.asarray(machine.conductances_).max(axis=0) > 0.999).mean(),
            **{f"{name}_of_piece": ("image", values) for name, values in machine.history_.items() if name != "images"},
            "first_weights": (("pixel", "neuron"), machine.first_weights_[: x.shape[1], : settings["hidden"]]),
            "weights": (("pixel", "neuron"), machine.weights_[: x.shape[1]]),
            "cells_before": ("G", np.histogram(first, largest)[0] / first.size),
            "cells_after": ("G", np.histogram(np.asarray(machine.conductances_), largest)[0] / first.size),
            **imagined(machine, part, x_test),
            "membrane": (("held", "step"), membranes(cell, sigmoid.offset + held / sigmoid.beta, seed)),
            "rate_of_input": ("z", rates[:-1]),
        },
        {
            "epoch": np.arange(1, epochs + 1),
            "image": machine.history_["images"],
            "G": (largest[1:] + largest[:-1]) / 2,
            "held": held,
            "z": z,
        },
        {"height": part.sample_shape[0], "task": task, "dt": float(dt), "t_ref": sigmoid.t_ref, "device": device},
    )
