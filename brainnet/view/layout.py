"""Where populations and arrows are drawn: in order from top to bottom, in pixels."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, replace

import networkx as nx
import numpy as np

from brainnet.view.numbers import delay_text, synapse_text
from brainnet.view.parts import Arrow, Scene

__all__ = ["BOX", "Layout", "Path", "lay_out", "ordered"]

BOX = (164, 46)  # width and height of a population
GAP = (118, 92)  # between two side by side, and between rows
CLOSE = 60  # between rows where nothing is side by side
MARGIN = 14
CHARACTER = 6.4  # width of a letter beside an arrow
MOST_ABREAST = 4  # populations that excite each other in turn and still lie in a row
CURVE = 24  # points of a curve
BESIDE = 34  # by how much arrows between the same two populations lie apart


@dataclass(frozen=True, eq=False)
class Path:
    """The line of an arrow.

    Parameters
    ----------
    x, y : arrays
        Its points, from the source to the target.
    label : (float, float)
        Where its words are.
    align : {"left", "center", "right"}
        Which end of the words is there.
    words : bool
        Whether there is room for words at all.
    """

    x: np.ndarray
    y: np.ndarray
    label: tuple[float, float]
    align: str
    words: bool = True

    @property
    def angle(self) -> float:
        """Direction at its end, in radians, y down."""
        return math.atan2(self.y[-1] - self.y[-2], self.x[-1] - self.x[-2])

    def moved(self, x: float, y: float) -> Path:
        """Return the path at another place."""
        return replace(self, x=self.x + x, y=self.y + y, label=(self.label[0] + x, self.label[1] + y))


@dataclass(frozen=True, eq=False)
class Layout:
    """Places of all parts.

    Parameters
    ----------
    width, height : float
    places : dict of str to (float, float)
        Centre of each population; y grows downwards.
    paths : tuple of Path
        One an arrow, in the order of the scene.
    """

    width: float
    height: float
    places: dict[str, tuple[float, float]]
    paths: tuple[Path, ...]


def lay_out(scene: Scene) -> Layout:
    """Place what spikes reach first at the top, and what excites each other in turn side by side or in a ring."""
    rows, rings = _rows(scene)
    wide = BOX[0] + GAP[0]
    widths = [2 * _radius(names) if k in rings else (len(names) - 1) * wide for k, names in enumerate(rows)]
    gap = GAP[1] if len(rows) < len(scene.populations) else CLOSE
    places, y = {}, BOX[1] / 2
    for row, names in enumerate(rows):
        for k, name in enumerate(names):
            if row in rings:
                angle, radius = 2 * math.pi * k / len(names), _radius(names)
                across, down = radius * (1 + math.sin(angle)), radius * (1 - math.cos(angle))
            else:
                across, down = k * wide, 0.0
            places[name] = ((max(widths) - widths[row] + BOX[0]) / 2 + across, y + down)
        y += BOX[1] + gap + (2 * _radius(names) if row in rings else 0)
    where = {name: (row, k) for row, names in enumerate(rows) for k, name in enumerate(names)}
    seen: dict[tuple[str, str], int] = defaultdict(int)
    paths = []
    for arrow in scene.arrows:
        ends = (arrow.source, arrow.target)
        within = where[arrow.source][0] in rings and where[arrow.target][0] == where[arrow.source][0]
        paths.append(_path(*ends, places, where, seen[ends]) if not within else _chord(*ends, places, seen[ends]))
        seen[ends] += 1
    sides = [_sides(arrow, path.align) for arrow, path in zip(scene.arrows, paths, strict=True)]
    far_left = [min(path.x.min(), path.label[0] - side[0]) for path, side in zip(paths, sides, strict=True)]
    far_right = [max(path.x.max(), path.label[0] + side[1]) for path, side in zip(paths, sides, strict=True)]
    left, right = min([0.0, *far_left]) - MARGIN, max([max(widths) + BOX[0], *far_right]) + MARGIN
    top = min([0.0, *(min(p.y.min(), p.label[1] - 20) for p in paths)]) - MARGIN
    bottom = max([y - gap - BOX[1] / 2, *(max(p.y.max(), p.label[1] + 20) for p in paths)]) + MARGIN
    return Layout(
        right - left, bottom - top, {name: (x - left, y - top) for name, (x, y) in places.items()},
        tuple(path.moved(-left, -top) for path in paths),
    )  # fmt: skip


def _sides(arrow: Arrow, align: str) -> tuple[float, float]:
    """Return how far the words of an arrow reach to the left and to the right."""
    width = CHARACTER * max(len(synapse_text(arrow)), len(f"delay {delay_text(arrow)}"))
    return {"left": (0.0, width), "right": (width, 0.0), "center": (width / 2, width / 2)}[align]


def _radius(names: list[str]) -> float:
    return 30.0 * len(names)


def ordered(scene: Scene) -> Scene:
    """Return the scene with its populations and arrows from the top to the bottom."""
    where = {name: (row, k) for row, names in enumerate(_rows(scene)[0]) for k, name in enumerate(names)}
    key = [(where[each.source], where[each.target], k) for k, each in enumerate(scene.arrows)]
    populations = sorted(scene.populations, key=lambda each: where[each.name])
    return replace(scene, populations=tuple(populations), arrows=tuple(scene.arrows[k] for *_, k in sorted(key)))


def _rows(scene: Scene) -> tuple[list[list[str]], set[int]]:
    """Return rows of names, each after all that lead to it, and which rows are drawn as a ring.

    Populations that excite each other in turn are in one row, neighbours near each other.
    """
    graph = nx.DiGraph()
    graph.add_nodes_from(each.name for each in scene.populations)
    graph.add_edges_from((each.source, each.target) for each in scene.arrows)
    condensed = nx.condensation(graph)
    rows: list[list[str]] = []
    rings: set[int] = set()
    for generation in nx.topological_generations(condensed):
        members = [condensed.nodes[node]["members"] for node in generation]
        if len(members) == 1 and len(members[0]) > MOST_ABREAST:
            rings.add(len(rows))
        rows.append([name for each in members for name in each])
    order = {name: k for k, name in enumerate(graph.nodes)}
    place: dict[str, float] = {}
    for names in rows:
        above = {name: [place[each] for each in graph.predecessors(name) if each in place] for name in names}
        wanted = {name: (_mean(above[name]), order[name]) for name in names}
        names.sort(key=wanted.__getitem__)
        place |= {name: k - (len(names) - 1) / 2 for k, name in enumerate(names)}
    return rows, rings


def _mean(values: list[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _path(
    source: str, target: str, places: dict[str, tuple[float, float]], where: dict[str, tuple[int, int]], again: int
) -> Path:
    """Return the line of an arrow; `again` counts those of the same ends before it."""
    (x0, y0), (x1, y1) = places[source], places[target]
    (row, column), (to_row, to_column) = where[source], where[target]
    wide, high, aside = BOX[0] / 2, BOX[1] / 2, BESIDE * again
    if source == target:  # a loop, on the side where no other population is
        last = all(each <= column for of, each in where.values() if of == row)
        way = 1 if last else -1
        edge, reach = x0 + way * wide, way * (40 + aside)
        points = [(edge, y0 - 12), (edge + reach, y0 - 28), (edge + reach, y0 + 28), (edge, y0 + 12)]
        return _curve(points, (edge + 0.75 * reach + way * 8, y0), "left" if last else "right")
    if row == to_row and abs(column - to_column) == 1:  # side by side: there above, back below
        way = 1 if x1 > x0 else -1
        bow = 16 + aside
        points = [(x0 + way * wide, y0 - way * 10), (x0 + way * (wide + 30), y0 - way * bow),
                  (x1 - way * (wide + 30), y1 - way * bow), (x1 - way * wide, y1 - way * 10)]  # fmt: skip
        return _curve(points, ((x0 + x1) / 2, y0 - way * (bow + 18)), "center")
    if row == to_row:  # past those between
        way = 1 if x1 > x0 else -1
        depth = high + 46 + aside
        points = [(x0 + way * 30, y0 - way * high), (x0 + way * 60, y0 - way * depth),
                  (x1 - way * 60, y1 - way * depth), (x1 - way * 30, y1 - way * high)]  # fmt: skip
        return _curve(points, ((x0 + x1) / 2, y0 - way * (high + 0.75 * (depth - high))), "center")
    if to_row - row == 1:
        start, end = (x0 + aside, y0 + high), (x1 + aside, y1 - high)
        bend = (end[1] - start[1]) / 2
        path = _curve([start, (start[0], start[1] + bend), (end[0], end[1] - bend), end], None, "left")
        early = CURVE // 2 if x0 == x1 else CURVE // 3  # words of those that cross lie apart, near their sources
        return replace(path, label=(float(path.x[early]) + 10, float(path.y[early])))
    side = max(x0, x1) + wide + 30 + aside + 26 * (to_row - row)  # past the rows between
    path = _curve([(x0 + wide, y0), (side, y0), (side, y1), (x1 + wide, y1)], None, "left")
    return replace(path, label=(path.label[0] + 8, path.label[1]))


def _chord(source: str, target: str, places: dict[str, tuple[float, float]], again: int) -> Path:
    """Return the line of an arrow within a ring, bent a little so that there and back lie apart."""
    start, end = (np.array(places[name]) for name in (source, target))
    if source == target:  # a loop, at the right end of the box
        x, y, reach = start[0] + BOX[0] / 2, start[1], 26 + BESIDE * again
        loop = _curve([(x, y - 10), (x + reach, y - 22), (x + reach, y + 22), (x, y + 10)], None, "left")
        return replace(loop, words=False)
    along = end - start
    across = np.array([-along[1], along[0]]) / np.hypot(*along)
    first, last = (tuple(p + sign * _to_edge(along) + 7 * across) for p, sign in ((start, 1), (end, -1)))
    bent = [tuple(start + share * along + (20 + BESIDE * again) * across) for share in (0.35, 0.65)]
    return replace(_curve([first, *bent, last], None, "left"), words=False)


def _to_edge(along: np.ndarray) -> np.ndarray:
    """Return the way from the centre of a box to its edge."""
    parts = zip((BOX[0] / 2, BOX[1] / 2), np.abs(along), strict=True)
    return along * min(half / part for half, part in parts if part > 0)


def _curve(points: list[tuple[float, float]], label: tuple[float, float] | None, align: str) -> Path:
    """Return the Bezier curve of four points; words in its middle where no place is given."""
    t = np.linspace(0, 1, CURVE)[:, None]
    a, b, c, d = (np.array(point, dtype=float) for point in points)
    xy = (1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t**2 * c + t**3 * d
    middle = (xy[CURVE // 2 - 1] + xy[CURVE // 2]) / 2
    return Path(xy[:, 0], xy[:, 1], label or (float(middle[0]), float(middle[1])), align)
