"""Leaky integrate-and-fire neuron with conductances, whose threshold rises with every spike: homeostasis.

The threshold is v_th + theta. Each spike raises theta by theta_plus, and theta decays so slowly that a neuron which
fires often gives way to others. With adapts = 0 theta stays as it is: in tests.

In the released program a timer also keeps a neuron from firing again for t_gate; the potential is integrated meanwhile,
once the refractory time is over. Conductances are in units of that of the leak.

A step of Euler's method overshoots the inhibitory reversal potential where g_i is above tau_m/dt, and more than twice
that throws the potential from side to side until it is over the threshold: with 1,600 neurons, of which some dozens
inhibit at once, all fire. So g_i acts by at most tau_m/dt, with which one step ends at the reversal potential; smaller
ones are untouched.
"""

from brian2 import ms, mV

from brainnet import NeuronModel, Parameter

adaptive_conductance_lif = NeuronModel(
    name="adaptive_conductance_lif",
    summary="leaky integrate-and-fire neuron with exponential conductances and adaptive threshold",
    equations="""dv/dt = (E_L - v + g_e*(E_e - v) + clip(g_i, 0, tau_m/dt)*(E_i - v))/tau_m : volt (unless refractory)
                 dg_e/dt = -g_e/tau_e : 1
                 dg_i/dt = -g_i/tau_i : 1
                 dtheta/dt = -adapts*theta/tau_theta : volt""",
    method="euler",
    threshold="v > v_th + theta and t - lastspike > t_gate + dt/2",
    reset="v = v_reset\ntheta += adapts*theta_plus",
    refractory="t_ref",
    parameters={
        "tau_m": Parameter(100 * ms, "membrane time constant", above=0 * ms),
        "tau_e": Parameter(1 * ms, "decay of the excitatory conductance", above=0 * ms),
        "tau_i": Parameter(2 * ms, "decay of the inhibitory conductance", above=0 * ms),
        "tau_theta": Parameter(1e7 * ms, "decay of the threshold", above=0 * ms),
        "E_L": Parameter(-65 * mV, "resting potential"),
        "E_e": Parameter(0 * mV, "excitatory reversal potential"),
        "E_i": Parameter(-100 * mV, "inhibitory reversal potential"),
        "v_th": Parameter(-72 * mV, "threshold where theta is 0"),
        "v_reset": Parameter(-65 * mV, "potential after a spike"),
        "theta_0": Parameter(20 * mV, "theta at first"),
        "theta_plus": Parameter(0.05 * mV, "rise of theta with a spike", low=0 * mV),
        "adapts": Parameter(1, "whether theta changes: 1, or 0", low=0, high=1),
        "t_ref": Parameter(5 * ms, "absolute refractory time", low=0 * ms),
        "t_gate": Parameter(50 * ms, "time after a spike in which there is no other one", low=0 * ms),
    },
    initial={"v": "E_L", "theta": "theta_0"},
    source="Diehl & Cook 2015, Front. Comput. Neurosci. 9:99, doi:10.3389/fncom.2015.00099, eqs. 1 and 2 and sec. 2.4; "
    "values and timer: peter-u-diehl/stdp-mnist, Diehl&Cook_spiking_MNIST.py",
)
