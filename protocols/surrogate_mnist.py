"""A spiking network trained by surrogate gradients, 20c5-p2-50c5-p2-200-10, fires the same spikes in Brian2: MNIST."""

import numpy as np
import xarray as xr
from brian2 import ms

from brainnet import Parameter, Result, protocol
from brainnet.convert import convert
from brainnet.data import load
from brainnet.learn import SpikingRecipe, simulate_torch, trained_spiking
from brainnet.plot import new_figure
from brainnet.targets import fresh

LEE = (
    "Lee et al. 2020, Front. Neurosci. 14:119, doi:10.3389/fnins.2020.00119: 99.59 %, the same layers, "
    "100 steps of Poisson input"
)


def draw_surrogate(dataset):
    """Draw accuracy by step, spikes by layer, and the spikes of the first layer for the first image."""
    figure, axes = new_figure(1, 3, figsize=(11, 3.4))
    accuracy, spikes, raster = axes.flat
    accuracy.plot(dataset.step, dataset.accuracy_by_step, "o-", label="Brian2")
    accuracy.axhline(float(dataset.torch_accuracy), color="black", linestyle=":", label="training framework")
    accuracy.set(xlabel="step", ylabel="test accuracy", ylim=(0, 1.02))
    accuracy.legend(loc="lower right")
    spikes.bar(range(dataset.sizes["layer"]), dataset.spikes_per_neuron)
    spikes.set_xticks(range(dataset.sizes["layer"]), [str(name) for name in dataset.layer.values], rotation=20)
    spikes.set(ylabel=f"spikes per neuron in {dataset.sizes['step']} steps")
    raster.plot(dataset.raster_step, dataset.raster_neuron, ".", color="black", markersize=1.5)
    raster.set(xlabel="step", ylabel="neuron of the first layer", title="first image")
    return figure


@protocol(
    parameters={
        "architecture": Parameter("20c5-p2-50c5-p2-200-10", "convolutions, pooling and dense layers"),
        "steps": Parameter(6, "time steps of an image", low=1, high=1000),
        "tau_m": Parameter(10 * ms, "membrane time constant; a time step is 1 ms", above=0.1 * ms),
        "epochs": Parameter(3, "passes through the training set", low=1, high=1000, quick=1),
        "dropout": Parameter(0.2, "of the inputs of dense layers, in training", low=0.0, below=1.0),
        "shift_images": Parameter(2, "pixels that images are moved by at most, in training", low=0, high=8),
        "training_images": Parameter(60_000, "images that are trained on, from the first on", low=100, quick=2000),
        "images": Parameter(10_000, "test images, from the first on", low=1, high=10_000, quick=200),
        "checked_images": Parameter(20, "images whose every spike is compared with the training framework", low=1),
    },
    results={
        "snn_accuracy": Result("test accuracy in Brian2", "1", 0.9959, None, LEE),
        "torch_accuracy": Result("test accuracy in the training framework, double precision"),
        "equal_spikes": Result("share of neurons and steps at which both fire or both do not, on the checked images"),
        "accuracy_by_step": Result("test accuracy in Brian2 if stopped after that many steps"),
        "spikes_per_neuron": Result("mean over neurons and images, by layer"),
        "milliseconds_per_image": Result("run time of the simulation per image", unit="ms"),
        "compile_seconds": Result("time to generate and compile the program", unit="s"),
    },
    draw=draw_surrogate,
    source="Lee, Sarwar, Panda, Srinivasan & Roy 2020, Front. Neurosci. 14:119, doi:10.3389/fnins.2020.00119, and its "
    "program: chan8972/Enabling_Spikebased_Backpropagation, src/mnist_LeNet.py; "
    "Neftci, Mostafa & Zenke 2019, doi:10.1109/MSP.2019.2931595, abstract (method)",
)
def surrogate_mnist(
    architecture, steps, tau_m, epochs, dropout, shift_images, training_images, images, checked_images, seed, data=None
) -> xr.Dataset:
    """Train (or take from the cache), run the test images in Brian2, compare spikes with the training framework."""
    mnist = load(data or "mnist").first(training_images, images)
    x, y = mnist.x_test, mnist.y_test
    recipe = SpikingRecipe(steps=steps, tau=float(tau_m / ms), epochs=epochs, dropout=dropout, shift=shift_images)
    graph = trained_spiking(mnist.x_train, mnist.y_train, architecture, recipe, seed=seed)
    how = {"steps": steps, "neuron": "lif", "tau_m": tau_m, "reset": "zero", "normalisation": "none",
           "readout": "potential"}  # fmt: skip
    checked = min(checked_images, images)
    spikes, _ = simulate_torch(graph, x[:checked], recipe)
    with fresh():
        recorded = convert(graph, record=True, **how).run(x[:checked])
    equal = {name: (recorded.rasters[name] == raster).mean() for name, raster in spikes.items()}
    correct = 0
    for start in range(0, images, 500):
        _, potential = simulate_torch(graph, x[start : start + 500], recipe)
        correct += int((potential.argmax(axis=1) == y[start : start + 500]).sum())
    network = convert(graph, **how)
    right, counts, seconds = np.zeros(steps), dict.fromkeys(spikes, 0.0), 0.0
    for start in range(0, images, network.block):
        part = slice(start, start + network.block)
        response = network.run(x[part], first_sample=start)
        seconds += response.run_seconds
        right += (response.decisions == y[part, None]).sum(axis=0)
        for name in counts:
            counts[name] += response.counts[name].mean() * len(response.decisions) / images
    return xr.Dataset(
        {
            "snn_accuracy": right[-1] / images,
            "torch_accuracy": correct / images,
            "equal_spikes": ("layer", [*equal.values()]),
            "accuracy_by_step": ("step", right / images),
            "spikes_per_neuron": ("layer", [*counts.values()]),
            "milliseconds_per_image": 1e3 * seconds / images,
            "compile_seconds": network.program.compile_seconds,
            "raster_step": ("spike", np.nonzero(recorded.rasters[next(iter(spikes))][0])[0] + 1),
            "raster_neuron": ("spike", np.nonzero(recorded.rasters[next(iter(spikes))][0])[1]),
        },
        {"step": np.arange(1, steps + 1), "layer": [*spikes]},
        {"architecture": architecture, "images": images, "epochs": epochs, "tau_m": f"{float(tau_m / ms):g} ms"},
    )
