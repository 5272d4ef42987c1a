"""A trial of ReSuMe neurons as a Brian2 network: the same spikes and weights as those of the estimator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from brian2 import Clock, Network, Quantity, SpikeGeneratorGroup, SpikeMonitor, amp, second
from numpy.typing import NDArray

from brainnet.catalogue.content import models
from brainnet.coding.patterns import SpikePatterns
from brainnet.declare import NeuronModel
from brainnet.errors import DataError
from brainnet.learn.resume.targets import read_targets, to_steps
from brainnet.pairing.teach import teach
from brainnet.targets import build, use_common_schedule

__all__ = ["run_trial", "spiking_network"]


def spiking_network(
    model: NeuronModel,
    settings: Mapping[str, Any],
    delays: NDArray[np.int64],
    weights: Quantity,
    pattern: SpikePatterns,
    target: Any,
) -> Network:
    """Connect a neuron for each output to the inputs of one pattern.

    Parameters
    ----------
    model : NeuronModel
    settings : mapping
        The estimator's parameters, in SI units.
    delays : integer array (n, outputs)
        In time steps.
    weights : Quantity (n, outputs)
    pattern : SpikePatterns
        Of one pattern.
    target : sequence of Quantity, or None
        A train for each output. Without, nothing is learned.

    Returns
    -------
    brian2.Network
        With the groups ``inputs`` and ``outputs``, the synapses ``learned``, the monitor ``spikes`` and, with targets,
        the group ``target``.

    Raises
    ------
    DataError
        Targets that do not fit.
    """
    p, (n, outputs), dt = settings, weights.shape, settings["dt"]
    clock = Clock(dt * second, name="steps")
    source, times = pattern[0]
    inputs = SpikeGeneratorGroup(n, source, to_steps(times, dt) * dt * second, clock=clock, name="inputs")
    cells = model.group(outputs, clock=clock, name="outputs")
    spikes = SpikeMonitor(cells, name="spikes")
    rule = {"tau": p["tau"] * second, "A": p["A"], "a": p["a"], "w_min": -p["w_max"] * amp, "w_max": p["w_max"] * amp}
    if target is None:
        rule |= {"A": 0.0, "a": 0.0}
    synapses = models.resume.connect(
        inputs, cells, weights, onto="I_syn", path="synapses", update=p["update"], clock=clock, name="learned", **rule
    )
    synapses.pre.delay = delays.ravel() * dt * second
    objects: list[Any] = [inputs, cells, spikes, synapses]
    if target is not None:
        asked = read_targets([target], 1, float(pattern.duration), dt).steps[0]
        if len(asked) != outputs:
            raise DataError(f"targets of {len(asked)} neurons and {outputs} outputs; give one train for each")
        which = np.repeat(np.arange(outputs), [len(train) for train in asked])
        teacher = SpikeGeneratorGroup(outputs, which, np.concatenate(asked) * dt * second, clock=clock, name="target")
        objects += [teacher, teach(teacher, synapses)]
    network = Network(objects)
    use_common_schedule(network)
    return network


def run_trial(network: Network, settings: Mapping[str, Any], duration: float) -> tuple[list[Quantity], Quantity]:
    """Run `spiking_network` once, and return the spikes of each output and the weights (n, outputs) after it."""
    p, dt, synapses, spikes = settings, settings["dt"], network["learned"], network["spikes"]
    shape = (len(network["inputs"]), len(network["outputs"]))
    # The synapses' turn after the last step of the trial is that of a step more.
    n_steps = round(duration / dt)
    build(network, (n_steps + 1) * dt * second).run()
    w = np.array(synapses.w[:]).reshape(shape)
    if p["update"] == "trial":
        w = np.clip(w + np.array(synapses.dw[:]).reshape(shape), -p["w_max"], p["w_max"])
    within = np.array(spikes.t[:]) < (n_steps - 0.5) * dt
    times, who = np.array(spikes.t[:])[within], np.array(spikes.i[:])[within]
    return [np.sort(times[who == j]) * second for j in range(shape[1])], w * amp
