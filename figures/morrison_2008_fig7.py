"""Morrison, Diesmann & Gerstner 2008, fig. 7: which spikes pair, doi:10.1007/s00422-008-0233-1.

Deviations: the published figure draws the pairs of one example as lines; here the same definitions are seen in
simulated weights, on two pairs of trains, one from nest-simulator's test of the schemes and one that tells all four
apart. "theirs" is the weight computed from the definitions in the caption of the published figure.
"""

from brainnet import figure, protocols
from brainnet.pairing import PAIRING
from brainnet.plot import part
from brainnet.plot.plasticity import draw_schemes


@figure(
    doi="10.1007/s00422-008-0233-1",
    title="Morrison, Diesmann & Gerstner 2008, Biol. Cybern. 98:459, fig. 7: pairing schemes",
)
def morrison_2008_fig7(quick, seed, data):
    """The weight under each pairing scheme, spike by spike, and where the definitions say that it ends."""
    declared = protocols.pairing_schemes
    dataset = declared(quick=quick, seed=seed)
    drawn = draw_schemes(dataset)
    published = {name: result.reference_for(declared.bind(quick=quick)) for name, result in declared.results.items()}
    for name, suffix in (("discriminating", ""), ("nest", "_nest")):
        axis, end = part(drawn, name), float(dataset[f"{name}_time"][-1])
        ends = [published[f"{scheme}{suffix}"] for scheme in PAIRING]
        axis.plot([end] * len(ends), ends, "o", mfc="none", color="black", label="theirs: from the definitions")
        axis.legend(loc="upper center", bbox_to_anchor=(0.5, -0.18), ncols=2, fontsize=8)
    return drawn
