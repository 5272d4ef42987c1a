"""Polychronous groups: what three neurons set off whose spikes arrive together at a fourth one.

The definition is that of Izhikevich 2006, Neural Comput. 18:245, doi:10.1162/089976606775093882, and of its program.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, combinations, islice
from numbers import Integral
from typing import Any, NamedTuple

import numpy as np

from brainnet.errors import ParameterError
from brainnet.experiment.resting import at_rest, move, respond

__all__ = ["Group", "find_groups"]

ANCHORS = 3
WITHIN = 20  # ms before a spike in which what arrived is held to have a part in it
AT_LEAST = 60  # ms that are always simulated
LONGEST = 979  # ms, as in the program
MOST = 1000  # spikes
ROUNDS = 6  # in which what does not go on is sorted out, before the rest is simulated neuron by neuron
CELLS = 2**20  # numbers in the largest arrays: what there is more of is done in pieces
_T = 1024  # above all times


class Group(NamedTuple):
    """A polychronous group.

    Attributes
    ----------
    mother : int
        Neuron at which the spikes of the anchors, the first three, arrive together.
    neurons, times : int array, shape (n,)
        Who fires, and when (ms); anchors first.
    layers : int
        Neurons on the longest path.
    pre, post : int array, shape (links,)
        Which of these spikes had a part in which.
    """

    mother: int
    neurons: np.ndarray
    times: np.ndarray
    layers: int
    pre: np.ndarray
    post: np.ndarray


class _Out(NamedTuple):
    """Synapses of each neuron, one after the other."""

    start: np.ndarray
    target: np.ndarray
    delay: np.ndarray
    weight: np.ndarray
    reach: np.ndarray  # longest delay of each neuron

    def hits(self, neurons: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return, for spikes of neurons, number of the spike and synapse of what each sends."""
        counts = np.diff(self.start)[neurons]
        before = np.cumsum(counts) - counts
        return np.repeat(np.arange(len(neurons)), counts), np.arange(counts.sum()) + np.repeat(
            self.start[neurons] - before, counts
        )


