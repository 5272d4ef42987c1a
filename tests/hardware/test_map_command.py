"""`brainnet map`: the table, the folder, and one line for what is wrong."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

from brainnet.ann import Conv2d, Dense, LayerGraph, MaxPool, read, write_npz
from brainnet.cli import main
from brainnet.hardware import map_network, read_description
from brainnet.spiking import read_nir

RNG = np.random.default_rng(2)


def call(*words):
    return CliRunner().invoke(main, [str(word) for word in words], prog_name="brainnet")


@pytest.fixture
def model(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("BRAINNET_DEBUG", raising=False)
    layers = (
        Dense("a", RNG.normal(0, 1, (64, 30)), np.zeros(30), "relu"),
        Dense("b", RNG.normal(0, 1, (30, 10)), np.zeros(10), "identity"),
    )
    write_npz(LayerGraph(layers, (8, 8), "net", "test"), tmp_path / "net.npz")
    return tmp_path / "net.npz"


def test_table_and_folder(model, tmp_path):
    result = call("map", model, "--device", "pcm", "--tile", "32x16", "--out", tmp_path / "hardware")
    assert result.exit_code == 0, result.output
    # 2 x 4 tiles of 8 outputs at most, 1 x 2 of 5.
    assert "dense_0  Dense  1920     8      3840     93.8 %" in result.output
    assert "dense_1  Dense  300      2      600      58.6 %" in result.output
    for words in ("32 x 16 devices (pcm) a tile", "upper bound", "crossbar: energy", "area of the tiles", "written to"):
        assert words in result.output
    assert sorted(each.name for each in (tmp_path / "hardware").iterdir()) == [
        "arrays.npz", "hardware.json", "network.nir",
    ]  # fmt: skip
    mapped, wanted = read_description(tmp_path / "hardware"), map_network(read(model), device="pcm", tile=(32, 16))
    for found, tile in zip(mapped.tiles, wanted.tiles, strict=True):
        np.testing.assert_array_equal(found.conductances, tile.conductances)
    assert read_nir(tmp_path / "hardware" / "network.nir").input_shape == (64,)


def test_data_give_the_mean_and_the_default_folder_is_a_run(model, tmp_path):
    result = call("map", model, "--data", "digits", "--scheme", "reference column")
    assert result.exit_code == 0, result.output
    assert "mean of 450 test samples" in result.output
    (folder,) = (tmp_path / "runs").iterdir()
    assert folder.name.startswith("net-")
    assert json.loads((folder / "hardware.json").read_text())["scheme"] == "reference column"


def test_a_network_without_words_in_nir_is_mapped_without(tmp_path):
    layers = (Conv2d("conv", RNG.normal(0, 1, (4, 1, 3, 3)), np.zeros(4), "relu"), MaxPool("pool", (2, 2)),
              Dense("out", RNG.normal(0, 1, (36, 3)), np.zeros(3), "identity"))  # fmt: skip
    write_npz(LayerGraph(layers, (1, 8, 8), "net", "test"), tmp_path / "net.npz")
    result = call("map", tmp_path / "net.npz", "--convolution", "kernel-stationary", "--out", tmp_path / "hardware")
    assert result.exit_code == 0, result.output
    assert "no network.nir: " in result.output
    assert "not on tiles: biases, activations, MaxPool pool" in result.output
    assert sorted(each.name for each in (tmp_path / "hardware").iterdir()) == ["arrays.npz", "hardware.json"]


def test_nothing_is_overwritten(model, tmp_path):
    out = tmp_path / "hardware"
    assert call("map", model, "--out", out).exit_code == 0
    before = (out / "hardware.json").read_text()
    again = call("map", model, "--tile", "16x16", "--out", out)
    assert again.exit_code == 2
    assert again.stderr.startswith("brainnet: error: ")
    assert "--overwrite" in again.stderr
    assert again.stdout == ""
    assert (out / "hardware.json").read_text() == before
    assert call("map", model, "--tile", "16x16", "--out", out, "--overwrite").exit_code == 0
    assert (out / "hardware.json").read_text() != before


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--tile", "256"), "ROWSxCOLUMNS"),
        (("--tile", "0x8"), "rows from 1"),
        (("--device", "pmc"), "did you mean 'pcm'"),
        (("--device", "lif"), "no Device"),
        (("--scheme", "pair"), "scheme"),
        (("--data", "nowhere"), "nowhere"),
    ],
)
def test_one_line_for_what_is_wrong(words, says, model, tmp_path):
    result = call("map", model, *words, "--out", tmp_path / "hardware")
    assert result.exit_code == 2
    assert says in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert not (tmp_path / "hardware").exists()
