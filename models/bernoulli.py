"""Bernoulli spikes: in each time step a neuron fires with probability p, independently of all others.

The draw is a function of seed, stream, time step and neuron alone, so that every target sees the same spikes.
"""

from brainnet import NeuronModel, Parameter, uniform

bernoulli = NeuronModel(
    name="bernoulli",
    summary="source that fires with probability p in each time step",
    threshold="uniform(seed, stream, first_step + timestep(t, dt), i) < p",
    functions={"uniform": uniform},
    parameters={
        "p": Parameter(0.1, "probability of a spike in a time step", low=0.0, high=1.0),
        "seed": Parameter(0, "seed of the random numbers", low=0, high=2**32 - 1),
        "stream": Parameter(
            0, "number of the stream: sources with different ones are independent", low=0, high=2**32 - 1
        ),
        "first_step": Parameter(0, "added to the time step, to go on where another run ended", low=0),
    },
    source="Salmon et al. 2011, SC11, doi:10.1145/2063384.2063405, and its program: Philox4x32-10 of "
    "DEShawResearch/random123, include/Random123/philox.h (random numbers by counter)",
)
