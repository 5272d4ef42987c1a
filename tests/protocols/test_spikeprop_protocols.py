"""Protocols of SpikeProp: exclusive or, flowers, breast cancer."""

import numpy as np
import pytest

from brainnet import protocols
from brainnet.errors import ParameterError


@pytest.fixture(scope="module")
def xor():
    return protocols.spikeprop_xor(quick=True, seed=0)


def test_every_variant_learns_exclusive_or(xor):
    learned = np.isfinite(xor.epochs_taken)
    assert ((xor.error.isel(epoch=-1) <= 1) == learned).all()
    rates = learned.mean("run")
    assert float(xor.converged) == float(rates.min()) >= 2 / 3
    assert [float(xor[f"converged_{name}"]) for name in rates.variant.values] == rates.values.tolist()


def test_the_interval_of_a_rate_is_that_of_clopper_and_pearson(xor):
    # Three of three: the least rate that gives them with a probability of 2.5 % is its third root.
    ends = xor.converged_interval.sel(variant="plain")
    assert float(xor.converged_plain) == 1
    np.testing.assert_allclose(ends, [0.025 ** (1 / 3), 1.0])
    assert float(xor.converged_low) <= float(ends[0])


def test_rprop_and_quickprop_are_faster_than_plain_descent(xor):
    for name in ("rprop", "quickprop"):
        assert float(xor[f"epochs_{name}"]) < 0.75 * float(xor.epochs_plain)


def test_pictures_are_drawn(xor):
    from brainnet.plot.spikeprop import draw_errors

    (axis,) = draw_errors(xor).axes
    assert len(axis.lines) == xor.sizes["variant"]


def test_flowers_are_told_apart():
    found = protocols.spikeprop_iris(quick=True, seed=0)
    # Two halves and 20 epochs: less than the full size reaches, far above the largest class, 1/3.
    assert float(found.test_accuracy) > 0.85
    assert found.test.shape == (1, 2)
    assert float(found.test_deviation) == pytest.approx(np.ptp(found.test.values) / np.sqrt(2))


def test_more_folds_than_samples_of_a_class_are_refused():
    with pytest.raises(ParameterError, match="50 samples of a class"):
        protocols.spikeprop_iris(folds=51)


def test_cancer_is_recognised():
    found = protocols.spikeprop_cancer(quick=True, seed=0, hidden=3, max_epochs=8)
    assert float(found.test_accuracy) > 0.8
