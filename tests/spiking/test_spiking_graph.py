"""A spiking graph by hand: it runs as its parts say, can be changed, and refuses what cannot be built."""

import warnings
from dataclasses import replace

import numpy as np
import pytest
from brian2 import Hz, ms

import brainnet
from brainnet.ann import Dense as Layer
from brainnet.ann import LayerGraph
from brainnet.convert import convert_ttfs, spiking_graph
from brainnet.errors import ConversionError, DataError, ModelFileError, ParameterError
from brainnet.measure import evaluate, operations, verify
from brainnet.projections import Dense
from brainnet.spiking import (
    Cells,
    Connection,
    NirGraph,
    Population,
    SpikingGraph,
    build,
    from_nir,
    nir_graph,
    write_nir,
)
from brainnet.spiking.inputs import Rates
from brainnet.spiking.neurons import LIF
from brainnet.spiking.readouts import Spikes

STEPS = 8
IF = Cells("integrate_and_fire", {"reset": "subtract"}, initial={"v": 0.0})


def by_hand(names=("a", "b"), delay=0, **more):
    """Two inputs to two neurons to one, which the inputs reach past the two as well."""
    hidden, out = names
    return SpikingGraph(
        "by_hand",
        (
            Population("input", 2, Cells("regular"), fed="p"),
            Population(hidden, 2, IF, {"I": np.array([0.0, 0.25])}, lag=1),
            Population(out, 1, IF, {"I": np.zeros(1)}, lag=2, record="raster"),
        ),
        (
            Connection("input", hidden, Dense([[0.5, 0.0], [0.0, 0.25]])),
            Connection("input", out, Dense([[0.25]]), pre=slice(1, 2), delay=delay),
            Connection(hidden, out, Dense([[1.0], [0.5]])),
        ),
        steps=STEPS,
        dt=1 * ms,
        inputs=Rates((2,), "regular", 500 * Hz, 1 * ms),
        readout=Spikes(),
        **more,
    )


def test_populations_and_connections_fire_by_hand():
    x = np.array([[1.0, 0.0], [0.0, 1.0], [0.5, 1.0]])
    with brainnet.target("numpy"):
        network = build(by_hand(delay=1))
        response = network.run(x)
    assert response.counts["input"].tolist() == [[8, 0], [0, 8], [4, 8]]
    # Half a threshold per spike; and a quarter a step, beside a quarter a spike.
    assert response.counts["a"].tolist() == [[4, 2], [0, 4], [2, 4]]
    # 4 + 2/2, 4/2 + 8/4, 2 + 4/2 + 8/4, less the one of two in the last step, since a step has one spike at most.
    assert response.counts["b"].tolist() == [[4], [4], [5]]
    assert response.rasters["b"].sum(axis=1).tolist() == [[4], [4], [5]]
    counted = operations(network, response.counts)
    assert counted.layers == ("input", "a", "b")
    # Each input reaches both of "a"; the second one and both of "a" reach "b".
    assert counted.ac.tolist() == pytest.approx([0, 2 * (8 + 8 + 12) / 3, (6 + 12 + 14) / 3], rel=1e-12)
    assert list(network.groups) == ["input", "a", "b"]


def test_neurons_of_a_model_of_ones_own():
    graph, x = by_hand(delay=1), np.array([[0.75, 1.0]])
    own = brainnet.models.integrate_and_fire(v_th=2.0)
    lazy = replace(graph.populations[-1], cells=replace(IF, model=own))
    with brainnet.target("numpy"):
        found = build(replace(graph, populations=(*graph.populations[:-1], lazy))).run(x)
        wanted = build(graph).run(x)
    assert found.counts["a"].tolist() == wanted.counts["a"].tolist()
    assert 0 < found.counts["b"].sum() < wanted.counts["b"].sum()


def test_delays_that_would_reach_another_sample_are_refused():
    with brainnet.target("numpy"), pytest.raises(brainnet.errors.ProjectionError, match="would reach another"):
        build(by_hand(delay=0))


