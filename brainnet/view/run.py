"""Scenes of run folders: what the run holds of its network, its spikes and its results."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np

from brainnet.results import read_run
from brainnet.view.numbers import number
from brainnet.view.parts import Arrow, Population, Raster, Run, Scene

__all__ = ["run_scene"]

LARGEST_PICTURE = 5_000_000  # bytes of a figure.png that the page takes along
PNG = b"\x89PNG\r\n\x1a\n"
LONGEST_SERIES = 6  # values of a result that are listed


def run_scene(folder: Path) -> Scene:
    """Return the scene of a run folder.

    Raises
    ------
    ResultsError
        It is none, or a damaged one.
    """
    summary, dataset = read_run(folder)
    protocol = str(summary["protocol"])
    rasters = _rasters(dataset)
    populations, arrows = _layers(dataset, rasters)
    drawn = {each.name for each in populations}
    run = Run(
        _tables(summary), {name: each for name, each in rasters.items() if name not in drawn}, _rates(dataset),
        _picture(folder / "figure.png"),
    )  # fmt: skip
    notes = []
    if not populations:
        notes.append(f"This run holds no network. Its protocol, {protocol}, shows one: brainnet view {protocol}")
    elif arrows:
        notes.append("A run keeps the layers of its network and not the weights; view the model file for these.")
    about = (
        f"run of {protocol}, {summary.get('created', 'at an unknown time')}, on {summary.get('target', 'no target')}"
    )
    return Scene(folder.resolve().name or protocol, about, tuple(populations), tuple(arrows), tuple(notes), run)


def _tables(summary: dict[str, Any]) -> dict[str, tuple[tuple[str, ...], ...]]:
    results: list[tuple[str, ...]] = [("result", "value", "unit", "published")]
    for name, each in summary.get("results", {}).items():
        unit = "" if each["unit"] == "1" else str(each["unit"])
        results.append((str(name), _value(each["value"]), unit, _value(each["reference"], "")))
    parameters: list[tuple[str, ...]] = [("parameter", "value")]
    given = summary.get("parameters")
    parameters += [(str(name), _value(value)) for name, value in (given.items() if isinstance(given, dict) else ())]
    parameters.append(("seed", _value(summary.get("seed"))))
    return {"Results": tuple(results), "Parameters": tuple(parameters)}


def _value(value: Any, none: str = "none") -> str:
    if value is None:
        return none
    if isinstance(value, bool | str):
        return str(value)
    if isinstance(value, int | float):
        return f"{value:,}" if isinstance(value, int) else number(value)
    items = [f"{k}: {_value(v)}" for k, v in value.items()] if isinstance(value, dict) else [_value(v) for v in value]
    if len(items) > LONGEST_SERIES:
        items = [*items[: LONGEST_SERIES // 2], "…", *items[-LONGEST_SERIES // 2 :]]
    return ", ".join(items)


def _rasters(dataset: Any) -> dict[str, Raster]:
    """Return what is kept as NAME_raster_neuron beside NAME_raster_step or NAME_raster_time."""
    found = {}
    for variable in dataset.data_vars:
        match = re.fullmatch(r"(?:(.*)_)?raster_neuron", str(variable))
        if not match:
            continue
        stem = str(variable).removesuffix("neuron")
        beside = [f"{stem}{unit}" for unit in ("step", "time") if f"{stem}{unit}" in dataset]
        neuron = dataset[variable].values
        if not beside or dataset[beside[0]].shape != neuron.shape or neuron.ndim != 1 or neuron.dtype.kind not in "iu":
            continue
        time = dataset[beside[0]].values.astype(float)
        name = match[1] or "spikes"
        unit = "steps" if beside[0].endswith("step") else str(dataset[beside[0]].attrs.get("units", "ms"))
        known = _neurons(dataset).get(name, int(neuron.max(initial=0)) + 1)
        end = float(dataset.sizes.get("step", 0)) if unit == "steps" else 0.0
        found[name] = Raster(neuron, time, known, max(end, float(time.max(initial=0.0))), unit)
    return found


def _neurons(dataset: Any) -> dict[str, int]:
    if "neurons" not in dataset or dataset["neurons"].dims != ("layer",) or "layer" not in dataset.coords:
        return {}
    return {str(name): int(n) for name, n in zip(dataset["layer"].values, dataset["neurons"].values, strict=True)}


def _rates(dataset: Any) -> dict[str, tuple[np.ndarray, np.ndarray, str]]:
    """Return rates over time."""
    return {
        str(name): (np.asarray(each["time"].values, dtype=float), np.asarray(each.values, dtype=float),
                    str(each["time"].attrs.get("units", "s")))
        for name, each in dataset.data_vars.items()
        if each.dims == ("time",) and each.attrs.get("units") == "Hz" and "time" in dataset.coords
    }  # fmt: skip


def _layers(dataset: Any, rasters: dict[str, Raster]) -> tuple[list[Population], list[Arrow]]:
    """Return the layers of a conversion, where the run is one."""
    neurons = _neurons(dataset)
    if not neurons or "sources" not in dataset or dataset["sources"].dims != ("layer",):
        return [], []
    sources = dict(zip(neurons, map(str, dataset["sources"].values), strict=True))
    computes = dict(zip(neurons, map(str, dataset["computes"].values), strict=True)) if "computes" in dataset else {}
    if "input" in rasters and "input" not in neurons:
        neurons = {"input": rasters["input"].neurons, **neurons}
    names = {each for listed in sources.values() for each in listed.split(", ") if each}
    missing = [each for each in sorted(names) if each not in neurons]
    if missing and missing != ["input"]:
        return [], []
    if missing:  # with constant current the input has no neurons
        size = int(dataset["first_sample"].size) if "first_sample" in dataset else 0
        neurons = {"input": size, **neurons}
    populations = [
        Population(name, "input" if name == "input" else "layer", n, raster=rasters.get(name),
                   facts={"computes": computes[name]} if computes.get(name) else {})
        for name, n in neurons.items()
    ]  # fmt: skip
    arrows = [
        Arrow(f"{name}_{k}", "connection", source, name, (neurons[source], neurons[name]))
        for name, listed in sources.items()
        for k, source in enumerate(each for each in listed.split(", ") if each)
    ]
    return populations, arrows


def _picture(path: Path) -> bytes:
    try:
        if not path.is_file() or path.stat().st_size > LARGEST_PICTURE:
            return b""
        content = path.read_bytes()
    except OSError:
        return b""
    return content if content.startswith(PNG) else b""
