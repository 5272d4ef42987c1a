"""Few steps: networks trained with the quantised activation of Bu et al. 2022 against plain conversion."""

import numpy as np
import xarray as xr

from brainnet import Parameter, Result, protocol
from brainnet.ann import merge_pooling
from brainnet.convert import convert
from brainnet.data import load
from brainnet.plot.latency import draw_latency
from brainnet.targets import fresh
from brainnet.train import Recipe, trained_network

STEPS = 2, 4, 8, 16, 32
# Name of the conversion: activation that the network is trained with, membrane potential at the start.
CONVERSIONS = {"plain": ("relu", "zero"), "plain, v_init half": ("relu", "half"), "QCFS": ("qcfs", "half")}


@protocol(
    parameters={
        "architecture": Parameter("16c3-p2-32c3-64-10", "convolutions, pooling and dense layers"),
        "levels": Parameter(8, "L of the quantised activation", low=1, high=256),
        "epochs": Parameter(30, "passes through the training set", low=1, high=1000, quick=15),
        "dropout": Parameter(0.2, "of the inputs of dense layers, in training", low=0.0, below=1.0),
        "shift_images": Parameter(0, "pixels that images are moved by at most, in training", low=0, high=8),
        "images": Parameter(400, "test images, from the first on", low=1, high=10_000, quick=50),
        "calibration_images": Parameter(1000, "training images that set the scales", low=1, high=60_000, quick=200),
    },
    results={
        "ann_accuracy": Result("test accuracy of the trained networks, by activation"),
        "snn_accuracy": Result("test accuracy by conversion and number of steps"),
        "accuracy_drop": Result("trained network less spiking network, by conversion and number of steps"),
        "equal_to_quantised": Result("share of spike counts in T = L steps that are the trained values, by layer"),
    },
    draw=draw_latency,
    source="Bu et al. 2022, ICLR, doi:10.48550/arXiv.2303.04347, eq. 16; Deng & Gu 2021, ICLR, "
    "doi:10.48550/arXiv.2103.00476, and its program: Jackn0/snn_optimal_conversion_pipeline, models/new_relu.py",
)  # fmt: skip
def qcfs_latency(
    architecture, levels, epochs, dropout, shift_images, images, calibration_images, seed, data=None
) -> xr.Dataset:
    """Train one network of each kind (digits, or the data set given), convert both, compare at 2 to 32 steps."""
    samples = load(data or "digits")
    (x, y), calibration = samples.first_tests(images), samples.calibration(calibration_images, seed)
    networks = {}
    for activation in ("relu", "qcfs"):
        quantised = {"levels": levels} if activation == "qcfs" else {}
        recipe = Recipe(epochs=epochs, dropout=dropout, shift=shift_images, activation=activation, **quantised)
        network = trained_network(samples.x_train, samples.y_train, architecture, recipe, seed=seed)
        networks[activation] = merge_pooling(network)

    def run(activation, v_init, steps):
        # Output by potential, as Bu et al. read it; what it is after T steps does not depend on later ones.
        how = {"steps": steps, "v_init": v_init, "readout": "potential", "seed": seed}
        with fresh():
            spiking = convert(networks[activation], calibration=calibration, **how)
            return spiking, spiking.run(x)

    trained = {name: network.accuracy(x, y) for name, network in networks.items()}
    by_step = np.array([
        (run(activation, v_init, STEPS[-1])[1].decisions == y[:, None]).mean(axis=0)
        for activation, v_init in CONVERSIONS.values()
    ])  # fmt: skip
    at_steps = by_step[:, np.array(STEPS) - 1]
    trained_by_conversion = np.array([trained[activation] for activation, _ in CONVERSIONS.values()])
    spiking, response = run("qcfs", "half", levels)
    values = dict(zip(spiking.trained.layer, spiking.trained.activations(x), strict=True))
    equal = {
        name: (counts == np.rint(values[name].reshape(counts.shape) * levels / spiking.scales[name])).mean()
        for name, counts in response.counts.items()
    }
    return xr.Dataset(
        {
            "ann_accuracy": ("activation", [*trained.values()]),
            "trained_accuracy": ("conversion", trained_by_conversion),
            "accuracy_by_step": (("conversion", "step"), by_step),
            "snn_accuracy": ("variant", at_steps.ravel()),
            "accuracy_drop": ("variant", (trained_by_conversion[:, None] - at_steps).ravel()),
            "equal_to_quantised": ("layer", [*equal.values()]),
        },
        {
            "activation": [*trained],
            "conversion": [*CONVERSIONS],
            "step": np.arange(1, STEPS[-1] + 1),
            "variant": [f"{name}/{T}" for name in CONVERSIONS for T in STEPS],
            "layer": [*equal],
        },
        {"samples": images, "data": samples.name, "architecture": architecture, "levels": levels},
    )