@pytest.mark.parametrize("names", [("input", "b"), ("steps", "b"), ("a", "a"), ("a", "a_synapses"), ("a", "a_feed")])
def test_names_that_meet_are_refused(names):
    with pytest.raises(ConversionError, match=r"give it another one|has two populations"):
        by_hand(names)


@pytest.mark.parametrize(
    ("changed", "match"),
    [
        ({"source": "imput"}, "names 'imput', which is no population; did you mean 'input'"),
        ({"source": "b", "target": "a"}, "leads back from 'b' to 'a'"),
        ({"pre": slice(0, 1)}, r"of the shape \(2, 2\) joins 1 neurons of 'input' to 2 of 'a'"),
        ({"post": slice(1, 9)}, r"joins 2 neurons of 'input' to 1 of 'a'"),
    ],
)
def test_connections_that_lead_nowhere_are_refused(changed, match):
    graph = by_hand()
    first, *others = graph.connections
    with pytest.raises(ConversionError, match=match):
        replace(graph, connections=(replace(first, **changed), *others))


def test_a_graph_is_changed_and_compared_with_the_trained_network():
    rng = np.random.default_rng(0)
    layers = (Layer("a", rng.normal(0.3, 0.3, (6, 8)), np.zeros(8), "relu"),
              Layer("b", rng.normal(0.2, 0.3, (8, 3)), np.zeros(3), "identity"))  # fmt: skip
    trained, x = LayerGraph(layers, (6,), "net", "by hand"), rng.uniform(0, 1, (30, 6))
    graph = spiking_graph(trained, calibration=x, steps=64)
    (second,) = graph.connections
    lost = replace(graph, connections=(replace(second, connectivity=Dense(0 * second.connectivity.matrix)),))
    with brainnet.target("numpy"):
        whole, broken = build(graph), build(lost)
        good, bad = whole.run(x), broken.run(x)
    np.testing.assert_array_equal(good.counts["a"], bad.counts["a"])
    assert not bad.counts["b"].any()
    assert verify(whole, x, good)["b"].correlation > 0.99
    with pytest.warns(UserWarning, match=r"'b' is nearly silent|without a spike of the output"):
        assert np.isnan(verify(broken, x, bad)["b"].correlation)


def test_the_graph_with_every_spike():
    graph = by_hand(delay=1)
    with brainnet.target("numpy"):
        response = build(graph.recorded()).run(np.ones((1, 2)))
    assert list(response.rasters) == ["input", "a", "b"]
    assert [each.record for each in graph.populations] == ["counts", "counts", "raster"]


def test_what_is_compared_with_nothing_is_refused(identity_net):
    with brainnet.target("numpy"):
        once = convert_ttfs(identity_net, normalisation="none", window=4)
        with pytest.raises(ConversionError, match="codes values as times, and rates are compared"):
            verify(once, np.eye(2))
        with pytest.raises(ConversionError, match="does not code values as rates"):
            nir_graph(once.graph)
        with pytest.raises(DataError, match="there are no samples"):
            evaluate(once, np.zeros((0, 2)), np.zeros(0, int))
    sample, step, neuron = once.run([[0.5, 0.0]]).spikes("input")
    assert (sample.tolist(), step.tolist(), neuron.tolist()) == ([0], [2], [0])
    with brainnet.target("numpy"):
        read = from_nir(NirGraph((LIF("a", v_threshold=0.1),), (2,), "net", "by hand"), steps=3, dt=100 * ms)
        with pytest.raises(ConversionError, match="is not converted from a trained one"):
            verify(read, np.ones((1, 2)))
        with pytest.raises(DataError, match="give one label per sample"):
            evaluate(read, np.ones((2, 2)), np.zeros(1, int))


@pytest.fixture
def identity_net():
    return LayerGraph((Layer("out", np.eye(2), np.zeros(2), "identity"),), (2,), "one", "by hand")


