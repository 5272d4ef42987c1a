"""First crossing of the threshold by a sum of alpha functions, in closed form."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import lambertw

__all__ = ["Crossing", "alpha", "first_crossing"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Crossing:
    """When neurons fire, for P patterns and J neurons; arrays of shape (P, J).

    Attributes
    ----------
    fires : boolean array
    at : array
        Time of the spike; without one, the time at which the potential is largest.
    potential : array
        At that time.
    """

    fires: NDArray[np.bool_]
    at: Array
    potential: Array


def alpha(x: Array) -> Array:
    r"""Return the postsynaptic potential :math:`\varepsilon = x e^{1 - x}` for x = s / tau above 0, else 0."""
    x = np.maximum(x, 0)
    return x * np.exp(1 - x)


def first_crossing(arrivals: Array, weights: Array, tau: Array, theta: Array, end: float) -> Crossing:
    r"""Find when :math:`u(t) = \sum_e w_e \, \varepsilon(t - a_e)` first reaches the threshold.

    Between two arrivals :math:`u = e^{1 - t/\tau} (S_1 t - S_2) / \tau` with :math:`S_1 = \sum w_e e^{a_e/\tau}` and
    :math:`S_2 = \sum w_e a_e e^{a_e/\tau}` over those before. It can rise through a positive threshold only if
    :math:`S_1 > 0`, before its single maximum at :math:`t^* = S_2/S_1 + \tau` of height
    :math:`u^* = S_1 e^{1 - t^*/\tau}`, where :math:`u = u^* z e^{1 - z}` with :math:`z = 1 - (t^* - t)/\tau`. So the
    first interval whose maximum reaches the threshold is the one of the spike, and :math:`z = -W_0(-\theta/(e u^*))`.

    Parameters
    ----------
    arrivals : array of shape (P, J, E) or (P, 1, E)
        Of E terminals; infinite where nothing arrives.
    weights : array of shape (J, E)
    tau, theta : arrays of shape (J,)
        Time constants and thresholds, above 0.
    end : float
        Of the trial; what comes later counts for nothing.

    Returns
    -------
    Crossing
    """
    order = np.argsort(arrivals, axis=-1)
    order = order[..., : max(1, int((arrivals < end).sum(axis=-1).max()))]
    a = np.take_along_axis(arrivals, order, axis=-1)
    w = np.take_along_axis(weights[None], order, axis=-1) * (a < end)
    a = np.minimum(a, end)
    tau_e = tau[:, None]
    grown = w * np.exp(a / tau_e)
    s1, s2 = np.cumsum(grown, axis=-1), np.cumsum(grown * a, axis=-1)
    following = np.concatenate([a[..., 1:], np.full_like(a[..., :1], end)], axis=-1)
    rises = s1 > 0
    peak = np.where(rises, s2 / np.where(rises, s1, 1) + tau_e, a)
    top = np.clip(peak, a, following)
    u = np.exp(1 - top / tau_e) * (s1 * top - s2) / tau_e
    reached = u >= theta[:, None]
    fires = reached.any(axis=-1)
    interval = np.where(fires, reached.argmax(axis=-1), u.argmax(axis=-1))[..., None]

    def pick(values: Array) -> Array:
        return np.take_along_axis(values, interval, axis=-1)[..., 0]

    height = pick(s1) * np.exp(1 - pick(peak) / tau)
    ratio = np.where(fires, theta / np.where(fires & (height > 0), height, np.inf), 0)
    z = -lambertw(-np.minimum(ratio, 1) / np.e).real
    t = np.clip(pick(peak) - tau * (1 - z), pick(a), pick(top))
    return Crossing(fires, np.where(fires, t, pick(top)), np.where(fires, theta, pick(u)))
