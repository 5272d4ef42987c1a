"""First spikes of a trained network, from data to run folder."""

import numpy as np
import pytest

import brainnet
from brainnet.errors import DataError
from brainnet.results import write_run


@pytest.mark.parametrize("target", ["numpy", "cpp"])
def test_digits(target, tmp_path, monkeypatch, request):
    monkeypatch.setenv("BRAINNET_CACHE", str(tmp_path / "cache"))
    if target == "cpp":
        request.getfixturevalue("compiler")
    protocol = brainnet.protocols["ttfs_conversion"]
    values = {"window": 16, "images": 450 if target == "cpp" else 60}
    with brainnet.target(target):
        data = protocol(quick=True, **values)
    assert data.ann_accuracy > (0.95 if target == "cpp" else 0.9)
    # 450 digits: one is 0.22 points. On MNIST 0.2 points are required, 10,000 images; here no more than 5 digits.
    assert abs(data.accuracy_drop) <= (0.0112 if target == "cpp" else 0.0334)
    assert (data.spikes_per_neuron <= 1).all()
    assert data.spikes_per_neuron.sel(layer="dense_1") == 0
    assert (data.layer_correlation > 0.99).all()
    rate = data.spikes_per_neuron
    by_hand = 64 * 100 * rate.sel(layer="input") + 100 * 10 * rate.sel(layer="dense_0")
    assert float(data.synaptic_operations) == pytest.approx(float(by_hand), rel=1e-12)
    assert float(data.energy_ratio) == pytest.approx(float(by_hand) * 0.9 / (7400 * 4.6), rel=1e-12)
    assert float(data.mean_spikes_per_neuron) == pytest.approx(
        float(64 * rate.sel(layer="input") + 100 * rate.sel(layer="dense_0")) / 174, rel=1e-12
    )
    np.testing.assert_allclose(
        data.time_histogram.sum("time") / data.attrs["samples"], [64, 100] * rate[:2].values, rtol=1e-12
    )
    if target == "cpp":
        out = write_run(tmp_path / "out", protocol, protocol.bind(values, quick=True), data, seed=0, target=target,
                        wall_seconds=1.0)  # fmt: skip
        assert (out / "figure.png").stat().st_size > 10_000


def test_digits_are_no_folder(tmp_path):
    with pytest.raises(DataError, match="come with scikit-learn"):
        brainnet.protocols["ttfs_conversion"](quick=True, data=tmp_path)
