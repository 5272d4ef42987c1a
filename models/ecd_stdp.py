"""Symmetric STDP under a global gate: event-driven contrastive divergence. One weight serves both directions.

    a spike of either side     the other side's neuron receives w; dw = g A (sum of exp(-|dt|/tau_stdp) over its pairs)

with g = 1 while data clamp the visible neurons, -1 while the network runs freely, and 0 in the transitions. A pair
changes the weight by the same amount in either order; spikes of one time make no pair. For independent trains of rates
rho_pre and rho_post the mean change in a time T is 2 g A tau_stdp rho_pre rho_post T: what both do in the data less
what both do in the model. Of spikes at one time the postsynaptic one acts first. The effect is that of the weight
before the change, and on both sides on the variable of the same name.

A is in the paper's network eta t_ref^2/(2 beta tau_stdp T) with eta = 0.032, beta = 2.04e9 /A, T = 54.6 ms (39 % of
140 ms): 5.7e-13 A. It is no part of the weights' own range, and nothing bounds them.
With pathways="forward" spikes of the postsynaptic side change weights, but reach nobody.
"""

from brian2 import amp, ms

from brainnet import Parameter, SynapseModel, Trace
from brainnet.pairing import pathways

ecd_stdp = SynapseModel(
    name="ecd_stdp",
    summary="symmetric spike-timing-dependent plasticity with a gate, one weight for both directions",
    traces={
        "x": Trace("pre", tau="tau_stdp", meaning="what a presynaptic spike leaves"),
        "y": Trace("post", tau="tau_stdp", meaning="what a postsynaptic spike leaves"),
    },
    on_pre="{onto}_post += w\nw += g*A*y",
    on_post="{onto}_pre += w\nw += g*A*x",
    parameters={
        "tau_stdp": Parameter(4 * ms, "time constant of the window, the same on both sides", above=0 * ms),
        "A": Parameter(5.7e-13 * amp, "change by a pair of close spikes"),
        "g": Parameter(1.0, "gate: 1 in the data phase, -1 in the model phase, 0 in between", low=-1.0, high=1.0),
    },
    variants={"pathways": pathways("w += g*A*x")},
    source="Neftci, Das, Pedroni, Kreutz-Delgado & Cauwenberghs 2014, Front. Neurosci. 7:272, "
    "doi:10.3389/fnins.2013.00272, eqs. 9 to 12; values: eneftci/eCD",
)
