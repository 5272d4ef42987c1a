"""Protocols of the Tempotron at their quick sizes."""

import numpy as np
import pytest

import brainnet
from brainnet import protocols
from brainnet.data import load_digits
from brainnet.errors import BrainnetError, DataError


def test_capacity_with_and_without_times():
    with brainnet.target("numpy"):
        data = protocols.tempotron_capacity(quick=True, seed=1)
    assert data.load_axis.values.tolist() == [1.0, 2.25]
    assert data.solved[0].all(), "one pattern per synapse: every task is learned"
    assert float(data.highest_load) >= 1.0
    # No rule separates what is not separable, and at these sizes most of 2.25 patterns per synapse are not.
    assert not (data.control_solved & ~data.control_separable).any()
    assert 1.0 <= float(data.separable_load) < 2.25
    assert float(data.control_load) <= float(data.separable_load)
    assert (data.epochs.values[data.solved.values] <= 250).all()
    assert len(protocols.tempotron_capacity.draw(data).axes) == 2


def test_timeless_tasks_have_the_capacity_of_a_perceptron():
    """Cover 1965: with P patterns and N weights in general position, half of the tasks are separable at P = 2N."""
    own = protocols.tempotron_capacity.module
    rng = np.random.default_rng(0)
    share = [
        np.mean([own.is_separable(*own.timeless_task(p, 20, tau=15e-3, tau_s=3.75e-3, rng=rng)) for _ in range(60)])
        for p in (24, 40, 64)
    ]
    # Cover's counts for N = 20 weights and P = 24, 40, 64: 0.9999, 0.5, 0.001. The patterns here all have the same
    # number of spikes, so that the threshold costs nothing; five standard deviations of 60 draws at p = 1/2 are 0.32.
    assert share[0] > 0.95
    assert share[1] == pytest.approx(0.5, abs=0.32)
    assert share[2] < 0.1


def test_digits():
    with brainnet.target("numpy"):
        data = protocols.tempotron_digits(quick=True, seed=0)
    assert float(data.accuracy) > 0.8
    assert float(data.brian_agreement) == 1
    assert float(data.brian_deviation) < 1e-9
    assert int(data.confusion.sum()) == data.attrs["test"]
    assert float(data.accuracy) == pytest.approx(np.trace(data.confusion.values) / data.attrs["test"])
    assert len(protocols.tempotron_digits.draw(data).axes) == 2


def test_a_coarse_step_is_refused():
    with pytest.raises(BrainnetError, match="time step"):
        protocols.tempotron_digits(quick=True, dt="20 ms")


def test_images_of_a_file_are_halved(tmp_path):
    """The digits, each pixel four times: averages over 2 x 2 pixels give them back, and the same result."""
    digits = load_digits(seed=0)
    large = {f"x_{part}": np.kron(getattr(digits, f"x_{part}"), np.ones((1, 2, 2))) for part in ("train", "test")}
    path = tmp_path / "large.npz"
    np.savez(path, **large, y_train=digits.y_train, y_test=digits.y_test)
    size = {"train_images": 300, "images": 100, "max_epochs": 3, "checked": 3, "dt": "0.5 ms"}
    with brainnet.target("numpy"):
        data = protocols.tempotron_mnist(data=path, seed=0, **size)
    assert data.attrs["train"] == 300
    assert int(data.confusion.sum()) == 100
    assert float(data.accuracy) > 0.7
    with pytest.raises(DataError, match="train_images"):
        protocols.tempotron_mnist(data=path, **{**size, "train_images": 5000})