def find_groups(
    pre: Any,
    post: Any,
    weights: Any,
    delays: Any,
    *,
    neurons: int,
    excitatory: int,
    w_max: float = 10.0,
    strong: float = 0.95,
    layers: int = 7,
) -> list[Group]:
    """Count groups: every excitatory neuron, and every three of those that reach it by strong synapses.

    The three fire so that their spikes arrive at once; then excitatory synapses above `strong` times the largest weight
    and all inhibitory ones carry what follows, from rest, with no other input. Of each of the three, synapses faster
    than the one onto the common neuron are left out: they would deliver before the spikes meet. A spike is one layer
    above the highest that had a part in it: whose synapse is excitatory, and whose effect arrived in the last 20 ms. A
    group has at least `layers` layers and more than 6 spikes, and none of the three has exactly one part in a spike of
    an excitatory neuron: none at all, as of one whose target is inhibited, or two and more.

    Parameters
    ----------
    pre, post : int array, shape (synapses,)
    weights : array, shape (synapses,)
        In mV/ms, for 1 ms; from inhibitory neurons 0 or below, from others 0 or above.
    delays : array, shape (synapses,)
        In ms, whole ones of at least 1.
    neurons, excitatory : int
        The first ones are excitatory: a 0.02/ms and 8 mV/ms after a spike, of the others 0.1 and 2.
    w_max : float
        Largest weight, too small to fire a neuron by itself.
    strong : float
        Of the largest weight, from 0 to below 1.
    layers : int
        At least 1.

    Returns
    -------
    list of Group
        By common neuron; where the program would name a neuron that fired twice, here the spike is meant.

    Raises
    ------
    ParameterError
        Arrays do not fit, neurons are no whole numbers or beyond the last, weights have the wrong sign, delays are no
        whole ms from 1 to 20, a number is out of its range, or one synapse alone fires a neuron.
    """
    pre, post, weights, delays = (np.asarray(each) for each in (pre, post, weights, delays))
    _check_numbers(neurons, excitatory, w_max, strong, layers)
    _check_synapses(pre, post, weights, delays, neurons, excitatory, w_max)
    kept = np.where(pre < excitatory, weights > strong * w_max, True)
    order = np.flatnonzero(kept)[np.argsort(pre[kept], kind="stable")]
    pre, post, delays = (each[order].astype(int) for each in (pre, post, delays))
    weights = weights[order]
    reach = np.zeros(neurons, int)
    np.maximum.at(reach, pre, delays)
    out = _Out(np.searchsorted(pre, np.arange(neurons + 1)), post, delays, weights, reach)
    found = []
    for mother in range(excitatory):
        into = np.flatnonzero((post == mother) & (pre < excitatory))
        for triples in _triples(into, 4 * CELLS // (ANCHORS * max(1, int(np.diff(out.start).max())))):
            found += _of_mother(out, pre, mother, triples, excitatory, layers)
    return found


def _check_numbers(neurons: int, excitatory: int, w_max: float, strong: float, layers: int) -> None:
    for name, value, least, most in (
        ("neurons", neurons, 1, None), ("excitatory", excitatory, 0, neurons), ("layers", layers, 1, None)
    ):  # fmt: skip
        if not isinstance(value, Integral) or value < least or (most is not None and value > most):
            upper = "on" if most is None else f"to {most}"
            raise ParameterError(f"find_groups: {name} = {value} is no whole number from {least} {upper}; give one")
    if not 0 <= strong < 1:
        raise ParameterError(f"find_groups: strong = {strong} is a share of w_max; give a number from 0 to below 1")
    if not 0 < w_max < np.inf:
        raise ParameterError(f"find_groups: w_max = {w_max} is no number above 0; give the bound of the rule")
    alone = np.zeros((AT_LEAST, 2))
    alone[0] = w_max
    if len(respond(alone, np.array([0.02, 0.1]))[0]):
        raise ParameterError(f"find_groups: one synapse of w_max = {w_max} fires a neuron by itself; two or more shall")


def _check_synapses(
    pre: np.ndarray, post: np.ndarray, weights: np.ndarray, delays: np.ndarray, neurons: int, excitatory: int,
    w_max: float,
) -> None:  # fmt: skip
    if not pre.shape == post.shape == weights.shape == delays.shape or pre.ndim != 1:
        raise ParameterError("find_groups: pre, post, weights and delays differ in shape; give one entry per synapse")
    if not len(pre):
        return
    if not (pre.dtype.kind in "iu" and post.dtype.kind in "iu"):
        raise ParameterError("find_groups: pre and post hold numbers of neurons; give arrays of integers")
    if min(pre.min(), post.min()) < 0 or max(pre.max(), post.max()) >= neurons:
        raise ParameterError(
            f"find_groups: pre or post lie beyond the neurons, counted from 0 to {neurons - 1}; give their number"
        )
    if ((delays != np.round(delays)) | (delays < 1) | (delays > WITHIN)).any():
        raise ParameterError(f"find_groups: delays are whole ms from 1 to {WITHIN}; round them")
    if not np.isfinite(weights).all() or weights.max() > w_max:
        raise ParameterError(f"find_groups: a weight is above w_max = {w_max} or no number; give the bound of the rule")
    if (np.where(pre < excitatory, weights, -weights) < 0).any():
        raise ParameterError(
            f"find_groups: weights of the first {excitatory} neurons, the excitatory ones, are 0 or above, those of "
            "others 0 or below; change signs, or how many are excitatory"
        )


def _triples(synapses: np.ndarray, most: int) -> Iterator[np.ndarray]:
    """Yield every three, in order, in pieces of shape (n, 3) with n up to `most`, or 1."""
    numbers = chain.from_iterable(combinations(synapses, ANCHORS))
    while len(piece := np.fromiter(islice(numbers, ANCHORS * max(1, most)), int)):
        yield piece.reshape(-1, ANCHORS)


def _of_mother(
    out: _Out, pre: np.ndarray, mother: int, triples: np.ndarray, excitatory: int, layers: int
) -> list[Group]:
    """Return the groups of one neuron; `triples` are synapses onto it, shape (n, 3)."""
    n = len(out.start) - 1
    wait = out.delay[triples]
    # Spikes as one number: which triple, which neuron, when.
    anchors = (np.arange(len(triples))[:, None] * n + pre[triples]) * _T + wait.max(axis=1, keepdims=True) - wait
    # What anchors send: not what would arrive before.
    first = _sent(out, anchors.ravel(), n, wait.ravel())
    spikes, active = np.empty(0, np.int64), np.arange(len(triples))
    done: list[np.ndarray] = []
    for _ in range(ROUNDS):
        now = np.concatenate([_fire(out, *each, n, excitatory) for each in _pieces(out, first, spikes, active, n)])
        changed = np.unique(np.setxor1d(now, spikes, assume_unique=True) // (n * _T))
        settled = ~np.isin(now // (n * _T), changed)
        done.append(now[settled])
        spikes, active = now[~settled], changed
        if not len(active):
            break
    else:
        done.append(_forward(out, first, active, n, excitatory))
    return _judge(out, mother, anchors, wait, np.sort(np.concatenate(done)), n, excitatory, layers)


class _Hits(NamedTuple):
    """What arrives: for which triple, from which spike, at which neuron, when, by which weight."""

    triple: np.ndarray
    spike: np.ndarray
    target: np.ndarray
    arrival: np.ndarray
    weight: np.ndarray


def _sent(out: _Out, spikes: np.ndarray, n: int, least: np.ndarray | None = None) -> _Hits:
    """Return what spikes send, by synapses no faster than `least`."""
    spike, synapse = out.hits(spikes // _T % n)
    if least is not None:
        chosen = out.delay[synapse] >= least[spike]
        spike, synapse = spike[chosen], synapse[chosen]
    of = spikes[spike]
    return _Hits(of // (n * _T), of, out.target[synapse], of % _T + out.delay[synapse], out.weight[synapse])


def _pieces(
    out: _Out, first: _Hits, spikes: np.ndarray, active: np.ndarray, n: int
) -> Iterator[tuple[_Hits, np.ndarray]]:
    """Yield what arrives for the active triples, and which they are, a limited number at a time."""
    bounds = [np.searchsorted(first.triple, active, side) for side in ("left", "right")]
    of = np.searchsorted(active, spikes // (n * _T))
    more = np.bincount(of, np.diff(out.start)[spikes // _T % n], minlength=len(active)).astype(int)
    cost = np.cumsum(n + bounds[1] - bounds[0] + more)
    for which in np.split(np.arange(len(active)), np.flatnonzero(np.diff(cost // CELLS)) + 1):
        own, piece = slice(bounds[0][which[0]], bounds[1][which[-1]]), active[which]
        mine = np.isin(first.triple[own], piece)
        low, high = np.searchsorted(of, [which[0], which[-1] + 1])
        sent = [_Hits(*(each[own][mine] for each in first)), _sent(out, spikes[low:high], n)]
        yield _Hits(*(np.concatenate(each) for each in zip(*sent, strict=True))), piece


def _fire(out: _Out, hits: _Hits, active: np.ndarray, n: int, excitatory: int) -> np.ndarray:
    """Return the spikes, in order, of all that two excitatory inputs or more reach: nothing less fires a neuron."""
    of = np.searchsorted(active, hits.triple)
    key = of * n + hits.target
    several = np.flatnonzero(np.bincount(key[hits.weight > 0], minlength=len(active) * n) >= 2)
    if not len(several):
        return np.empty(0, np.int64)
    place = np.full(len(active) * n, -1)
    place[several] = np.arange(len(several))
    end = np.full(len(active), AT_LEAST)  # of each triple: the last arrival
    np.maximum.at(end, of, hits.arrival)
    end = np.minimum(end, LONGEST)
    steps = int(end[several // n].max()) + 1
    reached = np.flatnonzero((place[key] >= 0) & (hits.arrival < steps))
    column, arrival, weight = place[key[reached]], hits.arrival[reached], hits.weight[reached]
    a, found = np.where(several % n < excitatory, 0.02, 0.1), []
    width = max(1, CELLS // steps)
    for begin in range(0, len(several), width):
        some = a[begin : begin + width]
        mine = (column >= begin) & (column < begin + width)
        where = arrival[mine] * len(some) + column[mine] - begin
        inputs = np.bincount(where, weight[mine], minlength=steps * len(some)).reshape(-1, len(some))
        neurons, times = respond(inputs, some)
        found.append((neurons + begin, times))
    neurons, times = (np.concatenate(each) for each in zip(*found, strict=True))
    order = np.argsort(times, kind="stable")
    key, times = several[neurons[order]], times[order]
    in_time = _in_time(key // n, times, out.reach[key % n], len(active))
    key = active[key // n] * n + key % n
    return _first(np.sort(key[in_time] * _T + times[in_time]), n)


def _in_time(of: np.ndarray, times: np.ndarray, reach: np.ndarray, n: int) -> np.ndarray:
    """Return which spikes, in order of time, come before all that earlier ones of their triple send has arrived."""
    order = np.argsort(of, kind="stable")
    of, times = of[order], times[order]
    last = np.maximum.accumulate(of * 2 * _T + np.maximum(AT_LEAST, times + reach[order])) % (2 * _T)
    before = np.full(len(of), AT_LEAST)
    before[1:][of[1:] == of[:-1]] = last[:-1][of[1:] == of[:-1]]
    cut = np.full(n, _T)
    np.minimum.at(cut, of[times > before], times[times > before])
    kept = np.empty(len(of), bool)
    kept[order] = times < cut[of]
    return kept


def _forward(out: _Out, first: _Hits, active: np.ndarray, n: int, excitatory: int) -> np.ndarray:
    """Return the spikes, in order, of all neurons, ms by ms; in pieces that fit into a cache."""
    found = [np.empty(0, np.int64)]
    for piece in np.array_split(active, -(-len(active) // 16)):
        v, u = at_rest(len(piece) * n)
        a = np.tile(np.where(np.arange(n) < excitatory, 0.02, 0.1), len(piece))
        inputs, end = np.zeros((2 * WITHIN, len(v))), np.full(len(piece), AT_LEAST)
        mine = np.isin(first.triple, piece)
        key = np.searchsorted(piece, first.triple[mine]) * n + first.target[mine]
        np.add.at(inputs, (first.arrival[mine], key), first.weight[mine])
        count = np.zeros(len(piece), int)
        for t in range(LONGEST):
            now = inputs[t % len(inputs)]
            fired = move(v, u, now, a)
            now[:] = 0
            of = fired // n
            fired = fired[(t <= end[of]) & (count[of] < MOST)]
            if len(fired):
                count += np.bincount(fired // n, minlength=len(piece))
                found.append((piece[fired // n] * n + fired % n) * _T + t)
                spike, synapse = out.hits(fired % n)
                arrival = t + out.delay[synapse]
                np.maximum.at(end, fired[spike] // n, arrival)
                key = fired[spike] // n * n + out.target[synapse]
                np.add.at(inputs, (arrival % len(inputs), key), out.weight[synapse])
            if not ((t < end) & (count < MOST)).any():
                break
    return _first(np.sort(np.concatenate(found)), n)


def _first(spikes: np.ndarray, n: int) -> np.ndarray:
    """Return the first spikes of each triple, as many as a group may have."""
    triple, time = spikes // (n * _T), spikes % _T
    if np.bincount(triple, minlength=1).max() <= MOST - ANCHORS:
        return spikes
    order = np.lexsort((time, triple))
    begin = np.searchsorted(triple, triple)
    return np.sort(spikes[order][np.arange(len(spikes)) - begin < MOST - ANCHORS])


def _judge(
    out: _Out, mother: int, anchors: np.ndarray, wait: np.ndarray, fired: np.ndarray, n: int, excitatory: int,
    layers: int,
) -> list[Group]:  # fmt: skip
    """Return those that are groups."""
    size = np.bincount(fired // (n * _T), minlength=len(anchors))
    found = []
    for number in np.flatnonzero(size >= max(ANCHORS + 1, layers - 1)):
        begin = np.searchsorted(fired, number * n * _T)
        mine = fired[begin : begin + size[number]]
        mine = mine[np.argsort(mine % _T, kind="stable")]
        sent = (_sent(out, anchors[number], n, wait[number]), _sent(out, mine, n))
        spike, target, arrival, weight = (
            np.concatenate([getattr(each, name) for each in sent]) for name in ("spike", "target", "arrival", "weight")
        )
        every = np.concatenate([anchors[number], mine])
        neuron, time = every // _T % n, every % _T
        # Every input with every spike of its target in the 20 ms from its arrival on.
        order = ANCHORS + np.argsort(mine)
        code, hit = every[order] % (n * _T), target * _T + arrival
        low, high = np.searchsorted(code, hit), np.searchsorted(code, hit + WITHIN)
        counts = np.where(weight > 0, high - low, 0)
        which = np.repeat(np.arange(len(hit)), counts)
        post = order[np.arange(len(which)) + np.repeat(low - np.cumsum(counts) + counts, counts)]
        order = np.argsort(every)
        pre = order[np.searchsorted(every[order], spike[which])]
        links = np.bincount(pre[neuron[post] < excitatory], minlength=len(every))
        named = [links[neuron == each].sum() for each in neuron[:ANCHORS]]
        if 1 in named:
            continue
        level = np.ones(len(every), int)
        for _ in range(len(every)):
            higher = level.copy()
            np.maximum.at(higher, post, level[pre] + 1)
            if np.array_equal(higher, level):
                break
            level = higher
        if level.max() >= layers:
            found.append(Group(mother, neuron, time, int(level.max()), pre, post))
    return found
