"""The protocol `escape_net` with a small network."""

import numpy as np
import pytest

import brainnet
from brainnet.errors import DataError

torch = pytest.importorskip("torch", reason="PyTorch is an extra")


@pytest.fixture(autouse=True)
def _cache(tmp_path, monkeypatch):
    torch.set_num_threads(1)
    monkeypatch.setenv("BRAINNET_CACHE", str(tmp_path / "cache"))


def test_quick():
    protocol = brainnet.protocols["escape_net"]
    with brainnet.target("numpy"):
        data = protocol(quick=True, difficulty=0.0)
    assert data.reset.values.tolist() == ["zero", "subtract", "average"]
    assert data.converted_accuracy.shape == (3, 50)
    assert data.stdb_steps.values.tolist() == [5, 10, 15, 20, 25, 28, 50]
    neurons = [2 * 56 * 100, 2 * 28 * 50, 2 * 14 * 25, 16, 3]  # the published ones by 32, and by 16
    assert data.attrs["neurons"] == ", ".join(map(str, neurons))
    # difficulty 0: classes do not overlap, so what is lost is lost by the network or by its spikes
    assert data.ann_accuracy > 0.9
    assert data.converted_accuracy.sel(reset="subtract").values[-1] > 0.8
    assert data.stdb_accuracy.sel(stdb_steps=28) > 0.8
    # three tables of the same spikes: estimated without the fan-out of pooling, which is four, and counted
    macs = np.array([9 * 2 * 5600, 9 * 4 * 1400, 9 * 4 * 350, 700 * 16, 16 * 3])
    np.testing.assert_array_equal(data.macs, macs)
    estimate = (macs * data.spikes_per_neuron.values).sum() / macs.sum() * 0.1 / 3.1
    assert data.energy_ratio == pytest.approx(estimate)
    assert data.energy_ratio < data.energy_ratio_counted < 4.5 * data.energy_ratio
    assert data.accumulations[-1] == pytest.approx(3 * 16 * data.spikes_per_neuron.values[-1])
    assert (np.diff(data.energy_by_step) >= 0).all()
    assert data.count_histogram.sum("count").values.tolist() == [15 * n for n in [5600, *neurons[:-1]]]
    assert len(protocol.draw(data).axes) == 6


def test_samples_have_two_axes(tmp_path):
    x, y = np.zeros((6, 5)), np.arange(6) % 3
    np.savez(tmp_path / "flat.npz", x_train=x, y_train=y, x_test=x, y_test=y)
    with pytest.raises(DataError, match="give one row a contact"):
        brainnet.protocols["escape_net"](quick=True, data=tmp_path / "flat.npz")
