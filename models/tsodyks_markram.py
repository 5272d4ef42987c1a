"""Short-term plasticity: a spike releases a fraction of what the presynaptic terminal has left, which then recovers.

    at each presynaptic spike    r = u x,  x -> x - r,  the target receives w r
    between spikes               dx/dt = (1 - x)/tau_rec

Depressing: u is U. Facilitating: u -> u + U (1 - u) before the release, and du/dt = -u/tau_fac between spikes, so that
the first spike releases U. At a regular interval T the release tends to, with e = exp(-T/tau_rec), f = exp(-T/tau_fac),

    r = u (1 - e)/(1 - (1 - u) e),    u = U (depressing) or U/(1 - (1 - U) f) (facilitating)

so that at high rates r is 1/(rate tau_rec): the mean input no longer tells the rate.
u and x are alike in all synapses of a neuron, and are held once a neuron: a synapse costs what a static one does. In a
program of single synapses (path="synapses") each has its own. NEST's tsodyks2_synapse follows the same equations.
"""

from brian2 import ms

from brainnet import Parameter, SynapseModel

tsodyks_markram = SynapseModel(
    name="tsodyks_markram",
    summary="short-term depression and facilitation",
    equations="""w : {unit}
                 r : 1
                 dx/dt = (1 - x)/tau_rec : 1 (event-driven)""",
    initial={"x": "1"},
    variants={
        "kind": {
            "depressing": {
                "on_pre": "r = U*x\nx -= r\n{onto}_post += w*r",
                "parameters": {
                    "U": Parameter(0.67, "fraction that a spike releases", above=0.0, high=1.0),
                    "tau_rec": Parameter(450 * ms, "time constant of recovery", above=0 * ms),
                },
                "meaning": "each spike releases the same fraction of what is left",
            },
            "facilitating": {
                "equations": "du/dt = -u/tau_fac : 1 (event-driven)",
                "on_pre": "u += U*(1 - u)\nr = u*x\nx -= r\n{onto}_post += w*r",
                "parameters": {
                    "U": Parameter(0.1, "fraction that a first spike releases", above=0.0, high=1.0),
                    "tau_rec": Parameter(100 * ms, "time constant of recovery", above=0 * ms),
                    "tau_fac": Parameter(1000 * ms, "time constant of facilitation", above=0 * ms),
                },
                "meaning": "spikes raise the fraction that the next ones release",
            },
        }
    },
    source="Tsodyks & Markram 1997, Proc. Natl. Acad. Sci. 94:719, doi:10.1073/pnas.94.2.719, abstract; Tsodyks, "
    "Pawelzik & Markram 1998, Neural Comput. 10:821, doi:10.1162/089976698300017502, abstract; equations and values: "
    "nest/nest-simulator, pynest/examples/evaluate_tsodyks2_synapse.py",
)
