"""Pfister & Gerstner 2006, figs. 2 and 3: pairs, triplets and quadruplets, doi:10.1523/JNEUROSCI.1425-06.2006.

Deviations: the data points are those of Wang et al. 2005 as numbers, not read off the figure; the grey bars are the
additive pair rule with tau_plus = 16.8 ms and tau_minus = 33.7 ms and the amplitudes that fit these data best. The
interval T of a quadruplet is taken between the middles of its two pairs.
"""

from brainnet import figure, protocols
from brainnet.plot.plasticity import draw_hippocampal


@figure(
    doi="10.1523/JNEUROSCI.1425-06.2006",
    title="Pfister & Gerstner 2006, J. Neurosci. 26:9673, figs. 2 and 3: triplets and quadruplets",
)
def pfister_gerstner_2006_triplets(quick, seed, data):
    """Triplet rule, pair rule and hippocampal cultures, 60 repetitions at 1 Hz."""
    settings = {"rule": "triplet", "parameters": "hippocampus.all_to_all.full"}
    return draw_hippocampal(protocols.hippocampal_protocols(**settings, quick=quick, seed=seed))
