"""Protocols of supervised learning at their quick size: keys, what they must reach there, and the picture."""

import os
import sys

import numpy as np
import pytest

import brainnet
from brainnet import protocols
from brainnet.cli.text import results_table
from brainnet.results import read_summary, write_run


@pytest.fixture(scope="module")
def numpy_target():
    with brainnet.target("numpy"):
        yield


def complete(protocol, dataset):
    """All declared results are there, and the picture can be drawn."""
    assert set(protocol.results) <= set(dataset.data_vars)
    assert protocol.draw(dataset).axes


def test_a_spike_train_is_learned(numpy_target):
    pytest.importorskip("elephant", reason="elephant is an extra")
    dataset = protocols.resume_spike_train(quick=True)
    complete(protocols.resume_spike_train, dataset)
    assert float(dataset.best_correlation) > 0.95
    assert float(dataset.course.isel(epoch=0).median()) < 0.8
    assert float(dataset.epochs) <= 40
    assert int(dataset.brian2_difference) == 0


def test_a_spike_train_is_learned_without_the_extra(numpy_target, monkeypatch, tmp_path):
    """The README's install has no elephant: two of the results are null, and say which package gives them."""
    monkeypatch.setitem(sys.modules, "elephant", None)
    declared = protocols.resume_spike_train
    dataset = declared(quick=True, runs=1, max_epochs=2, reached=1.0)
    how = {"seed": 0, "target": "numpy", "wall_seconds": 1.0}
    written = read_summary(write_run(tmp_path / "run", declared, declared.bind(), dataset, **how))["results"]
    for name in ("van_rossum", "victor_purpura"):
        assert written[name]["value"] is None
        assert "pip install 'brainnet[learn]'" in written[name]["no_value"]
    assert written["epochs"] == {**written["epochs"], "value": None, "no_value": "most runs never reached 1"}
    assert written["correlation"]["value"] > 0
    shown = results_table(written)
    assert "no van_rossum: distances of spike trains need elephant" in shown
    assert shown.count("  none\n") == 3


def test_capacity_falls_and_jitter_harms(numpy_target):
    dataset = protocols.resume_capacity(quick=True, runs=1, repeats=2)
    complete(protocols.resume_capacity, dataset)
    by_jitter = dataset.correlation_by_jitter.values
    assert by_jitter[0] > 0.9
    assert by_jitter[-1] < by_jitter[0] - 0.05
    assert float(dataset.target_spikes.sel(rate=300).mean()) > 3 * float(dataset.target_spikes.sel(rate=50).mean())


def test_four_methods_side_by_side(numpy_target):
    pytest.importorskip("torch", reason="PyTorch is an extra")
    pytest.importorskip("snntorch", reason="snnTorch is an extra")
    dataset = protocols.supervised_comparison(quick=True, samples=60, tests=20, epochs=2, hidden=5)
    complete(protocols.supervised_comparison, dataset)
    assert dataset.sizes["method"] == 4
    assert (dataset.spikes >= 0).all()
    assert (dataset.seconds > 0).all()
    # All start below the end of a real training; what is compared is the full size.
    assert np.isfinite(dataset.accuracy).all()
    assert (dataset.epochs_used <= 2).all()


@pytest.mark.skipif("BRAINNET_MNIST" not in os.environ, reason="BRAINNET_MNIST names no folder of MNIST")
def test_surrogate_mnist_fires_the_spikes_it_was_trained_for(numpy_target, tmp_path, monkeypatch):
    pytest.importorskip("torch", reason="PyTorch is an extra")
    pytest.importorskip("snntorch", reason="snnTorch is an extra")
    monkeypatch.setenv("BRAINNET_CACHE", str(tmp_path))
    dataset = protocols.surrogate_mnist(
        quick=True, data=os.environ["BRAINNET_MNIST"], architecture="4c5-p2-20-10", steps=4, training_images=1000,
        images=40, checked_images=5,
    )  # fmt: skip
    complete(protocols.surrogate_mnist, dataset)
    assert (dataset.equal_spikes == 1).all()
    # Two frameworks that fire the same spikes decide alike, and better than chance (0.1; standard error 0.05).
    assert float(dataset.snn_accuracy) == float(dataset.torch_accuracy) > 0.25
