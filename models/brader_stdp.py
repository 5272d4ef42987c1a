"""Bistable synapse whose changes depend on the postsynaptic membrane potential, not on differences of spike times.

At each presynaptic spike, with C a trace of the postsynaptic spikes,

    X -> X + a   if v > theta_V and theta_up_low < C < theta_up_high
    X -> X - b   if v <= theta_V and theta_down_low < C < theta_down_high

Between them X drifts up with slope alpha if X > theta_X, else down with slope beta, within [0, 1]. The weight is w_max
if X > theta_X, else w_min; X begins at the place of the first weight between them. A spike is sent with the weight
before its own jump. X holds as of the last presynaptic spike; drift in between is exact. The postsynaptic group
must have a membrane potential v; its coincident spike is not yet in C. theta_V is 0.8 of the way from rest to threshold
of `lif`.
"""

from brian2 import Hz, ms, mV

from brainnet import Parameter, SynapseModel, Trace

brader_stdp = SynapseModel(
    name="brader_stdp",
    summary="bistable synapse that learns from the membrane potential at presynaptic spikes",
    equations="w : {unit}\nX : 1\nt_event : second",
    traces={"C": Trace("post", tau="tau_C", jump="J_C", meaning="calcium: recent postsynaptic spikes")},
    on_pre="""X = clip(X + (alpha*int(X > theta_X) - beta*int(X <= theta_X))*(t - t_event), 0, 1)
              t_event = t
              w = w_min + (w_max - w_min)*int(X > theta_X)
              {onto}_post += w
              up = int(v_post > theta_V)*int(C > theta_up_low)*int(C < theta_up_high)
              down = int(v_post <= theta_V)*int(C > theta_down_low)*int(C < theta_down_high)
              X = clip(X + a*up - b*down, 0, 1)
              w = w_min + (w_max - w_min)*int(X > theta_X)""",
    initial={"X": "(w - w_min)/(w_max - w_min)"},
    bounds=("w_min", "w_max"),
    parameters={
        "a": Parameter(0.1, "jump up", low=0.0, high=1.0),
        "b": Parameter(0.1, "jump down", low=0.0, high=1.0),
        "alpha": Parameter(3.5 * Hz, "slope of the drift up", low=0 * Hz),
        "beta": Parameter(3.5 * Hz, "slope of the drift down", low=0 * Hz),
        "theta_X": Parameter(0.5, "border of the two states", above=0.0, high=1.0),
        "theta_V": Parameter(-54 * mV, "membrane potential above which a presynaptic spike potentiates"),
        "tau_C": Parameter(60 * ms, "time constant of calcium", above=0 * ms),
        "J_C": Parameter(1.0, "calcium that a postsynaptic spike adds", above=0.0),
        "theta_up_low": Parameter(3.0, "no potentiation at less calcium"),
        "theta_up_high": Parameter(13.0, "no potentiation at more calcium"),
        "theta_down_low": Parameter(3.0, "no depression at less calcium"),
        "theta_down_high": Parameter(4.0, "no depression at more calcium"),
        "w_min": Parameter(0.0, "depressed weight, in the unit of the driven variable"),
        "w_max": Parameter(1.0, "potentiated weight, in the unit of the driven variable"),
    },
    source="Brader, Senn & Fusi 2007, Neural Comput. 19:2881, doi:10.1162/neco.2007.19.11.2881, sec. 2",
)
