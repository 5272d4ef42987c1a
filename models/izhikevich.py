"""Izhikevich's quadratic neuron with a recovery variable: cheap, with the firing patterns of cortex.

    dv/dt = 0.04 v**2 + 5 v + 140 - u + I      du/dt = a (b v - u)      at 30 mV: v = v_reset, u += delta_u

in mV and ms; v_reset and delta_u are c and d of the paper, names that rules of reward use for other things. The
defaults are a regularly spiking neuron; a = 0.1/ms and delta_u = 2 mV/ms make a fast spiking one.
"""

from brian2 import ms, mV

from brainnet import NeuronModel, Parameter

izhikevich = NeuronModel(
    name="izhikevich",
    summary="quadratic integrate-and-fire neuron with a recovery variable",
    equations="""dv/dt = 0.04*v**2/(mV*ms) + 5*v/ms + 140*mV/ms - u + I_ext : volt
                 du/dt = a*(b*v - u) : volt/second""",
    method="euler",
    threshold="v >= v_peak",
    reset="v = v_reset\nu += delta_u",
    parameters={
        "a": Parameter(0.02 / ms, "rate of recovery", above=0 / ms),
        "b": Parameter(0.2 / ms, "coupling of recovery to the potential"),
        "v_reset": Parameter(-65 * mV, "potential after a spike"),
        "delta_u": Parameter(8 * mV / ms, "what a spike adds to recovery"),
        "v_peak": Parameter(30 * mV, "potential that is cut off as a spike"),
        "I_ext": Parameter(0 * mV / ms, "input"),
    },
    initial={"v": "v_reset", "u": "b*v_reset"},
    source="Izhikevich 2003, IEEE Trans. Neural Netw. 14:1569, doi:10.1109/TNN.2003.820440, eqs. 1 to 3",
)
