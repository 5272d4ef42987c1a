"""ReSuMe: target spikes potentiate, output spikes depress, both by a constant and by the presynaptic trace x.

    one target spike, s after the input      dw =  w_max (a + A exp(-s/tau))
    one output spike, s after the input      dw = -w_max (a + A exp(-s/tau))

s = 0 counts as no input: coincident spikes do not see each other. Where the output is the target, nothing changes.
Weights have a sign. `brainnet.pairing.teach` delivers target spikes. With update="spike" the weight changes at once,
which is the learning of the paper; with update="trial" the change waits in dw, and whoever ends the trial adds it.
"""

from brian2 import ms

from brainnet import Parameter, SynapseModel, Trace

resume = SynapseModel(
    name="resume",
    summary="remote supervised learning of spike times",
    traces={"x": Trace("pre", tau="tau", meaning="what a presynaptic spike leaves")},
    bounds=("w_min", "w_max"),
    parameters={
        "tau": Parameter(7 * ms, "time constant of the learning window", above=0 * ms),
        "A": Parameter(0.01, "amplitude of the learning window, in w_max"),
        "a": Parameter(0.0005, "change by each spike whatever the input, in w_max", low=0.0),
        "w_min": Parameter(-1.0, "lowest weight"),
        "w_max": Parameter(1.0, "highest weight"),
    },
    variants={
        "update": {
            "spike": {
                "on_post": "w -= w_max*(a + A*x)",
                "on_target": "w += w_max*(a + A*x)",
                "meaning": "the weight changes at every target or output spike",
            },
            "trial": {
                "equations": "dw : {unit}",
                "on_post": "dw -= w_max*(a + A*x)",
                "on_target": "dw += w_max*(a + A*x)",
                "meaning": "the changes of a trial wait in dw",
            },
        },
    },
    source="Ponulak & Kasinski 2010, Neural Comput. 22:467, doi:10.1162/neco.2009.11-08-901, eq. 2.10",
)
