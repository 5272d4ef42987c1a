"""A trained network with one spike a neuron at most: the time to the first spike, on MNIST (784-800-10) or digits."""

from dataclasses import replace

import xarray as xr

from brainnet import Parameter, protocol
from brainnet.convert import TTFS_PARAMETERS, convert_ttfs
from brainnet.data import load_digits, load_mnist
from brainnet.errors import DataError
from brainnet.measure import ENERGY_TABLE, TTFS_RESULTS, evaluate
from brainnet.measure import energy_table as energy_of
from brainnet.plot.ttfs import draw_ttfs
from brainnet.train import TRAINERS, trained_mlp

STANOJEVIC = (
    "Stanojevic et al. 2024, Nat. Commun. 15:6793, "
    "doi:10.1038/s41467-024-51110-5, abstract: the same accuracy as the trained network"
)


@protocol(
    parameters={
        **TTFS_PARAMETERS,
        "task": Parameter("mnist", "what is classified", choices=("mnist", "digits"), quick="digits"),
        "hidden": Parameter(800, "neurons of the hidden layer", low=1, high=10_000, quick=100),
        "epochs": Parameter(15, "passes through the training set", low=1, high=1000, quick=10),
        "trainer": Parameter("sklearn", "library that trains", choices=TRAINERS),
        "images": Parameter(10_000, "test images, from the first on", low=1, high=10_000, quick=450),
        "calibration_images": Parameter(5000, "training images that set the scales", low=1, high=60_000, quick=1000),
        "energy_table": ENERGY_TABLE,
    },
    results={
        **TTFS_RESULTS,
        "accuracy_drop": replace(TTFS_RESULTS["accuracy_drop"], reference=0.0, tolerance=0.002, source=STANOJEVIC),
    },
    draw=draw_ttfs,
    source="Stanojevic et al. 2024, Nat. Commun. 15:6793, doi:10.1038/s41467-024-51110-5, abstract; "
    "Rueckauer & Liu 2018, ISCAS, doi:10.1109/ISCAS.2018.8351295, and its program: "
    "NeuromorphicProcessorProject/snn_toolbox, snntoolbox/simulation/backends/inisim/ttfs.py",
)
def ttfs_conversion(
    task, hidden, epochs, trainer, images, calibration_images, energy_table, seed, data=None, **settings
) -> xr.Dataset:
    """Train on MNIST or the bundled digits, convert to first spikes, and run the test images."""
    table = energy_of(energy_table)  # a wrong one is told before anything is trained
    if task == "digits" and data is not None:
        raise DataError("the digits come with scikit-learn; leave --data out, or set task=mnist")
    samples = load_mnist(data) if task == "mnist" else load_digits(seed=seed)
    (x, y), calibration = samples.first_tests(images), samples.calibration(calibration_images, seed)
    network = trained_mlp(task, samples.x_train, samples.y_train, hidden, epochs=epochs, seed=seed, trainer=trainer)
    spiking = convert_ttfs(network, calibration=calibration, **settings)
    return evaluate(spiking, x, y, energy_table=table)
