"""SpikeProp: a spike response neuron that fires once in a trial.

A spike through a terminal of weight w makes the potential

    w s/tau exp(1 - s/tau)

whose maximum is w, reached at s = tau. A terminal adds its weight to h. The spike falls on the first time step at which
the threshold is exceeded; lag says how long before that it was met, as far as a straight line tells, so that terminals
that read it (``h += w*exp(-lag/tau)``, ``u += w*lag/tau*exp(1 - lag/tau)``) are exact to the order of dt^2.
What arrives after the spike has no effect. A trial begins with a new group. Weights, delays, time constants and
thresholds are learned by `brainnet.learn.SpikeProp`.
"""

from brian2 import ms

from brainnet import NeuronModel, Parameter

spikeprop = NeuronModel(
    name="spikeprop",
    summary="spike response neuron with alpha functions that fires once",
    equations="""du/dt = (exp(1)*h - u)/tau : 1
                 dh/dt = -h/tau : 1
                 fired : 1
                 lag : second""",
    method="exact",
    threshold="u >= theta and fired < 0.5",
    reset="""lag = clip((u - theta)*tau/(exp(1)*h - u), 0*second, dt)
             fired = 1""",
    parameters={
        "tau": Parameter(7 * ms, "time constant of the postsynaptic potential", above=0 * ms),
        "theta": Parameter(1.0, "threshold", above=0.0),
    },
    source="Bohte, Kok & La Poutré 2002, Neurocomputing 48:17, doi:10.1016/S0925-2312(01)00658-0, eqs. 1 to 3",
)
