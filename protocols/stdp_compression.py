"""A network that becomes small while it learns digits without labels, after Rathi, Panda & Roy 2018.

At regular intervals of a training with power-law STDP the weakest synapses are pruned for good, and the weights of
the others rounded to a few levels; beside it the same network learns dense, from the same images and random input. Of
the paper only the abstract was to be had (90.1 % on MNIST, energy 3.1 times and area 4 times lower, at the accuracy
of the dense network): schedule, thresholds, levels and the counts are ours.

energy   expected synaptic events in the test: spikes of inputs, each on every synapse that its input has
area     synapses that there are, each one cell, in the dense network the same cell: what a cell with fewer levels
         saves, and what the addresses of a sparse array cost, are not counted

The network is that of `unsupervised_mnist`.
"""

from dataclasses import replace

import xarray as xr
from brian2 import mV

from brainnet import Parameter, protocol
from brainnet.data import load
from brainnet.experiment import (
    COMPRESSION_PARAMETERS,
    COMPRESSION_RESULTS,
    UNSUPERVISED_PARAMETERS,
    Compression,
    compress_while_learning,
    make_settings,
)
from brainnet.plot.stdp_compression import draw_stdp_compression

PAPER = "Rathi, Panda & Roy 2018, IEEE TCAD 38:668, doi:10.1109/TCAD.2018.2819366, abstract"


@protocol(
    parameters={
        **{**UNSUPERVISED_PARAMETERS, "neurons": replace(UNSUPERVISED_PARAMETERS["neurons"], value=100, quick=20),
           "rule": replace(UNSUPERVISED_PARAMETERS["rule"], value="power_law"),
           "theta_plus": replace(UNSUPERVISED_PARAMETERS["theta_plus"], value=0.2 * mV)},
        **{**COMPRESSION_PARAMETERS, "interval": replace(COMPRESSION_PARAMETERS["interval"], quick=20)},
        "train_images": Parameter(60_000, "images to learn from, from the first on", low=2, quick=100),
        "observed_images": Parameter(10_000, "of these, to label neurons by once all is learned", low=2, quick=60),
        "images": Parameter(10_000, "test images, from the first on", low=1, quick=40),
        "checkpoint": Parameter("", "begin of the names of files that an interrupted training goes on from; or empty"),
    },
    results={
        **COMPRESSION_RESULTS,
        "energy_reduction": replace(COMPRESSION_RESULTS["energy_reduction"], reference=3.1, source=PAPER),
        "area_reduction": replace(COMPRESSION_RESULTS["area_reduction"], reference=4.0, source=PAPER),
    },
    draw=draw_stdp_compression,
    source=PAPER + "; network: Diehl & Cook 2015, Front. Comput. Neurosci. 9:99, doi:10.3389/fncom.2015.00099, sec. 2",
)  # fmt: skip
def stdp_compression(train_images, observed_images, images, checkpoint, seed, data=None, **further) -> xr.Dataset:
    """Prune and quantise a network while it learns digits without labels, and compare it with the dense one."""
    plan = Compression(**{name: further.pop(name) for name in COMPRESSION_PARAMETERS})
    chosen = make_settings("stdp_compression", **further)
    part = load(data or "mnist").first(train_images, images)
    return compress_while_learning(
        part, chosen, plan, observed_images=observed_images, seed=seed, checkpoint=checkpoint or None
    )
