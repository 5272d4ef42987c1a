"""The report of a conversion, in words: layers, accuracy by step, operations, energy, and what to try."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from brainnet.errors import ResultsError, one_line

__all__ = ["report_text"]

# Accuracy is told at these steps, and after all.
_STEPS = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)
_LARGEST = 10**6  # steps, layers


def report_text(dataset: xr.Dataset) -> str:
    """Write the report of what `brainnet.measure.evaluate` measured.

    Parameters
    ----------
    dataset : xarray.Dataset
        From `evaluate`, or data.nc of a run folder.

    Raises
    ------
    ResultsError
        It is the data of something else.
    """
    missing = [name for name in ("layer_error", "error_causes", "energy_ratio", "sources") if name not in dataset]
    if missing:
        raise ResultsError(f"these data have no {missing[0]}; give the run of a conversion of a trained network")
    if max(dataset.sizes.values(), default=0) > _LARGEST:
        raise ResultsError(f"these data have an axis of more than {_LARGEST}, which no conversion has; repeat the run")
    try:
        parts = [_conversion(dataset), _layers(dataset), _accuracy(dataset), _operations(dataset), _advice(dataset)]
    except Exception as error:  # a file may hold anything under these names
        words = one_line(error) or type(error).__name__
        raise ResultsError(f"these data are not those of a conversion, or damaged ({words}); repeat the run") from error
    return "\n\n".join(parts)


def _table(columns: dict[str, Any]) -> str:
    frame = pd.DataFrame(columns)
    return str(frame.to_string(index=False, na_rep="-", float_format=lambda value: f"{value:.4g}"))


def _conversion(data: xr.Dataset) -> str:
    a = data.attrs
    lines = [
        f"{a['layers_converted']} of {data.ann_layer.size} layers converted to {_populations(data)} populations; "
        f"{a['samples']} samples of {a['steps']} steps",
        f"neuron {a['neuron']}, coding {a['coding']}, normalisation {a['normalisation']}, reset {a['reset']}, v_init "
        f"{a['v_init']}, read-out by {a['readout']}",
    ]
    if a.get("leaks", "{}") != "{}":
        lines.append(f"share of the potential that is kept in a step, by layer, in place of tau_m: {a['leaks']}")
    if a.get("folded"):  # run folders from before they were counted have none
        lines.append(f"read as part of these layers, or without effect at inference: {a['folded']}")
    if a["changes"]:
        lines.append(f"not the twin of the trained network: {a['changes']}")
    return "\n".join(lines)


def _populations(data: xr.Dataset) -> int:
    return int((data.computes != "").sum())


def _layers(data: xr.Dataset) -> str:
    correlation = {str(name): float(value) for name, value in data.layer_correlation.to_series().items()}
    names = [str(name) for name in data.layer.values]
    low, high = data.scale_lowest.values, data.scale_highest.values
    return "Layers\n" + _table(
        {
            "population": names,
            "computes": data.computes.values,
            "neurons": data.neurons.values,
            "threshold": data.threshold.values,
            "scale": [f"{a:.4g}" if a == b else f"{a:.4g} to {b:.4g}" for a, b in zip(low, high, strict=True)],
            "spikes/neuron": data.spikes_per_neuron.values,
            "silent": [f"{100 * share:.1f} %" for share in data.silent_fraction.values],
            "correlation": [correlation.get(name, np.nan) for name in names],
            "error": [f"{100 * share:.2f} %" for share in data.layer_error.values],
        }
    )


def _accuracy(data: xr.Dataset) -> str:
    by_step = data.accuracy_by_step
    last = int(by_step.step[-1])
    steps = [*(step for step in _STEPS if step < last), last]
    shown = pd.DataFrame([[f"{100 * float(by_step.sel(step=step)):.2f}" for step in steps]], ["accuracy (%)"], steps)
    told = (
        f"Accuracy {100 * float(data.ann_accuracy):.2f} % becomes {100 * float(data.snn_accuracy):.2f} %; from step "
        f"{int(data.latency)} on it stays at or above 99 % of the final value\n{shown.rename_axis(columns='steps')}"
    )
    if _undecided(data):
        told += (
            f"\n{_undecided(data)} of {data.attrs['samples']} samples end without a spike of the output and count as "
            "the first class"
        )
    return told


def _undecided(data: xr.Dataset) -> int:
    """Samples without any spike of the output; run folders from before they were counted have none."""
    return int(data.undecided_samples) if "undecided_samples" in data else 0


def _operations(data: xr.Dataset) -> str:
    attrs = data.energy_ratio.attrs
    table = _table(
        {
            "layer": data.ann_layer.values,
            "trained MAC": data.mac_operations_by_layer.values,
            "spiking AC": data.synaptic_operations_by_layer.values,
            "spiking MAC": data.analog_macs_by_layer.values,
            "memory accesses": data.memory_accesses_by_layer.values,
            "energy (nJ)": 1e9 * data.energy_by_layer.values,
        }
    )
    trained = float(data.energy_ann)
    spiking = trained * float(data.energy_ratio)
    energy = (
        f"energy {1e9 * spiking:.4g} nJ, of the trained network {1e9 * trained:.4g} nJ, ratio "
        f"{float(data.energy_ratio):.4g} (table {attrs['table']}: {attrs['E_MAC']} a MAC, {attrs['E_AC']} an AC)"
    )
    lines = ["Operations per inference", table, energy]
    if "synaptic_operations_by_step" in data:
        by_step = data.synaptic_operations_by_step
        half = np.searchsorted(by_step.sum("ann_layer").cumsum("step"), float(by_step.sum()) / 2) + 1
        lines.append(f"half of the accumulates of the first {by_step.attrs['samples']} samples happen in {half} steps")
    return "\n".join(lines)


def _advice(data: xr.Dataset) -> str:
    """Name the population whose error exceeds most that of those it receives from, and what to try."""
    error = {str(name): float(value) for name, value in data.layer_error.to_series().items()}
    before = {}
    for name in error:
        sources = str(data.sources.sel(layer=name).item()).split(", ")
        before[name] = max((error[source] for source in sources if source in error), default=0.0)
    worst = max(error, key=lambda name: error[name] - before[name])
    if error[worst] <= before[worst]:
        none = "Losses: none; no population adds to the error of its input"
        return f"{none}\nTo try: readout=potential." if _undecided(data) else none
    causes = data.error_causes.sel(layer=worst)
    cause = str(causes.idxmax("cause").item())
    return (
        f"Losses: {worst} loses the most. Its rates are {100 * error[worst]:.2f} % off, its input "
        f"{100 * before[worst]:.2f} %; {100 * float(causes.max()):.0f} % of that by neurons that {_MEANS[cause]}.\n"
        f"To try: {', or '.join(_remedies(data, worst, cause))}."
    )


_MEANS = {
    "saturated": "fire in every step and should more often (saturated)",
    "silent": "should fire and do not (silent)",
    "spurious": "should not fire and do (spurious)",
    "rounded": "fire about as often as they should (rounded)",
}


def _remedies(data: xr.Dataset, worst: str, cause: str) -> list[str]:
    """Settings that act on the cause and are not in force."""
    a = data.attrs
    by_data, steps = a["normalisation"] == "data", int(a["steps"])
    by_channel = bool(a.get("channels", True))  # False: no layer has channels with scales of their own
    found = ["readout=potential"] if _undecided(data) else []
    if worst == "input":
        return found + [f"coding={coding}" for coding in ("constant", "regular") if a["coding"] != coding]
    if a["reset"] != "subtract":
        found.append("reset=subtract")
    if cause == "saturated":
        if not by_data:
            found.append("normalisation=data")
        elif float(a["percentile"]) < 100:
            found.append("percentile=100")
        if a["neuron"] == "if" and a["reset"] == "subtract":
            found.append("neuron=burst")
    else:
        if not by_data:
            found.append("normalisation=data")
        elif cause == "silent" and a["granularity"] == "layer" and by_channel:
            found.append("granularity=channel")
        if cause != "spurious" and a["v_init"] == "zero" and a["shift"] == "none" and a["neuron"] != "adaptive":
            found.append("v_init=half")
        if a["coding"] in ("bernoulli", "poisson"):
            found.append("coding=constant")
        found.append(f"steps={2 * steps}")
    if not found and by_channel and a["granularity"] == "layer":
        found.append("granularity=channel")
    return found or [f"steps={2 * steps}"]
