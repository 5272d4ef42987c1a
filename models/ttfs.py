"""Neuron that fires at most once for a sample, the earlier the larger its value: a ReLU unit in the time of a spike.

A sample has two windows of T steps. In the first one, that of the neurons before, spikes arrive: each adds its weight
to the slope g of v, so that a spike in step k of T contributes w (T - k)/T. In the second one v rises by 1 with
constant slope, whatever it was, and the neuron fires when it reaches theta = 1 + 1/(2T) - D. For the sum z of its input
and D that is step T - n of the window, n = floor(T z + 1/2), and no spike for n < 1: the ReLU, rounded to multiples of
1/T. Values above 1 fire in the first step.

k counts the steps of a sample; done is 1 after the spike.
"""

from brainnet import NeuronModel, Parameter

ttfs = NeuronModel(
    name="ttfs",
    summary="neuron that fires once, at a time that is linear in its input",
    equations="""dv/dt = (int(k < T)*g + int(k >= T))/(T*dt) : 1
                 dk/dt = 1/dt : 1
                 g : 1
                 done : 1
                 theta = 1 + 0.5/T - D : 1""",
    method="euler",
    # k counts the step that has just been made.
    threshold="k > T and done < 0.5 and v >= theta - 1e-9",
    reset="done = 1",
    parameters={
        "T": Parameter(32.0, "steps of a window", low=1.0),
        "D": Parameter(0.0, "bias: what the threshold is lowered by"),
    },
    source="Stanojevic et al. 2024, Nat. Commun. 15:6793, doi:10.1038/s41467-024-51110-5, abstract "
    "(constant slope at the threshold; here 1)",
)
