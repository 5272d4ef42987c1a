"""Vogels et al. 2011, fig. 2: inhibition learns the tuning of excitation, doi:10.1126/science.1211095.

Deviations: the paper's courses are not tabulated. "theirs" is what its theory says: inhibitory weights in proportion
to the excitatory ones, and the firing rate rho_0, which holds for uncorrelated spikes. Inputs of one signal fluctuate
together here, as in the paper, so that there are more coincidences than its theory counts, and the neuron ends at rho_0
divided by their excess (3.3 instead of 5 Hz), which is drawn too. Constants of the neuron are those of
`protocols.inhibitory_balance`.
"""

from brainnet import figure, protocols
from brainnet.plot import part
from brainnet.plot.plastic_networks import draw_balance


@figure(
    doi="10.1126/science.1211095",
    title="Vogels, Sprekeler, Zenke, Clopath & Gerstner 2011, Science 334:1569, fig. 2: detailed balance",
)
def vogels_2011_fig2(quick, seed, data):
    """Tuning of inhibition before and after learning, the course of its weights, and the firing rate."""
    experiment = protocols.inhibitory_balance(quick=quick, seed=seed)
    drawn = draw_balance(experiment)
    tuned, rate = part(drawn, "tuning"), part(drawn, "rate")
    tuned.plot(
        experiment.signal,
        experiment.excitatory_weight / experiment.excitatory_weight.max(),
        "o", mfc="none", markersize=10, color="black", label="theirs: inhibition in proportion to excitation",
    )  # fmt: skip
    part(drawn, "rho_0").set_label("theirs: rho_0, without correlations")
    rate.axhline(
        float(experiment.predicted_rate), color="C1", linestyle="--", label="their theory, with our correlations"
    )
    for axis in (tuned, rate):
        axis.legend(loc="upper center", bbox_to_anchor=(0.5, -0.2), fontsize=8)
    return drawn
