"""Soft LIF neuron: the LIF response curve with its corner at rheobase smoothed, fired as a regular spike train.

The rate is 1 / (t_ref + tau_m ln(1 + 1/rho)), rho = gamma ln(1 + exp((J - 1)/gamma)), for an input J in units of
rheobase. gamma -> 0 is the LIF curve. Because the rate is differentiable, a network can be trained with it.
"""

from brian2 import ms

from brainnet import NeuronModel, Parameter

soft_lif = NeuronModel(
    name="soft_lif",
    summary="neuron that fires regularly at the smoothed rate of a LIF neuron",
    equations="""dphase/dt = rate : 1
                 rate = 1/(t_ref + tau_m*log(1 + 1/rho)) : hertz
                 rho = gamma*log(1 + exp((J - 1)/gamma)) : 1""",
    method="euler",
    threshold="phase >= 1",
    reset="phase -= 1",
    parameters={
        "J": Parameter(0.0, "input, in units of rheobase"),
        "gamma": Parameter(0.1, "width of the smoothing", above=0.0),
        "tau_m": Parameter(20 * ms, "membrane time constant", above=0 * ms),
        "t_ref": Parameter(2 * ms, "absolute refractory time", above=0 * ms),
    },
    source="Hunsberger & Eliasmith 2015, arXiv:1510.08829, sec. 2 (soft LIF)",
)
