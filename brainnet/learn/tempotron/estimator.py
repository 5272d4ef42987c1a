"""The Tempotron as a scikit-learn estimator."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import numpy as np
from brian2 import Network, Quantity, ms, second
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin

from brainnet.coding.patterns import SpikePatterns, seconds
from brainnet.declare import Parameter
from brainnet.errors import ParameterError
from brainnet.keys import fingerprint
from brainnet.learn.checkpoint import Checkpoint
from brainnet.learn.estimator import (
    check_fitted,
    check_labels,
    check_parameters,
    check_patterns,
    progress_bar,
    random_generator,
)
from brainnet.learn.tempotron.brian import tempotron_network
from brainnet.learn.tempotron.kernel import check_time_constants, published_rate
from brainnet.learn.tempotron.potential import Patterns, potential
from brainnet.learn.tempotron.rule import learn_epoch

__all__ = ["PARAMETERS", "Tempotron"]

PARAMETERS = {
    "tau": Parameter(15 * ms, "membrane time constant", above=0 * ms),
    "tau_s": Parameter(3.75 * ms, "decay of the synaptic current", above=0 * ms),
    "threshold": Parameter(1.0, "of the potential", above=0.0),
    "learning_rate": Parameter(1e-3, "lambda", above=0.0, high=1e3),
    "half_life": Parameter(1000.0, "of the learning rate, in epochs", above=0.0),
    "momentum": Parameter(0.99, "mu", low=0.0, below=1.0),
    "margin": Parameter(0.0, "distance to the threshold that is learned", low=0.0),
    "max_epochs": Parameter(1000, "passes through the patterns", low=1),
    "initial_scale": Parameter(1e-3, "standard deviation of the first weights", above=0.0),
}
# Patterns that are unpacked at a time where nothing is learned.
_BLOCK = 2048


class Tempotron(ClassifierMixin, BaseEstimator):
    r"""Neurons that learn to fire, or not to fire, for spike patterns.

    The potential is :math:`V(t) = \sum_i w_i \sum_{t_i < t} K(t - t_i)`, evaluated exactly, without time steps. On an
    error weights change by :math:`\pm \lambda \sum_{t_i < t_{max}} K(t_{max} - t_i)`, where V is highest; a part
    :math:`\mu` of the last change, whichever error it was for, is made again.

    With two classes one neuron fires for the second one. With more there is one neuron per class, which learns to fire
    for that class alone; the one of highest potential decides.

    Parameters
    ----------
    tau, tau_s : Quantity
        Time constants of the membrane and of the synaptic current; tau_s < tau.
    threshold : float
    learning_rate : float, optional
        :math:`\lambda`; :math:`3 \cdot 10^{-3}\, T / (\tau n V_0)` if not given.
    half_life : float, optional
        Epochs in which the learning rate halves; constant if not given.
    momentum : float
        :math:`\mu`.
    margin : float
        Learn also from patterns whose maximum is nearer to the threshold than this.
    max_epochs : int
        Passes through the patterns. Training ends before where nothing is left to learn.
    initial_scale : float
        Standard deviation of the normally distributed weights at the start.
    initial_weights : array (n,) or (n, outputs), optional
        Weights at the start, instead.
    random_state : int, optional
        Seed of the first weights and of the order of the patterns, which is drawn once.
    checkpoint : path, optional
        File that the training goes on from if it was interrupted, with the same result.
    progress : bool
        Show a progress bar where there is a terminal.

    Attributes
    ----------
    classes_ : array (classes,)
    n_features_in_ : int
        Inputs of a pattern.
    weights_ : array (n, outputs)
    errors_ : integer array (n_epochs, outputs)
        Patterns that each neuron erred on.
    n_epochs_ : int
    converged_ : bool
        Whether the last epoch left nothing to learn.

    Examples
    --------
    >>> from brainnet.coding import SpikePatterns
    >>> patterns = SpikePatterns.from_lists(
    ...     [([0, 1], [10, 12] * ms), ([0, 1], [10, 60] * ms)], n=2, duration=100 * ms)
    >>> Tempotron(learning_rate=0.01, random_state=1).fit(patterns, [1, 0]).predict(patterns)
    array([1, 0])

    References
    ----------
    Gütig & Sompolinsky 2006, Nat. Neurosci. 9:420.
    """

    def __init__(
        self,
        *,
        tau: Quantity = PARAMETERS["tau"].value,
        tau_s: Quantity = PARAMETERS["tau_s"].value,
        threshold: float = PARAMETERS["threshold"].value,
        learning_rate: float | None = None,
        half_life: float | None = None,
        momentum: float = PARAMETERS["momentum"].value,
        margin: float = PARAMETERS["margin"].value,
        max_epochs: int = PARAMETERS["max_epochs"].value,
        initial_scale: float = PARAMETERS["initial_scale"].value,
        initial_weights: Any = None,
        random_state: int | None = None,
        checkpoint: str | os.PathLike[str] | None = None,
        progress: bool = True,
    ) -> None:
        self.tau = tau
        self.tau_s = tau_s
        self.threshold = threshold
        self.learning_rate = learning_rate
        self.half_life = half_life
        self.momentum = momentum
        self.margin = margin
        self.max_epochs = max_epochs
        self.initial_scale = initial_scale
        self.initial_weights = initial_weights
        self.random_state = random_state
        self.checkpoint = checkpoint
        self.progress = progress

    def fit(self, X: SpikePatterns, y: Any) -> Tempotron:
        """Learn.

        Parameters
        ----------
        X : SpikePatterns
        y : array (patterns,)
            Classes: whole numbers or texts.

        Returns
        -------
        Tempotron
            Itself.

        Raises
        ------
        ParameterError
            A parameter that does not fit, such as a learning rate of NaN, or first weights that are all zero.
        DataError
            Patterns, labels or the checkpoint do not fit.
        """
        values = self._values()
        patterns = check_patterns(X)
        classes, labels = check_labels(patterns, y)
        self.n_features_in_ = patterns.n
        outputs = 1 if len(classes) == 2 else len(classes)
        rng = random_generator(self.random_state, self.checkpoint)
        weights = self._first_weights(rng, patterns.n, outputs, values["initial_scale"])
        order = rng.permutation(len(patterns))
        rate, duration = values.pop("learning_rate"), float(patterns.duration)
        if rate is None:
            rate = published_rate(patterns.n, duration, values["tau"], values["tau_s"])
        last = values.pop("max_epochs")
        key = fingerprint("tempotron", values, rate, patterns.neurons, patterns.times, patterns.offsets, duration,
                          labels, weights, order)  # fmt: skip
        kept = Checkpoint(self.checkpoint, key)
        expected = {"weights": (weights.dtype, weights.shape), "velocity": (weights.dtype, weights.shape),
                    "errors": (int, (None, outputs)), "learning": (bool, (outputs,))}  # fmt: skip
        state = kept.load(**expected) or {"weights": weights, "velocity": np.zeros_like(weights),
                                "errors": np.zeros((0, outputs), int), "learning": np.ones(outputs, bool)}  # fmt: skip
        weights, velocity, learning = state["weights"], state["velocity"], state["learning"]
        errors = list(state["errors"])
        unpacked = Patterns(patterns[order], values["tau"], values["tau_s"])
        positive = labels[order] == np.arange(len(classes))[-outputs:, None]
        how = {name: values[name] for name in ("momentum", "threshold", "margin")}
        slower = 0.0 if values["half_life"] is None else 1 / values["half_life"]
        with progress_bar(last, done=len(errors), show=self.progress) as bar:
            while len(errors) < last and learning.any():
                counts, now = np.zeros(outputs, int), rate * 0.5 ** (len(errors) * slower)
                for k in np.flatnonzero(learning):
                    counts[k], changes = learn_epoch(
                        unpacked, positive[k], weights[k], velocity[k], learning_rate=now, **how
                    )
                    learning[k] = changes > 0
                errors.append(counts)
                bar.update()
                bar.set_postfix(errors=int(counts.sum()))
                kept.save(weights=weights, velocity=velocity, errors=np.array(errors), learning=learning)
        kept.save(force=True, weights=weights, velocity=velocity, errors=np.array(errors), learning=learning)
        self.classes_, self.weights_ = classes, weights.T.copy()
        self.errors_, self.n_epochs_, self.converged_ = np.array(errors), len(errors), not learning.any()
        return self

    def decision_function(self, X: SpikePatterns) -> NDArray[np.float64]:
        """Return how far the highest potential exceeds the threshold: array (patterns,), or (patterns, classes)."""
        excess = self.peaks(X)[0] - self._values()["threshold"]
        return excess[:, 0] if len(self.classes_) == 2 else excess

    def predict(self, X: SpikePatterns) -> NDArray[Any]:
        """Return the class of each pattern."""
        excess = self.decision_function(X)
        return self.classes_[(excess >= 0).astype(int) if excess.ndim == 1 else excess.argmax(axis=1)]

    def peaks(self, X: SpikePatterns) -> tuple[NDArray[np.float64], Quantity]:
        """Return V_max and t_max, both of shape (patterns, outputs); exact.

        A potential that never exceeds rest has its maximum, 0, at the start.
        """
        self._check(X)
        values = self._values()
        found = [
            [block.peaks(w) for w in self.weights_.T]
            for block in _blocks(X, values["tau"], values["tau_s"])
        ]  # fmt: skip
        value, time = (
            np.concatenate([np.stack([w[part] for w in block], axis=1) for block in found]) for part in (0, 1)
        )
        return value, time * second

    def potential(self, pattern: SpikePatterns, times: Quantity) -> NDArray[np.float64]:
        """Return V(t) of one pattern, without a spike of the neuron: array (times, outputs).

        Parameters
        ----------
        pattern : SpikePatterns
            The first of them is shown.
        times : Quantity of shape (times,)
        """
        self._check(pattern)
        values = self._values()
        at = np.atleast_1d(seconds(times, "times"))
        neurons, spikes = pattern[0]
        return potential(neurons, spikes, self.weights_, at, tau=values["tau"], tau_s=values["tau_s"])

    def network(self, X: SpikePatterns, *, dt: Quantity = 0.1 * ms, **parameters: Any) -> Network:
        """Make the Brian2 network that shows all patterns at once to copies of the trained neurons.

        Parameters
        ----------
        X : SpikePatterns
            Their spikes are moved to the nearest time step, and each takes one more step to the neuron.
        dt : Quantity
        **parameters
            Of the model ``tempotron``, such as ``after_spike="free"``.

        Returns
        -------
        brian2.Network
            Its group ``tempotrons`` holds neuron ``pattern * outputs + output``. Run it for ``X.duration``.
        """
        self._check(X)
        own = {"tau": self.tau, "tau_s": self.tau_s, "v_th": self.threshold}
        return tempotron_network(self.weights_, X, dt=dt, **{**own, **parameters})

    def _values(self) -> dict[str, Any]:
        for name in ("tau", "tau_s", "threshold", "momentum", "margin", "max_epochs", "initial_scale"):
            if getattr(self, name) is None:
                raise ParameterError(f"Tempotron: {name} is None; leave it out for the default")
        values = check_parameters(self, PARAMETERS)
        check_time_constants(values["tau"], values["tau_s"])
        return values

    def _check(self, patterns: SpikePatterns) -> None:
        check_fitted(self)
        check_patterns(patterns, n=len(self.weights_))

    def _first_weights(self, rng: np.random.Generator, n: int, outputs: int, scale: float) -> NDArray[np.float64]:
        """Return weights of shape (outputs, n)."""
        drawn = rng.normal(0, scale, (outputs, n))
        if self.initial_weights is None:
            return drawn
        given = np.array(self.initial_weights, dtype=float)
        given = given[:, None] if given.ndim == 1 else given
        if given.shape != (n, outputs) or not np.isfinite(given).all():
            raise ParameterError(
                f"Tempotron: initial_weights of shape {given.shape}; give finite ones of shape {(n, outputs)}"
            )
        if (given == 0).all(axis=0).any():
            raise ParameterError(
                "Tempotron: initial_weights are all zero, so that V(t) is flat and has no maximum to learn at; "
                "give small random ones, or leave them out"
            )
        return np.ascontiguousarray(given.T)


def _blocks(patterns: SpikePatterns, tau: float, tau_s: float) -> Iterator[Patterns]:
    for first in range(0, len(patterns), _BLOCK):
        yield Patterns(patterns[first : first + _BLOCK], tau, tau_s)
