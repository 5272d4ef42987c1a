"""Short-term plasticity against spike-by-spike maps, closed forms and single synapses, on numpy and C++."""

import numpy as np
import pytest
import short_term
from brian2 import Network, NeuronGroup, SpikeGeneratorGroup, StateMonitor, Synapses, ms, mV
from scipy import sparse

import brainnet
from brainnet import SynapseModel, models
from brainnet.connectivity import AllToAll, Uniform
from brainnet.projections import Dense, PlasticProjection, Release, ReleasedProjection

VALUES = {"depressing": {"U": 0.4, "tau_rec": 130}, "facilitating": {"U": 0.15, "tau_rec": 90, "tau_fac": 310}}
# Unequal trains: irregular, regular, and a burst shorter than the delay.
TRAINS = [
    np.flatnonzero(np.random.default_rng(5).random(400) < 0.05).astype(float),
    np.arange(5.0, 400, 40),
    np.array([10.0, 11, 12, 13, 200, 201, 330]),
]
DELAY = 3.0


def simulate(target):
    """Increments of the driven variable at each arrival, by kind, path and train; one network holds all."""
    with brainnet.target(target):
        neuron = np.repeat(np.arange(3), [len(t) for t in TRAINS])
        pre = SpikeGeneratorGroup(3, neuron, np.concatenate(TRAINS) * ms)
        objects, found = [pre], {}
        for kind, values in VALUES.items():
            times = {key: value * ms if key != "U" else value for key, value in values.items()}
            for path in ("auto", "synapses"):
                post = NeuronGroup(3, "v : volt", threshold="v > 1*volt", reset="")
                made = models.tsodyks_markram.connect(
                    pre, post, (np.diag([1.0, 2.0, -3.0]), mV), mask=np.eye(3, dtype=bool), delay=DELAY * ms, kind=kind,
                    path=path, **times,
                )  # fmt: skip
                assert isinstance(made, ReleasedProjection if path == "auto" else Synapses)
                course = StateMonitor(post, "v", record=True, when="end")
                objects += [post, made, course]
                found[kind, path] = course
        brainnet.build(Network(*objects), 420 * ms).run()
        return {key: np.diff(np.array(course.v), prepend=0.0) / 1e-3 for key, course in found.items()}


@pytest.mark.parametrize("target", ["numpy", "cpp"])
def test_each_spike_releases_what_the_papers_say(target):
    found = simulate(target)
    for kind, values in VALUES.items():
        assert np.array_equal(found[kind, "auto"], found[kind, "synapses"]), "once a neuron, to the last bit"
        for train, (times, weight) in enumerate(zip(TRAINS, (1.0, 2.0, -3.0), strict=True)):
            steps = np.flatnonzero(found[kind, "auto"][train])
            assert steps.tolist() == [round(10 * (t + DELAY)) for t in times]
            expected = weight * np.array(short_term.releases(times, **values))
            assert found[kind, "auto"][train][steps] == pytest.approx(expected, rel=1e-9), (kind, train)


def test_the_reference_tends_to_the_closed_forms():
    for interval in (5.0, 40.0, 400.0):
        e = np.exp(-interval / 130)
        depressed = short_term.releases(np.arange(300) * interval, 0.4, 130)[-1]
        assert depressed == pytest.approx(0.4 * (1 - e) / (1 - 0.6 * e), rel=1e-9)
        e, f = np.exp(-interval / 90), np.exp(-interval / 310)
        u = 0.15 / (1 - 0.85 * f)
        facilitated = short_term.releases(np.arange(300) * interval, 0.15, 90, 310)
        assert facilitated[-1] == pytest.approx(u * (1 - e) / (1 - (1 - u) * e), rel=1e-9)
    # Tsodyks & Markram 1997: at high rates a spike releases 1/(rate tau_rec): the mean input is the same at any rate.
    for interval in (1.0, 0.5):
        assert short_term.releases(np.arange(5000) * interval, 0.67, 450)[-1] * 450 / interval == pytest.approx(
            1, abs=interval / 450 / 0.67
        )
    assert facilitated[1] > facilitated[0], "facilitation before depression"


