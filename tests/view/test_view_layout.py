"""Where populations and arrows are drawn."""

import itertools

import numpy as np
import pytest

from brainnet.view.parts import Arrow, Population, Scene

layout = pytest.importorskip("brainnet.view.layout", reason="pages need brainnet[view]")

PAIRS = {
    "chain": ["ab", "bc", "cd"],
    "loops": ["aa", "ab", "ba", "bb"],
    "skip": ["ab", "bc", "cd", "ad", "ac"],
    "three in turn": ["xa", "ab", "ba", "bc", "cb", "ac", "ca", "aa"],
    "column": ["xa", *("".join(pair) for pair in itertools.product("abcdefgh", repeat=2))],
    "many": ["ab", "ab", "ab", "ba", "ba"],
    "apart": ["ab", "cd"],
}


@pytest.mark.parametrize("pairs", PAIRS.values(), ids=PAIRS)
def test_everything_is_inside_apart_and_in_order(pairs):
    names = sorted(set("".join(pairs)))
    arrows = tuple(Arrow(f"{k}", "", source, target, (1, 1)) for k, (source, target) in enumerate(pairs))
    placed = layout.lay_out(Scene("", "", tuple(Population(name, "", 1) for name in names), arrows))
    wide, high = layout.BOX
    for one, other in itertools.combinations(placed.places.values(), 2):
        assert abs(one[0] - other[0]) >= wide or abs(one[1] - other[1]) >= high
    for x, y in placed.places.values():
        assert wide / 2 <= x <= placed.width - wide / 2
        assert high / 2 <= y <= placed.height - high / 2
    for (source, target), path in zip(pairs, placed.paths, strict=True):
        assert min(path.x.min(), path.y.min()) >= 0
        assert (path.x.max(), path.y.max()) <= (placed.width, placed.height)
        for name, end in ((source, 0), (target, -1)):
            x, y = placed.places[name]
            off = max(abs(path.x[end] - x) - wide / 2, abs(path.y[end] - y) - high / 2)
            assert abs(off) <= 8  # at the edge of its box
    if pairs in (PAIRS["chain"], PAIRS["skip"]):
        assert np.all(np.diff([placed.places[name][1] for name in names]) > 0)


def test_arrows_are_listed_from_the_top():
    names = [Population(name, "", 1) for name in "zyx"]
    arrows = (Arrow("last", "", "y", "z", (1, 1)), Arrow("first", "", "x", "y", (1, 1)))
    assert [each.name for each in layout.ordered(Scene("", "", tuple(names), arrows)).arrows] == ["first", "last"]
