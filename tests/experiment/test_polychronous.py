"""Polychronous groups: a known one in a network made by hand, and all of random networks as the definition has them."""

import numpy as np
import pytest

import brainnet
from brainnet.experiment import find_groups
from tests.reference import polychronous


def braid(layers):
    """Three neurons of each layer reach all three of the next, with delays by which these fire one ms apart.

    Of a neuron that fires k ms late, synapses are k ms faster, so that the spikes meet.
    """
    layer, a, b = (each.ravel() for each in np.indices((layers - 1, 3, 3)))
    return 3 * layer + a, 3 * layer + 3 + b, 6 - a + b


def test_a_braid_of_seven_layers_is_found_and_of_six_is_not():
    pre, post, delays = braid(7)
    first, second = find_groups(pre, post, np.full(54, 10.0), delays, neurons=22, excitatory=21)
    # Seen from the first neuron of the second layer no synapse is faster than those onto it. Seen from the second one
    # those onto the first are, and it stays silent; seen from the third one it is alone, and nothing goes on.
    assert (first.mother, first.layers, first.neurons.tolist()) == (3, 7, list(range(21)))
    assert np.array_equal(first.times % (first.times[3]), np.tile([0, 1, 2], 7))
    assert (second.mother, second.layers) == (4, 7)
    assert second.neurons.tolist() == [0, 1, 2, *range(4, 21)]
    # Every neuron but the first three has three causes, here.
    assert np.array_equal(np.bincount(first.post), [0] * 3 + [3] * 18)
    pre, post, delays = braid(6)
    assert not find_groups(pre, post, np.full(45, 10.0), delays, neurons=18, excitatory=18)
    assert len(find_groups(pre, post, np.full(45, 10.0), delays, neurons=18, excitatory=18, layers=6)) == 2


def test_weak_synapses_other_delays_and_inhibition_end_a_group():
    pre, post, delays = braid(7)
    w, counted = np.full(54, 10.0), {"neurons": 22, "excitatory": 21}
    into = np.flatnonzero(post // 3 == 4)
    weak, other = w.copy(), delays.copy()
    weak[into] = 9.5  # not above 0.95 of the largest
    other[into] = 1 + 5 * (pre[into] % 3)  # nothing meets
    assert not find_groups(pre, post, weak, delays, **counted)
    assert not find_groups(pre, post, w, other, **counted)
    # Neuron 21 fires with the second layer, and inhibits the third; from neuron 4, synapses onto 21 are too fast.
    pre = np.concatenate([pre, [0, 1, 2], np.full(3, 21)])
    post = np.concatenate([post, np.full(3, 21), [6, 7, 8]])
    delays = np.concatenate([delays, [6, 5, 4], [6, 7, 8]])
    inhibited = np.concatenate([w, np.full(3, 10.0), np.full(3, -60.0)])
    assert [each.mother for each in find_groups(pre, post, inhibited, delays, **counted)] == [4]
    inhibited[-3:] = -1e-9
    assert len(find_groups(pre, post, inhibited, delays, **counted)) == 2


@pytest.mark.parametrize(("seed", "excitatory", "fan_out", "longest"), [(1, 30, 7, 4), (5, 40, 9, 9)])
def test_random_networks_have_the_groups_of_the_definition(seed, excitatory, fan_out, longest):
    rng, n = np.random.default_rng(seed), excitatory + 8
    pre = np.repeat(np.arange(n), fan_out)
    reach = [np.setdiff1d(np.arange(n if k < excitatory else excitatory), [k]) for k in range(n)]
    post = np.concatenate([rng.choice(each, fan_out, replace=False) for each in reach])
    w = np.where(pre < excitatory, rng.choice([10.0, 9.8, 7.0], len(pre), p=[0.75, 0.2, 0.05]), -5.0)
    delays = np.where(pre < excitatory, rng.integers(1, longest + 1, len(pre)), 1)
    found = find_groups(pre, post, w, delays, neurons=n, excitatory=excitatory, layers=4)
    expected = polychronous.groups(pre, post, w, delays, excitatory, n, layers=4)
    assert len(found) > 10
    ours = [(g.mother, list(zip(g.neurons.tolist(), g.times.tolist(), strict=True)), g.layers) for g in found]
    assert ours == expected
    swapped = find_groups(post, pre, np.abs(w), delays, neurons=n, excitatory=excitatory, layers=4)
    assert [(g.mother, g.neurons.tolist()) for g in swapped] != [(g.mother, g.neurons.tolist()) for g in found]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"delays": np.full(54, 1.5)}, "whole ms from 1 to 20"),
        ({"delays": np.full(54, 21)}, "whole ms from 1 to 20"),
        ({"post": np.full(54, 22)}, "counted from 0 to 21"),
        ({"weights": np.full(54, np.nan)}, "no number"),
        ({"weights": np.full(54, 11.0)}, "above w_max"),
        ({"weights": np.full(53, 1.0)}, "differ in shape"),
        ({"w_max": 30.0}, "fires a neuron by itself"),
    ],
)
def test_what_is_refused(changed, words):
    pre, post, delays = braid(7)
    given = {"pre": pre, "post": post, "weights": np.full(54, 10.0), "delays": delays, **changed}
    with pytest.raises(brainnet.BrainnetError, match=words):
        find_groups(neurons=22, excitatory=21, **given)
