"""How many bits the weights of a spiking Boltzmann machine need: 8 to 3, rounded after the training.

Neftci et al. 2014 round to 8 bits over the mean +- 8.5 standard deviations. A range that wide leaves few of the values
to most weights when bits are few; what a narrow one does is measured on the same machine. Weights, biases of visible
and biases of hidden neurons have ranges of their own. Deviations: those of `srbm_mnist`; read out by free energy.
"""

import numpy as np
import xarray as xr

from brainnet import Parameter, Result, protocol
from brainnet.data import load
from brainnet.experiment import SRBM_PARAMETERS, SRBM_RESULTS, fit_machine, read_machine, to_bits
from brainnet.plot.srbm import draw_bits

BITS = 8, 7, 6, 5, 4, 3


@protocol(
    parameters={
        **SRBM_PARAMETERS,
        "task": Parameter("mnist", "what is learned: MNIST (or --data), or 8 x 8 digits", choices=("mnist", "digits"),
                          quick="digits"),
        "epochs": Parameter(1, "passes through the training images", low=1, high=1000),
        "train_images": Parameter(10_000, "images to learn from, from the first on", low=2, quick=1000),
        "images": Parameter(10_000, "test images, from the first on", low=1, quick=300),
        "reach": Parameter(8.5, "standard deviations that the range reaches to each side", above=0.0),
        "narrow": Parameter(3.0, "the same, of the narrow range", above=0.0),
        "checkpoint": Parameter("", "file that the training goes on from if it was interrupted; empty for none"),
    },
    results={
        **SRBM_RESULTS,
        "accuracy_8_bits": Result("by free energy, rounded to 8 bits over the wide range"),
        "accuracy_3_bits": Result("to 3 bits over the wide range"),
        "accuracy_3_bits_narrow": Result("to 3 bits over the narrow range"),
    },
    draw=draw_bits,
    source="Neftci, Das, Pedroni, Kreutz-Delgado & Cauwenberghs 2014, Front. Neurosci. 7:272, "
    "doi:10.3389/fnins.2013.00272, fig. 7 (the machine); range of the weights: eneftci/eCD",
)  # fmt: skip
def srbm_bits(task, epochs, train_images, images, reach, narrow, checkpoint, seed, data=None, **settings) -> xr.Dataset:
    """Let one machine learn, round its weights to fewer and fewer bits, and classify."""
    part = load(data or task).first(train_images, images)
    x, x_test = (each.reshape(len(each), -1) for each in (part.x_train, part.x_test))
    machine, found = fit_machine(
        x, part, settings, epochs=epochs, x_test=x_test, random_state=seed, checkpoint=checkpoint or None
    )
    learned = machine.weights_by_epoch_[-1]
    rounded = [[to_bits(learned, settings["bias_neurons"], bits, each) for bits in BITS] for each in (reach, narrow)]
    by_bits = [
        [read_machine(weights, settings, x_test, part.y_test, part.n_classes) for weights in row] for row in rounded
    ]
    return xr.Dataset(
        {
            **found,
            "accuracy_8_bits": by_bits[0][0],
            "accuracy_3_bits": by_bits[0][-1],
            "accuracy_3_bits_narrow": by_bits[1][-1],
            "accuracy_by_bits": (("range", "bits"), by_bits),
            "distinct_weights": (
                ("range", "bits"), [[len(np.unique(each[:-1, :-1])) for each in row] for row in rounded],
            ),
        },
        {"epoch": np.arange(1, epochs + 1), "range": [reach, narrow], "bits": list(BITS)},
        {"train_images": len(x), "test_images": len(x_test)},
    )  # fmt: skip
