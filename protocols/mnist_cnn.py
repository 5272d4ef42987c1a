"""A convolutional network trained for conversion becomes spikes, on MNIST: 16c5-p2-32c5-p2-128-10."""

from dataclasses import replace

import xarray as xr

from brainnet import Parameter, protocol
from brainnet.ann import merge_pooling
from brainnet.convert import PARAMETERS, convert
from brainnet.data import load_mnist
from brainnet.measure import ENERGY_TABLE, RESULTS, evaluate
from brainnet.measure import energy_table as energy_of
from brainnet.plot.conversion import draw_conversion
from brainnet.train import RECIPE_PARAMETERS, Recipe, trained_network

RUECKAUER = (
    "Rueckauer et al. 2017, Front. Neurosci. 11:682, doi:10.3389/fnins.2017.00682, table 1, "
    "as a review lists it (another network)"
)


@protocol(
    parameters={
        **PARAMETERS,
        "steps": replace(PARAMETERS["steps"], value=50),
        "granularity": replace(PARAMETERS["granularity"], value="channel"),
        "v_init": replace(PARAMETERS["v_init"], value="half"),
        "readout": replace(PARAMETERS["readout"], value="potential"),
        "architecture": Parameter("16c5-p2-32c5-p2-128-10", "convolutions, pooling and dense layers"),
        "activation": RECIPE_PARAMETERS["activation"],
        "pooling": Parameter(
            "merged", "average pooling as a part of the weights after it, or neurons of its own",
            choices=("merged", "neurons"),
        ),
        "epochs": Parameter(15, "passes through the training set", low=1, high=1000, quick=1),
        "dropout": Parameter(0.3, "of the inputs of dense layers, in training", low=0.0, below=1.0),
        "shift_images": Parameter(2, "pixels that images are moved by at most, in training", low=0, high=8),
        "images": Parameter(10_000, "test images, from the first on", low=1, high=10_000, quick=200),
        "calibration_images": Parameter(1000, "training images that set the scales", low=1, high=60_000, quick=200),
        "energy_table": ENERGY_TABLE,
    },
    results={**RESULTS, "snn_accuracy": replace(RESULTS["snn_accuracy"], reference=0.9944, source=RUECKAUER)},
    draw=draw_conversion,
    source="Rueckauer et al. 2017, Front. Neurosci. 11:682, doi:10.3389/fnins.2017.00682, sec. 2.2.2; "
    "Kim et al. 2020, AAAI, doi:10.1609/aaai.v34i07.6787, algorithm 1 (scales by channel)",
)  # fmt: skip
def mnist_cnn(
    architecture, activation, pooling, epochs, dropout, shift_images, images, calibration_images, energy_table, seed,
    data=None, **settings,
) -> xr.Dataset:  # fmt: skip
    """Train a convolutional network (or take it from the cache), convert it, and run the test images as spikes."""
    table = energy_of(energy_table)  # a wrong one is told before anything is trained
    mnist = load_mnist(data)
    (x, y), calibration = mnist.first_tests(images), mnist.calibration(calibration_images, seed)
    recipe = Recipe(epochs=epochs, dropout=dropout, shift=shift_images, activation=activation)
    network = trained_network(mnist.x_train, mnist.y_train, architecture, recipe, seed=seed)
    if pooling == "merged":
        network = merge_pooling(network)
    spiking = convert(network, calibration=calibration, seed=seed, **settings)
    return evaluate(spiking, x, y, energy_table=table)
