"""Integrate-and-fire neuron in discrete time that fires several times within a step.

Each time step adds the input I to v, and the neuron fires as many spikes n as thresholds fit into v, at most n_max. All
quantities are pure numbers. From v = 0, a constant input 0 <= z <= n_max and v_th = 1 give floor(T z) spikes after T
steps, as `integrate_and_fire` does up to z = 1; what arrives late or unevenly is caught up within a step.
"""

from brainnet import NeuronModel, Parameter

burst_if = NeuronModel(
    name="burst_if",
    summary="integrate-and-fire neuron without leak, in discrete time, with bursts",
    equations="""dv/dt = I/dt : 1
                 n : 1""",  # dt cancels: v grows by I in each step
    method="euler",
    threshold="v >= v_th*(1 - 1e-9)",
    reset="n = clip(floor(v/v_th + 1e-9), 1, n_max)\nv -= n*v_th",
    parameters={
        "I": Parameter(0.0, "input per time step"),
        "v_th": Parameter(1.0, "threshold", above=0.0),
        "v_init": Parameter(0.0, "membrane potential at the start"),
        "n_max": Parameter(5, "most spikes in a step", low=1),
    },
    initial={"v": "v_init"},
    source="Li & Zeng 2022, IJCAI, doi:10.24963/ijcai.2022/345, and its program: "
    "Brain-Cog-Lab/Conversion_Burst, converted_CIFAR100_vgg.py (burst spikes)",
)
