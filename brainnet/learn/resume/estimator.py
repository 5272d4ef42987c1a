"""ReSuMe as an estimator: spike patterns in, spike trains out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from brian2 import Network, Quantity, amp, ms, nA, pA, second
from numpy.typing import NDArray
from sklearn.base import BaseEstimator

from brainnet.catalogue.content import models
from brainnet.coding.patterns import SpikePatterns
from brainnet.declare import NeuronModel, Parameter
from brainnet.errors import DataError, ParameterError
from brainnet.keys import fingerprint
from brainnet.learn.checkpoint import Checkpoint
from brainnet.learn.estimator import check_fitted, check_parameters, check_patterns, progress_bar, random_generator
from brainnet.learn.resume.brian import run_trial, spiking_network
from brainnet.learn.resume.rule import Neuron, Rule, Steps, learn, respond
from brainnet.learn.resume.targets import check_reachable, read_targets, to_steps
from brainnet.measure.trains import schreiber_correlation
from brainnet.targets import fresh

__all__ = ["NEURON", "PARAMETERS", "ReSuMe"]

# Faster than the defaults of `lif`, so that target spikes can follow each other at 100 Hz.
NEURON = models.lif(synapse="current", tau_m=10 * ms, tau_s=5 * ms, t_ref=2 * ms)

PARAMETERS = {
    "tau": Parameter(7 * ms, "time constant of the learning window", above=0 * ms),
    "A": Parameter(0.01, "amplitude of the learning window, in w_max", low=-100.0, high=100.0),
    "a": Parameter(0.0005, "change by each spike, in w_max", low=0.0),
    "w_max": Parameter(1 * nA, "largest size of a weight", above=0 * nA),
    "w_mean": Parameter(20 * pA, "mean of the first weights"),
    "w_std": Parameter(10 * pA, "standard deviation of the first weights", low=0 * pA),
    "update": Parameter("spike", "when weights change", choices=("spike", "trial")),
    "max_epochs": Parameter(150, "passes through the patterns, at most", low=1),
    "goal": Parameter(1.0, "mean correlation that ends the training", above=0.0, high=1.0),
    "sigma": Parameter(2 * ms, "width of the Gaussian in the correlation", above=0 * ms),
    "dt": Parameter(0.1 * ms, "time step", above=0 * ms),
    "keep_spikes": Parameter(False, "keep what is fired in every epoch"),
    "progress": Parameter(True, "show a progress bar where there is a terminal"),
}


class ReSuMe(BaseEstimator):
    r"""Neurons that learn to fire target spike trains.

    .. math:: \frac{dw_i}{dt} = \left[S_d(t) - S_o(t)\right] \left[a + \int_0^\infty A e^{-s/\tau} S_i(t - s)\,ds\right]

    with the target spikes S_d, the output spikes S_o and the input spikes S_i: `brainnet.models.resume`. The neurons
    are those of `brainnet.models.lif`. A trial is computed without a loop over time steps; `network` makes one in
    Brian2 equations and `present` runs it, with the same spikes and weights.

    Parameters
    ----------
    neuron : NeuronModel, optional
        A `lif` with ``synapse="current"`` and ``reset="zero"``; `NEURON` where left out.
    tau : Quantity
        Time constant of the learning window.
    A, a : float
        Change of a weight by a target spike just after an input spike, and by one without input, in `w_max`.
    w_max : Quantity
        Weights lie between -w_max and w_max, in ampere.
    w_mean, w_std : Quantity
        Of the normal distribution that the first weights are drawn from.
    delays : Quantity or array of Quantity, of shape (n,) or (n, outputs)
        From an input spike to its synapse; rounded to time steps.
    update : {"spike", "trial"}
        Change weights at each spike, or after each pattern.
    max_epochs : int
        Passes through the patterns, at most.
    goal : float
        Training ends once the mean correlation of an epoch reaches it.
    sigma : Quantity
        Width of the Gaussian in the correlation (`brainnet.measure.trains.schreiber_correlation`).
    dt : Quantity
        Time step. Spike times are rounded down to it, as Brian2 does.
    random_state : int or None
    keep_spikes : bool
        Keep what was fired in every epoch, as `raster_`.
    checkpoint : path or None
        An npz file. A training that is killed goes on from it, with the same result.
    progress : bool

    Attributes
    ----------
    weights_ : Quantity of shape (n, outputs)
    correlations_ : array (epochs, patterns, outputs)
        Of the spikes that were fired in training with the targets.
    raster_ : array (spikes, 4)
        With `keep_spikes`: epoch from 0, pattern, output, time in seconds, of every spike fired in training.
    n_epochs_ : int
    n_features_in_ : int

    References
    ----------
    Ponulak & Kasinski 2010, Neural Comput. 22:467, eq. 2.10; Schreiber et al. 2003, Neurocomputing 52-54:925.
    """

    def __init__(
        self,
        *,
        neuron: NeuronModel | None = None,
        tau: Quantity = PARAMETERS["tau"].value,
        A: float = PARAMETERS["A"].value,  # the paper's symbol
        a: float = PARAMETERS["a"].value,
        w_max: Quantity = PARAMETERS["w_max"].value,
        w_mean: Quantity = PARAMETERS["w_mean"].value,
        w_std: Quantity = PARAMETERS["w_std"].value,
        delays: Any = 0 * ms,
        update: str = PARAMETERS["update"].value,
        max_epochs: int = PARAMETERS["max_epochs"].value,
        goal: float = PARAMETERS["goal"].value,
        sigma: Quantity = PARAMETERS["sigma"].value,
        dt: Quantity = PARAMETERS["dt"].value,
        random_state: int | None = None,
        keep_spikes: bool = PARAMETERS["keep_spikes"].value,
        checkpoint: Any = None,
        progress: bool = PARAMETERS["progress"].value,
    ) -> None:
        self.neuron = neuron
        self.tau = tau
        self.A = A
        self.a = a
        self.w_max = w_max
        self.w_mean = w_mean
        self.w_std = w_std
        self.delays = delays
        self.update = update
        self.max_epochs = max_epochs
        self.goal = goal
        self.sigma = sigma
        self.dt = dt
        self.random_state = random_state
        self.keep_spikes = keep_spikes
        self.checkpoint = checkpoint
        self.progress = progress

    def fit(self, X: SpikePatterns, y: Sequence[Any]) -> ReSuMe:
        """Learn to fire `y` when shown `X`.

        Parameters
        ----------
        X : SpikePatterns
        y : sequence of patterns of sequences of outputs of Quantity
            Target spike times of each output neuron in each pattern, with units; a pattern may be one train, if there
            is one output neuron. An empty train asks for silence.

        Returns
        -------
        ReSuMe

        Raises
        ------
        DataError
            A target outside of its trial, before the first input spike can have an effect, or sooner after another
            than the neuron can fire; two spikes of one input in a time step.
        ParameterError
            A parameter of the wrong unit, type or range.
        """
        p, rng = self._settings(), random_generator(self.random_state, self.checkpoint)
        patterns = check_patterns(X)
        duration = float(patterns.duration)
        targets = read_targets(y, len(patterns), duration, p["dt"])
        outputs = targets.outputs
        trials = self._trials(patterns, outputs)
        neuron, rule, n_steps = self._neuron(), self._rule(), round(duration / p["dt"])
        check_reachable(targets, trials, neuron.refractory)
        key = fingerprint(
            {k: v for k, v in p.items() if k not in ("max_epochs", "goal", "progress")}, repr(neuron),
            patterns.neurons, patterns.times, patterns.offsets, patterns.n, targets.steps, np.asarray(self.delays),
            self.random_state,
        )  # fmt: skip
        kept = Checkpoint(self.checkpoint, key)
        shape = (patterns.n, outputs)
        state: dict[str, Any] | None = kept.load(
            weights=(float, shape), correlations=(float, (None, len(patterns), outputs)), raster=(float, (None, 4))
        )
        if state is None:
            first = np.clip(rng.normal(p["w_mean"], p["w_std"], shape), -p["w_max"], p["w_max"])
            nothing = {"correlations": np.zeros((0, len(patterns), outputs)), "raster": np.zeros((0, 4))}
            state = {"weights": first, **nothing}
        w, correlations, raster = state["weights"].copy(), [*state["correlations"]], [state["raster"]]
        sigma = p["sigma"] * second
        with progress_bar(p["max_epochs"], done=len(correlations), show=p["progress"]) as bar:
            while len(correlations) < p["max_epochs"]:
                if correlations and np.mean(correlations[-1]) >= p["goal"]:
                    break
                found = np.zeros((len(patterns), outputs))
                for k, j in np.ndindex(found.shape):
                    step, source = trials[k][j]
                    at_once = p["update"] == "spike"
                    w[:, j], fired = learn(
                        neuron, rule, step, source, w[:, j], targets.steps[k][j], n_steps, at_once=at_once
                    )
                    asked = targets.steps[k][j] * p["dt"] * second
                    found[k, j] = schreiber_correlation(fired * p["dt"] * second, asked, sigma=sigma)
                    if p["keep_spikes"]:
                        where = (len(correlations), k, j)
                        raster.append(np.array([(*where, each * p["dt"]) for each in fired]).reshape(-1, 4))
                correlations.append(found)
                kept.save(weights=w, correlations=np.array(correlations), raster=np.concatenate(raster))
                bar.set_postfix(C=f"{found.mean():.3f}", refresh=False)
                bar.update()
        self.raster_ = np.concatenate(raster)
        kept.save(weights=w, correlations=np.array(correlations), raster=self.raster_, force=True)
        self.weights_ = w * amp
        self.correlations_ = np.array(correlations)
        self.n_epochs_, self.n_features_in_ = len(correlations), patterns.n
        return self

    def predict(self, X: SpikePatterns) -> list[list[Quantity]]:
        """Return the spike times of each output neuron in each pattern."""
        check_fitted(self)
        patterns, w = check_patterns(X, n=self.n_features_in_), np.asarray(self.weights_)
        dt = self._settings()["dt"]
        neuron, n_steps = self._neuron(), round(float(patterns.duration) / dt)
        return [
            [respond(neuron, *trial, w[:, j], n_steps) * dt * second for j, trial in enumerate(trials)]
            for trials in self._trials(patterns, w.shape[1])
        ]

    def score(self, X: SpikePatterns, y: Sequence[Any]) -> float:
        """Return the mean correlation of the spikes fired with the targets."""
        fired, p = self.predict(X), self._settings()
        targets = read_targets(y, len(fired), float(X.duration), p["dt"])
        if targets.outputs != len(fired[0]):
            raise DataError(f"targets of {targets.outputs} neurons; the estimator was fitted with {len(fired[0])}")
        found = [
            schreiber_correlation(spikes, steps * p["dt"] * second, sigma=p["sigma"] * second)
            for row, asked in zip(fired, targets.steps, strict=True)
            for spikes, steps in zip(row, asked, strict=True)
        ]
        return float(np.mean(found))

    def network(self, X: SpikePatterns, y: Any = None, *, weights: Quantity | None = None) -> Network:
        """Make one trial as Brian2 equations, on the current target.

        Parameters
        ----------
        X : SpikePatterns
            Of one pattern, such as ``patterns[[0]]``.
        y : sequence of Quantity, optional
            A train for each output, which teaches the synapses. Without, nothing is learned.
        weights : Quantity of shape (n, outputs), optional
            At the start; those learned where left out.

        Returns
        -------
        brian2.Network
            See `brainnet.learn.resume.brian.spiking_network` for its groups. Run it for ``X.duration`` and a step more.

        Raises
        ------
        DataError, ParameterError
            As `fit`; more than one pattern.
        """
        patterns = check_patterns(X)
        if len(patterns) != 1:
            raise DataError(f"{len(patterns)} patterns; show one, such as patterns[[0]]")
        if weights is None:
            check_fitted(self)
            weights = self.weights_
        check_patterns(patterns, n=len(weights))
        return spiking_network(self._model(), self._settings(), self._delay_steps(*weights.shape), weights, patterns, y)

    def present(
        self, X: SpikePatterns, y: Any = None, *, weights: Quantity | None = None
    ) -> tuple[list[Quantity], Quantity]:
        """Run `network`, in a program of its own.

        Returns
        -------
        spikes : list of Quantity
            Spike times of each output.
        weights : Quantity of shape (n, outputs)
            After the trial.

        Raises
        ------
        DataError, ParameterError
            As `network`.
        """
        with fresh():
            return run_trial(self.network(X, y, weights=weights), self._settings(), float(X.duration))

    def _settings(self) -> dict[str, Any]:
        return check_parameters(self, PARAMETERS)

    def _model(self) -> NeuronModel:
        """Return the neuron, if it is of the kind that trials are computed for."""
        model = NEURON if self.neuron is None else self.neuron
        fits = isinstance(model, NeuronModel) and model.name == "lif"
        if not fits or (model.choice("synapse"), model.choice("reset")) != ("current", "zero"):
            raise ParameterError("ReSuMe: neuron is no lif with currents; give models.lif(synapse='current', ...)")
        return model

    def _neuron(self) -> Neuron:
        value = {name: float(each.value) for name, each in self._model().resolved_parameters().items()}
        if value["tau_m"] == value["tau_s"]:
            raise ParameterError("ReSuMe: tau_m and tau_s of the neuron are equal; give different ones")
        if value["I_ext"]:
            raise ParameterError("ReSuMe: the neuron has a constant current I_ext; leave it out")
        dt = self._settings()["dt"]
        return Neuron(
            value["tau_m"] / dt, value["tau_s"] / dt, value["R_m"], value["E_L"], value["v_th"], value["v_reset"],
            max(1, int((value["t_ref"] + 1e-3 * dt) / dt)),
        )  # fmt: skip

    def _rule(self) -> Rule:
        p = self._settings()
        return Rule(p["tau"] / p["dt"], p["A"] * p["w_max"], p["a"] * p["w_max"], -p["w_max"], p["w_max"])

    def _trials(self, patterns: SpikePatterns, outputs: int) -> list[list[tuple[Steps, Steps]]]:
        """Return arrivals of input spikes as (steps, inputs), by pattern and output."""
        delay = self._delay_steps(patterns.n, outputs)
        dt = self._settings()["dt"]
        trials = []
        for k, (source, times) in enumerate(patterns):
            step = to_steps(times, dt)
            if len(np.unique(step * patterns.n + source)) < len(step):
                raise DataError(
                    f"pattern {k}: an input spikes twice in a time step of {dt * 1e3:g} ms; take a shorter dt"
                )
            trials.append([(step + delay[source, j], source) for j in range(outputs)])
        return trials

    def _delay_steps(self, n: int, outputs: int) -> NDArray[np.int64]:
        """Return delays in time steps, of shape (n, outputs)."""
        delays, dt = self.delays, self._settings()["dt"]
        if not isinstance(delays, Quantity) or delays.dim is not second.dim:
            raise ParameterError(f"ReSuMe: delays = {delays!r} is no time; write e.g. delays=1*ms")
        values = np.asarray(delays, dtype=float)
        if values.shape not in ((), (n,), (n, outputs)) or not np.isfinite(values).all() or (values < 0).any():
            raise ParameterError(
                f"ReSuMe: delays of the shape {values.shape}, from {values.min() * 1e3:g} ms on; give one time of at "
                f"least 0*ms, or arrays of the shape {(n,)} or {(n, outputs)}"
            )
        values = values[:, None] if values.ndim == 1 else values
        return np.broadcast_to(to_steps(values, dt), (n, outputs))
