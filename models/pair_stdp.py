"""Pair STDP: a postsynaptic spike potentiates by the presynaptic trace x, a presynaptic one depresses by y.

    one pair, dt = t_post - t_pre > 0      dw =  A_plus F_plus(w) exp(-dt/tau_plus)
    one pair, dt < 0                       dw = -A_minus F_minus(w) exp(dt/tau_minus)

dt = 0 changes nothing, and hides no earlier partner: pre 10 and 20, post 20 is the pair of 10 and 20, in each pairing.
Of spikes at one time the postsynaptic one changes the weight first. Pairing, weight dependence and place of the delay
are arguments. The effect on the target is that of the weight before the change. Brian2's example after the same paper
(examples/synapses/STDP.py) has twice these amplitudes.
"""

from brian2 import ms

from brainnet import Parameter, SynapseModel, Trace
from brainnet.pairing import DELAY_SITE, PAIRING, WEIGHT_DEPENDENCE

pair_stdp = SynapseModel(
    name="pair_stdp",
    summary="pair-based spike-timing-dependent plasticity",
    traces={
        "x": Trace("pre", tau="tau_plus", meaning="what a presynaptic spike leaves"),
        "y": Trace("post", tau="tau_minus", meaning="what a postsynaptic spike leaves"),
    },
    on_pre="{onto}_post += w\nw -= A_minus*F_minus*y",
    on_post="w += A_plus*F_plus*x",
    bounds=("w_min", "w_max"),
    parameters={
        "tau_plus": Parameter(20 * ms, "time constant of potentiation", above=0 * ms),
        "tau_minus": Parameter(20 * ms, "time constant of depression", above=0 * ms),
        "A_plus": Parameter(0.005, "amplitude of potentiation"),
        "A_minus": Parameter(0.00525, "amplitude of depression"),
    },
    variants={"pairing": PAIRING, "weight_dependence": WEIGHT_DEPENDENCE, "delay_site": DELAY_SITE},
    source="Song, Miller & Abbott 2000, Nat. Neurosci. 3:919, doi:10.1038/78829, fig. 1; its values: "
    "VH-Lab/vhlab-toolbox-matlab, +vlt/+neuro/+stdp/stdp_apply.m; Morrison, "
    "Diesmann & Gerstner 2008, "
    "Biol. Cybern. 98:459, doi:10.1007/s00422-008-0233-1, sec. 4 (traces)",
)
