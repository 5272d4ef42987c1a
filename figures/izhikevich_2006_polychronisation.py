"""Izhikevich 2006: rhythms and groups of a network with delays and STDP, doi:10.1162/089976606775093882.

Deviations: the paper itself could not be read; "theirs" is what its abstract and public descriptions say: rhythms like
those of sleep (delta) at first, gamma of some 40 Hz later, and more groups than neurons. Where the program names a
neuron that fired twice in a group, here the spike is meant. With --quick the network has 200 neurons and groups have 5
layers, so that the number published does not apply.
"""

from brainnet import figure, protocols
from brainnet.plot import part
from brainnet.plot.polychronisation import draw_polychronisation


@figure(
    doi="10.1162/089976606775093882",
    title="Izhikevich 2006, Neural Comput. 18:245, abstract: rhythms and polychronous groups",
    target="cpp",
)
def izhikevich_2006_polychronisation(quick, seed, data):
    """Spikes, spectra, rates, weights, and a group of a network that organises itself."""
    experiment = protocols.polychronisation(quick=quick, seed=seed)
    drawn = draw_polychronisation(experiment)
    spectrum = part(drawn, "spectrum")
    spectrum.axvspan(1, 4, color="0.93", zorder=0, label="theirs: delta at first")
    spectrum.axvline(40, color="black", linewidth=0.8, label="theirs: gamma, 40 Hz, later")
    spectrum.legend(fontsize=7, loc="lower left")
    if not quick:
        found = f"{int(experiment.groups)} groups in {experiment.attrs['neurons']} neurons"
        part(drawn, "group").set_title(f"{found}; theirs: more groups than neurons", fontsize=7)
    return drawn
