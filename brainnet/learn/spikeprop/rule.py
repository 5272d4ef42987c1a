r"""Spike response network with delayed terminals: its spikes, and their exact derivatives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from brainnet.learn.spikeprop.crossing import first_crossing

__all__ = ["Layer", "Passed", "backward", "forward"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Layer:
    """One layer: J neurons, each with K terminals from each of I neurons before.

    Attributes
    ----------
    weights : array of shape (J, I, K)
    delays : array of shape (J, I, K), or (1, 1, K) where all neurons share them
        In ms.
    taus : array of shape (J,)
        Time constants of the alpha functions onto each neuron, in ms.
    thresholds : array of shape (J,)
    """

    weights: Array
    delays: Array
    taus: Array
    thresholds: Array

    def arrays(self) -> dict[str, Array]:
        """Return the four arrays by name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def changed(self, **arrays: Array) -> Layer:
        """Return the layer with other arrays."""
        return replace(self, **arrays)


@dataclass(frozen=True)
class Passed:
    """What one layer did, for P patterns; arrays of shape (P, J) if not said otherwise.

    Attributes
    ----------
    fires : boolean array
    times : array
        Spikes, in ms. A silent neuron counts as firing at T + (theta - u_max) / m, m the least slope.
    at : array
        Time of the spike, or of the largest potential.
    slope : array
        du/dt at the spike, m at least; m of a silent neuron.
    x, psp, change : arrays of shape (P, J, I, K)
        At that time, for each terminal: time since the arrival in units of tau (0 before it), potential of weight 1,
        and its derivative with respect to x.
    """

    fires: NDArray[np.bool_]
    times: Array
    at: Array
    slope: Array
    x: Array
    psp: Array
    change: Array


def forward(layers: Sequence[Layer], inputs: Array, end: float, least_slope: float) -> list[Passed]:
    r"""Send patterns through the network; each neuron fires at most once, at its first crossing.

    .. math:: u_j(t) = \sum_i \sum_k w_{ij}^k \, \varepsilon(t - t_i - d_{ij}^k)

    Parameters
    ----------
    layers : sequence of Layer
    inputs : array of shape (P, I)
        Spikes in ms; infinite where an input is silent.
    end : float
        T, end of the trial in ms.
    least_slope : float
        m, in 1/ms: du/dt counts as at least this large, since a spike that grazes the threshold has no finite
        derivative.

    Returns
    -------
    list of Passed
        One per layer.

    References
    ----------
    Bohte, Kok & La Poutré 2002, Neurocomputing 48:17, eq. 1-4; the least slope after Booij & Nguyen 2005,
    Information Processing Letters 95:552.
    """
    heard, passed = inputs, []
    for layer in layers:
        arrivals = heard[:, None, :, None] + layer.delays[None]
        flat = arrivals.reshape(len(heard), arrivals.shape[1], -1)
        found = first_crossing(flat, layer.weights.reshape(len(layer.weights), -1), layer.taus, layer.thresholds, end)
        x, psp, change = _terminals(layer, heard, found.at)
        slope = np.einsum("jik,pjik->pj", layer.weights, change) / layer.taus
        late = end + (layer.thresholds - found.potential) / least_slope
        passed.append(
            Passed(
                found.fires,
                np.where(found.fires, found.at, late),
                found.at,
                np.where(found.fires, np.maximum(slope, least_slope), least_slope),
                x,
                psp,
                change,
            )
        )
        heard = np.where(found.fires, found.at, np.inf)
    return passed


def backward(layers: Sequence[Layer], passed: Sequence[Passed], error: Array) -> list[dict[str, Array]]:
    r"""Return the derivatives of the error with respect to all parameters.

    The threshold holds u at the spike, so that a parameter p moves it by
    :math:`\partial t_j / \partial p = -(\partial u_j / \partial p) / (\partial u_j / \partial t)`. A silent neuron
    takes the derivatives of its largest potential.

    Parameters
    ----------
    layers : sequence of Layer
    passed : sequence of Passed
    error : array of shape (P, J)
        dE/dt of the last layer: t - t_d for half the sum of squares.

    Returns
    -------
    list of dict
        One per layer: name of an array of `Layer` -> derivative, of its shape.

    References
    ----------
    Bohte, Kok & La Poutré 2002, eq. 10-20 (weights); Schrauwen & Van Campenhout 2004, Proc. ProRISC, 301
    (delays, time constants, thresholds). Here the time constant belongs to the neuron, not to each terminal: then the
    potential needs two equations a neuron, and its crossings have a closed form.
    """
    gradients: list[dict[str, Array]] = []
    for layer, each in zip(reversed(layers), reversed(passed), strict=True):
        delta = error / each.slope
        slope = layer.weights * each.change
        moved = slope * (delta / layer.taus)[:, :, None, None]
        delays = moved.sum(axis=0)
        gradients.append(
            {
                "weights": -np.einsum("pj,pjik->jik", delta, each.psp),
                "delays": delays if layer.delays.shape == delays.shape else delays.sum(axis=(0, 1), keepdims=True),
                "taus": np.einsum("pjik,pj->j", slope * each.x, delta) / layer.taus,
                "thresholds": delta.sum(axis=0),
            }
        )
        error = moved.sum(axis=(1, 3))
    return gradients[::-1]


def _terminals(layer: Layer, heard: Array, at: Array) -> tuple[Array, Array, Array]:
    """Return x, psp and change of `Passed`."""
    # The exponential of a sum as a product: one exponential for each two neurons, not for each of their terminals.
    waited = np.maximum(at[:, :, None] - heard[:, None, :], -1.0)
    tau = layer.taus[:, None, None]
    x = (waited[..., None] - layer.delays) / tau
    decay = np.exp(1 - waited / tau[..., 0])[..., None] * np.exp(layer.delays / tau)
    change = np.where(x > 0, (1 - x) * decay, 0)
    x = np.maximum(x, 0)
    return x, x * decay, change
