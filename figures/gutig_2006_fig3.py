"""Gütig & Sompolinsky 2006, fig. 3: how many patterns a Tempotron learns, doi:10.1038/nn1643.

Deviations: the paper's curves are not tabulated. What it states, and what is known of the perceptron, are lines: about
3 patterns per synapse for many synapses, and 2 without spike times. The learning rate falls, as the protocol says.
"""

from brainnet import figure, protocols
from brainnet.plot import part
from brainnet.plot.tempotron import draw_capacity


@figure(doi="10.1038/nn1643", title="Gütig & Sompolinsky 2006, Nat. Neurosci. 9:420, fig. 3: capacity of the Tempotron")
def gutig_2006_fig3(quick, seed, data):
    """Share of random tasks learned without error against the load, with spike times and without."""
    declared = protocols.tempotron_capacity
    drawn = draw_capacity(declared(quick=quick, seed=seed))
    axis = part(drawn, "solved")
    for name, colour, label in (("highest_load", "C0", "Tempotron"), ("control_load", "C1", "perceptron")):
        reference = declared.results[name].reference
        axis.axvline(reference, color=colour, linestyle="--", linewidth=1, label=f"theirs: {label}, many synapses")
    axis.legend(loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=2, fontsize=8)
    return drawn
