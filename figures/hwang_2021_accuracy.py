"""Hwang, Kim & Park 2021, Appl. Sci. 11:2059: accuracy and pulses against levels, doi:10.3390/app11052059.

Deviations: those of `weight_transfer`. Of the paper's accuracies only that of 3 levels is known, 97.58 % (from a review
of it), and none of its numbers of pulses.
"""

from brainnet import figure, protocols
from brainnet.plot import new_figure
from brainnet.plot.transfer import accuracy_panel, pulses_panel


@figure(
    doi="10.3390/app11052059",
    title="Hwang, Kim & Park 2021, Appl. Sci. 11:2059: accuracy and pulses by number of levels",
)
def hwang_2021_accuracy(quick, seed, data):
    """Test accuracy of quantised and of written weights, and pairs of pulses for both ways of writing."""
    found = protocols.weight_transfer(quick=quick, seed=seed, data=data)
    drawing, axes = new_figure(1, 2, figsize=(10, 4.2), names=("accuracy", "pulses"))
    accuracy_panel(axes[0, 0], found)
    pulses_panel(axes[0, 1], found)
    return drawing
