"""A trained network with one spike a neuron at most: the time to the first spike, on MNIST (784-800-10) or digits."""

from dataclasses import replace

import numpy as np
import xarray as xr

from brainnet import Parameter, protocol
from brainnet.convert import TTFS_PARAMETERS, convert_ttfs
from brainnet.data import load_digits, load_mnist
from brainnet.errors import DataError
from brainnet.measure import ENERGY_TABLE, TTFS_RESULTS, evaluate
from brainnet.measure import energy_table as energy_of
from brainnet.plot import new_figure
from brainnet.train import TRAINERS, trained_mlp

STANOJEVIC = (
    "Stanojevic et al. 2024, Nat. Commun. 15:6793, "
    "doi:10.1038/s41467-024-51110-5, abstract: the same accuracy as the trained network"
)


def draw_ttfs(dataset):
    """Draw the spikes of one image, all times, what they stand for, and accuracy in time."""
    figure, axes = new_figure(2, 2, figsize=(10, 7.5))
    for panel, axis in zip((_raster, _times, _values, _accuracy), axes.flat, strict=True):
        panel(axis, dataset)
    return figure


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


def _raster(axis, data):
    window, ticks, offset = int(data.attrs["window"]), [], 0
    names = [str(name) for name in data.firing_layer.values]
    begins = np.atleast_1d(data.attrs["begins"])
    for number, name in enumerate(names):
        neuron = data[f"{name}_raster_neuron"].values
        height = int(neuron.max(initial=0)) + 1
        begin = int(begins[number])
        axis.axvspan(begin, begin + window, color=f"C{number}", alpha=0.08)
        axis.plot(begin + data[f"{name}_raster_step"], offset + neuron, ".", markersize=2, color=f"C{number}")
        ticks.append(offset + height / 2)
        offset += height
        axis.axhline(offset, color="0.8", linewidth=0.5)
    axis.set(xlabel="time step", yticks=ticks, yticklabels=names, ylim=(0, max(offset, 1)))
    axis.set_title("spikes for the first test image; each layer in its window")


def _times(axis, data):
    rates = data.spikes_per_neuron.to_series()
    samples = int(data.attrs["samples"])
    for number, name in enumerate(data.firing_layer.values):
        of_layer = data.time_histogram.sel(firing_layer=name)
        label = f"{name}, {rates[str(name)]:.3f} spikes per neuron"
        axis.step(data.time, of_layer / samples, where="mid", color=f"C{number}", label=label)
    highest = float(data.time_histogram.max()) / samples
    axis.set(xlabel="step of the window", ylabel="spikes per image", ylim=(0, 1.3 * highest or 1))
    axis.set_title("times of spikes: the earlier, the larger")
    axis.legend()


def _values(axis, data):
    correlation = data.layer_correlation.to_series()
    for number, name in enumerate(str(each) for each in data.firing_layer.values):
        if f"{name}_value" in data:
            label = f"{name}, r = {correlation[name]:.5f}" if name in correlation else name
            axis.plot(
                np.maximum(data[f"{name}_activation"], 0), data[f"{name}_value"], ".", markersize=3, color=f"C{number}",
                label=label,
            )  # fmt: skip
    axis.plot([0, 1], [0, 1], color="black", linewidth=0.7, label="equal")
    axis.set(xlabel="activation / scale (positive part)", ylabel="value that the time stands for")
    axis.set_title("times follow activations")
    axis.legend(loc="upper left")


def _accuracy(axis, data):
    axis.axhline(100 * float(data.ann_accuracy), color="black", linestyle="--", label="trained network")
    axis.plot(data.step, 100 * data.accuracy_by_step, label="spiking network")
    axis.set(xlabel="step of the window in which outputs receive", ylabel="test accuracy (%)", ylim=(0, 101))
    axis.set_title(f"accuracy: {100 * float(data.ann_accuracy):.2f} % becomes {100 * float(data.snn_accuracy):.2f} %")
    axis.legend(loc="lower right")
