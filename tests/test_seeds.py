"""Every declared seed says its range."""

import numpy as np
import pytest
from brian2 import Hz, ms

import brainnet
from brainnet import BrainnetError, models
from brainnet.coding.readout import winners
from brainnet.data import load_digits, nerve_signatures
from brainnet.projections.bernoulli import BernoulliInput

BAD = [2**70, -1, "a", 1.5, True, None]
GIVEN = {
    "poisson": lambda seed: models.poisson.group(3, seed=seed),
    "bernoulli": lambda seed: models.bernoulli.group(3, seed=seed),
    "input": lambda seed: BernoulliInput(np.zeros(3), seed=seed),
    "winners": lambda seed: winners(np.zeros((2, 3, 2)), rate=100 * Hz, dt=1 * ms, seed=seed),
    "nerve": lambda seed: nerve_signatures(6, 3, seed=seed),
    "digits": lambda seed: load_digits(seed=seed),
    "protocol": lambda seed: brainnet.protocols["stdp_window"](quick=True, seed=seed),
    "figure": lambda seed: brainnet.figures["song_2000"](quick=True, seed=seed),
}


@pytest.mark.parametrize("bad", BAD, ids=repr)
@pytest.mark.parametrize("given", GIVEN)
def test_a_seed_that_is_none_is_refused(given, bad):
    with pytest.raises(BrainnetError, match=r"seed (=|is) .*; (give|write)"):
        GIVEN[given](bad)


@pytest.mark.parametrize("model", [models.poisson, models.bernoulli], ids=["poisson", "bernoulli"])
def test_the_largest_seed_is_a_seed(model):
    assert model.group(3, seed=2**32 - 1).N == 3
    with pytest.raises(BrainnetError, match="give at most 4294967295"):
        model.group(3, seed=2**32)
    with pytest.raises(BrainnetError, match="give at most 4294967295"):
        model.group(3, stream=2**32)
