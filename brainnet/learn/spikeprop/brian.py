"""A trained spike response network as Brian2 equations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from brian2 import Clock, Network, Quantity, SpikeGeneratorGroup, Synapses, ms
from numpy.typing import NDArray

from brainnet.catalogue.content import models
from brainnet.coding.patterns import seconds
from brainnet.errors import ParameterError
from brainnet.learn.spikeprop.rule import Layer
from brainnet.targets.schedule import use_common_schedule

__all__ = ["spiking_network"]

# A spike acts from the time step before its arrival, with the alpha function shifted by what the grid is off: from the
# next step on the potential is exact.
TERMINAL = "w : 1\noff : second"
ARRIVAL = """s = off{lag}
h_post += w*exp(-s/tau_post)
u_post += w*s/tau_post*exp(1 - s/tau_post)"""


def spiking_network(layers: Sequence[Layer], inputs: NDArray[np.float64], *, dt: Quantity = 0.1 * ms) -> Network:
    """Connect copies of the neurons to the inputs of every pattern, so that one run presents all patterns.

    Parameters
    ----------
    layers : sequence of Layer
    inputs : array of shape (patterns, inputs)
        Spikes in ms; infinite where an input is silent.
    dt : Quantity

    Returns
    -------
    brian2.Network
        With the groups ``spikeprop_inputs`` and ``spikeprop_1``, ``spikeprop_2``..., a layer each, in which neuron
        ``pattern * neurons + j`` sees one pattern, and the synapses ``spikeprop_terminals_1``...

    Raises
    ------
    ParameterError
        A time step that is not above 0.
    """
    step = float(seconds(dt, "dt")) * 1e3
    if not 0 < step < np.inf:
        raise ParameterError(f"dt = {dt}; give a finite time above 0*ms")
    clock = Clock(dt)
    pattern, neuron = np.nonzero(np.isfinite(inputs))
    when = _whole(inputs[pattern, neuron], step)
    before: Any = SpikeGeneratorGroup(
        inputs.size, pattern * inputs.shape[1] + neuron, when * dt, clock=clock, name="spikeprop_inputs"
    )
    objects = [before]
    for number, layer in enumerate(layers, start=1):
        after = models.spikeprop.group(
            len(inputs) * len(layer.weights),
            tau=np.tile(layer.taus, len(inputs)) * ms,
            theta=np.tile(layer.thresholds, len(inputs)),
            clock=clock,
            name=f"spikeprop_{number}",
        )
        terminals = Synapses(
            before,
            after,
            TERMINAL,
            on_pre=ARRIVAL.format(lag="" if number == 1 else " + lag_pre"),
            clock=clock,
            name=f"spikeprop_terminals_{number}",
        )
        _connect(terminals, layer, len(inputs), step, inputs if number == 1 else None)
        objects += [after, terminals]
        before = after
    return use_common_schedule(Network(objects))


def _connect(terminals: Synapses, layer: Layer, patterns: int, step: float, inputs: NDArray[np.float64] | None) -> None:
    """Make the terminals of all patterns; those from inputs, whose spikes are known, reckon from these."""
    count, sources, _ = layer.weights.shape
    j, i, _ = np.indices(layer.weights.shape)
    each = np.arange(patterns)[:, None]
    source, target = (each * sources + i.ravel()).ravel(), (each * count + j.ravel()).ravel()
    terminals.connect(i=source, j=target)
    delays = np.tile(np.broadcast_to(layer.delays, layer.weights.shape).ravel(), patterns)
    if inputs is None:
        # The spike itself is up to a step late, which the lag tells.
        steps = np.maximum(_whole(delays, step) - 1, 0)
        off = steps * step - delays
    else:
        sent = np.where(np.isfinite(inputs), inputs, 0).ravel()[source]
        steps = _whole(sent + delays, step) - _whole(sent, step)
        off = _whole(sent + delays, step) * step - (sent + delays)
    terminals.w = np.tile(layer.weights.ravel(), patterns)
    terminals.off = off * ms
    terminals.delay = steps * step * ms


def _whole(times: NDArray[np.float64], step: float) -> NDArray[np.int64]:
    """Return the last time step, or the next one where only rounding separates a time from it."""
    return np.floor(times / step + 1e-9).astype(np.int64)
