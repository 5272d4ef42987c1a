"""Clopath et al. 2010, fig. 2: voltage-based STDP against the frequency of pairing, doi:10.1038/nn.2479.

Deviations: "theirs" is the published simulation of the protocol in the tests of NEST, as the figure is not tabulated.
For the Hodgkin-Huxley neuron that simulation starts the low-passed potentials at 0 mV and not at rest; with
tau_plus = 114 ms this start is most of its potentiation (dotted: ours from rest).
`adex` has the values of that simulation, b = 0.0805 pA and V_T_max = +30.4 mV, not its defaults.
"""

from brainnet import figure, protocols
from brainnet.plot.plasticity import bursts_panel
from brainnet.plot.style import new_figure
from brainnet.targets import fresh


@figure(
    doi="10.1038/nn.2479",
    title="Clopath, Busing, Vasilaki & Gerstner 2010, Nat. Neurosci. 13:344, fig. 2: frequency of pairing",
)
def clopath_2010_fig2(quick, seed, data):
    """Weight after 15 bursts of five pairings, with both neurons, at 10 to 50 Hz."""
    drawn, axes = new_figure(1, 2, figsize=(10, 4.2))
    for axis, neuron, starts in ((axes[0, 0], "adex", ["rest"]), (axes[0, 1], "hodgkin_huxley", ["zero", "rest"])):
        for number, start in enumerate(starts):
            with fresh():
                experiment = protocols.pairing_frequency_voltage(neuron=neuron, start=start, seed=seed)
            bursts_panel(axis, experiment, theirs=number == 0, style=("-", ":")[number])
        axis.legend(loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=2, fontsize=8)
    return drawn