def test_the_bias_of_what_is_fed_is_in_its_currents(tmp_path):
    """A fed variable is overwritten in each sample: its bias is that of the inputs, in the run and in the file."""
    rng = np.random.default_rng(1)
    layers = (Layer("a", rng.normal(0.3, 0.3, (4, 5)), rng.uniform(0.1, 0.4, 5), "relu"),
              Layer("b", rng.normal(0.2, 0.3, (5, 2)), rng.normal(0, 0.1, 2), "identity"))  # fmt: skip
    trained, x = LayerGraph(layers, (4,), "net", "by hand"), rng.uniform(0, 1, (20, 4))
    graph = spiking_graph(trained, calibration=x, steps=16, shift="half")
    currents, scale = graph.inputs.currents, graph.origin.scales["a"]
    bias = currents.bias("a")
    np.testing.assert_allclose(bias, layers[0].bias / scale + 0.5 / 16, rtol=1e-14)
    np.testing.assert_array_equal(bias, currents(np.zeros((1, 4)))[0])
    assert "I" not in graph.population["a"].parameters
    np.testing.assert_array_equal(nir_graph(graph).layer["a_weights"].bias, bias)
    with pytest.raises(ConversionError, match="'b' is not fed currents; "):
        currents.bias("b")
    # What is added to the bias of the layers acts in the run and in the file.
    first = graph.inputs.currents.stem.graph.layers[0]
    louder = replace(first, bias=first.bias + scale)
    stem = replace(currents.stem, graph=replace(currents.stem.graph, layers=(louder, *layers[1:])))
    changed = replace(graph, inputs=replace(graph.inputs, currents=replace(currents, stem=stem)))
    np.testing.assert_allclose(nir_graph(changed).layer["a_weights"].bias, bias + 1, rtol=1e-12)
    with brainnet.target("numpy"):
        assert (build(changed.recorded()).run(x).counts["a"] >= 16 - 1).all()
    with pytest.raises(ConversionError, match=r"'a' is fed 'I', .* would be overwritten; leave it out"):
        replace(graph, populations=(replace(graph.populations[0], parameters={"I": bias}), *graph.populations[1:]))


def test_energy_of_what_was_not_converted_is_refused(identity_net):
    with brainnet.target("numpy"):
        read = from_nir(NirGraph((LIF("a", v_threshold=0.1),), (2,), "net", "by hand"), steps=3, dt=100 * ms)
        with pytest.raises(ConversionError, match=r"'net' was not converted, .* leave energy_table out"):
            evaluate(read, np.ones((2, 2)), np.zeros(2, int), energy_table="fp32")
        assert "snn_accuracy" in evaluate(read, np.ones((2, 2)), np.zeros(2, int))
        once = convert_ttfs(identity_net, normalisation="none", window=4)
        assert evaluate(once, np.eye(2), np.arange(2), energy_table="int32").energy_ratio.attrs["table"] == "int32"


def test_another_time_step_than_that_of_the_file_is_told():
    net = NirGraph((LIF("a", tau=0.02, v_threshold=0.1),), (2,), "net", "by hand", dt=1e-3)
    with brainnet.target("numpy"):
        with pytest.warns(UserWarning, match=r"written for dt = 1. ms, and runs with dt = 0.5 ms, .* leave dt out"):
            from_nir(net, steps=50, dt=0.5 * ms)
        with warnings.catch_warnings():
            warnings.filterwarnings("error", ".*was written for dt")
            assert from_nir(net, steps=50).dt == from_nir(net, steps=50, dt=1 * ms).dt == 1 * ms


