"""The standard plots of a neuron: f-I curve, step response, and what one input spike does; from its declaration alone.

The drive is what the model declares as its input: a current, a probability or a rate among its parameters, a
conductance that is held, or else a variable that synapses drive. Where its range is not declared it is searched for:
the smallest drive that makes the neuron fire sets the scale.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from brian2 import (
    Network,
    NetworkOperation,
    SpikeMonitor,
    StateMonitor,
    amp,
    defaultclock,
    get_dimensions,
    hertz,
    second,
    volt,
)
from brian2 import seed as set_seed

import brainnet
from brainnet.declare import NeuronModel
from brainnet.plot import new_figure
from brainnet.targets import build, fresh

PARAMETERS = ("I_ext", "I", "J", "S_ext", "p", "rate")
VARIABLES = ("g_e", "psc", "h", "g")
POTENTIALS = ("v", "u", "S_hat", "phase")
UNITS = {"A": (1e-12, "pA"), "V": (1e-3, "mV"), "Hz": (1.0, "Hz"), "V/s": (1.0, "mV/ms"), "1": (1.0, "")}
DIMENSIONS = {"A": amp, "V": volt, "Hz": hertz, "V/s": volt / second, "1": 1.0}
SECONDS, STEPS = 0.5, 400


@dataclass(frozen=True)
class Drive:
    """What makes a model fire: a parameter, or a variable that is held (``once``: set at the start)."""

    name: str
    unit: str
    held: bool = False
    once: bool = False


def drive_of(model: NeuronModel) -> Drive | None:
    """Return the drive of a model, or None where nothing of it is known as one."""
    declared = model.resolved_parameters()
    for name in PARAMETERS:
        if name in declared:
            return Drive(name, _unit(declared[name].value))
    names = str(model.resolved("equations"))
    single = any(word in str(model.resolved("threshold")) for word in ("fired", "done"))
    for name in VARIABLES:
        if f"d{name}/dt" in names or f"{name} :" in names:
            return Drive(name, "1", held=not single, once=single)
    return None


def _unit(value: Any) -> str:
    return next(name for name, each in DIMENSIONS.items() if get_dimensions(each) == get_dimensions(value))


def simulated(model: NeuronModel, drive: Drive, values: np.ndarray, steps: int, record: str = "") -> Any:
    """Run one neuron for each drive; return spike times (s) by neuron, the recorded variable, and its unit."""
    set_seed(1)
    with brainnet.target("numpy"), fresh(), np.errstate(all="ignore"):
        given = {} if drive.held or drive.once else {drive.name: values * DIMENSIONS[drive.unit]}
        group = model.group(len(values), **given)
        monitor = SpikeMonitor(group)
        objects: list[Any] = [group, monitor]
        if drive.once:
            setattr(group, drive.name, values)
        if drive.held:
            objects.append(NetworkOperation(lambda: setattr(group, drive.name, values), when="start"))
        if record:
            objects.append(StateMonitor(group, record, record=True))
        build(Network(*objects), steps * defaultclock.dt).run()
        order = np.argsort(monitor.i, kind="stable")
        times = np.split(np.asarray(monitor.t)[order], np.cumsum(np.bincount(monitor.i, minlength=len(values)))[:-1])
        if not record:
            return times, None, ""
        return times, np.array(getattr(objects[-1], record)), _unit(getattr(group, record))


def per_step(model: NeuronModel, drive: Drive) -> bool:
    """Whether the neuron lives in time steps, as those of converted networks do."""
    return drive.name == "I" and drive.unit == "1" and "/dt" in str(model.resolved("equations"))


def span_of(model: NeuronModel, drive: Drive) -> tuple[float, float, float]:
    """Return the range of drives worth drawing, and the smallest of it that makes the neuron fire."""
    declared = model.resolved_parameters().get(drive.name)
    if declared is not None and declared.low is not None and declared.high is not None:
        return float(declared.low), float(declared.high), float(declared.high) / 10
    if not str(model.resolved("equations")).strip():
        return 0.0, 10 * float(declared.value), float(declared.value)
    if per_step(model, drive):
        return 0.0, 1.3, 0.5
    scan = np.logspace(-15, 4, 77)
    rest, *more = (len(each) for each in simulated(model, drive, np.append(0.0, scan), 1500)[0])
    above = np.array(more)
    if rest:  # noise: to where the drive decides
        below = np.array([len(each) for each in simulated(model, drive, -scan, 1500)[0]])
        top = float(scan[np.argmax(above - below >= 0.8 * (above.max() - below.min()))])
        return -top, top, top / 2
    if not above.any():
        return 0.0, 1.0, 1.0
    first = int(np.argmax(above > 0))
    fine = np.linspace(scan[first - 1], scan[first], 21)
    counts = [len(each) for each in simulated(model, drive, fine, 1500)[0]]
    rheobase = float(fine[np.argmax(np.array(counts) > 0)])
    return 0.0, 3 * rheobase, rheobase


def draw(model: NeuronModel) -> tuple[Any, str] | None:
    """Return the picture of a neuron and what it shows, or None where nothing of it is known as a drive."""
    drive = drive_of(model)
    if drive is None:
        return None
    names = str(model.resolved("equations"))
    potential = next((name for name in POTENTIALS if f"d{name}/dt" in names or f"{name} =" in names), "")
    return _draw_once(model, drive, potential) if drive.once else _draw_curve(model, drive, potential)


def _draw_curve(model: NeuronModel, drive: Drive, potential: str) -> tuple[Any, str]:
    low, high, threshold = span_of(model, drive)
    stepped = per_step(model, drive) or drive.name == "p"
    scale, unit = UNITS[drive.unit]
    values = np.linspace(low, high, 41)
    steps = STEPS if stepped else round(SECONDS / float(defaultclock.dt))
    times, *_ = simulated(model, drive, values, steps)
    figure, axes = new_figure(1, 2 if potential else 1, figsize=(9 if potential else 5, 3.2))
    curve = np.ravel(axes)[0]
    rate = np.array([len(each) for each in times]) / (steps if stepped else SECONDS)
    curve.plot(values / scale, rate, ".-", label="all spikes")
    first = np.array([1 / (each[1] - each[0]) if len(each) > 1 else np.nan for each in times])
    if not stepped and potential and np.nanmax(first / np.maximum(rate, 1e-9), initial=0) > 1.2 and low == 0:
        curve.plot(values / scale, first, color="C1", label="first interval")
        curve.legend()
    label = f"{drive.name} ({unit})" if unit else f"{drive.name}"
    curve.set(xlabel=label, ylabel="spikes per step" if stepped else "firing rate (Hz)", ylim=(0, None))
    length = f"{STEPS} time steps" if stepped else f"{SECONDS:g} s"
    text = f"Firing over {length} of constant `{drive.name}`, from the declared start."
    if potential:
        shown = [threshold * each for each in (0.7, 1.2, 2.4)] if low == 0 else [low / 2, 0.0, high / 2]
        shown = [0.2, 0.5, 0.9] if stepped else shown
        _draw_steps(np.ravel(axes)[1], model, drive, potential, np.array(shown), stepped)
        text += f" Right: `{potential}` after a step of `{drive.name}` at time 0; dots are spikes."
    return figure, text


def _draw_steps(axis: Any, model: NeuronModel, drive: Drive, potential: str, shown: np.ndarray, stepped: bool) -> None:
    dt = float(defaultclock.dt)
    times, trace, unit = simulated(model, drive, shown, 40 if stepped else round(SECONDS / dt), potential)
    # Some eight spikes of the one that fires most, and the first of the one that fires least.
    seen = [each for each in times if len(each)]
    last = max([each[0] for each in seen] + [min(each[min(8, len(each) - 1)] for each in seen)], default=0.1)
    steps = 40 if stepped else round(min(SECONDS, max(0.04, 1.2 * last)) / dt)
    trace = trace[:, :steps]
    scale, unit = UNITS[unit]
    drive_scale, drive_unit = UNITS[drive.unit]
    clock = np.arange(steps) if stepped else 1e3 * dt * np.arange(steps)
    for number, value in enumerate(shown):
        label = f"{drive.name} = {value / drive_scale:.3g} {drive_unit}".strip()
        axis.plot(clock, trace[number] / scale, color=f"C{number}", linewidth=1, label=label)
    top = np.nanmax(trace) / scale
    room = 0.06 * (top - np.nanmin(trace) / scale or 1)
    for number, each in enumerate(times):
        seen = each[each < steps * dt] / (dt if stepped else 1e-3)
        axis.plot(seen, np.full(len(seen), top + (number + 1) * room), ".", color=f"C{number}", markersize=3)
    axis.set(xlabel="time step" if stepped else "time (ms)", ylabel=f"{potential} ({unit})" if unit else potential)
    axis.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), fontsize=7)


def _draw_once(model: NeuronModel, drive: Drive, potential: str) -> tuple[Any, str]:
    """Draw a neuron that fires once: what one input does, and when it fires, against the input."""
    dt, steps = float(defaultclock.dt), 1000
    values = np.linspace(0, 1, 41)[1:]
    for _ in range(12):  # twice the smallest input that makes it fire
        times, *_ = simulated(model, drive, values, steps)
        fires = np.array([len(each) > 0 for each in times])
        if fires.any():
            break
        values = 2 * values
    smallest = values[np.argmax(fires)] if fires.any() else values[-1]
    if fires.all():  # late or soon: over the values that activations have
        smallest = 0.25
    values = np.linspace(0.5, 4, 71) * smallest
    times, *_ = simulated(model, drive, values, steps)
    figure, axes = new_figure(1, 2, figsize=(9, 3.2))
    latency, course = np.ravel(axes)
    late = np.array([each[0] if len(each) else np.nan for each in times])
    stepped = "T*dt" in str(model.resolved("equations")) or "/dt : 1" in str(model.resolved("equations"))
    unit = dt if stepped else 1e-3
    latency.plot(values, late / unit, ".-")
    latency.set(xlabel=f"{drive.name} at time 0", ylabel="first spike, step" if stepped else "first spike (ms)")
    shown = np.array([0.6, 1.2, 2.4]) * smallest
    length = int(min(steps, max(60, 1.6 * np.nanmax(late) / dt)))
    trace = simulated(model, drive, shown, length, potential)[1]
    for number, value in enumerate(shown):
        course.plot(np.arange(length) * dt / unit, trace[number], label=f"{drive.name} = {value:.3g}")
    course.set(xlabel="time step" if stepped else "time (ms)", ylabel=potential)
    course.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), fontsize=7)
    text = f"Time of the spike against the size of one input that sets `{drive.name}` at time 0, "
    return figure, text + f"and `{potential}` after inputs of three sizes."
