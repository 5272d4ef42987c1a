"""Ten Tempotrons learn the 8 x 8 digits that come with scikit-learn, each pixel coded by the latency of a spike."""

import xarray as xr

from brainnet import protocol
from brainnet.data import load_digits
from brainnet.experiment import TEMPOTRON_PARAMETERS, TEMPOTRON_RESULTS, learn_images
from brainnet.plot.tempotron import draw_classification


@protocol(
    parameters=TEMPOTRON_PARAMETERS,
    results=TEMPOTRON_RESULTS,
    draw=draw_classification,
    source="Gütig & Sompolinsky 2006, Nat. Neurosci. 9:420, doi:10.1038/nn1643, eq. 1 (rule)",
)
def tempotron_digits(seed, **settings) -> xr.Dataset:
    """Train one neuron per class, and test exactly and as a Brian2 network."""
    return learn_images(load_digits(seed=seed), seed=seed, **settings)
