"""What is read of Brian2 networks, against the networks themselves."""

import numpy as np
import pytest
from brian2 import (
    Network,
    NeuronGroup,
    PoissonGroup,
    PoissonInput,
    SpikeMonitor,
    Synapses,
    collect,
    ms,
    mV,
    nS,
    start_scope,
)
from brian2.units import Hz
from scipy import sparse

import brainnet
from brainnet.convert import convert
from brainnet.errors import ParameterError
from brainnet.projections import (
    AveragePool,
    Conv2d,
    Copies,
    Dense,
    MaxGate,
    Projection,
    QuantisedDense,
    SparseRows,
    Windows,
)
from brainnet.view import scene


def arrow(seen, name):
    (found,) = [each for each in seen.arrows if each.name == name]
    return found


def population(seen, name):
    (found,) = [each for each in seen.populations if each.name == name]
    return found


def test_synapses_are_those_of_the_network(network):
    made = network()
    seen = scene(made)
    stdp, read = made["stdp"], arrow(seen, "stdp")
    assert (read.source, read.target, read.pairs, read.plastic) == ("source", "exc", (16, 12), True)
    rows, columns, values = read.weights.entries
    np.testing.assert_array_equal(rows, stdp.i[:])
    np.testing.assert_array_equal(columns, stdp.j[:])
    assert read.weights.unit == "mV"
    np.testing.assert_allclose(values, stdp.w[:] / mV, rtol=1e-12)
    np.testing.assert_allclose(read.delay, stdp.pre.delay[:] / ms, rtol=1e-12)
    np.testing.assert_array_equal(read.weights.degrees[0], stdp.N_outgoing_pre)
    np.testing.assert_array_equal(read.weights.degrees[1], stdp.N_incoming_post)


def test_parts_of_groups_lead_to_their_groups_and_double_synapses_are_told(network):
    read = arrow(scene(network()), "loop")
    assert (read.source, read.target, read.pairs, read.plastic) == ("exc", "exc", (6, 8), False)
    assert read.facts == {"source is a part": "2 to 7 of exc", "target is a part": "4 to 11 of exc"}
    assert [note[:2] for note in read.notes] == ["Th", "1 "]  # no weight of its own; one pair joined twice
    assert read.weights.number == 3
    assert read.delay.tolist() == [1.5]


def test_spikes_are_those_of_the_monitors(network):
    made = network()
    read = population(scene(made), "exc")
    assert len(made["spikes"].i) > 0
    np.testing.assert_array_equal(read.raster.neuron, made["spikes"].i[:])
    np.testing.assert_allclose(read.raster.time, made["spikes"].t[:] / ms)
    assert (read.raster.neurons, read.raster.duration, read.raster.unit) == (12, 50.0, "ms")
    assert "threshold: v > 5*mV" in read.text
    assert population(scene(made), "source").raster is None


def test_a_scene_does_not_change_with_the_network(network):
    made = network(run=False)
    before = scene(made)
    kept = arrow(before, "stdp").weights.values.copy()
    made.run(50 * ms)
    assert not np.allclose(made["stdp"].w[:] / mV, kept)
    np.testing.assert_array_equal(arrow(before, "stdp").weights.values, kept)


def test_what_collect_gives_is_seen():
    start_scope()
    group = NeuronGroup(3, "v : 1", threshold="v > 1", name="neurons")
    joined = Synapses(group, group, "g : siemens", name="joined")
    joined.connect(j="i")
    joined.g = [1, 2, 3] * nS
    driven = PoissonInput(group, "v", 5, 10 * Hz, 0.5)
    seen = scene(collect())
    read = arrow(seen, "joined")
    assert (read.weights.values.tolist(), read.weights.unit, read.weights.called) == ([1.0, 2.0, 3.0], "nS", "g")
    read = arrow(seen, driven.name)
    assert (read.target, read.pairs, read.facts["rate"]) == ("neurons", (5, 3), str(10 * Hz))


def test_synapses_that_are_not_connected_are_told():
    group = NeuronGroup(3, "v : 1", threshold="v > 1", name="neurons")
    seen = scene(Network(group, Synapses(group, group, "w : 1", name="never")))
    assert arrow(seen, "never").weights is None
    assert "connect() was not called" in arrow(seen, "never").notes[0]


def test_plastic_projections_have_the_weights_of_now():
    rng = np.random.default_rng(1)
    with brainnet.target("numpy"):
        pre, post = PoissonGroup(9, 200 * Hz, name="pre"), brainnet.models.lif.group(4, name="post")
        learned = brainnet.models.pair_stdp.connect(
            pre, post, rng.uniform(0, 5, (9, 4)) * mV, w_max=10 * mV, name="learned", delay=2 * ms, path="projection"
        )
        made = Network(pre, post, learned)
        start = np.array(learned.weights / mV)
        made.run(100 * ms)
        read = arrow(scene(made), "learned")
        assert (read.plastic, read.delay.tolist(), read.weights.unit) == (True, [2.0], "mV")
        np.testing.assert_allclose(read.weights.matrix, learned.weights / mV, rtol=1e-12)
        assert not np.allclose(read.weights.matrix, start)


