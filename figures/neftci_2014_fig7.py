"""Neftci et al. 2014, Front. Neurosci. 7:272, fig. 7: digits with their labels, learned by event-driven divergence.

Deviations: those of `srbm_mnist`. Published are 91.9 % after 20,000 images, by free energy; the course is not
tabulated.
"""

from brainnet import figure, protocols
from brainnet.plot import part
from brainnet.plot.srbm import draw_srbm


@figure(
    doi="10.3389/fnins.2013.00272",
    title="Neftci et al. 2014, Front. Neurosci. 7:272, fig. 7: digits learned with their labels",
)
def neftci_2014_fig7(quick, seed, data):
    """Accuracy against images seen beside the published number, weights, and digits imagined and completed."""
    experiment = protocols.srbm_mnist(quick=quick, seed=seed, data=data)
    drawn = draw_srbm(experiment)
    course = part(drawn, "course")
    course.axhline(91.9, color="C3", linestyle=":", label="theirs, MNIST, 20,000 images")
    course.legend(loc="lower right", fontsize=8)
    return drawn
