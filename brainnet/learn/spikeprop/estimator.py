"""SpikeProp as a scikit-learn estimator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from brian2 import Network, Quantity, ms
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin

from brainnet.coding.patterns import SpikePatterns, seconds
from brainnet.declare import Parameter
from brainnet.errors import DataError, ParameterError
from brainnet.keys import fingerprint
from brainnet.learn.checkpoint import Checkpoint
from brainnet.learn.estimator import check_fitted, check_labels, check_parameters, check_patterns, random_generator
from brainnet.learn.spikeprop.brian import spiking_network
from brainnet.learn.spikeprop.optimisers import OPTIMISERS, chosen_optimiser
from brainnet.learn.spikeprop.rule import forward
from brainnet.learn.spikeprop.times import class_times, input_times, target_times
from brainnet.learn.spikeprop.training import initial_layers, train

__all__ = ["PARAMETERS", "SpikeProp"]

OUTPUTS = ("class", "single")
RATES = ("delays", "taus", "thresholds")
PARAMETERS = {
    "hidden": Parameter(10, "neurons of the hidden layer", low=1, high=100_000),
    "tau": Parameter(7 * ms, "time constant of the postsynaptic potential", above=0 * ms),
    "theta": Parameter(1.0, "threshold", above=0.0),
    "early": Parameter(10 * ms, "time of the output of a pattern's class", above=0 * ms),
    "late": Parameter(16 * ms, "time of the other outputs", above=0 * ms),
    "outputs": Parameter("class", "a neuron for each class, or a single one", choices=OUTPUTS),
    "optimiser": Parameter("rprop", "way down the error", choices=OPTIMISERS),
    "learning_rate": Parameter(0.01, "of the weights; the first step of rprop", above=0.0, high=1e3),
    "momentum": Parameter(0.9, "part of the last step that the next one keeps", low=0.0, below=1.0),
    "max_epochs": Parameter(500, "passes through the patterns, at most", low=1, high=10_000_000),
    "tolerance": Parameter(0.0, "error per pattern at which training ends, in ms^2", low=0.0),
    "duration": Parameter(40 * ms, "of a trial", above=0 * ms),
    "least_slope": Parameter(0.1 / ms, "least du/dt at a spike", above=0 / ms),
}


class SpikeProp(ClassifierMixin, BaseEstimator):
    r"""Two layers of neurons that fire once, trained by the exact derivatives of their spike times.

    Batch learning on :math:`E = \frac{1}{2} \sum (t - t_d)^2`; weights take either sign.

    Parameters
    ----------
    hidden : int
        Neurons of the hidden layer.
    delays : Quantity of shape (terminals,), optional
        Of the terminals between each two neurons; 1, 2, ... 16 ms if not given.
    tau : Quantity
        Time constant of the postsynaptic potential.
    theta : float
        Threshold; a potential of weight 1 peaks at 1.
    early, late : Quantity
        Times at which outputs shall fire.
    outputs : {"class", "single"}
        A neuron for each class, early for its own and late for the others; or one neuron, late for the first class in
        the order of labels, early for the last, and evenly spaced between.
    optimiser : {"rprop", "quickprop", "plain", "momentum", "adaptive"}
    learning_rate : float
        Of the weights, times in ms; the first step of rprop.
    momentum : float
        Of the optimiser of that name.
    other_rates : mapping of str to float, optional
        What is learned besides weights, and its rate in ms: "delays", "taus", "thresholds".
    max_epochs : int
    tolerance : float
        Training ends when E divided by the number of patterns is no larger, in ms^2.
    duration : Quantity
        Of a trial, in which the outputs must fire.
    least_slope : Quantity
        du/dt counts as at least this large. A neuron that is silent until T counts as firing at
        T + (theta - u_max) / least_slope, so that the error has a derivative that brings it back.
    random_state : int, optional
        Seed of the initial weights.
    checkpoint : path, optional
        File that keeps the training; a killed one goes on from it.
    progress : bool
        Whether to show a bar.

    Attributes
    ----------
    classes_ : array of shape (classes,)
    layers_ : list of Layer
        The network of the least error that was met.
    errors_ : array of shape (n_epochs + 1,)
        E before the first epoch and after each.
    n_epochs_ : int
    converged_ : bool
        Whether the tolerance was reached.
    n_features_in_ : int

    References
    ----------
    Bohte, Kok & La Poutré 2002, Neurocomputing 48:17 (method). McKennoch, Liu & Bushnell 2006, Proc. IJCNN, 3970
    (rprop, quickprop). Schrauwen & Van Campenhout 2004, Proc. ProRISC, 301 (delays, time constants, thresholds).

    Examples
    --------
    >>> from brian2 import ms
    >>> from brainnet.coding import latency_code
    >>> patterns = latency_code([[0.9, 0.1], [0.1, 0.9]], last=6 * ms)
    >>> SpikeProp(hidden=3, random_state=0).fit(patterns, [0, 1]).predict(patterns)
    array([0, 1])
    """

    def __init__(
        self,
        hidden: int = PARAMETERS["hidden"].value,
        *,
        delays: Any = None,
        tau: Quantity = PARAMETERS["tau"].value,
        theta: float = PARAMETERS["theta"].value,
        early: Quantity = PARAMETERS["early"].value,
        late: Quantity = PARAMETERS["late"].value,
        outputs: str = PARAMETERS["outputs"].value,
        optimiser: str = PARAMETERS["optimiser"].value,
        learning_rate: float = PARAMETERS["learning_rate"].value,
        momentum: float = PARAMETERS["momentum"].value,
        other_rates: Mapping[str, float] | None = None,
        max_epochs: int = PARAMETERS["max_epochs"].value,
        tolerance: float = PARAMETERS["tolerance"].value,
        duration: Quantity = PARAMETERS["duration"].value,
        least_slope: Quantity = PARAMETERS["least_slope"].value,
        random_state: int | None = None,
        checkpoint: Any = None,
        progress: bool = True,
    ) -> None:
        self.hidden, self.delays, self.tau, self.theta = hidden, delays, tau, theta
        self.early, self.late, self.outputs = early, late, outputs
        self.optimiser, self.learning_rate, self.momentum, self.other_rates = (
            optimiser,
            learning_rate,
            momentum,
            other_rates,
        )
        self.max_epochs, self.tolerance, self.duration, self.least_slope = max_epochs, tolerance, duration, least_slope
        self.random_state, self.checkpoint, self.progress = random_state, checkpoint, progress

    def fit(self, X: SpikePatterns, y: Any) -> SpikeProp:
        """Train from new weights, or go on from the checkpoint.

        Parameters
        ----------
        X : SpikePatterns
            One spike an input at most.
        y : array of shape (patterns,)
            Labels.

        Raises
        ------
        DataError, ParameterError
            Among others: a target time before anything can arrive at an output.
        """
        given = self._checked()
        patterns = check_patterns(X, duration=given["end"] / 1e3)
        classes, which = check_labels(patterns, y)
        inputs, delays = input_times(patterns), given["delays"]
        times = class_times(len(classes), given["outputs"], given["early"], given["late"])
        targets = target_times(inputs, times, which, [delays.min()] * 2, given["end"])
        rates = given["rates"]
        layers = initial_layers(
            (patterns.n, given["hidden"], times.shape[1]),
            delays,
            given["tau"],
            given["theta"],
            _layer_times(inputs, delays, times),
            inputs,
            own_delays="delays" in rates,
            rng=random_generator(self.random_state, self.checkpoint),
        )
        course = [given[name] for name in ("optimiser", "momentum", "end", "least_slope", "rates")]
        drawn = [array for layer in layers for array in layer.arrays().values()]
        # Without a seed, the weights of a killed training cannot be drawn again: they come with the checkpoint.
        key = fingerprint("spikeprop", inputs, targets, course, drawn if self.random_state is not None else given)
        self.layers_, self.errors_ = train(
            layers,
            inputs,
            targets,
            end=given["end"],
            least_slope=given["least_slope"],
            rates=rates,
            optimiser=chosen_optimiser(given["optimiser"], given["momentum"]),
            max_epochs=given["max_epochs"],
            tolerance=given["tolerance"] * len(patterns),
            checkpoint=Checkpoint(self.checkpoint, key),
            show=self.progress,
        )
        self.classes_, self.n_features_in_ = classes, patterns.n
        self.n_epochs_ = len(self.errors_) - 1
        self.converged_ = bool(self.errors_.min() <= given["tolerance"] * len(patterns))
        self._times, self._end, self._least = times, given["end"], given["least_slope"]
        return self

    def spike_times(self, X: SpikePatterns) -> list[Quantity]:
        """Return the spikes of each layer, of shape (patterns, neurons); infinite where a neuron is silent.

        Raises
        ------
        DataError
        """
        return [np.where(each.fires, each.at, np.inf) * ms for each in self._passed(X)]

    def predict(self, X: SpikePatterns) -> NDArray[Any]:
        """Return the class of each pattern: the output that fires first, or the time that is nearest.

        Raises
        ------
        DataError
            Patterns that do not fit those of `fit`.
        """
        fired = self._passed(X)[-1].times
        if self._times.shape[1] == 1:
            return self.classes_[np.abs(fired - self._times[:, 0]).argmin(axis=1)]
        return self.classes_[fired.argmin(axis=1)]

    def network(self, X: SpikePatterns, *, dt: Quantity = 0.1 * ms) -> Network:
        """Make the trained network as Brian2 equations, on the current target.

        Its spikes fall on the time step after those of `spike_times`.

        Parameters
        ----------
        X : SpikePatterns
        dt : Quantity

        Returns
        -------
        brian2.Network
            See `brainnet.learn.spikeprop.brian.spiking_network` for its groups.

        Raises
        ------
        DataError, ParameterError
        """
        inputs = self._inputs(X)
        return spiking_network(self.layers_, inputs, dt=dt)

    def _inputs(self, X: SpikePatterns) -> NDArray[np.float64]:
        check_fitted(self)
        return input_times(check_patterns(X, n=self.n_features_in_, duration=self._end / 1e3))

    def _passed(self, X: SpikePatterns) -> list[Any]:
        inputs = self._inputs(X)
        return forward(self.layers_, inputs, self._end, self._least)

    def _checked(self) -> dict[str, Any]:
        """Return the parameters as plain numbers, times in ms."""
        given = check_parameters(self, PARAMETERS)
        for name in ("tau", "early", "late", "duration"):
            given[name] *= 1e3
        given["end"], given["least_slope"] = given.pop("duration"), given["least_slope"] * 1e-3
        if given["early"] >= given["late"]:
            raise ParameterError(f"early = {self.early} and late = {self.late}; give early < late")
        if given["tau"] < given["end"] / 100:
            raise ParameterError(f"tau = {self.tau} and trials of {self.duration}; give a tau of a hundredth at least")
        delays = np.arange(1, 17) * 1.0 if self.delays is None else np.asarray(seconds(self.delays, "delays")) * 1e3
        if delays.ndim != 1 or not delays.size or not np.isfinite(delays).all() or delays.min() < 0:
            raise ParameterError(f"delays = {self.delays}; give a list of finite times from 0*ms on, such as [1, 2]*ms")
        given["delays"] = delays
        given["rates"] = {"weights": given["learning_rate"], **self._other_rates()}
        return given

    def _other_rates(self) -> dict[str, float]:
        given = {} if self.other_rates is None else self.other_rates
        if not isinstance(given, Mapping) or not set(given) <= set(RATES):
            raise ParameterError(f"other_rates = {given!r}; give a mapping of {', '.join(RATES)} to rates")
        rate = Parameter(0.01, "rate", above=0.0)
        return {name: rate.check("SpikeProp", f"other_rates[{name!r}]", value) for name, value in given.items()}


def _layer_times(inputs: NDArray[Any], delays: NDArray[Any], times: NDArray[Any]) -> tuple[float, float]:
    """When the initial network shall fire: outputs in the middle of their times, hidden neurons halfway before."""
    middle = float(times.mean())
    first = float(inputs[np.isfinite(inputs)].mean() + delays.min())
    hidden = (min(first, middle) + middle) / 2
    if middle - hidden <= delays.min():
        raise DataError(
            f"inputs fire at {first - delays.min():g} ms on average and outputs shall at {middle:g} ms; leave room for "
            f"two delays of {delays.min():g} ms: give later times early and late"
        )
    return hidden, middle
