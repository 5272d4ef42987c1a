"""Scenes of Brian2 networks, with brainnet's projections in them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from brian2 import (
    Group,
    Network,
    PoissonInput,
    SpikeMonitor,
    SpikeSource,
    Subgroup,
    Synapses,
    ms,
)

from brainnet.errors import ParameterError, nearest
from brainnet.projections import MaxGate, PlasticProjection, PoissonDrive, Projection
from brainnet.projections.presented import Feed
from brainnet.view.connections import plastic_arrow, projection_arrow, synapses_arrow
from brainnet.view.layers import image_shape
from brainnet.view.parts import Arrow, Population, Raster, Scene

__all__ = ["FED", "network_scene", "spiking_groups"]

FED = "presented samples"  # kind of the population that stands for what a Presentation shows


def network_scene(
    network: Network | Iterable[Any], about: str, shapes: Mapping[str, tuple[int, ...]], name: str = ""
) -> Scene:
    """Return the scene of a `brian2.Network`, or of what `collect()` gives, with the weights that it has now.

    Raises
    ------
    ParameterError
        There is no group in it, or `shapes` names one that it does not have or that is of another size.
    """
    objects = _objects(network)
    arrows = [arrow for each in objects if (arrow := _arrow(each)) is not None]
    groups: dict[str, Any] = {each.name: each for each in objects if _is_population(each)}
    for each in objects:  # what is connected is drawn, whether the network holds it or not
        for end in (getattr(each, "source", None), getattr(each, "target", None)) if _connects(each) else ():
            base = _base(end)
            groups.setdefault(base.name, base)
    if not groups:
        raise ParameterError("view: there is no group of neurons in this network; add the groups that it is to run")
    _check_shapes(shapes, groups)
    reached = {arrow.target for arrow in arrows}
    rasters = _rasters(objects, groups)
    populations, notes = [], []
    for key, group in groups.items():
        guess = _connected_shape(objects, key)
        # Only what nothing leads to is guessed to be an image: 100 neurons of a layer are seldom 10 × 10.
        shape, guessed = (shapes.get(key, guess), False) if key in shapes or guess else (None, False)
        if shape is None and key not in reached:
            shape, guessed = image_shape(len(group), None)
        if guessed and any(arrow.source == key for arrow in arrows):
            height, width = shape or (0, 0)
            notes.append(
                f"{key} is drawn as an image of {height} × {width}, a guess from its size; shapes= says another."
            )
        populations.append(_population(key, group, shape, guessed, rasters.get(key)))
    for each in objects:
        if _is_fed(each):
            populations.append(Population(f"samples of {each.group.name}", FED, each.n))
        if isinstance(each, PoissonInput):
            populations.append(Population(each.name, "Poisson input", int(each.N), facts={"rate": str(each.rate)}))
        if isinstance(each, PoissonDrive):
            populations.append(Population(each.name, "Poisson input", each.n_sources, facts={"rate": str(each.rate)}))
    return Scene(name or getattr(network, "name", "network"), about, tuple(populations), tuple(arrows), tuple(notes))


def spiking_groups(network: Network) -> list[Any]:
    """Return the groups of a network that have spikes."""
    return [each for each in _objects(network) if _is_population(each) and "_spikespace" in each.variables]


def _objects(network: Any) -> list[Any]:
    """Return the objects of a network by name, numbers in it counted; Brian2 keeps them without an order."""
    objects = network.objects if isinstance(network, Network) else network
    return sorted(objects, key=lambda each: [(int(d or 0), w) for w, d in re.findall(r"(\D*)(\d*)", each.name)])


def _is_population(each: Any) -> bool:
    return isinstance(each, SpikeSource) and isinstance(each, Group) and not isinstance(each, Subgroup)


def _connects(each: Any) -> bool:
    return isinstance(each, Synapses | Projection | PlasticProjection | MaxGate)


def _is_fed(each: Any) -> bool:
    """Whether samples flow into neurons; those that are the rates of a source are not drawn beside it."""
    return isinstance(each, Feed) and each.variables["_variable"].name != "p"


def _base(end: Any) -> Any:
    """Return the group that a subgroup is a part of."""
    return end.source if isinstance(end, Subgroup) else end


def _arrow(each: Any) -> Arrow | None:
    if _is_fed(each):
        return Arrow(each.name, FED, f"samples of {each.group.name}", each.group.name, (each.n, each.n))
    if isinstance(each, PoissonInput):
        facts = {"rate": str(each.rate), "weight": str(each.weight), "drives": str(each.target_var)}
        base = _base(each.group)
        return Arrow(each.name, "Poisson input", each.name, base.name, (int(each.N), len(each.group)), facts=facts)
    if isinstance(each, PoissonDrive):
        facts = {"rate": str(each.rate), "weight": str(each.weight), "drives": each.target_var}
        base = _base(each.target)
        return Arrow(each.name, "Poisson input", each.name, base.name, (each.n_sources, len(each.target)), facts=facts)
    if not _connects(each):
        return None
    ends = _base(each.source).name, _base(each.target).name
    if isinstance(each, Synapses):
        return synapses_arrow(each, *ends)
    if isinstance(each, PlasticProjection):
        return plastic_arrow(each, *ends)
    return projection_arrow(each, *ends)


def _connected_shape(objects: list[Any], key: str) -> tuple[int, ...] | None:
    """Return the shape of a population where a convolution says it."""
    for each in objects:
        connectivity = getattr(each, "connectivity", None) if isinstance(each, Projection | MaxGate) else None
        for end, field in (("source", "input_shape"), ("target", "output_shape")):
            shape = getattr(connectivity, field, None)
            if shape and getattr(each, end).name == key and int(np.prod(shape)) == len(getattr(each, end)):
                return tuple(int(n) for n in shape)
    return None


def _check_shapes(shapes: Mapping[str, tuple[int, ...]], groups: Mapping[str, Any]) -> None:
    for key, shape in shapes.items():
        if key not in groups:
            raise ParameterError(f"view: shapes names {key!r}, which is no population; {nearest(key, groups)}")
        if int(np.prod(shape)) != len(groups[key]):
            raise ParameterError(
                f"view: {key} has {len(groups[key])} neurons, and shapes gives {shape}; give as many positions"
            )


def _population(key: str, group: Any, shape: Any, guessed: bool, raster: Raster | None) -> Population:
    model = getattr(group, "model", None) if hasattr(group, "model") else None
    kind = model.name if model is not None and hasattr(model, "name") else type(group).__name__
    kind = {"CheckedNeurons": "neurons", "CheckedSynapses": "Synapses"}.get(kind, kind)
    facts = {"class": type(group).__name__} if model is not None else {}
    if shape is not None and not guessed:
        facts["shape"] = " × ".join(map(str, shape))
    return Population(key, kind, len(group), shape, guessed, facts, _text(group, model), raster)


def _text(group: Any, model: Any) -> str:
    """Return the equations of a group, with the values of its model where it has one."""
    if model is not None and hasattr(model, "resolved"):
        return str(model)
    lines = [str(getattr(group, "user_equations", None) or getattr(group, "equations", "") or "")]
    for event, condition in (getattr(group, "events", None) or {}).items():
        lines.append(f"{'threshold' if event == 'spike' else event}: {condition}")
    for event, code in (getattr(group, "event_codes", None) or {}).items():
        lines.append(f"{'reset' if event == 'spike' else 'on ' + event}: {'; '.join(re.split(chr(10), str(code)))}")
    return "\n".join(line for line in lines if line.strip())


def _rasters(objects: list[Any], groups: Mapping[str, Any]) -> dict[str, Raster]:
    """Return the recorded spikes of each group; several monitors of parts of it add up."""
    found: dict[str, list[tuple[np.ndarray, np.ndarray, float]]] = {}
    for each in objects:
        if not isinstance(each, SpikeMonitor) or getattr(each, "event", "spike") != "spike":
            continue
        try:
            i, t, end = np.array(each.i[:]), np.array(each.t[:] / ms), float(each.clock.t / ms)
        except (AttributeError, NotImplementedError):  # counted only, or a program that has not run
            continue
        start = each.source.start if isinstance(each.source, Subgroup) else 0
        found.setdefault(_base(each.source).name, []).append((i + start, t, end))
    return {
        key: Raster(
            np.concatenate([i for i, _, _ in parts]), np.concatenate([t for _, t, _ in parts]), len(groups[key]),
            max(end for _, _, end in parts),
        )
        for key, parts in found.items()
        if key in groups and any(end > 0 for _, _, end in parts)
    }  # fmt: skip
