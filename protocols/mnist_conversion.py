"""A trained network becomes spikes, on MNIST: 784-800-10."""

from dataclasses import replace

import xarray as xr

from brainnet import Parameter, protocol
from brainnet.convert import PARAMETERS, convert
from brainnet.data import load_mnist
from brainnet.measure import ENERGY_TABLE, RESULTS, evaluate
from brainnet.measure import energy_table as energy_of
from brainnet.plot.conversion import draw_conversion
from brainnet.train import TRAINERS, trained_mlp

DIEHL = "Diehl et al. 2015, IJCNN, doi:10.1109/IJCNN.2015.7280696: 784-1200-1200-10 with dropout (not the same network)"


@protocol(
    parameters={
        **PARAMETERS,
        "hidden": Parameter(800, "neurons of the hidden layer", low=1, high=10_000, quick=100),
        "epochs": Parameter(15, "passes through the training set", low=1, high=1000, quick=2),
        "trainer": Parameter("sklearn", "library that trains", choices=TRAINERS),
        "images": Parameter(10_000, "test images, from the first on", low=1, high=10_000, quick=500),
        "calibration_images": Parameter(5000, "training images that set the scales", low=1, high=60_000, quick=1000),
        "energy_table": ENERGY_TABLE,
    },
    results={**RESULTS, "snn_accuracy": replace(RESULTS["snn_accuracy"], reference=0.986, source=DIEHL)},
    draw=draw_conversion,
    source="Diehl et al. 2015, IJCNN, doi:10.1109/IJCNN.2015.7280696, algorithms 1 and 2; Rueckauer et al. 2017, "
    "Front. Neurosci. 11:682, doi:10.3389/fnins.2017.00682, sec. 2.2.2",
)
def mnist_conversion(
    hidden, epochs, trainer, images, calibration_images, energy_table, seed, data=None, **settings
) -> xr.Dataset:
    """Train 784-800-10 on MNIST (or take it from the cache), convert, and run the test images as spikes."""
    table = energy_of(energy_table)  # a wrong one is told before anything is trained
    mnist = load_mnist(data)
    (x, y), calibration = mnist.first_tests(images), mnist.calibration(calibration_images, seed)
    network = trained_mlp("mnist", mnist.x_train, mnist.y_train, hidden, epochs=epochs, seed=seed, trainer=trainer)
    spiking = convert(network, calibration=calibration, seed=seed, **settings)
    return evaluate(spiking, x, y, energy_table=table)
