"""Integrate-and-fire neuron of NIR, dv/dt = r S, in time steps during which the input S is constant.

In each step v grows by r S dt, which is the exact solution. The neuron fires where v > v_threshold (not where they are
equal), and the reset follows in the same step. All is a pure number but time. S_syn collects the weights of the spikes
of a step and is empty after it: from v = 0, n steps of S_ext = z make v = n r z dt.
"""

from brian2 import Hz

from brainnet import NeuronModel, Parameter
from brainnet.pairing import NIR_RESET

nir_if = NeuronModel(
    name="nir_if",
    summary="integrate-and-fire neuron of NIR",
    equations="""dv/dt = r*(S_syn + S_ext) : 1
                 dS_syn/dt = -S_syn/dt : 1""",  # dt cancels: forgotten after the step
    method="euler",
    parameters={
        "r": Parameter(1 * Hz, "resistance"),
        "S_ext": Parameter(0.0, "input besides spikes"),
        "v_init": Parameter(0.0, "potential at the start"),
    },
    initial={"v": "v_init"},
    variants={"reset": NIR_RESET},
    source="Pedersen et al. 2024, Nature Communications 15:8122, doi:10.1038/s41467-024-52259-9, and its "
    "program: neuromorphs/NIR, nir/ir/neuron.py (I, IF)",
)
