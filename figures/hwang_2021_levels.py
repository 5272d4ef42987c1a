"""Hwang, Kim & Park 2021, Appl. Sci. 11:2059: distribution of weights and levels, doi:10.3390/app11052059.

Deviations: the paper's interval of levels is not known; ours is the one that serves training images best, so that large
weights are clipped. Up to 5 levels, weights were trained again on their levels. The published figure was not to be had.
"""

from brainnet import figure, protocols
from brainnet.plot import new_figure
from brainnet.plot.transfer import histogram_panel


@figure(
    doi="10.3390/app11052059",
    title="Hwang, Kim & Park 2021, Appl. Sci. 11:2059: distribution of weights and quantisation levels",
)
def hwang_2021_levels(quick, seed, data):
    """Weights of the hidden layer, as trained and on 3, 7 and 15 levels."""
    few = {} if quick else {"images": 500, "steps": 20}
    found = protocols.weight_transfer(quick=quick, seed=seed, data=data, levels="3,7,15", **few)
    drawing, axes = new_figure(1, 3, figsize=(12, 3.6), names=("3", "7", "15"))
    for axis, levels in zip(axes[0], (3, 7, 15), strict=True):
        histogram_panel(axis, found, levels)
    return drawing
