"""Neuron that fires once, as soon as its input has reached the threshold: the first spike of a converted network.

Each spike that arrives adds its weight to the slope g of v, and D is a constant slope: after s steps v is the sum of
w (s - t_j) over those that have fired, and D s. An input x alone fires in step theta/x, so that theta/t is its value.
A neuron does not wait for spikes that come late: what they would have changed, a negative weight above all, is lost.
"""

from brainnet import NeuronModel, Parameter

ttfs_base = NeuronModel(
    name="ttfs_base",
    summary="neuron that fires once, when its input has reached the threshold",
    equations="""dv/dt = (g + D)/dt : 1
                 g : 1
                 done : 1""",
    method="euler",
    threshold="done < 0.5 and v >= theta*(1 - 1e-9)",
    reset="done = 1",
    parameters={
        "theta": Parameter(4.0, "threshold: steps after which the input 1 fires", above=0.0),
        "D": Parameter(0.0, "constant input per step"),
    },
    source="Rueckauer & Liu 2018, ISCAS, doi:10.1109/ISCAS.2018.8351295 (TTFS base), and its program: "
    "NeuromorphicProcessorProject/snn_toolbox, snntoolbox/simulation/backends/inisim/ttfs.py",
)
