"""Soft LIF neuron: the LIF response curve with its corner at rheobase smoothed, fired as a regular spike train.

The rate is 1 / (t_ref + tau_m ln(1 + 1/rho)), rho = gamma ln(1 + exp((J - 1)/gamma)), for an input J in units of
rheobase. gamma -> 0 is the LIF curve. Because the rate is differentiable, a network can be trained with it.

The equations write this such that nothing overflows or divides by zero: ln(1 + exp(x)) as max(x, 0) +
ln(1 + exp(-|x|)), and below x = -80, where rho = gamma exp(x), ln(1 + 1/rho) as its value at -80 plus (-80 - x).

Above rheobase 1/ln(1 + 1/rho) is rho + 1/2 - 1/(12 rho) + ..., so that without t_ref the drive J = 1/2 + tau_m z/dt
makes z spikes per step, for z much larger than dt/tau_m: a ReLU. That is the input "rates".
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
        "gamma": Parameter(0.1, "width of the smoothing", above=0.0),
        "tau_m": Parameter(20 * ms, "membrane time constant", above=0 * ms),
        "t_ref": Parameter(2 * ms, "absolute refractory time", low=0 * ms),
    },
    variants={
        "input": {
            "constant": {
                "parameters": {"J": Parameter(0.0, "input, in units of rheobase")},
                "meaning": "a given drive",
            },
            "rates": {
                # The drive takes the sum x + (g - x)(1 - exp(-dt/tau_s)) that x becomes in this step.
                "equations": """J = 0.5 + tau_m/dt*(I + x_syn + decay*(g - x_syn)) : 1
                                dx_syn/dt = decay*(g - x_syn)/dt : 1
                                dg/dt = -g/dt : 1
                                decay = 1 - exp(-dt/tau_s) : 1""",
                "parameters": {
                    "I": Parameter(0.0, "wanted spikes per time step, constant part"),
                    "tau_s": Parameter(5 * ms, "smoothing of the spikes g that arrive", above=0 * ms),
                },
                "meaning": "spikes per step that are wanted: onto='g'",
            },
        },
    },
    source="Hunsberger & Eliasmith 2015, arXiv:1510.08829, doi:10.48550/arXiv.1510.08829, sec. 2 (soft LIF)",
)
