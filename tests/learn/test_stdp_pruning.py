"""A network that is pruned and quantised while it learns."""

from dataclasses import replace

import numpy as np
import pytest
from brian2 import ms

import brainnet
from brainnet.errors import ParameterError
from brainnet.learn.stdp.brian import StdpNetwork
from brainnet.learn.stdp.pruning import (
    Compression,
    Compressor,
    check_compression,
    count_cost,
    keep,
    quantise,
    share_left,
)
from brainnet.learn.stdp.settings import make_settings
from brainnet.learn.stdp.training import first_state
from brainnet.projections import Answers

PLAN = Compression("threshold", 0.25, 4, 10, 0.2, 0.6)


def test_the_share_falls_to_what_was_asked_and_stays():
    shares = [share_left(PLAN, images, 100) for images in range(0, 101, 10)]
    assert shares[:3] == [1] * 3
    assert shares[6:] == [0.25] * 5
    assert (np.diff(shares[2:7]) < 0).all()
    with pytest.raises(ParameterError, match=r"prunes every synapse of a neuron with 784 inputs; give at least 0.0013"):
        check_compression(replace(PLAN, connectivity=1e-4), 784, 100)
    with pytest.raises(ParameterError, match=r"interval = 70 is too long: .* images 20 to 60, .* shorter interval"):
        check_compression(replace(PLAN, interval=70), 784, 100)
    with pytest.raises(ParameterError, match=r"pruned_from = 0.7 comes after pruned_by = 0.6"):
        check_compression(replace(PLAN, pruned_from=0.7), 784, 100)


def test_each_neuron_loses_its_lowest_for_good():
    random = np.random.default_rng(0)
    scores = random.random((20, 5))
    kept = keep(np.ones((20, 5), bool), scores, 0.5)
    assert (kept.sum(axis=0) == 10).all()
    for left, score in zip(kept.T, scores.T, strict=True):
        assert score[left].min() > score[~left].max()
    again = keep(kept, random.random((20, 5)), 0.25)
    assert (again.sum(axis=0) == 5).all()
    assert not (again & ~kept).any(), "none comes back"
    assert (keep(kept, scores, 0.9) == kept).all()
    assert (keep(kept, scores, 0.001).sum(axis=0) == 1).all(), "a neuron keeps one"


def test_levels():
    random = np.random.default_rng(0)
    weights, kept = random.random((30, 4)), random.random((30, 4)) < 0.5
    for levels in (2, 16):
        rounded = quantise(weights, kept, levels)
        assert (rounded[~kept] == 0).all()
        found = np.unique(rounded[kept])
        assert len(found) <= levels
        step = weights[kept].max() / (levels - 1)
        assert np.abs(rounded - weights)[kept].max() <= step / 2 + 1e-12
        np.testing.assert_allclose(found / step, np.rint(found / step))


def test_each_criterion_takes_what_it_says():
    """Weights, activity and chance point to different synapses, and nothing else differs."""
    weights = np.tile([[0.4], [0.3], [0.2], [0.1]], 2)
    images, counts = np.array([[0.0, 0.0, 1.0, 1.0], [0.0, 1.0, 1.0, 0.5]]), np.array([[3, 1], [0, 2]])
    answers, found = Answers(counts, np.ones(2), counts.sum(axis=1)), {}
    for criterion in ("threshold", "activity", "random"):
        compressor = Compressor(Compression(criterion, 0.5, 16, 2, 0.0, 0.5), 4, 3, 2.0)
        state = compressor(compressor.first({"weights": weights}), answers, images, 2)
        assert (state["kept"].sum(axis=0) == 2).all()
        assert state["course"].tolist()[0][:2] == [2, 0.5]
        np.testing.assert_allclose(state["total"], 1.6, err_msg="0.8 for each of two")
        found[criterion] = state["kept"].T.tolist()
    assert found["threshold"] == [[True, True, False, False]] * 2
    # Of pixel times spikes: 0, 0, 3, 3 for the first neuron, 0, 2, 3, 2 for the second, the earlier of two first.
    assert found["activity"] == [[False, False, True, True], [False, True, True, False]]
    assert found["random"] not in (found["threshold"], found["activity"])


def test_events_are_those_of_synapses_that_are_there():
    images = np.array([[1.0, 0.5], [0.0, 1.0]])
    kept = np.array([[True, False, True], [False, False, True]])
    # Once at intensity 2; at 2 and 3.
    assert count_cost(images, np.array([1, 2]), kept, 2.0) == 2 * 1.0 * 2 + 2 * 0.5 * 1 + 5 * 1.0 * 1
    assert count_cost(images, np.array([1, 2]), np.ones((2, 3), bool), 2.0) == 3 * (2 * 1.5 + 5)


@pytest.mark.parametrize("target", ["numpy", "cpp"])
def test_the_network_learns_with_what_is_left(target, request):
    """What is gone stays 0 and has no part; without it is as if all its inputs were dark."""
    if target == "cpp":
        request.getfixturevalue("compiler")
    images = np.random.default_rng(0).random((3, 20))
    settings = make_settings(neurons=5, rule="power_law", intensity=16.0, shown=100 * ms, rest=10 * ms,
                             mean_weight=0.3, attempts=1)  # fmt: skip
    first = first_state(20, 5, 1)
    half = np.arange(20) < 10
    kept = np.broadcast_to(half[:, None], (20, 5)).copy()
    total = np.linspace(4, 8, 5)
    with brainnet.target(target):
        network = StdpNetwork(settings, 20, 3, prunable=True)
        pruned, answers = network.learn(images, {**first, "kept": kept, "total": total}, phase=0)
        dark, same = network.learn(
            images * half, {**first, "weights": first["weights"] * kept, "kept": kept, "total": total}, phase=0
        )
        every, other = network.learn(images, {**first, "kept": kept | True, "total": total}, phase=0)
    assert answers.spikes.sum() > 0
    assert (pruned["weights"][~kept] == 0).all()
    np.testing.assert_allclose(pruned["weights"].sum(axis=0), total, rtol=0.1)
    np.testing.assert_array_equal(pruned["weights"], dark["weights"])
    np.testing.assert_array_equal(answers.counts, same.counts)
    assert (every["weights"] > 0).sum() > (pruned["weights"] > 0).sum()
    assert (other.counts != answers.counts).any()
