r"""The potential of a Tempotron and its maximum, exactly: no time steps.

From a spike at :math:`t_k` to the next one the potential is :math:`V_0 (A_k e^{-s/\tau} - B_k e^{-s/\tau_s})`, with
:math:`s = t - t_k` and :math:`A_k = \sum_{j \le k} w_j e^{-(t_k - t_j)/\tau}`, and B_k alike. It has a maximum within
the interval only if A_k and B_k are positive, where :math:`e^{-s (1/\tau_s - 1/\tau)} = A_k \tau_s / (B_k \tau)`.
All other maxima lie at spikes, at the start, or at the end of the trial.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from brainnet.coding.patterns import SpikePatterns
from brainnet.learn.tempotron.kernel import kernel, normalisation

__all__ = ["Patterns", "potential"]

Floats = NDArray[np.float64]
# exp(T / tau_s) must be a double: longer trials are summed spike by spike.
_LONGEST = 600.0


class Patterns:
    """Patterns as rectangular arrays, with all that does not depend on the weights.

    Parameters
    ----------
    patterns : SpikePatterns
    tau, tau_s : float
        Time constants, in seconds.
    """

    def __init__(self, patterns: SpikePatterns, tau: float, tau_s: float) -> None:
        self.n, self.tau, self.tau_s, self.end = patterns.n, tau, tau_s, float(patterns.duration)
        end, self._v_0 = self.end, normalisation(tau, tau_s)
        counts = np.diff(patterns.offsets)
        filled = np.arange(counts.max()) < counts[:, None]
        # Rows are filled up by spikes at the end of the trial, of an input whose weight is zero.
        self.neurons = np.full(filled.shape, self.n)
        self.times = np.full(filled.shape, end)
        self.neurons[filled], self.times[filled] = patterns.neurons, patterns.times
        gaps = np.diff(self.times, axis=1, append=end)
        rates = 1 / tau, 1 / tau_s
        self._decays = [np.exp(-gaps * rate) for rate in rates]
        self._grown = [np.exp(self.times * rate) for rate in rates] if end < _LONGEST * tau_s else []
        self._shrunk = [1 / each for each in self._grown]
        self._falls = tau_s / tau * np.exp(np.minimum(gaps * (rates[1] - rates[0]), _LONGEST))

    def __len__(self) -> int:
        return len(self.times)

    @cached_property
    def busiest(self) -> Floats:
        """When the sum of all kernels is highest, in each pattern: array (patterns,), in seconds."""
        return self.peaks(np.ones(self.n))[1]

    def peaks(self, weights: Floats, first: int = 0, last: int | None = None) -> tuple[Floats, Floats]:
        """Return the highest potential of patterns ``first:last``, and when it is first reached, in seconds.

        Parameters
        ----------
        weights : array (n,)
        """
        rows = slice(first, last)
        tau, tau_s = self.tau, self.tau_s
        a, b = self._sums(weights, rows)
        # The highest value after each spike, up to the next one: at its end, or in between.
        highest = a * self._decays[0][rows] - b * self._decays[1][rows]
        between = (b > a * (tau_s / tau)) & (b < a * self._falls[rows])
        a, x = a[between], (a[between] * tau_s) / (b[between] * tau)
        highest[between] = a * (1 - tau_s / tau) * x ** (tau_s / (tau - tau_s))
        each, best = np.arange(len(highest)), highest.argmax(axis=1)
        value = self._v_0 * highest[each, best]
        # Rows of `between` are numbered from the first: the position of the best one gives its x.
        position = np.cumsum(between).reshape(between.shape)[each, best] - 1
        inside = between[each, best]
        start = self.times[rows][each, best]
        following = np.append(self.times[rows], np.full((len(each), 1), self.end), axis=1)[each, best + 1]
        time = following.copy()
        time[inside] = start[inside] - np.log(x[position[inside]]) / (1 / tau_s - 1 / tau)
        rest = value <= 0  # never above the potential of the start
        value[rest], time[rest] = 0.0, 0.0
        return value, time

    def _sums(self, weights: Floats, rows: slice) -> tuple[Floats, Floats]:
        w = np.append(weights, 0.0)[self.neurons[rows]]
        if self._grown:
            a, b = (np.cumsum(w * g[rows], axis=1) * s[rows] for g, s in zip(self._grown, self._shrunk, strict=True))
            return a, b
        a, b = w, w.copy()
        for total, decays in zip((a, b), self._decays, strict=True):
            for k in range(1, w.shape[1]):
                total[:, k] += total[:, k - 1] * decays[rows][:, k - 1]
        return a, b

    def eligibilities(self, row: int, time: float) -> Floats:
        """Sum of the kernels of each input at a time: array (n,), how much each weight counts in the potential."""
        counts = kernel(time - self.times[row], self.tau, self.tau_s)
        return np.asarray(np.bincount(self.neurons[row], counts, self.n + 1)[: self.n], dtype=float)


def potential(
    neurons: NDArray[np.int64], times: Floats, weights: Floats, at: Floats, *, tau: float, tau_s: float
) -> Floats:
    """Return the potential of one pattern at the times `at`.

    Parameters
    ----------
    neurons, times : arrays of shape (spikes,)
        The pattern; times in the unit of the time constants.
    weights : array (n,) or (n, outputs)
    at : array (steps,)
    tau, tau_s : float

    Returns
    -------
    array (steps,) or (steps, outputs)
    """
    return kernel(np.asarray(at)[:, None] - times, tau, tau_s) @ weights[neurons]
