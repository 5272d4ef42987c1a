"""What a user of Brian2 does without thinking: plain `run()`, `collect`, `store` and `restore`, on every target."""

import logging

import numpy as np
import pytest
from brian2 import (
    Network,
    NeuronGroup,
    SpikeGeneratorGroup,
    SpikeMonitor,
    StateMonitor,
    collect,
    ms,
    restore,
    run,
    start_scope,
    store,
)

import brainnet
from brainnet import models
from brainnet.brian import BrianObject
from brainnet.projections import BernoulliInput, MaxGate, PlasticProjection, PoissonDrive, Projection, Trials, Windows

WEIGHTS = np.array([[0.6, 0.3], [0.6, 0.9]])


def chain(path="auto", delay=None):
    start_scope()
    source = SpikeGeneratorGroup(2, [0, 1, 0, 1], [1, 2, 5, 9] * ms)
    cells = NeuronGroup(2, "dv/dt = -v/(20*ms) : 1", threshold="v > 1", reset="v = 0", method="exact")
    return source, cells, models.static_synapse.connect(source, cells, WEIGHTS, path=path, delay=delay)


def learning(path="auto", **more):
    start_scope()
    source = SpikeGeneratorGroup(2, [0, 1, 0, 1, 0], [1, 2, 5, 9, 14] * ms)
    cells = NeuronGroup(2, "dv/dt = -v/(20*ms) : 1", threshold="v > 1", reset="v = 0", method="exact")
    return source, cells, models.pair_stdp.connect(source, cells, WEIGHTS, path=path, w_max=2.0, **more)


@pytest.mark.parametrize("make", [chain, learning])
def test_a_plain_run_takes_projections(target_name, make):
    with brainnet.target(target_name):
        source, cells, synapses = make()  # noqa: RUF059, what a plain run finds in this frame
        spikes = SpikeMonitor(cells)
        run(20 * ms)
        found = np.array(spikes.t / ms), np.array(spikes.i)
        weights = np.array(synapses.w[:]) if make is learning else None
    assert isinstance(synapses, Projection if make is chain else PlasticProjection)
    objects = make(path="synapses")
    spikes = SpikeMonitor(objects[1])
    Network(*objects, spikes).run(20 * ms)
    assert len(found[0]) > 1
    np.testing.assert_array_equal(found, (np.array(spikes.t / ms), np.array(spikes.i)))
    if make is learning:
        assert (weights != WEIGHTS.ravel()).any()
        np.testing.assert_allclose(weights, objects[2].w[:], rtol=1e-12)


def test_collect_finds_them():
    source, cells, synapses = chain()
    _, _, plastic = learning()
    assert plastic in collect()
    assert synapses not in collect()  # `start_scope` was called since
    source, cells, synapses = chain()
    network = Network(collect())
    assert {source, cells, synapses} <= set(network.objects)


def test_what_a_function_or_a_list_hides_is_told(caplog):
    def build():
        return chain()[:2]

    with caplog.at_level(logging.WARNING, "brian2"):
        source, cells = build()  # noqa: RUF059
        spikes = SpikeMonitor(cells)
        run(20 * ms)
    assert not len(spikes.t)
    assert "getting deleted, but was never included in a network" in caplog.text


@pytest.mark.parametrize("make", [chain, learning])
@pytest.mark.parametrize("path", ["auto", "synapses"])
def test_store_and_restore(make, path):
    more = {"delay": 3 * ms}
    source, cells, synapses = make(path=path, **more)  # noqa: RUF059
    spikes = SpikeMonitor(cells)
    run(6 * ms)  # spikes are on their way
    store()
    run(10 * ms)
    after = np.array(spikes.t / ms), np.array(cells.v[:])
    restore()
    run(10 * ms)
    np.testing.assert_array_equal(spikes.t / ms, after[0])
    np.testing.assert_array_equal(cells.v[:], after[1])
    assert len(spikes.t)


