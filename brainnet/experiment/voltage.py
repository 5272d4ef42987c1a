"""Rules that read the membrane potential, with neurons that are made to fire at given times."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from brian2 import Clock, Network, Quantity, SpikeMonitor, ms

from brainnet.catalogue.content import models
from brainnet.errors import ParameterError
from brainnet.experiment.trains import Train, _source
from brainnet.spec import NeuronModel, SynapseModel
from brainnet.targets import build

__all__ = ["voltage_weights"]


def voltage_weights(
    rule: SynapseModel,
    neuron: NeuronModel,
    trains: Sequence[Train],
    *,
    onto: str,
    kick: Quantity,
    w: float,
    dt: Quantity = 0.05 * ms,
) -> tuple[np.ndarray, np.ndarray]:
    """Run a rule on every pair of trains, each with a neuron of its own: one network, one build.

    Parameters
    ----------
    rule : SynapseModel
        Drives nothing: its weight changes, the neuron does not hear it.
    neuron : NeuronModel
    trains : sequence of (presynaptic, postsynaptic) times in ms
        A neuron receives `kick` at each postsynaptic time.
    onto : str
        Variable that receives it.
    kick : Quantity
        Large enough for one spike.
    w : float
        Weight at the start, a pure number.
    dt : Quantity

    Returns
    -------
    weights : array (trains,)
    spikes : integer array (trains,)
        That the neurons fired.

    Raises
    ------
    ParameterError
        A neuron did not fire once for each kick.
    """
    clock = Clock(dt)
    pre, post = (_source(spikes, clock) for spikes in zip(*trains, strict=True))
    cells = neuron.group(len(trains), clock=clock)
    forced = models.static_synapse.connect(post, cells, onto=onto, path="synapses", clock=clock)
    forced.connect(j="i")
    forced.w = kick
    learned = rule.connect(pre, cells, onto=None, path="synapses", clock=clock)
    learned.connect(j="i")
    learned.w = w
    spikes = SpikeMonitor(cells)
    last = max(max([0.0, *each]) for pair in trains for each in pair)
    build(Network(pre, post, cells, forced, learned, spikes), (last + 60) * ms).run()
    fired = np.array(spikes.count[:])
    asked = np.array([len(each) for _, each in trains])
    if (fired != asked).any():
        k = int(np.argmax(fired != asked))
        raise ParameterError(f"{neuron.name} fired {fired[k]} times for {asked[k]} kicks of {kick}; change the kick")
    return np.array(learned.w[:]), fired
