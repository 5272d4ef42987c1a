"""Noisy integrate-and-fire neuron that samples: it fires with a sigmoid probability of its input.

    C dv/dt = -g_L v + I_ext + I_d + I_syn + sigma xi(t)

Where noise drives it, the rate is near

    nu(I) = 1/(t_ref + exp(-beta I)/gamma)

so that t_ref nu is the sigmoid of beta I + ln(gamma t_ref), and with I_ext = -ln(gamma t_ref)/beta that of beta I
alone: what a unit of a Boltzmann machine does. beta and gamma are no parameters of the neuron, but follow from the
others and from the time step; `brainnet.learn.sigmoid_constants` computes them. A presynaptic neuron that fires as
often as it can makes a mean current of one weight, since tau_syn = t_ref.

Table 1 of the paper has sigma = 3e-11 A s^(1/2); its program runs sqrt(2) times that, which is the default here. Both
have beta = 2.04e9 /A and gamma = 8808 Hz, fitted to simulations in steps of 50 us. Computed for these steps and the
program's sigma they are 1.55e9 /A and 2836 Hz, and 1.42e9 /A and 1116 Hz in steps of 0.5 ms.
The noise of a step is one draw that depends on seed, stream, time step and neuron alone (see `brainnet.normal`): the
same on every target. Groups of one network need different streams.
"""

from brian2 import amp, ms, mV, nS, pF, second

from brainnet import NeuronModel, Parameter, normal

noisy_lif = NeuronModel(
    name="noisy_lif",
    summary="leaky integrate-and-fire neuron with white noise, which fires with a sigmoid probability of its input",
    equations="""dv/dt = (I_ext + I_d + I_syn + I_noise - g_L*v)/C : volt (unless refractory)
                 dI_syn/dt = -I_syn/tau_syn : amp
                 I_noise = sigma*normal(seed, stream, first_step + timestep(t, dt), i)/sqrt(dt) : amp""",
    method="euler",
    threshold="v > v_th",
    reset="v = v_reset",
    refractory="t_ref",
    functions={"normal": normal},
    parameters={
        "C": Parameter(1 * pF, "capacitance of the membrane", above=0 * pF),
        "g_L": Parameter(1 * nS, "leak conductance", above=0 * nS),
        "v_th": Parameter(100 * mV, "threshold; rest is at 0"),
        "v_reset": Parameter(0 * mV, "potential after a spike"),
        "t_ref": Parameter(4 * ms, "absolute refractory time", low=0 * ms),
        "tau_syn": Parameter(4 * ms, "decay of the synaptic current", above=0 * ms),
        "sigma": Parameter(4.24e-11 * amp * second**0.5, "amplitude of the white noise", low=0 * amp * second**0.5),
        "I_ext": Parameter(0 * amp, "current that places the sigmoid"),
        "I_d": Parameter(0 * amp, "current of the data, which clamps a neuron"),
        "seed": Parameter(0, "seed of the random numbers", low=0, high=2**32 - 1),
        "stream": Parameter(0, "number of the stream of random numbers", low=0, high=2**32 - 1),
        "first_step": Parameter(0, "added to the time step, to go on where another run ended", low=0),
    },
    source="Neftci, Das, Pedroni, Kreutz-Delgado & Cauwenberghs 2014, Front. Neurosci. 7:272, "
    "doi:10.3389/fnins.2013.00272, eqs. 5 to 8 and table 1; sigma: eneftci/eCD",
)
