"""A spiking graph by hand: it runs as its parts say, can be changed, and refuses what cannot be built."""

from dataclasses import replace

import numpy as np
import pytest
from brian2 import Hz, ms

import brainnet
from brainnet.ann import Dense as Layer
from brainnet.ann import LayerGraph
from brainnet.convert import convert_ttfs, spiking_graph
from brainnet.errors import ConversionError, DataError
from brainnet.measure import evaluate, operations, verify
from brainnet.projections import Dense
from brainnet.spiking import Cells, Connection, NirGraph, Population, SpikingGraph, build, from_nir, nir_graph
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
