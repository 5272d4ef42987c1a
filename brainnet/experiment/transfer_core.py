"""What the protocols of weight transfer share: the device by name, and accuracy of what was written."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from brian2 import second

from brainnet.ann import LayerGraph
from brainnet.catalogue.content import models
from brainnet.convert import convert
from brainnet.declare import Device
from brainnet.errors import ParameterError
from brainnet.experiment.given import Given
from brainnet.experiment.transfer_networks import TransferNetworks
from brainnet.hardware import TransferScheme, WrittenNetwork, plan_levels
from brainnet.results import no_value
from brainnet.targets import fresh
from brainnet.values.parameter import Parameter

__all__ = [
    "TRANSFER_DEVICE",
    "TRANSFER_SPIKES",
    "compensated",
    "cost_or_none",
    "spiking_accuracy",
    "transfer_device",
]

TRANSFER_DEVICE = {
    "device": Given("synaptic_transistor", "device that weights are written into, by name", accepts=(Device,)),
    "device_parameters": Parameter("", "values of its parameters, such as sigma_A=0.1, tau_p=3*us"),
}
TRANSFER_SPIKES = {
    "steps": Parameter(100, "time steps of the networks that run as spikes", low=1, high=100_000, quick=50),
}


def transfer_device(
    owner: str, device: Any, levels: list[int], scheme: TransferScheme | None = None, given: str = "", **varied: Any
) -> Device:
    """Return the device, with other values, after trying whether it reaches every level.

    Parameters
    ----------
    owner : str
        For messages.
    device : Device or str
        A model, or its name.
    levels : list of int
        Numbers of levels that are to be written.
    scheme : TransferScheme, optional
    given : str
        Values as text, ``"sigma_A=0.1, tau_p=3*us"``.
    **varied
        Parameters that the protocol varies, each with its largest value.

    Raises
    ------
    UnknownNameError, ParameterError
        There is no such device or parameter, `given` sets one that is varied, or it cannot be written: before
        anything is trained.
    """
    found = models[device] if isinstance(device, str) else device
    if not isinstance(found, Device):
        raise ParameterError(f"{owner}: {device!r} is no memory device; give one, such as synaptic_transistor")
    values = _read(owner, found, given)
    for name in values:
        if name in varied:
            raise ParameterError(f"{owner}: {name} is varied by the protocol itself; leave it out of device_parameters")
    for number in levels:
        plan_levels(found(**values), number // 2, scheme)
    return found(**values, **varied)


def _read(owner: str, device: Device, text: str) -> dict[str, Any]:
    parameters, read = device.resolved_parameters(), {}
    for part in filter(str.strip, text.split(",")):
        name, equals, value = (each.strip() for each in part.partition("="))
        if not equals or name not in parameters:
            raise ParameterError(
                f"{owner}: {part.strip()!r} sets no parameter of {device.name}; write NAME=VALUE with one of "
                f"{', '.join(parameters)}"
            )
        read[name] = parameters[name].parse(device.name, name, value)
    return read


def spiking_accuracy(networks: TransferNetworks, network: LayerGraph, steps: int) -> float:
    """Return the fraction of the test images whose label has the output neuron with the most spikes.

    Integrate-and-fire neurons with reset by subtraction that begin at half their threshold, weights scaled by the
    activations of the training images, images as constant currents.
    """
    with fresh():
        spiking = convert(network, calibration=networks.calibration, steps=steps, seed=networks.seed, v_init="half")
        return float((spiking.run(networks.x).decisions[:, -1] == networks.y).mean())


def compensated(written: WrittenNetwork, after: Any) -> LayerGraph:
    """Return the network after a time, each layer scaled up by what its conductances have lost together.

    The factor is the sum of the magnitudes of G+ - G- right after the transfer over that of now, both read once: one
    number per layer, as a reference pass gives it to the periphery (Joshi et al. 2020, Nat. Commun. 11:2473,
    doi:10.1038/s41467-020-16108-9, "global drift compensation").
    """
    factors = {}
    for layer in written.layers:
        now, then = (np.abs(layer.steps(time)).sum() for time in (after, 0 * second))
        factors[layer.levels.name] = then / now if now else 1.0
    network = written.network(after)
    layers = [
        replace(each, weights=each.weights * factors[each.name]) if each.name in factors else each
        for each in network.layers
    ]
    return replace(network, layers=tuple(layers))


def cost_or_none(values: list[Any], what: str, device: Device, unit: str) -> Any:
    """Return costs by number of levels as a result; null with the reason where the device declares none."""
    if any(value is None for value in values):
        return no_value(f"{device.name} declares no {what}; choose a device that does")
    return ("levels", [float(value) for value in values], {"units": unit})
