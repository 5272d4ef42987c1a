"""Ways to turn what spikes write into steps of the weights, compared on one spiking Boltzmann machine.

"events" is the rule of Neftci et al. 2014: each pair of spikes changes the weight for good, with a learning rate that
falls linearly. "constant" is that without the fall, "xavier" begins at weights of the standard deviation
sqrt(2/(visible + hidden)) (Glorot & Bengio 2010). "momentum" and "adam" step between batches of images: within a batch
weights change with each pair of spikes, and are set back at its end to where the step leads from where it began. All
variants see the same images in the same order. With momentum the learning rate is (1 - momentum) times that of the
others, so that steady changes come to the same; its weights decay by as much less.
"""

import numpy as np
import xarray as xr

from brainnet import Parameter, Result, protocol
from brainnet.data import load
from brainnet.experiment import SRBM_PARAMETERS, fit_machine
from brainnet.plot.srbm import draw_optimisers

VARIANTS = "events", "constant", "xavier", "momentum", "adam"


@protocol(
    parameters={
        **{name: one for name, one in SRBM_PARAMETERS.items() if name not in ("optimiser", "initial")},
        "task": Parameter("mnist", "what is learned: MNIST (or --data), or 8 x 8 digits", choices=("mnist", "digits"),
                          quick="digits"),
        "epochs": Parameter(1, "passes through the training images", low=1, high=1000),
        "train_images": Parameter(5000, "images to learn from, from the first on", low=2, quick=600),
        "images": Parameter(10_000, "test images, from the first on", low=1, quick=300),
    },
    results={
        "best_accuracy": Result("of all variants and epochs, by free energy"),
        "accuracy_events": Result("each pair of spikes for good, the learning rate falls"),
        "accuracy_constant": Result("the same, the learning rate stays"),
        "accuracy_xavier": Result("the same as events, from small first weights"),
        "accuracy_momentum": Result("steps with momentum"),
        "accuracy_adam": Result("steps by Adam"),
        "seconds_per_epoch": Result("wall-clock time of the training, mean of the variants", unit="s"),
    },
    draw=draw_optimisers,
    source="Neftci, Das, Pedroni, Kreutz-Delgado & Cauwenberghs 2014, Front. Neurosci. 7:272, "
    "doi:10.3389/fnins.2013.00272, fig. 7; Kingma & Ba 2015, doi:10.48550/arXiv.1412.6980, algorithm 1; "
    "Glorot & Bengio 2010, AISTATS 9:249, eq. 12 (no DOI)",
)  # fmt: skip
def srbm_optimisers(task, epochs, train_images, images, seed, data=None, **settings) -> xr.Dataset:
    """Let one machine after the other learn the same images, and classify by free energy."""
    part = load(data or task).first(train_images, images)
    x, x_test = (each.reshape(len(each), -1) for each in (part.x_train, part.x_test))
    steps = {name: settings.pop(name) for name in ("batch", "momentum", "adam_step")}
    initial = {"w_0": settings.pop("w_0")}
    of = {
        "events": initial,
        "constant": {**initial, "eta_end": 1.0},
        "xavier": {"initial": "xavier"},
        "momentum": {**initial, "optimiser": "momentum", "batch": steps["batch"], "momentum": steps["momentum"],
                     "eta": settings["eta"] * (1 - steps["momentum"])},
        "adam": {**initial, "optimiser": "adam", **steps},
    }  # fmt: skip
    found = {
        name: fit_machine(x, part, {**settings, **of[name]}, epochs=epochs, x_test=x_test, random_state=seed)
        for name in VARIANTS
    }
    results = [each for _, each in found.values()]
    return xr.Dataset(
        {
            "best_accuracy": max(each["best_accuracy"] for each in results),
            **{f"accuracy_{name}": each["accuracy"] for name, (_, each) in found.items()},
            "seconds_per_epoch": np.mean([each["seconds_per_epoch"] for each in results]),
            "accuracy_by_epoch": (("variant", "epoch"), [each["accuracy_by_epoch"][1] for each in results]),
            "accuracy_of_piece": (("variant", "image"), [one.history_["accuracy"] for one, _ in found.values()]),
        },
        {
            "variant": list(VARIANTS),
            "epoch": np.arange(1, epochs + 1),
            "image": found["events"][0].history_["images"],
        },
        {"train_images": len(x), "test_images": len(x_test)},
    )
