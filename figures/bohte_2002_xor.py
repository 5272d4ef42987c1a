"""Bohte, Kok & La Poutre 2002, section 3: error over cycles on exclusive or, doi:10.1016/S0925-2312(01)00658-0.

Deviations: median over forty seeds that no rate was chosen on; weights of either sign; initial weights scaled to the
times of the task. Theirs is the number in the text, about 250 cycles of plain descent at a rate of 0.01.
"""

from brainnet import figure, protocols
from brainnet.plot.spikeprop import error_panel
from brainnet.plot.style import new_figure


@figure(
    doi="10.1016/S0925-2312(01)00658-0",
    title="Bohte, Kok & La Poutré 2002, Neurocomputing 48:17, section 3: exclusive or",
)
def bohte_2002_xor(quick, seed, data):
    """Error of each variant over epochs, 3-5-1 neurons; learned at E = 1 ms^2."""
    drawn, axis = new_figure(figsize=(6.5, 4))
    error_panel(axis, protocols.spikeprop_xor(quick=quick, seed=seed))
    axis.axhline(1, color="0.7", linewidth=0.8, zorder=0)
    axis.plot(250, 1, "o", color="black", label="published (plain, about 250)")
    axis.set_xlim(0, max(270, axis.get_xlim()[1]))
    axis.legend()
    return drawn
