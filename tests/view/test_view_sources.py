"""What can be seen besides Brian2 networks: files, graphs, models, protocols, run folders; and what cannot."""

import json
import sys
from dataclasses import replace

import numpy as np
import pytest
import xarray as xr
from brian2 import ms

import brainnet
from brainnet.ann import Conv2d, Dense, Flatten, LayerGraph, MaxPool, ReLU, write_npz
from brainnet.declare import Parameter, Result, protocol
from brainnet.errors import BrainnetError, ParameterError
from brainnet.results import write_run
from brainnet.view import scene, view


@pytest.fixture
def convolutional():
    """Make a small convolutional network, with some weights pruned."""
    rng = np.random.default_rng(3)
    kernel, dense = rng.normal(size=(3, 1, 3, 3)), rng.normal(size=(27, 4))
    kernel[0, 0, 0], dense[np.abs(dense) < 0.5] = 0, 0
    layers = (
        Conv2d("conv", kernel, np.zeros(3), "identity"),
        ReLU("relu"),
        MaxPool("pool", (2, 2)),
        Flatten("flat"),
        Dense("out", dense, np.zeros(4), "softmax"),
    )
    return LayerGraph(layers, (1, 8, 8), "small", "by hand")


def test_layers_are_populations_with_what_only_changes_their_values(convolutional):
    seen = scene(convolutional)
    assert [(each.name, each.size, each.kind) for each in seen.populations] == [
        ("input", 64, "input"), ("conv", 108, "Conv2d · ReLU"), ("pool", 27, "MaxPool · Flatten"),
        ("out", 4, "Dense · softmax"),
    ]  # fmt: skip
    assert [(each.source, each.target) for each in seen.arrows] == [
        ("input", "conv"),
        ("conv", "pool"),
        ("pool", "out"),
    ]
    conv, pool, out = seen.arrows
    assert (conv.weights.number, conv.weights.synapses) == (24, 24 * 36)  # three of 27 are pruned, 6 x 6 positions
    assert (pool.weights, pool.facts) == (None, {"kernel": "2 × 2", "stride": "2"})
    dense = convolutional.layers[-1].weights
    assert out.weights.number == np.count_nonzero(dense)
    np.testing.assert_array_equal(out.weights.degrees[0], np.count_nonzero(dense, axis=1))


def test_a_file_is_seen_as_the_network_in_it(convolutional, tmp_path):
    write_npz(convolutional, tmp_path / "small.npz")
    seen, direct = scene(tmp_path / "small.npz"), scene(convolutional)
    assert [each.name for each in seen.populations] == [each.name for each in direct.populations]
    np.testing.assert_array_equal(seen.arrows[0].weights.kernel, direct.arrows[0].weights.kernel)


def test_a_nir_file_is_seen(tmp_path, in_process):
    nir = pytest.importorskip("nir")
    weights = np.arange(6.0).reshape(2, 3)
    nodes = [
        nir.Linear(weight=weights),
        nir.LIF(tau=np.full(2, 0.02), r=np.ones(2), v_leak=np.zeros(2), v_threshold=np.ones(2), v_reset=np.zeros(2)),
    ]
    nir.write(tmp_path / "net.nir", nir.NIRGraph.from_list(*nodes))
    seen = scene(tmp_path / "net.nir")
    assert [(each.size, each.kind) for each in seen.populations] == [(3, "input"), (2, "Dense · LIF")]
    np.testing.assert_array_equal(seen.arrows[0].weights.matrix, weights.T)


@pytest.mark.parametrize(
    ("name", "arrows", "plastic"), [("lif", 0, None), ("pair_stdp", 1, True), ("static_synapse", 1, False)]
)
def test_models_are_seen_by_name(name, arrows, plastic):
    seen = scene(name)
    assert len(seen.arrows) == arrows
    text = seen.arrows[0].text if arrows else seen.populations[0].text
    assert text == str(brainnet.models[name])
    assert [each.plastic for each in seen.arrows] == ([plastic] if arrows else [])


PROTOCOL = '''
import xarray as xr
from brian2 import *
from brainnet.declare import Parameter, Result, protocol

@protocol(parameters={"n": Parameter(5, "neurons", low=1, quick=3)}, results={"n_spikes": Result("spikes")})
def small(n, seed, data=None):
    """A network that would run for an hour."""
    rate = 100*Hz
    group = NeuronGroup(n, "dv/dt = rate : 1", threshold="v >= 0.5", reset="v = 0", method="euler", name="neurons")
    joined = Synapses(group, group, "w : 1", on_pre="w += 1", name="counted")
    joined.connect(condition="i != j")
    network = Network(group, joined)
    network.run(3600*second)
    raise AssertionError("the protocol goes on after its network was seen")

@protocol(parameters={}, results={"one": Result("one")})
def without(seed):
    """No network at all."""
    return xr.Dataset({"one": 1})
'''


def test_a_protocol_runs_until_its_network_is_seen(tmp_path):
    (tmp_path / "small.py").write_text(PROTOCOL)
    seen = scene(tmp_path / "small.py", values={"n": "4"})
    (group,) = seen.populations
    assert group.size == 4
    assert group.raster.duration == 100.0  # 1000 steps of 0.1 ms, in which v reaches 0.5 every 5 ms
    assert abs(len(group.raster.time) - 4 * 20) <= 4
    spikes = len(group.raster.time) / 4
    assert seen.arrows[0].weights.values.tolist() == [spikes] * 12
    assert seen.notes[:2] == (
        "This is the first network that small runs.", "Spikes and weights are those after 0.1 of 3600 s."
    )  # fmt: skip
    assert scene(tmp_path / "small.py").populations[0].size == 3  # its quick size


