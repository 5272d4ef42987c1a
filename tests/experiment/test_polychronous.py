"""Polychronous groups: a known one in a network made by hand, and all of random networks as the definition has them."""

import tracemalloc

import numpy as np
import pytest

from brainnet.errors import ParameterError
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
    unsigned = find_groups(pre.astype(np.uint64), post, np.full(54, 10.0), delays, neurons=22, excitatory=21)
    assert np.array_equal(unsigned[0].times, first.times)
    assert not find_groups([], [], [], [], neurons=22, excitatory=21)
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
    swapped = np.where(post < excitatory, 1, -1) * np.abs(w)  # signs are those of the neurons
    swapped = find_groups(post, pre, swapped, delays, neurons=n, excitatory=excitatory, layers=4)
    assert [(g.mother, g.neurons.tolist()) for g in swapped] != [(g.mother, g.neurons.tolist()) for g in found]


@pytest.mark.parametrize(("parts", "mothers"), [(1, 0), (2, 1)])
def test_no_anchor_has_exactly_one_part(parts, mothers):
    """Anchors 0, 1 and 2 have 3, one or two, and no parts: inhibition by neuron 11 keeps their mother, 3, silent."""
    several = [(0, 3, 1), (1, 3, 1), (2, 3, 1), (0, 11, 12), (11, 3, 1), (0, 4, 3), (1, 4, parts)]
    several += [(k, k + 1, 4) for k in range(4, 10)]
    sources, targets, counts = np.array(several).T
    pre, post = np.repeat(sources, counts), np.repeat(targets, counts)
    w = np.where(pre == 11, -50.0, 10.0)
    found = find_groups(pre, post, w, np.ones(len(pre)), neurons=12, excitatory=11)
    assert [each.mother for each in found].count(3) == mothers
    if mothers:
        (one,) = [each for each in found if each.mother == 3]
        assert one.neurons.tolist() == [0, 1, 2, 11, *range(4, 11)]
    ours = [(g.mother, list(zip(g.neurons.tolist(), g.times.tolist(), strict=True)), g.layers) for g in found]
    assert ours == polychronous.groups(pre, post, w, np.ones(len(pre)), 11, 12)


def test_pieces_change_nothing(monkeypatch):
    network, counted = (*braid(7)[:2], np.full(54, 10.0), braid(7)[2]), {"neurons": 21, "excitatory": 21, "layers": 3}
    whole = find_groups(*network, **counted)
    assert len(whole) > 2
    for cells in (300, 3000):
        monkeypatch.setattr("brainnet.experiment.polychronous.CELLS", cells)
        small = find_groups(*network, **counted)
        assert len(small) == len(whole)
        for one, other in zip(small, whole, strict=True):
            assert all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def test_groups_have_a_largest_size_however_they_are_found(monkeypatch):
    rng, pre = np.random.default_rng(2), np.repeat(np.arange(30), 7)
    post, delays = rng.integers(0, 30, len(pre)), rng.integers(1, 5, len(pre))
    monkeypatch.setattr("brainnet.experiment.polychronous.MOST", 8)
    found = []
    for rounds in (6, 0):  # 0: neuron by neuron, all of them
        monkeypatch.setattr("brainnet.experiment.polychronous.ROUNDS", rounds)
        found.append(find_groups(pre, post, np.full(210, 10.0), delays, neurons=30, excitatory=30, layers=3))
    sizes = [[len(each.times) for each in some] for some in found]
    assert sizes[0] == sizes[1]
    assert min(sizes[0]) < max(sizes[0]) == 8
    assert all(np.array_equal(a.times, b.times) for a, b in zip(*found, strict=True))


def test_memory_does_not_grow_with_triples_times_neurons():
    """9,880 triples in a network of 3,000 neurons: 30 million numbers, if all were held at once."""
    into = np.arange(1, 41)
    pre, post = np.concatenate([into, into]), np.repeat([0, 41], 40)
    tracemalloc.start()
    try:
        assert not find_groups(pre, post, np.full(80, 10.0), np.full(80, 5), neurons=3000, excitatory=3000)
        assert tracemalloc.get_traced_memory()[1] < 100e6
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"delays": np.full(54, 1.5)}, "whole ms from 1 to 20"),
        ({"delays": np.full(54, 21)}, "whole ms from 1 to 20"),
        ({"post": np.full(54, 22)}, "counted from 0 to 21"),
        ({"weights": np.full(54, np.nan)}, "no number"),
        ({"weights": np.full(54, 11.0)}, "above w_max"),
        ({"weights": np.full(53, 1.0)}, "differ in shape"),
        ({"weights": np.full(54, -1.0)}, "change signs"),
        ({"excitatory": 3}, "change signs"),  # what follows is held to be inhibitory, then
        ({"pre": np.full(54, 1.0)}, "give arrays of integers"),
        ({"w_max": 30.0}, "fires a neuron by itself"),
        ({"w_max": np.nan}, "no number above 0"),
        ({"strong": 1.0}, "from 0 to below 1"),
        ({"strong": 2}, "from 0 to below 1"),
        ({"strong": np.nan}, "from 0 to below 1"),
        ({"layers": 0}, "layers = 0 is no whole number from 1 on"),
        ({"layers": 2.5}, "layers = 2.5 is no whole number"),
        ({"excitatory": 99}, "excitatory = 99 is no whole number from 0 to 22"),
        ({"excitatory": -1}, "excitatory = -1 is no whole number"),
        ({"neurons": 22.0}, "neurons = 22.0 is no whole number"),
    ],
)
def test_what_is_refused(changed, words):
    pre, post, delays = braid(7)
    given = {"pre": pre, "post": post, "weights": np.full(54, 10.0), "delays": delays, "neurons": 22, "excitatory": 21}
    with pytest.raises(ParameterError, match=words):
        find_groups(**{**given, **changed})
