"""A converted network, written as NIR, fires in the equations of NIR as it fires in Brian2."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from brainnet.ann import AveragePool, Conv2d, Dense, Flatten, LayerGraph, MaxPool
from brainnet.convert import convert, spiking_graph
from brainnet.errors import ConversionError, ModelFileError
from brainnet.spiking import nir_graph, read_nir, write_nir

nir = pytest.importorskip("nir")
REFERENCE = Path(__file__).parents[1] / "reference" / "nir_equations.py"


@pytest.fixture(scope="module")
def equations():
    spec = importlib.util.spec_from_file_location("nir_equations", REFERENCE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.run


@pytest.mark.parametrize(
    ("reset", "v_init", "readout"),
    [("subtract", "zero", "spikes"), ("subtract", "half", "spikes"), ("zero", "zero", "spikes"),
     ("subtract", "zero", "potential")],
)  # fmt: skip
def test_spikes_are_the_same(reset, v_init, readout, graph, samples, equations, tmp_path):
    x = samples(3, 6)
    network = convert(graph(6, 8, 4), normalisation="none", steps=20, reset=reset, v_init=v_init, readout=readout)
    response = network.run(x)
    path = tmp_path / "net.nir"
    described = network.graph
    write_nir(described, path)
    again = read_nir(path)
    assert [layer.name for layer in again.layers] == ["dense_0_weights", "dense_0", "dense_1_weights", "dense_1"]
    assert again.dt == pytest.approx(1e-3)
    for k, values in enumerate(x):
        given = equations(nir.read(path), np.tile(values, (20, 1)), again.dt)
        np.testing.assert_array_equal(given["dense_0"].sum(axis=0), response.counts["dense_0"][k])
        if readout == "potential":
            np.testing.assert_allclose(given["dense_1"][-1], response.output_potential[k], rtol=1e-9)
        else:
            np.testing.assert_array_equal(given["dense_1"].sum(axis=0), response.counts["dense_1"][k])
    assert response.counts["dense_0"].sum() > 0
    if (reset, v_init, readout) == ("zero", "zero", "spikes"):
        write_nir(described, path, extension=False)
    else:
        with pytest.raises(ModelFileError, match="no word for"):
            write_nir(described, path, extension=False)


@pytest.mark.parametrize("granularity", ["layer", "channel"])
@pytest.mark.parametrize("coding", ["constant", "regular"])
def test_convolutions_and_pooling_fire_the_same_spikes(granularity, coding, equations, tmp_path):
    rng = np.random.default_rng(3)
    layers = (
        Conv2d("first", rng.normal(0.1, 0.3, (4, 2, 3, 3)), rng.normal(0, 0.1, 4), "relu", padding=((1, 1), (1, 1))),
        AveragePool("pool", (2, 2)),
        Conv2d("second", rng.normal(0.1, 0.3, (6, 2, 2, 2)), rng.normal(0, 0.1, 6), "relu", groups=2),
        Flatten("flat"),
        Dense("out", rng.normal(0.1, 0.3, (6 * 2 * 3, 3)), rng.normal(0, 0.1, 3), "identity"),
    )
    graph, x = LayerGraph(layers, (2, 6, 8), "net", "by hand"), rng.uniform(0, 1, (3, 2, 6, 8))
    network = convert(graph, calibration=x, granularity=granularity, coding=coding, shift="half", steps=20)
    response = network.run(x)
    write_nir(network.graph, tmp_path / "net.nir")
    again = read_nir(tmp_path / "net.nir")
    kinds = ["Conv2d", "IF", "Conv2d", "IF", "Conv2d", "IF", "Flatten", "Dense", "IF"]
    assert [layer.kind for layer in again.layers] == kinds
    for k, values in enumerate(x):
        frames = np.tile(values, (20, 1, 1, 1))
        if coding == "regular":  # spikes of the input: one whenever the sum of the value reaches 1
            total = np.cumsum(frames, axis=0) + 1e-9
            frames = np.floor(total) - np.floor(np.concatenate([np.full_like(total[:1], 1e-9), total[:-1]]))
        given = equations(nir.read(tmp_path / "net.nir"), frames, again.dt)
        for name, counts in response.counts.items():
            if name != "input":
                np.testing.assert_array_equal(given[name].reshape(20, -1).sum(axis=0), counts[k], err_msg=name)
    assert all(counts.sum() > 0 for counts in response.counts.values())


def test_what_is_not_written_is_named():
    layers = (
        Conv2d("conv", np.ones((1, 1, 1, 1)), [0.0], "relu"), MaxPool("most", (2, 2)), Flatten("flat"),
        Dense("out", np.ones((1, 1)), [0.0], "identity"),
    )  # fmt: skip
    network = LayerGraph(layers, (1, 2, 2), "net", "by hand")
    with pytest.raises(ConversionError, match="layer 'most': only chains of Dense, Conv1d, Conv2d and AveragePool"):
        nir_graph(spiking_graph(network, normalisation="none", max_pooling="gate"))


def test_a_generator_cannot_be_said(graph):
    network = spiking_graph(graph(6, 4), normalisation="none", readout="winner_take_all")
    with pytest.raises(ConversionError, match=r"readout=winner_take_all .*convert with readout=potential"):
        nir_graph(network)


def test_half_of_what_exceeds_the_threshold_cannot_be_said():
    network = LayerGraph((Dense("out", np.eye(2), np.zeros(2), "identity"),), (2,), "one", "by hand")
    with pytest.raises(ConversionError, match="reset=average cannot be said in NIR"):
        nir_graph(spiking_graph(network, normalisation="none", reset="average"))
