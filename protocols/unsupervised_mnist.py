"""Digits learned without labels: STDP, normalisation and thresholds that rise, after Diehl & Cook 2015.

All is as in the paper and its program but for this: inputs reach the excitatory neurons without delay (there up to
10 ms, drawn for each synapse); before each presentation membrane, conductances and traces start again from rest, so
that an image's answer depends on no other image (there 150 ms of rest leave a fifth of the potential); images come in
a new random order in each pass; weights are normalised before each image and not before its repetitions; thresholds
rise by 0.05 mV with a spike of one of 400 neurons, as in the program, and in proportion to their number with others.
"""

from dataclasses import replace

import xarray as xr

from brainnet import Parameter, protocol
from brainnet.data import load
from brainnet.experiment import UNSUPERVISED_PARAMETERS, UNSUPERVISED_RESULTS, classify_unsupervised, make_settings
from brainnet.plot.unsupervised import draw_unsupervised

PUBLISHED = {100: 0.829, 400: 0.870, 1600: 0.919, 6400: 0.950}
PAPER = "Diehl & Cook 2015, Front. Comput. Neurosci. 9:99, doi:10.3389/fncom.2015.00099, sec. 3"


@protocol(
    parameters={
        **{**UNSUPERVISED_PARAMETERS, "neurons": replace(UNSUPERVISED_PARAMETERS["neurons"], quick=20)},
        "epochs": Parameter(1, "passes through the training images", low=1),
        "train_images": Parameter(60_000, "images to learn from, from the first on", low=2, quick=100),
        "observed_images": Parameter(10_000, "of these, to label neurons by once all is learned", low=2, quick=60),
        "images": Parameter(10_000, "test images, from the first on", low=1, quick=40),
        "checkpoint": Parameter("", "file that the training goes on from if it was interrupted; empty for none"),
    },
    results={
        **UNSUPERVISED_RESULTS,
        "accuracy": replace(UNSUPERVISED_RESULTS["accuracy"], reference=lambda values: PUBLISHED.get(values["neurons"]),
                            source=PAPER),
    },
    draw=draw_unsupervised,
    source="Diehl & Cook 2015, Front. Comput. Neurosci. 9:99, doi:10.3389/fncom.2015.00099, sec. 2; values: "
    "peter-u-diehl/stdp-mnist, Diehl&Cook_spiking_MNIST.py",
)  # fmt: skip
def unsupervised_mnist(
    train_images, observed_images, images, epochs, checkpoint, seed, data=None, **settings
) -> xr.Dataset:
    """Learn digits without labels, label neurons by training images, classify the test images."""
    chosen = make_settings("unsupervised_mnist", **settings)
    part = load(data or "mnist").first(train_images, images)
    return classify_unsupervised(
        part, chosen, epochs=epochs, observed_images=observed_images, seed=seed, checkpoint=checkpoint or None
    )
