"""A converted network, written as NIR, fires in the equations of NIR as it fires in Brian2."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from brainnet.ann import Conv2d, Dense, LayerGraph, ReLU, read_nir, write_nir
from brainnet.convert import convert, spiking_graph
from brainnet.errors import ConversionError, ModelFileError

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
    described = spiking_graph(network)
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


def test_what_is_not_written_yet_is_named():
    layers = (Conv2d("conv", np.ones((1, 1, 1, 1)), [0.0], "relu"), ReLU("again"))
    network = LayerGraph(layers, (1, 2, 2), "net", "by hand")
    with pytest.raises(ConversionError, match="layer 'conv': only chains of Dense are written as NIR yet"):
        spiking_graph(convert(network, normalisation="none"))


def test_a_generator_cannot_be_said(graph):
    network = convert(graph(6, 4), normalisation="none", readout="winner_take_all")
    with pytest.raises(ConversionError, match=r"readout=winner_take_all .*convert with readout=potential"):
        spiking_graph(network)


def test_half_of_what_exceeds_the_threshold_cannot_be_said():
    network = LayerGraph((Dense("out", np.eye(2), np.zeros(2), "identity"),), (2,), "one", "by hand")
    with pytest.raises(ConversionError, match="reset=average cannot be said in NIR"):
        spiking_graph(convert(network, normalisation="none", reset="average"))
