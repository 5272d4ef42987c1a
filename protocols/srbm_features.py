"""Features of a small convolutional network learned by a spiking Boltzmann machine, in place of pixels.

The network is trained for classification (or taken from the cache), and the outputs of its last hidden layer, of each
the share of its largest value on training images, are the visible neurons; above `feature_brightness` they are bright,
which few of them are as often as pixels above a half.
`accuracy_network` is what the network does by itself: what it has learned from the labels is in its features. Reported
for 768 features of a network on phase-change memory are 91.1 % (120 label neurons, 888 hidden); the weights of that
network are not public, and this one has fewer features and more training.

Training the network needs PyTorch: install brainnet[torch].
"""

import numpy as np
import xarray as xr

from brainnet import Parameter, Result, protocol
from brainnet.data import load
from brainnet.experiment import SRBM_PARAMETERS, SRBM_RESULTS, fit_machine
from brainnet.plot.srbm import draw_optimisers
from brainnet.train import Recipe, trained_network


@protocol(
    parameters={
        **SRBM_PARAMETERS,
        "task": Parameter("mnist", "what is learned: MNIST (or --data), or 8 x 8 digits", choices=("mnist", "digits"),
                          quick="digits"),
        "architecture": Parameter("5c3-5c3-p2-12c3-12c3-128-10", "convolutions, pooling and dense layers",
                                  quick="8c3-32-10"),
        "feature_brightness": Parameter(0.1, "features above it are bright", low=0.0, high=1.0),
        "network_epochs": Parameter(5, "passes of the network's training", low=1, high=1000, quick=20),
        "epochs": Parameter(1, "passes of the machine", low=1, high=1000),
        "train_images": Parameter(5000, "images that both learn from, from the first on", low=2, quick=600),
        "images": Parameter(10_000, "test images, from the first on", low=1, quick=300),
    },
    results={
        **SRBM_RESULTS,
        "accuracy_pixels": Result("of a machine of the same size on the pixels"),
        "accuracy_network": Result("of the network itself"),
        "features": Result("visible neurons beside the label neurons"),
        "bright_share": Result("share of the features that are bright"),
    },
    draw=draw_optimisers,
    source="Neftci, Das, Pedroni, Kreutz-Delgado & Cauwenberghs 2014, Front. Neurosci. 7:272, "
    "doi:10.3389/fnins.2013.00272, fig. 7",
)  # fmt: skip
def srbm_features(
    task, architecture, feature_brightness, network_epochs, epochs, train_images, images, seed, data=None, **settings
) -> xr.Dataset:
    """Train a network, let a machine learn its features, and another one the pixels."""
    part = load(data or task).first(train_images, images)
    network = trained_network(part.x_train, part.y_train, architecture, Recipe(epochs=network_epochs), seed=seed)
    hidden = network.layers[-2].name
    values, values_test = (network.activations(x, of=[hidden])[0] for x in (part.x_train, part.x_test))
    largest = np.maximum(values.reshape(len(values), -1).max(axis=0), 1e-9)
    x, x_test = (np.clip(each.reshape(len(each), -1) / largest, 0, 1) for each in (values, values_test))
    pixels, pixels_test = (each.reshape(len(each), -1) for each in (part.x_train, part.x_test))
    own = {**settings, "brightness": feature_brightness}
    machine, found = fit_machine(x, part, own, epochs=epochs, x_test=x_test, random_state=seed)
    plain, on_pixels = fit_machine(pixels, part, settings, epochs=epochs, x_test=pixels_test, random_state=seed)
    both = (found, on_pixels)
    return xr.Dataset(
        {
            **found,
            "accuracy_pixels": on_pixels["accuracy"],
            "accuracy_network": network.accuracy(part.x_test, part.y_test),
            "features": x.shape[1],
            "bright_share": float((x > feature_brightness).mean()),
            "accuracy_by_epoch": (("variant", "epoch"), [each["accuracy_by_epoch"][1] for each in both]),
            "accuracy_of_piece": (("variant", "image"), [each.history_["accuracy"] for each in (machine, plain)]),
        },
        {
            "variant": ["features", "pixels"],
            "epoch": np.arange(1, epochs + 1),
            "image": machine.history_["images"],
        },
        {"train_images": len(x), "test_images": len(x_test)},
    )
