"""Event-driven contrastive divergence by pulses that overlap: a fixed change for each pair of close spikes.

    a spike of either side     the other side's neuron receives w; dw = g A if |dt| < t_overlap, else 0

What a memory cell does between a word line and a bit line: a spike of either side puts a pulse of length t_overlap on
its line, one pulse alone moves nothing, and two at once are one change, its size A set by the amplitude. g is the gate
of `ecd_stdp`, and so are the order of spikes and both directions of one weight. Each spike pairs with the last one of
the other side: all that can overlap if neurons rest for t_overlap or longer after a spike. Spikes of one time make no
pair; pulses overlap if they begin at least one time step less than t_overlap apart.

For independent trains of rates rho_pre and rho_post the mean change in a time T is 2 g A (t_overlap - dt) rho_pre
rho_post T, with the time step dt: that of `ecd_stdp` where t_overlap - dt is its tau_stdp.
"""

from brian2 import amp, ms

from brainnet import Parameter, SynapseModel, Trace
from brainnet.pairing import PAIRING, pathways

ecd_overlap = SynapseModel(
    name="ecd_overlap",
    summary="change of fixed size where pulses of two spikes overlap, with a gate, one weight for both directions",
    traces={
        "x": Trace("pre", meaning="last presynaptic spike"),
        "y": Trace("post", meaning="last postsynaptic spike"),
    },
    scheme=PAIRING["nearest_symmetric"]["scheme"],
    on_pre="{onto}_post += w\nw += g*A*int(t - y < t_overlap - dt/2)",
    on_post="{onto}_pre += w\nw += g*A*int(t - x < t_overlap - dt/2)",
    parameters={
        "t_overlap": Parameter(4 * ms, "length of a pulse: closer spikes overlap", above=0 * ms),
        "A": Parameter(5.7e-13 * amp, "change by one overlap"),
        "g": Parameter(1.0, "gate: 1 in the data phase, -1 in the model phase, 0 in between", low=-1.0, high=1.0),
    },
    variants={"pathways": pathways("w += g*A*int(t - x < t_overlap - dt/2)")},
    source="Shin et al. 2022, Adv. Intell. Syst. 4:2200034, doi:10.1002/aisy.202200034, abstract (pulses as the rule "
    "of a machine on memory cells); gate: Neftci, Das, Pedroni, Kreutz-Delgado & Cauwenberghs 2014, Front. Neurosci. "
    "7:272, doi:10.3389/fnins.2013.00272, eqs. 9 to 12",
)
