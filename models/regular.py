"""Regular spikes: after k steps a neuron has fired floor(k p + phase) times, evenly spaced."""

from brainnet import NeuronModel, Parameter

regular = NeuronModel(
    name="regular",
    summary="source of evenly spaced spikes",
    threshold="floor((timestep(t, dt) % restart + 1)*p + phase) > floor((timestep(t, dt) % restart)*p + phase)",
    parameters={
        "p": Parameter(0.1, "spikes per time step", low=0.0, high=1.0),
        "phase": Parameter(0.0, "how far the first interval has passed at the start", low=0.0, below=1.0),
        "restart": Parameter(2**31 - 1, "number of steps after which counting begins anew", low=1),
    },
    source="by definition: no paper",
)
