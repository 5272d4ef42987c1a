"""A residual network of the size used for CIFAR-10 becomes spikes: does it convert, agree and run, at what cost."""

from dataclasses import replace

import numpy as np
import xarray as xr

from brainnet import Parameter, Result, protocol
from brainnet.ann import random_residual_network, read
from brainnet.convert import PARAMETERS, convert, plan
from brainnet.data import load
from brainnet.errors import ParameterError
from brainnet.measure import operations, verify
from brainnet.plot import new_figure


def draw_residual(dataset):
    """Draw correlation and spikes by layer, and the agreement of decisions by step."""
    figure, axes = new_figure(1, 3, figsize=(14, 4.6))
    names = [str(name) for name in dataset.layer.values]
    correlation, spikes, decided = axes[0]
    correlation.plot([str(name) for name in dataset.varying_layer.values], dataset.layer_correlation, "o-")
    correlation.set(ylabel="correlation of counts and activations", ylim=(min(0, correlation.get_ylim()[0]), 1.02))
    spikes.bar(names, dataset.spikes_per_neuron, color="C1")
    spikes.set(ylabel="spikes per neuron and image")
    for axis in (correlation, spikes):
        axis.tick_params(axis="x", labelrotation=90, labelsize=7)
    decided.plot(dataset.step, 100 * dataset.agreement_by_step, color="C2")
    decided.set(xscale="log", xlabel="time steps", ylabel="decisions as the trained network's (%)", ylim=(0, 102))
    return figure


@protocol(
    parameters={
        **PARAMETERS,
        "steps": replace(PARAMETERS["steps"], value=200, quick=20),
        "v_init": replace(PARAMETERS["v_init"], value="half"),
        "readout": replace(PARAMETERS["readout"], value="potential"),
        "model": Parameter("random", "weights: random, or the file of a trained network (npz, onnx)"),
        "channels": Parameter(16, "of the first stage (random weights)", low=1, high=256, quick=4),
        "blocks": Parameter(3, "residual blocks a stage: 3 make ResNet-20 (random weights)", low=1, high=30, quick=1),
        "side": Parameter(32, "height and width of the images (random weights)", low=4, high=512, quick=8),
        "images": Parameter(8, "that are run: random ones, or the first test images of --data", low=1, high=10_000,
                            quick=3),
        "calibration_images": Parameter(32, "other images that set the scales", low=1, high=60_000, quick=8),
    },
    results={
        "agreement": Result("share of images for which the spiking network decides as the trained one"),
        "decisions": Result("different decisions of the trained network on these images"),
        "layer_correlation": Result("Pearson correlation of spike counts and activations, by layer that varies"),
        "spikes_per_neuron": Result("mean over neurons and images, by layer"),
        "layers_converted": Result("layers of the trained network that are in the spiking one"),
        "neurons": Result("of all populations"),
        "synapses": Result("connections of the spiking network, were each one stored"),
        "weights": Result("numbers stored for them"),
        "synaptic_operations": Result("spikes times fan-out, per inference"),
        "seconds_per_image": Result("run time of the simulation per image", unit="s"),
        "compile_seconds": Result("time to generate and compile the program", unit="s"),
        "memory": Result("most memory of the generated program (0 where there is none)", unit="MB"),
    },
    draw=draw_residual,
    source="He et al. 2016, CVPR, doi:10.1109/CVPR.2016.90, section 4.2 (the architecture); Hu et al. 2023, "
    "IEEE TNNLS 34:5200, doi:10.1109/TNNLS.2021.3119238, abstract (as spikes)",
)  # fmt: skip
def residual_cifar_shape(
    model, channels, blocks, side, images, calibration_images, steps, seed, data=None, **settings
) -> xr.Dataset:
    """Convert a ResNet-20 with random or given weights, compare it with the trained network, and measure the cost."""
    if model == "random":
        network = random_residual_network(channels=channels, blocks=blocks, side=side, seed=seed)
    else:
        network = read(model)
    if data is not None:
        samples = load(data)
        x, calibration = samples.first_tests(images)[0], samples.calibration(calibration_images, seed)
    elif len(network.input_shape) == 3:
        drawn = random_images(images + calibration_images, network.input_shape, seed)
        x, calibration = drawn[:images], drawn[images:]
    else:
        raise ParameterError(f"{model} takes samples of shape {network.input_shape}, no images; give --data DIR")
    spiking = convert(network, calibration=calibration, steps=steps, seed=seed, **settings)
    response = spiking.run(x)
    checks, predicted = verify(spiking, x, response), network.predict(x)
    # A correlation with a layer that does not vary is not defined.
    varying = [name for name, check in checks.items() if np.isfinite(check.correlation)]
    neurons = {each.name: each.n for each in spiking.graph.populations}
    pieces = [each.connectivity for each in spiking.graph.connections]
    planned = plan(network, **{name: spiking.settings[name] for name in ("coding", "signed_input", "max_pooling")})
    return xr.Dataset(
        {
            "agreement": np.mean(response.decisions[:, -1] == predicted),
            "agreement_by_step": ("step", (response.decisions == predicted[:, None]).mean(axis=0)),
            "decisions": len(np.unique(predicted)),
            "layer_correlation": ("varying_layer", [checks[name].correlation for name in varying]),
            "spikes_per_neuron": ("layer", [check.mean_rate * steps for check in checks.values()]),
            "neurons_by_layer": ("layer", [neurons[name] for name in checks]),
            "layers_converted": spiking.n_converted,
            "neurons": sum(neurons.values()),
            "synapses": sum(int(piece.fan_out.sum()) for piece in pieces),
            "weights": sum(branch.link.weights.size for each in planned.populations for branch in each.branches),
            "synaptic_operations": operations(spiking, response.counts).ac.sum(),
            "seconds_per_image": response.run_seconds / len(x),
            "compile_seconds": spiking.program.compile_seconds,
            "memory": spiking.program.peak_memory / 1e6,
        },
        {"layer": [*checks], "varying_layer": np.array(varying, dtype=str), "step": np.arange(1, steps + 1)},
        {"network": network.name, "samples": images, "layers": len(network.layers)},
    )


def random_images(n, shape, seed):
    """Images in [0, 1] of random patches, so that neighbouring pixels are alike."""
    patch = 4
    coarse = [-(-length // patch) for length in shape[1:]]
    drawn = np.random.default_rng([seed, 1]).random((n, shape[0], *coarse))
    return np.kron(drawn, np.ones((1, 1, patch, patch)))[:, :, : shape[1], : shape[2]]
