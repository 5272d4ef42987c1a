"""Every normalisation, reset and coding on one trained network: accuracy against steps."""

from itertools import product

import numpy as np
import xarray as xr

from brainnet import Parameter, Result, protocol
from brainnet.ann import merge_pooling
from brainnet.convert import PARAMETERS, convert
from brainnet.data import load
from brainnet.measure import operations
from brainnet.plot.latency import draw_methods
from brainnet.targets import fresh
from brainnet.train import Recipe, trained_network

NORMALISATIONS = {
    "none": {"normalisation": "none"},
    "model": {"normalisation": "model"},
    "data 100": {"percentile": 100.0},
    "data 99.9": {"percentile": 99.9},
    "channel 99.9": {"percentile": 99.9, "granularity": "channel"},
    "balanced": {"normalisation": "threshold_balancing"},
}
RESETS = ("subtract", "zero", "average")
CODINGS = ("constant", "bernoulli", "poisson", "regular")
METHOD = ("normalisation", "reset", "coding")


@protocol(
    parameters={
        "architecture": Parameter("16c3-p2-32c3-64-10", "convolutions, pooling and dense layers",
                                  quick="8c3-p2-16-10"),
        "epochs": Parameter(30, "passes through the training set", low=1, high=1000),
        "dropout": Parameter(0.2, "of the inputs of dense layers, in training", low=0.0, below=1.0),
        "shift_images": Parameter(0, "pixels that images are moved by at most, in training", low=0, high=8),
        "images": Parameter(400, "test images, from the first on", low=1, high=10_000, quick=30),
        "calibration_images": Parameter(1000, "training images that set the scales", low=1, high=60_000, quick=200),
        "balancing_images": Parameter(50, "of these, that thresholds are balanced on", low=1, high=60_000, quick=10),
        "steps": Parameter(128, "time steps; the table has its powers of two from 4 on, and itself", low=4,
                           high=100_000, quick=16),
        "coding": Parameter("all", "one coding, or all of them", choices=("all", *CODINGS), quick="constant"),
        "v_init": PARAMETERS["v_init"],
        "readout": PARAMETERS["readout"],
    },
    results={
        "ann_accuracy": Result("test accuracy of the trained network"),
        "snn_accuracy": Result("test accuracy by method and number of steps"),
        "synaptic_operations": Result("spikes times fan-out, per inference of all steps, by method"),
        "best_method": Result("highest accuracy after all steps; of equal ones the fewest synaptic operations"),
        "best_accuracy": Result("test accuracy of best_method after all steps"),
        "programs": Result("programs built: one per method, for all numbers of steps"),
    },
    draw=draw_methods,
    source="Diehl et al. 2015, IJCNN, doi:10.1109/IJCNN.2015.7280696, algorithms 1 and 2; Rueckauer et al. 2017, "
    "Front. Neurosci. 11:682, doi:10.3389/fnins.2017.00682, sec. 2.2.2; Sengupta et al. 2019, "
    "Front. Neurosci. 13:95, doi:10.3389/fnins.2019.00095, algorithm 1; Kim et al. 2020, AAAI, "
    "doi:10.1609/aaai.v34i07.6787, algorithm 1",
)  # fmt: skip
def conversion_methods(
    architecture, epochs, dropout, shift_images, images, calibration_images, balancing_images, steps, coding, v_init,
    readout, seed, data=None,
) -> xr.Dataset:  # fmt: skip
    """Train one network (digits, or the data set given; or take it from the cache) and convert it in every way."""
    samples = load(data or "digits")
    (x, y), calibration = samples.first_tests(images), samples.calibration(calibration_images, seed)
    recipe = Recipe(epochs=epochs, dropout=dropout, shift=shift_images)
    network = merge_pooling(trained_network(samples.x_train, samples.y_train, architecture, recipe, seed=seed))
    codings = CODINGS if coding == "all" else (coding,)
    sizes = len(NORMALISATIONS), len(RESETS), len(codings)
    correct, accumulated = np.zeros((*sizes, steps)), np.zeros(sizes)
    methods = [*product(NORMALISATIONS, RESETS, codings)]
    for place, (normalisation, reset, coded) in zip(np.ndindex(sizes), methods, strict=True):
        how = {**NORMALISATIONS[normalisation], "reset": reset, "coding": coded, "v_init": v_init, "readout": readout}
        with fresh():
            given = calibration[:balancing_images] if normalisation == "balanced" else calibration
            spiking = convert(network, calibration=given, steps=steps, seed=seed, **how)
            response = spiking.run(x)
        # What a network decides after T steps does not depend on how many more come: one build for all of them.
        # Only thresholds are balanced for the largest number.
        correct[place] = (response.decisions == y[:, None]).mean(axis=0)
        accumulated[place] = operations(spiking, response.counts).ac.sum()
    names = ["/".join(method) for method in methods]
    shown = [*2 ** np.arange(2, np.ceil(np.log2(steps)), dtype=int), steps]
    final = correct[..., -1].ravel()
    best = np.lexsort((accumulated.ravel(), -final))[0]
    return xr.Dataset(
        {
            "ann_accuracy": network.accuracy(x, y),
            "accuracy_by_step": ((*METHOD, "step"), correct),
            "operations_by_method": (METHOD, accumulated),
            "snn_accuracy": ("variant", correct[..., np.array(shown) - 1].ravel()),
            "synaptic_operations": ("conversion", accumulated.ravel()),
            "best_method": names[best],
            "best_accuracy": final[best],
            "programs": len(methods),
        },
        {
            "normalisation": [*NORMALISATIONS],
            "reset": [*RESETS],
            "coding": [*codings],
            "step": np.arange(1, steps + 1),
            "conversion": names,
            "variant": [f"{name}/{T}" for name in names for T in shown],
        },
        {"samples": images, "data": samples.name, "architecture": architecture},
    )