def test_a_protocol_without_a_network_is_told(tmp_path):
    (tmp_path / "without.py").write_text(PROTOCOL)
    with pytest.raises(ParameterError, match=r"protocol without runs no Brian2 network.*view its run folder"):
        scene(tmp_path / "without.py")


@protocol(
    parameters={"tau": Parameter(20 * ms, "time constant")},
    results={"accuracy": Result("right ones", reference=0.9), "by_layer": Result("of each layer")},
)
def done(tau, seed):
    """Not run here."""


@pytest.fixture
def run_folder(tmp_path):
    """Write the run folder of a conversion of two layers, and of one with spikes alone."""

    def make(layers=True):
        content = {
            "accuracy": 0.75,
            "by_layer": ("layer", [0.5, 0.25]),
            "a_raster_step": ("a_spike", [1, 2, 5]),
            "a_raster_neuron": ("a_spike", [0, 2, 1]),
            "rate": ("time", [1.0, 2.0], {"units": "Hz"}),
        }
        if layers:
            content |= {"neurons": ("layer", [3, 2]), "sources": ("layer", ["", "a"])}
        coordinates = {"layer": ["a", "b"], "step": np.arange(1, 9), "time": ("time", [0.5, 1.5], {"units": "s"})}
        dataset = xr.Dataset(content, coordinates)
        return write_run(tmp_path / "run", done, {"tau": 20 * ms}, dataset, seed=7, target="numpy", wall_seconds=1)

    return make


def test_a_run_folder_is_seen_with_its_layers_spikes_and_results(run_folder, in_process):
    seen = scene(run_folder())
    assert [(each.name, each.size) for each in seen.populations] == [("a", 3), ("b", 2)]
    assert [(each.source, each.target, each.pairs) for each in seen.arrows] == [("a", "b", (3, 2))]
    raster = seen.populations[0].raster
    assert (raster.neuron.tolist(), raster.time.tolist(), raster.duration) == ([0, 2, 1], [1, 2, 5], 8.0)
    assert ("accuracy", "0.75", "", "0.9") in seen.run.tables["Results"]
    assert ("by_layer", "a: 0.5, b: 0.25", "", "") in seen.run.tables["Results"]
    assert seen.run.tables["Parameters"][1:] == (("tau", "20*ms"), ("seed", "7"))
    time, rate, unit = seen.run.rates["rate"]
    assert (time.tolist(), rate.tolist(), unit) == ([0.5, 1.5], [1.0, 2.0], "s")


def test_a_run_without_a_network_says_where_one_is(run_folder, in_process):
    seen = scene(run_folder(layers=False))
    assert (seen.populations, list(seen.run.rasters)) == ((), ["a"])
    assert "brainnet view done" in seen.notes[0]


def test_two_networks_of_one_structure_are_laid_side_by_side(convolutional):
    pytest.importorskip("bokeh")
    assert view(convolutional, scene(convolutional)).html.count("before") > 2
    fewer = replace(convolutional, layers=convolutional.layers[:-1])
    with pytest.raises(ParameterError, match="before and after differ: population 'out' is 4 before and missing after"):
        view(convolutional, fewer)
    wider = Dense("out", np.ones((27, 5)), np.zeros(5), "softmax")
    with pytest.raises(ParameterError, match="population 'out' is 4 before and 5 after; give two networks of equal"):
        view(convolutional, replace(convolutional, layers=(*convolutional.layers[:-1], wider)))


def test_the_order_of_two_networks_does_not_matter(convolutional):
    seen = scene(convolutional)
    turned = replace(seen, populations=seen.populations[::-1], arrows=seen.arrows[::-1])
    back = turned.in_order_of(seen)
    assert (back.populations, back.arrows) == (seen.populations, seen.arrows)


@pytest.mark.parametrize(
    ("what", "message"),
    [
        (3, "view: a int cannot be seen; give a brian2.Network"),
        (None, "view: a NoneType cannot be seen"),
        ([1, 2], "view: a list cannot be seen"),
        ("lfi", "there is no file, run folder, model or protocol 'lfi'; did you mean 'lif'?"),
        ("nowhere.npz", "nowhere.npz"),
        ("nowhere.nir", "nowhere.nir"),
        ("nowhere.py", "is not a Python file"),
        ("network.pt", "pickles are never loaded"),
    ],
)
def test_what_cannot_be_seen_is_told(what, message):
    with pytest.raises(BrainnetError) as told:
        scene(what)
    assert message in str(told.value)
    assert "\n" not in str(told.value)


def test_folders_that_are_no_runs_are_told(tmp_path):
    with pytest.raises(BrainnetError, match=r"there is no .*summary.json; give the folder"):
        scene(tmp_path)
    (tmp_path / "summary.json").write_text(json.dumps({"protocol": "x", "results": {}}))
    with pytest.raises(BrainnetError, match=r"data.nc does not exist; give a complete run folder"):
        scene(tmp_path)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"values": {"n": 3}}, "a LayerGraph is no protocol; leave values, data and seed out"),
        ({"seed": 1}, "leave values, data and seed out"),
        ({"data": "mnist"}, "leave values, data and seed out"),
        ({"shapes": {"input": (8, 8)}}, "says its own shapes; leave shapes out"),
    ],
)
def test_options_that_do_not_apply_are_refused(convolutional, options, message):
    with pytest.raises(ParameterError, match=message):
        scene(convolutional, **options)


def test_the_room_is_called_as_its_function(convolutional):
    pytest.importorskip("bokeh")
    from brainnet.view.page import Page

    assert brainnet.view is sys.modules["brainnet.view"]  # whoever imported it first
    assert isinstance(brainnet.view(convolutional), Page)
