"""Pfister & Gerstner 2006, fig. 4: plasticity against the frequency of pairing, doi:10.1523/JNEUROSCI.1425-06.2006.

Deviations: the data points are those of Sjostrom et al. 2001 as numbers, not read off the figure; the dotted curve is
the additive pair rule with tau_plus = 16.8 ms and tau_minus = 33.7 ms and the amplitudes that fit these data best.
"""

from brainnet import figure, protocols
from brainnet.plot.plasticity import frequency_panel
from brainnet.plot.style import new_figure
from brainnet.targets import fresh

SETS = ("visual_cortex.all_to_all.minimal", "visual_cortex.nearest.minimal")


@figure(
    doi="10.1523/JNEUROSCI.1425-06.2006",
    title="Pfister & Gerstner 2006, J. Neurosci. 26:9673, fig. 4: frequency of pairing",
)
def pfister_gerstner_2006_frequency(quick, seed, data):
    """Triplet rule, pair rule and slices of visual cortex, 60 pairings at 0.1 to 50 Hz."""
    drawn, axes = new_figure(1, 2, figsize=(12, 4.4))
    for axis, name in zip(axes.flat, SETS, strict=True):
        with fresh():
            frequency_panel(axis, protocols.pairing_frequency(rule="triplet", parameters=name, quick=quick, seed=seed))
    return drawn