def joined(connectivity, **options):
    n_pre, n_post = connectivity.shape
    equations = "v : 1" if connectivity.dim.is_dimensionless else "v : volt"
    pre = NeuronGroup(n_pre, "x : 1", threshold="x > 1", name="pre")
    post = NeuronGroup(n_post, equations, name="post")
    made = Projection(pre, post, connectivity, name="p", **options)
    return arrow(scene(Network(pre, post, made)), "p"), made


KERNEL = np.arange(2 * 1 * 3 * 3, dtype=float).reshape(2, 1, 3, 3) - 4


@pytest.mark.parametrize(
    ("connectivity", "weights", "unit"),
    [
        (Dense(np.array([[1.0, 0.0, -3.0]]) * mV), [1, 0, -3], "mV"),
        (SparseRows(sparse.csr_matrix([[0, 2.0], [0.0, 0]]), mV), [2], "mV"),
        (QuantisedDense(np.array([[1, -2]], np.int8), 0.5), [0.5, -1], ""),
        (Copies(Dense([[1.0, 2.0]]), 3), [1, 2], ""),
    ],
    ids=lambda each: type(each).__name__,
)
def test_projections_show_their_connectivity(connectivity, weights, unit):
    read, made = joined(connectivity, delay=3 * ms)
    assert read.weights.values.tolist() == pytest.approx(weights)
    assert (read.weights.unit, read.delay.tolist(), read.plastic) == (unit, [3.0], False)
    assert read.pairs == made.connectivity.shape


def test_convolutions_show_their_kernels():
    read, made = joined(Conv2d(KERNEL, (1, 5, 5), padding=1))
    assert read.weights.synapses == made.connectivity.fan_out.sum()
    assert read.weights.number == 18
    np.testing.assert_array_equal(read.weights.kernel, KERNEL)
    np.testing.assert_array_equal(read.weights.matrix[:, 1], KERNEL[1].ravel())
    read, _ = joined(AveragePool(2, (1, 4, 4)))
    assert (read.weights, read.facts["weight"]) == (None, "0.25")
    pre, post = NeuronGroup(16, "x : 1", threshold="x > 1"), NeuronGroup(4, "v : 1")
    gate = MaxGate(pre, post, Windows(2, (1, 4, 4)))
    assert scene(Network(pre, post, gate)).arrows[0].kind == "max gate"


@pytest.mark.parametrize("coding", ["constant", "poisson"])
def test_converted_networks_have_their_input_and_shapes(graph, samples, coding):
    trained = graph(16, 6, 3)
    with brainnet.target("numpy"):
        spiking = convert(trained, calibration=samples(20, 16), steps=10, coding=coding)
        seen = scene(spiking)
    assert {(each.source, each.target) for each in seen.arrows} == {("input", "dense_0"), ("dense_0", "dense_1")}
    assert population(seen, "input").shape == (4, 4)
    if coding == "constant":
        first = arrow(seen, "dense_0_current")
        np.testing.assert_array_equal(first.weights.matrix, trained.layers[0].weights)
    second = arrow(seen, "dense_1_synapses")
    (made,) = [each for each in spiking.projections if each.name == "dense_1_synapses"]
    np.testing.assert_array_equal(second.weights.matrix, made.connectivity.matrix)


def test_a_program_is_seen_before_and_after_it_runs(compiler):
    with brainnet.target("cpp"):
        group = NeuronGroup(4, "dv/dt = 100*Hz : 1", threshold="v > 1", reset="v = 0", name="neurons")
        synapses = Synapses(group, group, "w : 1", on_pre="w += 1", name="counted")
        synapses.connect(j="i")
        made = Network(group, synapses, SpikeMonitor(group, name="spikes"))
        assert "C++ program" in arrow(scene(made), "counted").notes[0]
        program = brainnet.build(made, 35 * ms)
        assert "C++ program" in arrow(scene(program), "counted").notes[0]
        program.run()
        seen = scene(program)
        assert arrow(seen, "counted").weights.values.tolist() == [3.0] * 4
        assert len(population(seen, "neurons").raster.time) == 12


def test_shapes_are_given_or_guessed_for_sources_only(network):
    made = network(run=False)
    seen = scene(made)
    assert (population(seen, "source").shape, population(seen, "source").guessed) == ((4, 4), True)
    assert "source is drawn as an image of 4 × 4, a guess" in seen.notes[0]
    assert population(seen, "exc").shape is None
    seen = scene(made, shapes={"source": (2, 8), "exc": (3, 4)})
    assert (population(seen, "source").shape, population(seen, "exc").shape, seen.notes) == ((2, 8), (3, 4), ())


@pytest.mark.parametrize(
    ("shapes", "message"),
    [
        ({"sorce": (4, 4)}, "shapes names 'sorce', which is no population; did you mean 'source'?"),
        ({"source": (4, 5)}, r"source has 16 neurons, and shapes gives \(4, 5\); give as many"),
        ({"source": 16}, r"shapes\['source'\] = 16 is no image; give e.g. \(28, 28\)"),
        ({"source": (4.0, 4.0)}, "is no image"),
    ],
)
def test_shapes_that_do_not_fit_are_refused(network, shapes, message):
    with pytest.raises(ParameterError, match=message):
        scene(network(run=False), shapes=shapes)


@pytest.mark.parametrize("what", [Network(), []], ids=["network", "list"])
def test_nothing_to_see_is_refused(what):
    with pytest.raises(ParameterError, match=r"view: (there is no group of neurons|a list cannot be seen)"):
        scene(what)
