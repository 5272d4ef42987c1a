"""Triplet STDP: the pair rule, with potentiation by post-pre-post and depression by pre-post-pre triplets.

Rates rho_x, rho_y of independent Poisson trains change the weight, all to all, by

    dw/dt = A2_plus tau_plus rho_x rho_y + A3_plus tau_plus tau_y rho_x rho_y^2
            - A2_minus tau_minus rho_x rho_y - A3_minus tau_minus tau_x rho_x^2 rho_y

A set of parameters is fitted to one pairing and chooses it: ``triplet_stdp(parameters="hippocampus.nearest.full")``.
Each trace is read before the spike's own jump. In minimal sets A3_minus = 0, so that tau_x has no effect.
"""

from brian2 import ms

from brainnet import Parameter, SynapseModel, Trace
from brainnet.pairing import DELAY_SITE, PAIRING, WEIGHT_DEPENDENCE


def fitted(pairing, table, A2_plus, A3_plus, A2_minus, A3_minus, tau_x, tau_y):
    """One row of the tables."""
    return {
        "parameters": {
            "A2_plus": Parameter(A2_plus, "amplitude of potentiation by pairs"),
            "A3_plus": Parameter(A3_plus, "amplitude of potentiation by triplets"),
            "A2_minus": Parameter(A2_minus, "amplitude of depression by pairs"),
            "A3_minus": Parameter(A3_minus, "amplitude of depression by triplets"),
            "tau_x": Parameter(tau_x * ms, "slow presynaptic time constant", above=0 * ms),
            "tau_y": Parameter(tau_y * ms, "slow postsynaptic time constant", above=0 * ms),
        },
        "chosen": {"pairing": pairing},
        "meaning": f"{table}, {pairing}",
    }


ALL, NEAREST = "all_to_all", "nearest_symmetric"
VISUAL, HIPPOCAMPAL = "table 3, fitted to Sjostrom et al. 2001", "table 4, fitted to Wang et al. 2005"

triplet_stdp = SynapseModel(
    name="triplet_stdp",
    summary="triplet-based spike-timing-dependent plasticity",
    traces={
        "r1": Trace("pre", tau="tau_plus", meaning="fast presynaptic trace"),
        "r2": Trace("pre", tau="tau_x", meaning="slow presynaptic trace"),
        "o1": Trace("post", tau="tau_minus", meaning="fast postsynaptic trace"),
        "o2": Trace("post", tau="tau_y", meaning="slow postsynaptic trace"),
    },
    on_pre="{onto}_post += w\nw -= F_minus*o1*(A2_minus + A3_minus*r2)",
    on_post="w += F_plus*r1*(A2_plus + A3_plus*o2)",
    bounds=("w_min", "w_max"),
    parameters={
        "tau_plus": Parameter(16.8 * ms, "fast presynaptic time constant", above=0 * ms),
        "tau_minus": Parameter(33.7 * ms, "fast postsynaptic time constant", above=0 * ms),
    },
    variants={
        "parameters": {
            "visual_cortex.all_to_all.full": fitted(ALL, VISUAL, 5e-10, 6.2e-3, 7e-3, 2.3e-4, 101, 125),
            "visual_cortex.all_to_all.minimal": fitted(ALL, VISUAL, 0.0, 6.5e-3, 7.1e-3, 0.0, 101, 114),
            "visual_cortex.nearest.full": fitted(NEAREST, VISUAL, 8.8e-11, 5.3e-2, 6.6e-3, 3.1e-3, 714, 40),
            "visual_cortex.nearest.minimal": fitted(NEAREST, VISUAL, 0.0, 5e-2, 8e-3, 0.0, 714, 40),
            "hippocampus.all_to_all.full": fitted(ALL, HIPPOCAMPAL, 6.1e-3, 6.7e-3, 1.6e-3, 1.4e-3, 946, 27),
            "hippocampus.all_to_all.minimal": fitted(ALL, HIPPOCAMPAL, 5.3e-3, 8e-3, 3.5e-3, 0.0, 946, 40),
            "hippocampus.nearest.full": fitted(NEAREST, HIPPOCAMPAL, 4.6e-3, 9.1e-3, 3e-3, 7.5e-9, 575, 47),
            "hippocampus.nearest.minimal": fitted(NEAREST, HIPPOCAMPAL, 4.6e-3, 9.1e-3, 3e-3, 0.0, 575, 48),
        },
        "pairing": PAIRING,
        "weight_dependence": WEIGHT_DEPENDENCE,
        "delay_site": DELAY_SITE,
    },
    source="Pfister & Gerstner 2006, J. Neurosci. 26:9673, doi:10.1523/JNEUROSCI.1425-06.2006, eqs. 3 and 4, "
    "tables 3 and 4",
)
