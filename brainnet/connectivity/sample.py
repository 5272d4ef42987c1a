"""Exact random choices whose cost is that of what is chosen, not of what it is chosen from."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

__all__ = ["bernoulli", "choose", "hazards"]

_CHUNK = 1 << 22  # truth values at a time, where most of all numbers are chosen


def bernoulli(rng: np.random.Generator, p: float, n: int) -> np.ndarray:
    """Return the numbers below `n`, ascending, each of which is there with probability `p` (int64).

    The gaps between them are geometric: floor(E / -log(1 - p)) + 1 of a standard exponential E.
    """
    if p >= 1 or p <= 0:
        return np.arange(n if p >= 1 else 0)
    rate = -np.log1p(-p)

    def gaps(size: int) -> np.ndarray:
        return np.minimum(np.floor(rng.standard_exponential(size) / rate), n).astype(np.int64) + 1

    return _passed(gaps, p, n + 1) - 1


def _passed(gaps: Callable[[int], np.ndarray], density: float, end: float) -> np.ndarray:
    """Return where one arrives below `end` after each of the gaps, of which there are about `density` a length of 1."""
    parts, last = [], gaps(0)[:0].dtype.type(0)
    while last < end:
        expected = float(end - last) * density
        parts.append(np.cumsum(gaps(int(expected + 5 * np.sqrt(expected) + 16))) + last)
        last = parts[-1][-1]
    places = np.concatenate(parts) if len(parts) > 1 else parts[0]
    return places[: np.searchsorted(places, end)]


def choose(rng: np.random.Generator, counts: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Choose without replacement: in row r ``counts[r]`` of the numbers below ``sizes[r]``, each subset alike.

    Drawn numbers that are there already are drawn again, until none is: what is left are the first different ones of
    a sequence of independent draws. Where more than half is chosen, what is left out is drawn instead.

    Returns
    -------
    int32 array, shape (sum of counts,)
        Row by row, ascending.
    """
    if 2 * int(counts.sum()) > int(sizes.sum()):
        return _complement(choose(rng, sizes - counts, sizes), sizes - counts, sizes)
    most, width = int(counts.max(initial=0)), int(sizes.max(initial=1))
    same = bool((sizes == width).all())
    numbers = _below(rng, (len(counts), most), width if same else sizes[:, None])
    full = bool((counts == most).all())
    if not full:  # places that stay empty: large and different
        places = np.arange(most)
        numbers = np.where(places < counts[:, None], numbers, width + places).astype(numbers.dtype)
    numbers.sort(axis=1)
    rows = np.flatnonzero((numbers[:, 1:] == numbers[:, :-1]).any(axis=1))
    while len(rows):
        part = numbers[rows]
        row, place = np.nonzero(part[:, 1:] == part[:, :-1])
        part[row, place + 1] = _below(rng, len(row), width if same else sizes[rows[row]])
        part.sort(axis=1)
        numbers[rows] = part
        rows = rows[(part[:, 1:] == part[:, :-1]).any(axis=1)]
    return numbers.ravel() if full else numbers[numbers < width]


def _below(rng: np.random.Generator, shape: object, high: object) -> np.ndarray:
    return rng.integers(0, high, shape, dtype=np.int32)  # type: ignore[call-overload]


def _complement(left_out: np.ndarray, counts: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Return the numbers of each row that are not left out."""
    parts, ends, row = [], np.concatenate([[0], np.cumsum(counts)]), 0
    while row < len(sizes):
        width = int(sizes[row:].max())
        stop = min(len(sizes), row + max(1, _CHUNK // max(width, 1)))
        kept = np.arange(width) < sizes[row:stop, None]
        rows = np.repeat(np.arange(stop - row), counts[row:stop])
        kept[rows, left_out[ends[row] : ends[stop]]] = False
        parts.append(np.nonzero(kept)[1].astype(np.int32))
        row = stop
    return np.concatenate(parts) if parts else np.empty(0, np.int32)


def hazards(rng: np.random.Generator, p: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the pairs (k, number below `n`) that are there, pair (k, .) with probability ``p[k]``.

    A Poisson process of unit rate passes over all pairs, each -log(1 - p) long: one is there if any event falls on it.
    """
    certain = np.flatnonzero(p >= 1)
    k = np.flatnonzero((p > 0) & (p < 1))
    length = -np.log1p(-p[k])
    ends = np.cumsum(length) * n
    events = _passed(rng.standard_exponential, 1.0, float(ends[-1])) if len(ends) else np.empty(0)
    passed = np.searchsorted(events, ends)
    passed[-1:] = len(events)  # all lie below the last end, as rounded
    which = np.repeat(np.arange(len(k)), np.diff(passed, prepend=0))
    starts = ends - length * n
    number = np.clip(((events - starts[which]) / length[which]).astype(np.int64), 0, n - 1)
    fresh = np.ones(len(number), bool)
    fresh[1:] = (which[1:] != which[:-1]) | (number[1:] != number[:-1])
    pairs = k[which[fresh]], number[fresh]
    if not len(certain):
        return pairs
    always = np.repeat(certain, n), np.tile(np.arange(n), len(certain))
    return np.concatenate([pairs[0], always[0]]), np.concatenate([pairs[1], always[1]])
