"""Soft LIF neuron: the LIF response curve with its corner at rheobase smoothed, fired as a regular spike train.

The rate is 1 / (t_ref + tau_m ln(1 + 1/rho)), rho = gamma ln(1 + exp((J - 1)/gamma)), for an input J in units of
rheobase. gamma -> 0 is the LIF curve. Because the rate is differentiable, a network can be trained with it.

The equations write this such that nothing overflows or divides by zero: ln(1 + exp(x)) as max(x, 0) +
ln(1 + exp(-|x|)), and below x = -80, where rho = gamma exp(x), ln(1 + 1/rho) as its value at -80 plus (-80 - x).
"""

from brian2 import ms

from brainnet import NeuronModel, Parameter

soft_lif = NeuronModel(
    name="soft_lif",
    summary="neuron that fires regularly at the smoothed rate of a LIF neuron",
    equations="""dphase/dt = rate : 1
                 rate = 1/(t_ref + tau_m*(log1p(1/rho) + clip(-80 - x, 0, inf))) : hertz
                 rho = gamma*(clip(x, 0, inf) + log1p(exp(-clip(abs(x), 0, 80)))) : 1
                 x = (J - 1)/gamma : 1""",
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
