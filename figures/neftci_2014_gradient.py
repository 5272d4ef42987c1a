"""Neftci et al. 2014, Front. Neurosci. 7:272, eqs. 5 to 12: what gated STDP learns, against the exact gradient.

No panel of the paper shows this; it is what its derivation claims, measured with the constants of its fig. 4.
Deviations: those of `srbm_gradient`.
"""

from brainnet import figure, protocols
from brainnet.plot.srbm import draw_gradient


@figure(
    doi="10.3389/fnins.2013.00272",
    title="Neftci et al. 2014, Front. Neurosci. 7:272, eqs. 5 to 12: what gated STDP learns, and the gradient",
)
def neftci_2014_gradient(quick, seed, data):
    """Changes by spikes against means in the data less means in the model, and their error by the size of weights."""
    return draw_gradient(protocols.srbm_gradient(quick=quick, seed=seed))
