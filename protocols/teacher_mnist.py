"""Digits learned with a teacher: the label's spikes raise the probability that the right neurons fire.

After Machado et al. 2019 (NatCSNN), whose equations of the teacher synapse are not published. Ours: each class has one
input beside the pixels, which fires as a pixel of 1 does while an image of its class is learned from, and excites the
neurons of its class by a fixed conductance; class c has the neurons c, c + 10, c + 20 and so on. All others are
silenced by these as by any neuron that fires. Only pixels have plastic synapses. While neurons are labelled and in the
test there is no teacher. The network is that of `unsupervised_mnist`, which is trained beside it on the same images.
"""

from dataclasses import replace

import xarray as xr

from brainnet import Parameter, Result, protocol
from brainnet.data import load
from brainnet.experiment import UNSUPERVISED_PARAMETERS, UNSUPERVISED_RESULTS, classify_unsupervised, make_settings
from brainnet.plot.unsupervised import draw_unsupervised


@protocol(
    parameters={
        **{**UNSUPERVISED_PARAMETERS, "neurons": replace(UNSUPERVISED_PARAMETERS["neurons"], value=100, quick=20)},
        "w_teacher": Parameter(2.0, "weight of a teacher, where the largest of a pixel is 1", above=0.0),
        "train_images": Parameter(10_000, "images to learn from, from the first on", low=2, quick=100),
        "observed_images": Parameter(10_000, "of these, to label neurons by once all is learned", low=2, quick=60),
        "images": Parameter(10_000, "test images, from the first on", low=1, quick=40),
    },
    results={
        **UNSUPERVISED_RESULTS,
        "accuracy_unsupervised": Result("the same by the network without teacher, of the same size and images"),
    },
    draw=draw_unsupervised,
    source="Machado et al. 2019 (NatCSNN), no DOI, abstract: the teacher synapse here is ours; network: "
    "Diehl & Cook 2015, Front. Comput. Neurosci. 9:99, doi:10.3389/fncom.2015.00099, sec. 2",
)  # fmt: skip
def teacher_mnist(w_teacher, train_images, observed_images, images, seed, data=None, **settings) -> xr.Dataset:
    """Learn digits with a teacher and without, and classify the test images without one."""
    chosen = make_settings("teacher_mnist", **settings)
    part = load(data or "mnist").first(train_images, images)
    with_teacher, without = (
        classify_unsupervised(part, chosen, epochs=1, observed_images=observed_images, seed=seed, teacher=teacher)
        for teacher in (w_teacher, 0.0)
    )
    return with_teacher.assign(accuracy_unsupervised=without.accuracy)
