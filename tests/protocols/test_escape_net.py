"""The protocol `escape_net` with a small network."""

import numpy as np
import pytest

import brainnet
from brainnet.errors import DataError
from brainnet.results.summary import result_value

RESETS = ("zero", "subtract", "average")

torch = pytest.importorskip("torch", reason="PyTorch is an extra")


@pytest.fixture(autouse=True)
def _cache(tmp_path, monkeypatch):
    torch.set_num_threads(1)
    monkeypatch.setenv("BRAINNET_CACHE", str(tmp_path / "cache"))


def test_tables_agree_with_each_other():
    """Few signatures: what is looked at is how the tables follow from spikes, not how good the network is."""
    protocol = brainnet.protocols["escape_net"]
    few = {"images": 3, "train_images": 100, "epochs": 1, "steps": 28, "calibration_images": 2, "tuning_images": 16}
    with brainnet.target("numpy"):
        data = protocol(quick=True, **few)
    assert data.reset.values.tolist() == ["zero", "subtract", "average"]
    assert data.converted_by_step.shape == (3, 28)
    assert data.stdb_steps.values.tolist() == [5, 10, 15, 20, 25, 28]
    by_subtraction = data.converted_by_step.sel(reset="subtract", step=data.stdb_steps)
    np.testing.assert_array_equal(data.untuned_accuracy, by_subtraction)
    neurons = [2 * 56 * 100, 2 * 28 * 50, 2 * 14 * 25, 16, 3]  # the published ones by 32, and by 16
    assert data.attrs["neurons"] == ", ".join(map(str, neurons))
    macs = np.array([9 * 2 * 5600, 9 * 4 * 1400, 9 * 4 * 350, 700 * 16, 16 * 3])
    np.testing.assert_array_equal(data.macs, macs)
    # the same spikes without the fan-out of pooling, which is four, and counted
    estimate = (macs * data.spikes_per_neuron.values).sum() / macs.sum() * 0.1 / 3.1
    assert data.energy_ratio == pytest.approx(estimate)
    assert 0 < data.energy_ratio_counted < 4.5 * data.energy_ratio
    assert data.accumulations[-1] == pytest.approx(3 * 16 * data.spikes_per_neuron.values[-1])
    assert (np.diff(data.energy_by_step) >= 0).all()
    assert data.energy_by_step[-1] > 0
    assert data.count_histogram.sum("count").values.tolist() == [3 * n for n in [5600, *neurons[:-1]]]
    np.testing.assert_array_equal(data.converted_accuracy, data.converted_by_step[:, -1])
    # What a run folder holds: every result that is declared, as JSON knows it.
    assert {name: result_value(data, name) for name in protocol.results}["converted_accuracy"].keys() == set(RESETS)
    assert len(protocol.draw(data).axes) == 6


def test_samples_have_two_axes(tmp_path):
    x, y = np.zeros((6, 5)), np.arange(6) % 3
    np.savez(tmp_path / "flat.npz", x_train=x, y_train=y, x_test=x, y_test=y)
    with pytest.raises(DataError, match="give one row a contact"):
        brainnet.protocols["escape_net"](quick=True, images=3, data=tmp_path / "flat.npz")
