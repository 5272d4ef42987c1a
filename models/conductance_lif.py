"""Leaky integrate-and-fire neuron with excitatory and inhibitory conductances that decay exponentially.

Conductances are in units of that of the leak: a spike of weight 1 doubles the conductance of the resting membrane.
"""

from brian2 import ms, mV

from brainnet import NeuronModel, Parameter

conductance_lif = NeuronModel(
    name="conductance_lif",
    summary="leaky integrate-and-fire neuron with exponential conductances",
    equations="""dv/dt = (E_L - v + g_e*(E_e - v) + g_i*(E_i - v))/tau_m : volt (unless refractory)
                 dg_e/dt = -g_e/tau_e : 1
                 dg_i/dt = -g_i/tau_i : 1""",
    method="euler",
    threshold="v > v_th",
    reset="v = v_reset",
    refractory="t_ref",
    parameters={
        "tau_m": Parameter(10 * ms, "membrane time constant", above=0 * ms),
        "tau_e": Parameter(1 * ms, "decay of the excitatory conductance", above=0 * ms),
        "tau_i": Parameter(2 * ms, "decay of the inhibitory conductance", above=0 * ms),
        "E_L": Parameter(-60 * mV, "resting potential"),
        "E_e": Parameter(0 * mV, "excitatory reversal potential"),
        "E_i": Parameter(-85 * mV, "inhibitory reversal potential"),
        "v_th": Parameter(-40 * mV, "threshold"),
        "v_reset": Parameter(-45 * mV, "potential after a spike"),
        "t_ref": Parameter(2 * ms, "absolute refractory time", low=0 * ms),
    },
    initial={"v": "E_L"},
    source="Diehl & Cook 2015, Front. Comput. Neurosci. 9:99, doi:10.3389/fncom.2015.00099, eqs. 1 and 2; values of "
    "the inhibitory neurons: peter-u-diehl/stdp-mnist, Diehl&Cook_spiking_MNIST.py",
)
