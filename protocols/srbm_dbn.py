"""Two stacked spiking Boltzmann machines against one: a deep belief network, trained layer by layer.

The first machine learns images with their labels, as in `srbm_mnist`. Its hidden probabilities, given an image and no
label, are what the second machine learns with the labels: those above `brightness` are bright. Both are trained by
event-driven contrastive divergence, and read out by free energy (Hinton, Osindero & Teh 2006 stack machines without
labels below the top, and fine-tune them afterwards, which is not done here).

A single machine of the same size that sees the images as often as both together is trained beside them, since a second
layer also means a second training. What the first machine leaves for the second to learn from is measured without
spikes: a logistic regression learns from bright hidden neurons, and one from bright pixels.
"""

import numpy as np
import xarray as xr
from sklearn.linear_model import LogisticRegression

from brainnet import Parameter, Result, protocol
from brainnet.data import load
from brainnet.errors import ParameterError
from brainnet.experiment import SRBM_PARAMETERS, SRBM_RESULTS, fit_machine
from brainnet.plot.srbm import draw_optimisers


@protocol(
    parameters={
        **SRBM_PARAMETERS,
        "task": Parameter("mnist", "what is learned: MNIST (or --data), or 8 x 8 digits", choices=("mnist", "digits"),
                          quick="digits"),
        "epochs": Parameter(1, "passes through the training images, of each machine", low=1, high=1000),
        "train_images": Parameter(5000, "images to learn from, from the first on", low=2, quick=600),
        "images": Parameter(10_000, "test images, from the first on", low=1, quick=300),
    },
    results={
        **SRBM_RESULTS,
        "accuracy_single": Result("of the first machine alone"),
        "accuracy_single_longer": Result("of one machine with twice as many passes"),
        "accuracy_linear_hidden": Result("of a logistic regression from the first machine's bright hidden neurons"),
        "accuracy_linear_pixels": Result("of a logistic regression from bright pixels"),
        "active_share": Result("share of the first machine's hidden neurons that are bright to the second"),
    },
    draw=draw_optimisers,
    source="Hinton, Osindero & Teh 2006, Neural Comput. 18:1527, doi:10.1162/neco.2006.18.7.1527, "
    "abstract (stacking); "
    "Neftci, Das, Pedroni, Kreutz-Delgado & Cauwenberghs 2014, Front. Neurosci. 7:272, doi:10.3389/fnins.2013.00272, "
    "fig. 7",
)  # fmt: skip
def srbm_dbn(task, epochs, train_images, images, seed, data=None, **settings) -> xr.Dataset:
    """Let one machine learn images, a second one what the first makes of them, and a third one images for longer."""
    if settings["hidden"] < settings["label_neurons"]:
        raise ParameterError(
            f"srbm_dbn: hidden = {settings['hidden']} neurons are the second machine's pixels, and fewer than "
            f"label_neurons = {settings['label_neurons']}; give as many at least"
        )
    part = load(data or task).first(train_images, images)
    x, x_test = (each.reshape(len(each), -1) for each in (part.x_train, part.x_test))
    first, single = fit_machine(x, part, settings, epochs=epochs, x_test=x_test, random_state=seed)
    features, features_test = first.transform(x), first.transform(x_test)
    second, stacked = fit_machine(features, part, settings, epochs=epochs, x_test=features_test, random_state=seed + 1)
    longer, long = fit_machine(x, part, settings, epochs=2 * epochs, x_test=x_test, random_state=seed)
    linear = [
        LogisticRegression(max_iter=500)
        .fit(learned > settings["brightness"], part.y_train)
        .score(asked > settings["brightness"], part.y_test)
        for learned, asked in ((features, features_test), (x, x_test))
    ]
    n = len(first.history_["images"])
    return xr.Dataset(
        {
            **stacked,
            "seconds_per_epoch": single["seconds_per_epoch"] + stacked["seconds_per_epoch"],
            "accuracy_single": single["accuracy"],
            "accuracy_single_longer": long["accuracy"],
            "accuracy_linear_hidden": linear[0],
            "accuracy_linear_pixels": linear[1],
            "active_share": float((features > settings["brightness"]).mean()),
            "accuracy_by_epoch": (
                ("variant", "epoch"),
                [single["accuracy_by_epoch"][1], stacked["accuracy_by_epoch"][1], long["accuracy_by_epoch"][1][1::2]],
            ),
            "accuracy_of_piece": (
                ("variant", "image"), [each.history_["accuracy"][-n:] for each in (first, second, longer)],
            ),
        },
        {
            "variant": ["one machine", "two stacked", "one machine, twice the passes"],
            "epoch": np.arange(1, epochs + 1),
            "image": first.history_["images"],
        },
        {"train_images": len(x), "test_images": len(x_test)},
    )  # fmt: skip
