"""crossbar_inference at a tiny size: its results, what must hold between them, and its picture."""

import pytest

import brainnet
from brainnet import protocols
from brainnet.errors import BrainnetError
from brainnet.plot.style import part
from brainnet.results import read_run, write_run


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("BRAINNET_CACHE", str(tmp_path / "cache"))


def test_it_runs_and_is_drawn(tmp_path):
    protocol = protocols["crossbar_inference"]
    settings = {"hidden": 30, "images": 150, "spiking_images": 20, "steps": 20}
    with brainnet.target("numpy"):
        dataset = protocol(quick=True, **settings)
    out = write_run(tmp_path / "out", protocol, protocol.bind(settings, quick=True), dataset, seed=0, target="numpy",
                    wall_seconds=1.0)  # fmt: skip
    summary, stored = read_run(out)
    value = {name: result["value"] for name, result in summary["results"].items()}
    assert value["accuracy_trained"] > 0.9
    # Without resistance, and with many bits, it is the trained network but for roundings and few samples at the border.
    assert value["accuracy_by_wire"]["0.0"] == value["accuracy_trained"]
    assert abs(value["accuracy_by_adc_bits"]["10"] - value["accuracy_trained"]) <= 0.02
    assert value["accuracy_by_adc_bits"]["3"] < value["accuracy_by_adc_bits"]["10"]
    assert value["accuracy_by_dac_bits"]["8"] >= value["accuracy_by_dac_bits"]["1"] - 0.02
    assert value["energy"]["crossbar"] < value["energy"]["digital"]
    # 64 inputs in one part, 30 outputs in one (32 a tile); 10 outputs.
    assert value["tiles"] == 2
    assert value["utilisation"] == pytest.approx(2 * (64 * 30 + 30 * 10) / (2 * 64 * 64))
    figure = protocol.draw(stored)
    assert len(part(figure, "accuracy_by_wire").get_xdata()) == 7
    across = part(figure, "across").get_array()
    assert 0 < across.min() < across.max() <= 100
    # The device next to driver and converter loses least, the far corner most.
    assert across[-1, 0] > across[0, -1]


def test_what_is_wrong_is_told_before_training():
    with pytest.raises(BrainnetError, match="did you mean 'pcm'"):
        protocols["crossbar_inference"](quick=True, device="pmc")
