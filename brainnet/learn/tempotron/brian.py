"""Trained Tempotrons as a Brian2 network."""

from __future__ import annotations

from typing import Any

import numpy as np
from brian2 import Clock, Network, Quantity, SpikeGeneratorGroup, ms, second
from numpy.typing import NDArray
from scipy import sparse

from brainnet.catalogue.content import models
from brainnet.coding.patterns import SpikePatterns, seconds
from brainnet.errors import DataError

__all__ = ["tempotron_network"]


def tempotron_network(
    weights: NDArray[np.float64], patterns: SpikePatterns, *, dt: Quantity = 0.1 * ms, **parameters: Any
) -> Network:
    """Connect copies of the neurons to the inputs of every pattern, so that one run presents all patterns.

    Parameters
    ----------
    weights : array (n, outputs)
    patterns : SpikePatterns
        Spikes are moved to the nearest time step. Each takes one more step to the neuron.
    dt : Quantity
    **parameters
        Of the model ``tempotron``.

    Returns
    -------
    brian2.Network
        With the groups ``tempotron_inputs``, ``tempotrons`` and ``tempotron_weights``. Neuron
        ``pattern * outputs + output`` sees one pattern.

    Raises
    ------
    DataError
        An input has two spikes in one time step.
    """
    n, outputs = weights.shape
    clock = Clock(dt)
    owner = np.repeat(np.arange(len(patterns)), np.diff(patterns.offsets))
    source = owner * n + patterns.neurons
    steps = np.rint(patterns.times / float(seconds(dt, "dt"))).astype(int)
    if len(np.unique(np.stack([source, steps]), axis=1).T) < len(steps):
        raise DataError(f"an input has two spikes in one time step of {dt}; give a smaller dt")
    inputs = SpikeGeneratorGroup(
        len(patterns) * n, source, steps * float(dt) * second, clock=clock, name="tempotron_inputs"
    )
    neurons = models.tempotron.group(len(patterns) * outputs, clock=clock, name="tempotrons", **parameters)
    matrix = sparse.kron(sparse.identity(len(patterns)), sparse.csr_matrix(weights), format="csr")
    synapses = models.static_synapse.connect(inputs, neurons, matrix, onto="psc", clock=clock, name="tempotron_weights")
    return Network(inputs, neurons, synapses)
