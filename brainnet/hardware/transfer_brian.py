"""The transfer in simulated time: gate pulses are Brian2 spikes, and a synapse's conductance is the device's."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from brian2 import Network, Quantity, SpikeGeneratorGroup, Synapses, get_dimensions, get_unit, second, siemens, us
from numpy.typing import NDArray

from brainnet.ann import LayerGraph
from brainnet.brian import word_substitute
from brainnet.declare import Device, evaluate
from brainnet.errors import ParameterError
from brainnet.hardware.array import DeviceArray
from brainnet.hardware.transfer_levels import Levels, levels_of
from brainnet.hardware.transfer_plan import LevelPlan, TransferScheme, plan_levels
from brainnet.hardware.transfer_writer import cells_of
from brainnet.seeds import check_seed
from brainnet.targets import build, fresh

__all__ = ["transfer_in_time"]

_LATEST = 2_000_000  # time steps; a small array is meant
# A pulse on one gate pairs with the last one on the other gate of the same synapse, if that is no longer ago than the
# window reaches; a slot of time is longer than that, so that pulses of other maps are strangers.
_MODEL = "G : siemens\nfree : 1 (constant)\nfirst : integer\nsecond_gate : integer"


def transfer_in_time(
    graph: LayerGraph, device: Device, scheme: TransferScheme | None = None, *, seed: int = 0
) -> dict[str, tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Write a small network as `transfer` does, on the current target of Brian2 and in simulated time.

    Gate 1 of the marked inputs and gate 2 of the neuron receive one spike each, so far apart as the level asks for;
    first one layer and one side of the pairs of devices, then the next. The result is that of `transfer` of the same
    arguments.

    Parameters
    ----------
    graph, device, seed
        As in `transfer`. Devices differ as they do there.
    scheme : TransferScheme
        With a resolution, which becomes the time step, and without jitter.

    Returns
    -------
    dict of str to (array, array)
        G+ and G- of each layer, (inputs, neurons), in siemens.

    Raises
    ------
    ParameterError
        There is no resolution, or jitter or cycle-to-cycle noise, whose draws come in another order here; or the
        network is too large to be simulated pulse by pulse.
    ConversionError
        Weights are not on levels.
    """
    scheme = scheme or TransferScheme()
    seed = check_seed("transfer", seed)
    _check(device, scheme)
    found = levels_of(graph)
    plans = [plan_levels(device, each.half, scheme) for each in found]
    trains = [
        [_Train.of(levels, plan, scheme, side, device) for side in (0, 1)]
        for levels, plan in zip(found, plans, strict=True)
    ]
    written = {}
    for number, (levels, plan) in enumerate(zip(found, plans, strict=True)):
        cells = [cells_of(device, levels, plan, (seed, number, neuron)) for neuron in range(levels.shape[1])]
        sides = [_simulated(device, [pair[side] for pair in cells], trains[number][side], scheme) for side in (0, 1)]
        written[levels.name] = sides[0], sides[1]
    return written


@dataclass
class _Train:
    """Spikes of both gates, in time steps."""

    inputs: list[int] = field(default_factory=list)
    input_times: list[int] = field(default_factory=list)
    neurons: list[int] = field(default_factory=list)
    neuron_times: list[int] = field(default_factory=list)
    length: int = 1

    @classmethod
    def of(cls, levels: Levels, plan: LevelPlan, scheme: TransferScheme, side: int, device: Device) -> _Train:
        """Make the spikes that write one side of a layer.

        Raises
        ------
        ParameterError
            They take too many time steps.
        """
        train, longest = cls(), _window_steps(device, scheme)
        for neuron in range(levels.shape[1]):
            for level, mask in levels.maps(neuron):
                for moved, steps in plan.moves(level, scheme.pair):
                    for time in plan.times[steps] if moved == side else ():
                        apart = round(time / float(scheme.resolution))
                        pre, post = train.length + max(-apart, 0), train.length + max(apart, 0)
                        marked = np.flatnonzero(mask).tolist()
                        train.inputs += marked
                        train.input_times += [pre] * len(marked)
                        train.neurons.append(neuron)
                        train.neuron_times.append(post)
                        train.length += 2 * longest + 2
        if train.length > _LATEST:
            raise ParameterError(
                f"transfer_in_time: layer {levels.name!r} takes {train.length} time steps; write it with transfer, or "
                "give fewer neurons, fewer levels, or a coarser resolution"
            )
        return train


def _window_steps(device: Device, scheme: TransferScheme) -> int:
    return int(np.ceil(device.values()["dt_max"] / float(scheme.resolution)))


