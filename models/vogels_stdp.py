"""Homeostatic STDP of inhibitory synapses: coincidence strengthens whatever the order, each presynaptic spike weakens.

    on pre   dw = eta w_max (y - alpha)      on post   dw = eta w_max x      alpha = 2 rho_0 tau_stdp

For independent Poisson trains the mean change is eta w_max rho_pre (2 tau_stdp rho_post - alpha): it vanishes where the
postsynaptic neuron fires at rho_0, which is how inhibition comes to balance excitation.
Spikes at one time make no pair; w is clipped once at a presynaptic spike, after y - alpha.

Programs differ in eta: 1e-4 in Auryn's sim_isp_orig, by an author of the paper, there multiplied by gamma = 10 and with
w_max = 30; 1e-3 in NEST's vogels_sprekeler_synapse. Both are in the unit of the weight; here eta is in units of w_max.
"""

from brian2 import Hz, ms

from brainnet import Parameter, SynapseModel, Trace
from brainnet.pairing import DELAY_SITE, PAIRING

vogels_stdp = SynapseModel(
    name="vogels_stdp",
    summary="homeostatic spike-timing-dependent plasticity of inhibitory synapses",
    equations="w : {unit}\nalpha = 2*rho_0*tau_stdp : 1",
    traces={
        "x": Trace("pre", tau="tau_stdp", meaning="what a presynaptic spike leaves"),
        "y": Trace("post", tau="tau_stdp", meaning="what a postsynaptic spike leaves"),
    },
    on_pre="{onto}_post += w\nw += eta*w_max*(y - alpha)",
    on_post="w += eta*w_max*x",
    bounds=("w_min", "w_max"),
    parameters={
        "tau_stdp": Parameter(20 * ms, "time constant of the window, the same on both sides", above=0 * ms),
        "rho_0": Parameter(3 * Hz, "rate of the postsynaptic neuron that is aimed at", low=0 * Hz),
        "eta": Parameter(1e-4, "learning rate, in units of w_max", above=0.0),
        "w_min": Parameter(0.0, "smallest weight, in the unit of the driven variable"),
        "w_max": Parameter(1.0, "largest weight, in the unit of the driven variable"),
    },
    variants={"pairing": PAIRING, "delay_site": DELAY_SITE},
    source="Vogels, Sprekeler, Zenke, Clopath & Gerstner 2011, Science 334:1569, doi:10.1126/science.1211095, "
    "eq. 1; values: fzenke/auryn, examples/plasticity/sim_isp_orig.cpp",
)
