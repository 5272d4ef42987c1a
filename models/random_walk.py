"""Random-walk neuron: at each tick of a clock the membrane steps up, down or not at all by a fixed amount.

    dv/dt = (I_ext + I_d + I_syn)/C - v/tau_m,    and at every tick v += step (with p_up) or v -= step (with p_down)

The stochastic neuron of chips that sample: a step costs one random bit, where noise of a membrane would need an
amplifier. p_up + p_down = 1 is the walk that never rests. A tick is a time step of the neurons. Without threshold and
input v has the mean step (p_up - p_down)/(1 - k) and the variance

    step^2 (p_up + p_down - (p_up - p_down)^2)/(1 - k^2)        with k = 1 - dt/tau_m

The neuron fires with roughly a sigmoid probability of its input, whose constants `brainnet.learn.sigmoid_constants`
computes. Steps used on chips, 0.05 to 0.06, are in units of their own. Values here are ours, for ticks of 0.2 ms:
fluctuations as large as those of `noisy_lif`, and a reset within them. Rates differ by up to 0.12 of the largest from
the sigmoid (there 0.05 to 0.09), since a walk has no tails: far below the threshold it does not fire at all.
"""

from brian2 import amp, ms, mV, pF

from brainnet import NeuronModel, Parameter, uniform

random_walk = NeuronModel(
    name="random_walk",
    summary="integrate-and-fire neuron whose membrane steps up, down or not at all at each tick of a clock",
    equations="""dv/dt = (I_ext + I_d + I_syn)/C - v/tau_m + walk/dt : volt (unless refractory)
                 dI_syn/dt = -I_syn/tau_syn : amp
                 walk = step*(int(u < p_up) - int(u >= 1 - p_down)) : volt
                 u = uniform(seed, stream, first_step + timestep(t, dt), i) : 1""",
    method="euler",
    threshold="v > v_th",
    reset="v = v_reset",
    refractory="t_ref",
    functions={"uniform": uniform},
    parameters={
        "C": Parameter(1 * pF, "capacitance of the membrane", above=0 * pF),
        "tau_m": Parameter(8 * ms, "membrane time constant", above=0 * ms),
        "v_th": Parameter(100 * mV, "threshold; rest is at 0"),
        "v_reset": Parameter(-1000 * mV, "potential after a spike"),
        "t_ref": Parameter(4 * ms, "absolute refractory time", low=0 * ms),
        "tau_syn": Parameter(4 * ms, "decay of the synaptic current", above=0 * ms),
        "step": Parameter(200 * mV, "step of the walk", low=0 * mV),
        "p_up": Parameter(0.5, "probability of a step up at a tick", low=0.0, high=1.0),
        "p_down": Parameter(0.5, "probability of a step down at a tick", low=0.0, high=1.0),
        "I_ext": Parameter(0 * amp, "current that places the sigmoid"),
        "I_d": Parameter(0 * amp, "current of the data, which clamps a neuron"),
        "seed": Parameter(0, "seed of the random numbers", low=0, high=2**32 - 1),
        "stream": Parameter(0, "number of the stream of random numbers", low=0, high=2**32 - 1),
        "first_step": Parameter(0, "added to the time step, to go on where another run ended", low=0),
    },
    source="Ishii et al. 2019, IEDM, doi:10.1109/IEDM19573.2019.8993466, abstract (neurons on phase-change memory); "
    "rates: Neftci et al. 2014, Front. Neurosci. 7:272, doi:10.3389/fnins.2013.00272, sec. 2.2",
)