def test_store_and_restore_of_gates_and_random_input():
    start_scope()
    source = BernoulliInput(np.full(4, 0.5), seed=3)
    cells = NeuronGroup(1, "v : 1")
    gate = MaxGate(source, cells, Windows(2, (1, 2, 2)))
    trace = StateMonitor(cells, "v", record=True)
    run(2 * ms)
    store()
    run(3 * ms)
    wanted, count = np.array(trace.v), np.array(gate.variables["count"].get_value())
    restore()
    run(3 * ms)
    np.testing.assert_array_equal(trace.v, wanted)
    np.testing.assert_array_equal(gate.variables["count"].get_value(), count)
    assert count.sum() > 5


def test_normalisation_takes_part():
    source, cells, synapses = learning()  # noqa: RUF059
    synapses.normalise(0.5, 5 * ms)
    run(5 * ms)
    run(5 * ms)
    np.testing.assert_allclose(synapses.weights.sum(axis=0), 0.5, atol=0.1)


def test_summed_input_and_short_term_plasticity_take_part():
    start_scope()
    source = BernoulliInput(np.full(4, 0.5), seed=3)
    cells = NeuronGroup(2, "v : 1\nu : 1")
    drive = PoissonDrive(cells, "u", 100, 1 / (10 * ms), 1.0)
    released = models.tsodyks_markram.connect(source, cells, np.ones((4, 2)), onto="v")
    run(5 * ms)
    assert type(released).__name__ == "ReleasedProjection"
    assert (np.array(cells.v) > 0).all()
    # 100 sources of 0.1 spikes per ms bring 50 in 5 ms: Poisson, four standard deviations
    assert np.abs(np.array(cells.u) - 50).max() < 4 * np.sqrt(50)
    assert drive.n_sources == 100


def test_trials_are_not_left_out(target_name):
    with brainnet.target(target_name):
        start_scope()
        source = BernoulliInput(np.full(4, 0.5), seed=3)
        cells = NeuronGroup(2, "v : 1\nlearns : 1 (shared)", threshold="v > 1", reset="v = 0")
        synapses = models.static_synapse.connect(source, cells, np.ones((4, 2)))  # noqa: F841
        trials = Trials(source, cells, (cells, "learns"), restart={})  # noqa: F841
        with pytest.raises(brainnet.BrainnetError, match=r"call trials.build\(\*objects\), then show"):
            run(5 * ms)


CHECKED = {"CheckedNeurons", "CheckedSynapses"}  # what declared models make of Brian2's own


def test_every_object_of_ours_belongs_to_a_network_or_to_a_part_of_one():
    """A new class of Brian2 objects has to say where it belongs, or a plain `run()` leaves it out."""
    import brainnet.declare.past
    import brainnet.projections.presented
    import brainnet.values.checked  # noqa: F401

    def below(cls):
        return {cls, *(each for sub in cls.__subclasses__() for each in below(sub))}

    ours = {cls for cls in below(BrianObject) if cls.__module__.startswith("brainnet")}
    alone = {cls.__name__ for cls in ours if cls.add_to_magic_network} - {"_Keeper"}  # Brian2's runners are both
    # Contained in a group, a projection or a presentation, which bring them along.
    parts = {"Runner", "_Draw", "PathwayRunner", "Normaliser", "Feed", "Restart", "Record", "_Keeper", "CheckedPart"}
    parts |= {"Cleaner", "_Drive"}
    assert alone | parts == {cls.__name__ for cls in ours}
    assert not alone & parts
    assert alone == {
        "Projection", "ReleasedProjection", "PlasticProjection", "BernoulliInput", "PoissonDrive", "MaxGate", "Trials",
        "Delivery", *CHECKED,
    }  # fmt: skip


def test_plain_run_builds_one_program():
    with brainnet.target("cpp"):
        objects = chain()
        source, cells, synapses = objects  # noqa: RUF059
        run(5 * ms)
        with pytest.raises(brainnet.BrainnetError, match="a C\\+\\+ program has one run"):
            run(5 * ms)
