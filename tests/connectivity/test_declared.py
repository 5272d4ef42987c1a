"""`SynapseModel.connect`, `Projection` and Brian2's own `Synapses` take what is declared: weights, unit, delays."""

import numpy as np
import pytest
from brian2 import Network, NeuronGroup, SpikeGeneratorGroup, Synapses, ms, mV, nS

import brainnet
from brainnet import Projection, models
from brainnet.connectivity import Clipped, FixedInDegree, FixedProbability, Normal, Uniform

WEIGHTS = Normal(1 * mV, 0.2 * mV)
LATE = Uniform(0.5 * ms, 2 * ms)


def groups():
    times = np.arange(60) // 20
    pre = SpikeGeneratorGroup(60, np.arange(60), times * ms)
    return pre, NeuronGroup(40, "v : volt\ng : siemens", threshold="v > 1*volt", reset="")


def by_hand(drawn, pre, post):
    """As a user of Brian2 alone connects what was drawn."""
    synapses = Synapses(pre, post, "w : volt", on_pre="v_post += w")
    synapses.connect(i=drawn.i, j=drawn.j)
    synapses.w = drawn.weights
    synapses.delay = drawn.delays
    return synapses


@pytest.mark.parametrize("target", ["numpy", "cpp"])
@pytest.mark.parametrize("delays", [1 * ms, LATE], ids=["one", "each"])
def test_all_ways_drive_alike(target, delays):
    declared = FixedInDegree(12, weights=WEIGHTS, delays=delays, seed=3)
    results = []
    with brainnet.target(target):
        ways, objects = [], []
        for make in (
            lambda pre, post: models.static_synapse.connect(pre, post, declared),
            lambda pre, post: models.static_synapse.connect(pre, post, declared.draw(60, 40), path="synapses"),
            lambda pre, post: by_hand(declared.draw(pre, post), pre, post),
        ):
            pre, post = groups()
            objects += [pre, post, make(pre, post)]
            ways.append(post)
        assert isinstance(objects[2], Projection)
        brainnet.build(Network(*objects), 3 * ms).run()
        results = [np.array(post.v[:]) for post in ways]
    assert len(np.unique(results[0])) == 40
    assert np.array_equal(results[0], results[1])
    assert np.array_equal(results[0], results[2])
    # After 3 ms only what has arrived counts: with 1 ms of delay, the spikes at 0 and 1 ms of 40 neurons.
    if delays is not LATE:
        drawn = declared.draw(60, 40)
        arrived = np.where(drawn.i < 40, np.asarray(drawn.weights), 0.0)
        assert results[0] == pytest.approx(np.bincount(drawn.j, arrived, minlength=40), rel=1e-12)


def test_a_projection_takes_it():
    pre, post = groups()
    made = Projection(pre, post, FixedProbability(0.2, weights=2 * mV, delays=1 * ms, seed=1))
    assert made.delay == 1 * ms
    assert set(made.connectivity.unroll().data) == {2e-3}
    assert Projection(pre, post, FixedProbability(0.2, weights=2 * mV), delay=2 * ms).delay == 2 * ms
    late = FixedProbability(0.2, weights=2 * mV, delays=LATE).draw(pre, post)
    assert np.array_equal(Projection(pre, post, late).delay, late.delays)


def test_a_rule_that_learns_takes_it():
    pre, post = groups()
    declared = FixedProbability(0.2, weights=Clipped(Normal(0.5 * nS, 0.2 * nS), 0 * nS, 1 * nS), delays=LATE, seed=1)
    drawn = declared.draw(pre, post)
    for site in ("axonal", "dendritic"):
        learned = models.pair_stdp.connect(pre, post, drawn, onto="g", w_max=1 * nS, delay_site=site, path="synapses")
        assert np.array_equal(learned.i, drawn.i)
        assert np.array_equal(learned.w, drawn.weights)
        late = {"axonal": ["pre"], "dendritic": ["transmit", "post", "post_trace"]}[site]
        for name in ("pre", "transmit", "post", "post_trace"):
            if hasattr(learned, name):
                delays = np.asarray(getattr(learned, name).delay)
                assert np.array_equal(delays, drawn.delays if name in late else 0 * delays), (site, name)


BAD = {
    "unit": (lambda pre, post: connect(pre, post, FixedProbability(0.2, weights=2.0)), "unit of the driven variable"),
    "weights": (lambda pre, post: connect(pre, post, FixedProbability(0.2)), "no weights are declared"),
    "delays": (
        lambda pre, post: connect(pre, post, FixedProbability(0.2, weights=WEIGHTS, delays=1 * ms), delay=1 * ms),
        "leave one out",
    ),
    "step": (
        lambda pre, post: connect(pre, post, FixedProbability(0.2, weights=WEIGHTS, delays=Normal(1 * ms, 1 * ms))),
        "below one time step, 100",
    ),
    "sizes": (lambda pre, post: connect(pre, post, FixedProbability(0.2, weights=WEIGHTS).draw(9, 9)), "draw them for"),
    "mask": (lambda pre, post: connect(pre, post, FixedProbability(0.2, weights=WEIGHTS), mask=True), "leave mask out"),
    "none": (lambda pre, post: connect(pre, post, FixedProbability(0.0, weights=WEIGHTS)), "nothing is joined"),
    "group": (lambda pre, post: connect(pre, 3, FixedProbability(0.5, weights=WEIGHTS)), "is no group"),
}


def connect(pre, post, weights, **options):
    return models.static_synapse.connect(pre, post, weights, **options)


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_refused_with_a_remedy(case):
    make, remedy = BAD[case]
    with pytest.raises(brainnet.BrainnetError, match=remedy):
        make(*groups())