def test_what_differs_between_synapses_of_a_neuron_is_kept_in_them():
    pre, post = (NeuronGroup(2, "v : volt", threshold="v > 1*volt", reset="") for _ in "ab")
    weights = np.ones((2, 2)) * mV
    plain = models.tsodyks_markram
    assert isinstance(plain.connect(pre, post, weights), ReleasedProjection)
    for changed in (
        {"initial": {"x": "rand()"}},
        {"on_post": "x = 1"},
        {"variants": {}, "on_pre": "r = x*w/(1*mV)\n{onto}_post += w*r", "parameters": plain.resolved_parameters()},
        {"variants": {}, "on_pre": "{onto}_post += w*r\nx *= 0.5", "parameters": plain.resolved_parameters()},
    ):
        model = type(plain)(**{**vars(plain), **changed})
        with pytest.raises(brainnet.BrainnetError, match="path='synapses'"):
            model.connect(pre, post, weights, path="projection")
    changed = {
        "variants": {},
        "on_pre": "x *= 0.5\n{onto}_post += w*r",
        "parameters": plain.resolved_parameters(),
        "equations": "w : {unit}\nr = 2*x : 1\nx : 1",
    }
    kept = type(plain)(**{**vars(plain), **changed}).connect(pre, post, weights, path="projection")
    assert isinstance(kept, PlasticProjection)
    assert len(kept.x[:]) == 4  # one for each synapse
    declared = AllToAll(weights=1 * mV, delays=Uniform(1 * ms, 2 * ms))
    assert isinstance(plain.connect(pre, post, declared, path="projection"), ReleasedProjection)


@pytest.mark.parametrize("path", ["auto", "synapses"])
def test_what_each_synapse_does_to_the_presynaptic_neuron_is_done_by_each(path):
    with brainnet.target("numpy"):
        pre = NeuronGroup(1, "v : 1\nc : 1", threshold="v > 0.5", reset="v = 0")
        pre.v = 1
        post = NeuronGroup(3, "v : 1")
        counting = SynapseModel(
            "counting", equations="w : {unit}\nr : 1", on_pre="c_pre += 1\nr = 2\n{onto}_post += w*r"
        )
        Network(pre, post, counting.connect(pre, post, sparse.csr_matrix(np.ones((1, 3))), path=path)).run(0.3 * ms)
        assert pre.c[0] == 3
        assert list(post.v[:]) == [2, 2, 2]


def test_the_release_acts_in_the_slot_of_the_projection():
    pre, post = (NeuronGroup(2, "v : 1", threshold="v > 1", reset="") for _ in "ab")
    release = Release("r : 1", "r += 1", "r", "exact", {}, {})
    made = ReleasedProjection(pre, post, Dense(np.ones((2, 2))), release=release, when="end", order=3)
    assert (made.release.pre.when, made.release.pre.order) == ("end", 2)


def test_a_stored_network_goes_on_where_it_was():
    pre = SpikeGeneratorGroup(1, [0, 0, 0], [5, 20, 31] * ms)
    post = NeuronGroup(1, "v : volt")
    made = models.tsodyks_markram.connect(pre, post, np.ones((1, 1)) * mV, delay=2 * ms)
    network = Network(pre, post, made)
    network.store()
    network.run(30 * ms)
    network.store("half")
    network.run(10 * ms)
    whole = float(post.v[0])
    network.restore("half")
    network.run(10 * ms)
    assert float(post.v[0]) == whole
    assert whole == pytest.approx(1e-3 * sum(short_term.releases([5, 20, 31], 0.67, 450)), rel=1e-9)
    network.restore()
    assert made.release.x[0] == 1
