"""Power-law STDP, triggered by postsynaptic spikes alone: inputs that were not active lately are weakened by them.

    post spike:  dw = eta (x - x_target) (w_max - w)^mu

x is the presynaptic trace, which decays with tau_plus and which a spike raises by 1 (all to all) or sets to 1 (nearest
neighbours). Where x is above x_target the synapse is strengthened, else weakened; the nearer a weight is to w_max, the
less it changes. A weight above w_max, where normalisation may bring it, does not change. Of spikes at one time the
postsynaptic one reads the trace before the presynaptic one changes it: pre at 10 and 20 ms and post at 20 ms change the
weight by the trace of the spike at 10 ms alone, x = exp(-10 ms/tau_plus).
"""

from brian2 import ms

from brainnet import Parameter, SynapseModel, Trace
from brainnet.pairing import DELAY_SITE, PAIRING

power_law_stdp = SynapseModel(
    name="power_law_stdp",
    summary="post-triggered spike-timing-dependent plasticity that falls with the weight",
    traces={"x": Trace("pre", tau="tau_plus", meaning="what a presynaptic spike leaves")},
    on_pre="{onto}_post += w",
    on_post="w += eta*w_max*(x - x_target)*clip(1 - w/w_max, 0, 1)**mu",
    bounds=("w_min", "w_max"),
    parameters={
        "tau_plus": Parameter(20 * ms, "time constant of the trace", above=0 * ms),
        "eta": Parameter(0.01, "learning rate", low=0.0),
        "x_target": Parameter(0.4, "trace at which a postsynaptic spike changes nothing", low=0.0),
        "mu": Parameter(0.2, "exponent of the weight dependence", low=0.0),
        "w_min": Parameter(0.0, "smallest weight, in the unit of the driven variable", low=0.0),
        "w_max": Parameter(1.0, "largest weight, in the unit of the driven variable", above=0.0),
    },
    variants={"pairing": PAIRING, "delay_site": DELAY_SITE},
    source="Diehl & Cook 2015, Front. Comput. Neurosci. 9:99, doi:10.3389/fncom.2015.00099, eq. 3; also the rule of "
    "Rathi, Panda & Roy 2018, IEEE TCAD 38:668, doi:10.1109/TCAD.2018.2819366, abstract. eta, x_target, mu: no "
    "published values",
)