@pytest.mark.parametrize(
    ("changed", "error", "match"),
    [
        ({"steps": 0}, ParameterError, "network 'by_hand': steps = 0 is out of range; give at least 1"),
        ({"steps": 2.5}, ParameterError, "steps = 2.5 is not a whole number"),
        ({"dt": 1.0}, ParameterError, "dt has the unit none, expected s"),
        (
            {"seed": 2**31},
            ParameterError,
            "seed = 2147483648 is out of range; give a whole number",
        ),
        ({"seed": True}, ParameterError, "seed = True is out of range"),
        ({"populations": ()}, ConversionError, "has no populations; give at least one"),
        ({"inputs": None}, ConversionError, "has no inputs; give those of brainnet.spiking"),
        ({"readout": None}, ConversionError, "has no readout"),
    ],
)
def test_what_no_run_can_be_made_of_is_refused(changed, error, match):
    with pytest.raises(error, match=match):
        replace(by_hand(), **changed)


@pytest.mark.parametrize(
    ("name", "changed", "match"),
    [
        ("a", {"record": "rasters"}, "record = 'rasters' is not known; did you mean 'raster'"),
        ("a", {"label": "a b"}, "label = 'a b' is no name; give letters and digits"),
        ("a", {"cells": replace(IF, fires=False)}, "'a' never fires and is the source of a connection; let it fire"),
        ("b", {"record": "counts"}, "'b' is the output, of which record = 'counts' keeps no steps"),
    ],
)
def test_populations_that_cannot_be_are_refused(name, changed, match):
    graph = by_hand()
    with pytest.raises(ConversionError, match=match):
        replace(graph, populations=tuple(replace(p, **changed) if p.name == name else p for p in graph.populations))


def test_objects_of_another_kind_are_refused(identity_net, tmp_path):
    graph = by_hand()
    with brainnet.target("numpy"):
        for wrong, match in (
            (None, "a NoneType is no spiking graph"),
            (identity_net, "a LayerGraph is no spiking graph"),
        ):
            with pytest.raises(ConversionError, match=match):
                build(wrong)
        with pytest.raises(ConversionError, match=r"is no NIR graph; .* built by brainnet.spiking.build"):
            from_nir(graph, steps=3)
        network = build(by_hand(delay=1))
        for measured in (lambda: evaluate(graph, np.eye(2), [0, 1]), lambda: verify(None, np.eye(2))):
            with pytest.raises(ConversionError, match=r"is no spiking network; make one by brainnet.convert"):
                measured()
        with pytest.raises(ConversionError, match="spikes are a list; give the counts of a response"):
            operations(network, [1])
        with pytest.raises(ModelFileError, match="a SpikingNetwork is no spiking graph; give its graph"):
            write_nir(network, tmp_path / "net.nir")
    assert not list(tmp_path.iterdir())


def test_neurons_of_another_threshold_are_not_written_as_nir():
    rng = np.random.default_rng(0)
    trained = LayerGraph((Layer("out", rng.random((3, 2)), np.zeros(2), "relu"),), (3,), "one", "by hand")
    graph = spiking_graph(trained, normalisation="none", steps=4, readout="spikes")
    two = replace(graph.populations[-1], parameters={**graph.populations[-1].parameters, "v_th": 2.0})
    with pytest.raises(ConversionError, match="has another threshold than 1, in which its weights are written; divide"):
        nir_graph(replace(graph, populations=(*graph.populations[:-1], two)))


def test_graphs_are_printed_in_a_line(identity_net):
    graph = by_hand(delay=1)
    parts = "input (2 regular), a (2 integrate_and_fire), b (1 integrate_and_fire)"
    assert repr(graph) == str(graph) == f"<SpikingGraph by_hand: {parts}; 3 connections, 8 steps of 1. ms>"
    with brainnet.target("numpy"):
        assert repr(build(graph)) == f"<SpikingNetwork on numpy: {graph}>"
    assert repr(identity_net) == "<LayerGraph one: (2,) to out (Dense to (2,))>"
    many = LayerGraph(
        tuple(Layer(f"l{k}", np.eye(2), np.zeros(2), "relu") for k in range(40)), (2,), "deep", "by hand"
    )  # fmt: skip
    assert len(repr(many)) < 300
    assert repr(many).endswith("and 32 more>")
    assert len(repr(spiking_graph(many, normalisation="none", steps=2))) < 400
