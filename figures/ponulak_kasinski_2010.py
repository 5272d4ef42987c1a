"""Ponulak & Kasinski 2010: a neuron learns a spike train, doi:10.1162/neco.2009.11-08-901.

Deviations: neuron, amplitudes of the rule and rates are those of the protocol's parameters, not the paper's, whose
spike trains are not published. "theirs" is the published statement that the correlation comes close to 1 within some
100 epochs.
"""

from brainnet import figure, protocols
from brainnet.plot import part
from brainnet.plot.spike_trains import draw_spike_train


@figure(
    doi="10.1162/neco.2009.11-08-901",
    title="Ponulak & Kasinski 2010, Neural Comput. 22:467, sec. 3.1: spike train over epochs of ReSuMe",
)
def ponulak_kasinski_2010(quick, seed, data):
    """Spikes over epochs, and the correlation with the target."""
    dataset = protocols.resume_spike_train(quick=quick, seed=seed)
    drawn = draw_spike_train(dataset)
    axis = part(drawn, "correlation")
    axis.plot(
        [min(100, dataset.sizes["epoch"])],
        [1.0],
        "*",
        color="black",
        markersize=9,
        label="theirs: close to 1 by 100",
    )
    axis.legend(loc="lower right", fontsize=8)
    return drawn
