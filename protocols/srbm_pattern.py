"""A hundred digits learned by a spiking Boltzmann machine whose weights are pairs of memory devices, on-chip style.

Pixels above the brightness threshold fire at a constant mean rate, neurons walk at random, and a weight is the
difference of two conductances of which pulses only raise one; a pair that saturates is refreshed. A pulse is given
where pulses of two spikes overlap. The machine sees each image once per epoch, and is then asked for the labels of the
same images, by its label neurons and by free energy, and for their lower halves. The accuracy is one of training: what
the chips with this circuit have published.

Deviations from the chips: the size, the device and its range, the time of an image, the rate and all of the training
are ours, since they are not published; the difference of a pair is written without loss at a refresh; refreshes take no
time.
"""

import time
from dataclasses import replace

import numpy as np
import xarray as xr

from brainnet import Parameter, Result, models, protocol
from brainnet.data import load
from brainnet.experiment import SRBM_CELL_PARAMETERS, check_classes, read_machine
from brainnet.learn import MemoryCells, SpikingRBM, clamp_for
from brainnet.plot.srbm import draw_pattern

SHIN = "Shin et al. 2022, Adv. Intell. Syst. 4:2200034, doi:10.1002/aisy.202200034, abstract"


@protocol(
    parameters={
        **SRBM_CELL_PARAMETERS,
        "hidden": replace(SRBM_CELL_PARAMETERS["hidden"], value=200),
        "eta": replace(SRBM_CELL_PARAMETERS["eta"], value=0.1),
        "structure": replace(SRBM_CELL_PARAMETERS["structure"], choices=("6T2R",)),
        "task": Parameter("mnist", "what is learned: MNIST (or --data), or 8 x 8 digits", choices=("mnist", "digits"),
                          quick="digits"),
        "epochs": Parameter(15, "passes through the images", low=1, high=1000, quick=12),
        "train_images": Parameter(100, "images to learn from, from the first on", low=10),
        "checkpoint": Parameter("", "file that the training goes on from if it was interrupted; empty for none"),
    },
    results={
        "training_accuracy": Result("images learned whose label neurons answer correctly", tolerance=0.03, source=SHIN,
                                    reference=lambda values: 0.93 if values["task"] == "mnist" else None),
        "best_accuracy": Result("images learned that are classified correctly by free energy, best epoch"),
        "covered_error": Result("covered pixels that are filled in on the wrong side of one half"),
        "covered_error_of_mean": Result("the same, filled in by the mean image"),
        "seconds_per_epoch": Result("wall-clock time of the training", unit="s"),
    },
    draw=draw_pattern,
    source="Shin et al. 2022, Adv. Intell. Syst. 4:2200034, doi:10.1002/aisy.202200034, abstract (93 % when trained "
    "on 100 MNIST digits, and reconstruction); Ishii et al. 2019, IEDM, doi:10.1109/IEDM19573.2019.8993466, abstract "
    "(6T2R cells; 92 %)",
)  # fmt: skip
def srbm_pattern(
    task, epochs, train_images, device, structure, w_max, G_0, sigma_G, rate, checkpoint, seed, data=None, **settings
) -> xr.Dataset:
    """Learn images by heart, answer by label neurons, and fill in lower halves."""
    part = load(data or task).first(train_images, 1)
    check_classes(part)
    x, labels, n_classes = part.x_train.reshape(train_images, -1), part.y_train, part.n_classes
    cells = MemoryCells(device, structure, w_max, G_0, sigma_G)
    p_on = clamp_for(models[settings["neuron"]], float(settings["dt"]), float(rate))
    machine = SpikingRBM(
        **settings, p_on=p_on, cells=cells, epochs=epochs, recall=6, random_state=seed, checkpoint=checkpoint or None
    )
    begin = time.perf_counter()
    machine.fit(x, labels)
    seconds = time.perf_counter() - begin - machine.compile_seconds_
    by_epoch = [read_machine(weights, settings, x, labels, n_classes) for weights in machine.weights_by_epoch_]
    covered = np.zeros(part.sample_shape, bool)
    covered[part.sample_shape[0] // 2 :] = True
    mask, bright = covered.ravel(), x > settings["brightness"]
    machine.readout = "label_neurons"
    by_labels, completed = machine.score(x, labels), machine.complete(x, covered)
    wrong = ((completed > 0.5) != bright)[:, mask].mean()
    first = np.asarray(machine.first_conductances_)
    largest = np.linspace(0, 1, 51)
    return xr.Dataset(
        {
            "training_accuracy": by_labels,
            "best_accuracy": max(by_epoch),
            "covered_error": wrong,
            "covered_error_of_mean": ((bright.mean(axis=0) > 0.5) != bright)[:, mask].mean(),
            "seconds_per_epoch": seconds / epochs,
            "accuracy_by_epoch": ("epoch", by_epoch),
            "weights": (("pixel", "neuron"), machine.weights_[: x.shape[1]]),
            "cells_before": ("G", np.histogram(first, largest)[0] / first.size),
            "cells_after": ("G", np.histogram(machine.conductances_, largest)[0] / first.size),
            "original": (("shown", "pixel"), x[:10]),
            "completed": (("shown", "pixel"), completed[:10]),
        },
        {"epoch": np.arange(1, epochs + 1), "G": (largest[1:] + largest[:-1]) / 2},
        {"height": part.sample_shape[0], "train_images": train_images},
    )
