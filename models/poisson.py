"""Poisson spikes at a rate, at most one in a time step: the probability of a step is 1 - exp(-rate dt).

The draw is a function of seed, stream, time step and neuron alone, so that every target sees the same spikes.
"""

from brian2 import Hz

from brainnet import NeuronModel, Parameter, uniform

poisson = NeuronModel(
    name="poisson",
    summary="source of Poisson spikes",
    threshold="uniform(seed, stream, first_step + timestep(t, dt), i) < 1 - exp(-rate*dt)",
    functions={"uniform": uniform},
    parameters={
        "rate": Parameter(10 * Hz, "firing rate", low=0 * Hz),
        "seed": Parameter(0, "seed of the random numbers", low=0, high=2**32 - 1),
        "stream": Parameter(
            0, "number of the stream: sources with different ones are independent", low=0, high=2**32 - 1
        ),
        "first_step": Parameter(0, "added to the time step, to go on where another run ended", low=0),
    },
    source="Gerstner, Kistler, Naud & Paninski 2014, Neuronal Dynamics, doi:10.1017/CBO9781107447615, sec. 7.2",
)