def _simulated(device: Device, cells: list[DeviceArray], train: _Train, scheme: TransferScheme) -> NDArray[np.float64]:
    """Run one side of a layer and return its conductances, (inputs, neurons)."""
    start = np.stack([each.G for each in cells], axis=1)
    if not train.neurons:  # nothing is written there
        return start
    with fresh():  # a program of its own
        return _run(device, cells, start, train, float(scheme.resolution) * second)


def _run(
    device: Device, cells: list[DeviceArray], start: NDArray[np.float64], train: _Train, step: Quantity
) -> NDArray[np.float64]:
    """Make the synapses, give them the spikes and return their conductances."""
    inputs, neurons = start.shape
    longest = int(np.ceil(device.values()["dt_max"] / float(step)))
    gate_1 = SpikeGeneratorGroup(inputs, train.inputs, train.input_times * step, dt=step, name="gate_1*")
    gate_2 = SpikeGeneratorGroup(neurons, train.neurons, train.neuron_times * step, dt=step, name="gate_2*")
    names, varied = _namespace(device, cells)
    rise, fall = (_renamed(device.resolved("window")[way]) for way in ("potentiation", "depression"))
    model = "\n".join([_MODEL, *(f"{name} : {get_unit(get_dimensions(value))!r} (constant)" for name, value in varied)])
    pair = "G = clip(G + free*int(t_in_timesteps - {other} <= longest)*({change}), G_min, G_max)"
    synapses = Synapses(
        gate_1, gate_2, model,
        on_pre=f"""
        difference = -(t_in_timesteps - second_gate)*width
        {pair.format(other="second_gate", change=fall)}
        first = t_in_timesteps
        """,
        on_post=f"""
        difference = (t_in_timesteps - first)*width
        {pair.format(other="first", change=rise)}
        second_gate = t_in_timesteps
        """,
        namespace={**names, "width": step, "longest": longest},
        dt=step, name="devices*",
    )  # fmt: skip
    synapses.connect()
    synapses.first, synapses.second_gate = -10 * longest, -10 * longest
    synapses.G = start.ravel() * siemens
    synapses.free = np.stack([~each.stuck for each in cells], axis=1).ravel().astype(float)
    for name, value in varied:
        setattr(synapses, name, Quantity(np.asarray(value).ravel(), dim=get_dimensions(value)))
    build(Network(gate_1, gate_2, synapses), train.length * step).run()
    return np.array(synapses.G[:], dtype=float).reshape(inputs, neurons)


def _namespace(device: Device, cells: list[DeviceArray]) -> tuple[dict[str, Any], list[tuple[str, Any]]]:
    """Return what all devices share, and what differs between them, (inputs, neurons)."""
    shared: dict[str, Any] = dict(device.functions)
    varied = []
    for name, parameter in device.resolved_parameters().items():
        each = [cell.parameters[name] for cell in cells]
        if all(np.ndim(value) == 0 for value in each):
            shared[name] = parameter.value
        else:
            varied.append((name, Quantity(np.stack(each, axis=1), dim=get_dimensions(parameter.value))))
    return shared, varied


def _renamed(text: str) -> str:
    """Return the text of a window with a name for the time difference that is not Brian2's time step."""
    return str(word_substitute(text, {"dt": "difference"}))


def _check(device: Device, scheme: TransferScheme) -> None:
    if not isinstance(device, Device):
        raise ParameterError(
            f"transfer_in_time: {device!r} is no Device; give one, such as brainnet.models.ideal_device"
        )
    if scheme.write != "pairs":
        raise ParameterError("transfer_in_time: levels are written by pairs of pulses there; give write='pairs'")
    if not float(scheme.resolution):
        raise ParameterError(
            "transfer_in_time: time differences lie on time steps, and the scheme has no resolution; give one, such as "
            f"resolution={0.1 * us}"
        )
    if float(scheme.jitter):
        raise ParameterError("transfer_in_time: jitter is drawn in another order; leave it out, or use transfer")
    if text := device.resolved("cycle_noise"):
        values = device.values()
        middle = (values["G_min"] + values["G_max"]) / 2
        if np.any(evaluate(text, {**values, "G": middle, "dG": 0.1 * middle})):
            raise ParameterError(
                f"transfer_in_time: {device.name} has noise from cycle to cycle, which is drawn in another order; use "
                "transfer, or the device without it"
            )
    if device.resolved("derived"):
        raise ParameterError(
            f"transfer_in_time: {device.name} has derived constants, which only transfer knows; write them out"
        )
