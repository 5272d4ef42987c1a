"""Diehl et al. 2015, IJCNN, doi:10.1109/IJCNN.2015.7280696: accuracy over simulated time, by weight normalisation.

Deviations from the paper: the network is 784-800-10 with biases instead of 784-1200-1200-10 without, trained without
dropout; input is Bernoulli spikes, at most one per step; resets are to zero as in the paper. The paper's curves are not
tabulated: its published end point, 98.6 % for the fully connected network with data-based normalisation, is a line.
"""

from brainnet import figure, protocols
from brainnet.plot import new_figure
from brainnet.targets import fresh

PUBLISHED = 98.6


@figure(doi="10.1109/IJCNN.2015.7280696", title="Diehl et al. 2015: accuracy over time by weight normalisation")
def diehl_2015_normalisation(quick, seed, data):
    """Diehl et al. 2015: accuracy over simulated time, by weight normalisation."""
    drawing, axis = new_figure(1, 1, figsize=(6, 4))
    for number, (normalisation, label) in enumerate(
        [("none", "no normalisation"), ("model", "model-based"), ("data", "data-based")]
    ):
        further = {"percentile": 100.0} if normalisation == "data" else {}
        with fresh():
            result = protocols.mnist_conversion(
                quick=quick,
                seed=seed,
                data=data,
                normalisation=normalisation,
                coding="bernoulli",
                reset="zero",
                **further,
            )
        axis.plot(result.step, 100 * result.accuracy_by_step, color=f"C{number}", label=f"ours, {label}")
    axis.axhline(100 * float(result.ann_accuracy), color="black", linestyle="--", label="ours, trained network")
    axis.axhline(PUBLISHED, color="0.6", linestyle=":", label=f"Diehl et al. 2015, data-based: {PUBLISHED} %")
    axis.set(xscale="log", xlabel="time steps", ylabel="test accuracy (%)", ylim=(0, 101))
    axis.legend(loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=2, fontsize=8)
    return drawing
