"""Hwang, Kim & Park 2021, Appl. Sci. 11:2059: weight maps of a neuron, one for each level, doi:10.3390/app11052059.

Deviations: the neuron is ours. A review of the paper says that one neuron is drawn as four maps, one for each level: 5
levels, of which zero is not written. The published figure was not to be had.
"""

from brainnet import figure, protocols
from brainnet.plot import new_figure
from brainnet.plot.transfer import weight_map_panel

LEVELS = (-2, -1, 1, 2)


@figure(
    doi="10.3390/app11052059",
    title="Hwang, Kim & Park 2021, Appl. Sci. 11:2059: weight maps of one neuron",
)
def hwang_2021_maps(quick, seed, data):
    """Which inputs of a hidden neuron take which of the four levels that are not zero."""
    few = {} if quick else {"images": 500, "steps": 20}
    found = protocols.weight_transfer(quick=quick, seed=seed, data=data, levels="5", **few)
    steps = found["map"].values[0]
    neuron = max(range(steps.shape[1]), key=lambda k: min((steps[:, k] == level).sum() for level in LEVELS))
    drawing, axes = new_figure(1, 4, figsize=(12, 3.4), names=[str(level) for level in LEVELS])
    for axis, level in zip(axes[0], LEVELS, strict=True):
        weight_map_panel(axis, found, neuron, level)
    return drawing
