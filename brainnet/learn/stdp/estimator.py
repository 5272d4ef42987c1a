"""The unsupervised network of Diehl & Cook 2015 as a scikit-learn estimator."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
from brian2 import Network, Quantity, volt
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin

from brainnet.declare import Parameter
from brainnet.errors import DataError, ParameterError
from brainnet.keys import fingerprint
from brainnet.learn.checkpoint import Checkpoint
from brainnet.learn.estimator import check_fitted, check_labels, progress_bar, random_generator
from brainnet.learn.stdp import settings as procedure
from brainnet.learn.stdp.brian import opened, spiking_network
from brainnet.learn.stdp.images import check_enough, check_images, tell_of_classes
from brainnet.learn.stdp.rule import Observed
from brainnet.learn.stdp.settings import Settings, make_settings
from brainnet.learn.stdp.training import HISTORY, OBSERVE, TEST, first_state, learn_all, respond_all

__all__ = ["PARAMETERS", "StdpClassifier"]

PARAMETERS = {
    **procedure.PARAMETERS,
    "epochs": Parameter(1, "passes through the images, each in an order of its own", low=1),
}


class StdpClassifier(ClassifierMixin, BaseEstimator):
    """Neurons that learn from images without labels, and are labelled afterwards by what they answer to.

    Each image is shown as random spikes for a time, then nothing; where fewer spikes than `least_spikes` answer it is
    shown again, brighter. Synapses learn by STDP and are normalised before each image, thresholds rise with each
    spike, and each neuron that fires silences all others. Then nothing is learned any more: every neuron is assigned
    to the class that it answers to most, and the class whose neurons answer most decides.

    Runs on the current target: ``with brainnet.target("cpp")`` is some hundred times faster than without.

    Parameters
    ----------
    neurons : int
        Excitatory ones; as many inhibitory ones silence the others.
    rule : {"triplet", "pair", "power_law"}
    epochs : int
        Passes through the images, each in an order of its own.
    shown, rest, dt : Quantity
        Time that an image is shown, time without input after it, and time step.
    intensity : float
        The brightest pixel of the training images fires with intensity times 31.875 Hz.
    least_spikes : int
    attempts : int
        How often an image is shown at most; each time the intensity is 1 more.
    mean_weight : float
        What the weights of each neuron are normalised to. The largest weight is 1.
    theta_plus, tau_theta : Quantity
        Rise of a threshold with a spike, and its decay. The rise is that of 400 neurons, and is scaled in proportion to
        their number, so that thresholds settle at the same level with any.
    w_exc_inh, w_inh_exc : float
        Weights to an inhibitory neuron and from it.
    random_state : int, optional
        Seed of first weights, order of images and random input.
    checkpoint : path, optional
        File that the training goes on from if it was interrupted, with the same result.
    progress : bool
        Show a progress bar where there is a terminal.

    Attributes
    ----------
    classes_ : array (classes,)
    n_features_in_ : int
    scale_ : float
        Value of the brightest pixel of the training images.
    weights_ : array (n_features, neurons)
    thresholds_ : Quantity (neurons,)
        theta of each neuron.
    assignments_ : int array (neurons,)
        Position in `classes_` of the class that each neuron stands for; -1 for none.
    unassigned_classes_ : array
        Classes that no neuron stands for; a warning tells of them.
    history_ : dict of str to array
        By 1,000 images: images seen, accuracy by the labels of the moment, presentations per image, spikes per image,
        mean theta (V).

    Examples
    --------
    >>> from brian2 import ms
    >>> rows = np.tile(np.eye(2).repeat(8, axis=1), (4, 1))
    >>> few = StdpClassifier(neurons=4, intensity=12.0, shown=50 * ms, rest=10 * ms, random_state=0, progress=False)
    >>> few.fit(rows, [0, 1] * 4).predict(rows[:2])
    array([0, 1])

    References
    ----------
    Diehl & Cook 2015, Front. Comput. Neurosci. 9:99.
    """

    def __init__(
        self,
        *,
        neurons: int = PARAMETERS["neurons"].value,
        rule: str = PARAMETERS["rule"].value,
        epochs: int = PARAMETERS["epochs"].value,
        shown: Quantity = PARAMETERS["shown"].value,
        rest: Quantity = PARAMETERS["rest"].value,
        dt: Quantity = PARAMETERS["dt"].value,
        intensity: float = PARAMETERS["intensity"].value,
        least_spikes: int = PARAMETERS["least_spikes"].value,
        attempts: int = PARAMETERS["attempts"].value,
        mean_weight: float = PARAMETERS["mean_weight"].value,
        theta_plus: Quantity = PARAMETERS["theta_plus"].value,
        tau_theta: Quantity = PARAMETERS["tau_theta"].value,
        w_exc_inh: float = PARAMETERS["w_exc_inh"].value,
        w_inh_exc: float = PARAMETERS["w_inh_exc"].value,
        random_state: int | None = None,
        checkpoint: str | os.PathLike[str] | None = None,
        progress: bool = True,
    ) -> None:
        self.neurons = neurons
        self.rule = rule
        self.epochs = epochs
        self.shown = shown
        self.rest = rest
        self.dt = dt
        self.intensity = intensity
        self.least_spikes = least_spikes
        self.attempts = attempts
        self.mean_weight = mean_weight
        self.theta_plus = theta_plus
        self.tau_theta = tau_theta
        self.w_exc_inh = w_exc_inh
        self.w_inh_exc = w_inh_exc
        self.random_state = random_state
        self.checkpoint = checkpoint
        self.progress = progress

    def fit(self, X: Any, y: Any) -> StdpClassifier:
        """Learn from images, then assign neurons to classes.

        Parameters
        ----------
        X : array (images, features) or (images, height, width)
            From 0 on; the largest value is the brightest.
        y : array (images,)
            Classes: whole numbers or texts. They have no part in learning, only in the assignment.

        Returns
        -------
        StdpClassifier
            Itself.

        Raises
        ------
        ParameterError
            A parameter that does not fit.
        DataError
            Images, labels or the checkpoint do not fit, or there are fewer images than neurons.
        """
        settings, images = self._settings(), check_images(X)
        if y is not None:
            check_enough(len(images), settings.neurons)
        classes, labels = check_labels(images, y)
        self._begin(settings, images, classes)
        return self._learn(settings, images, labels, self.epochs, self.checkpoint)

    def partial_fit(self, X: Any, y: Any, classes: Any = None) -> StdpClassifier:
        """Learn from some more images, once, and assign neurons anew from the answers to all images so far.

        Parameters
        ----------
        X, y
            As of `fit`. There may be few.
        classes : array, optional
            All classes that there are; those of the first `y` if not given.

        Returns
        -------
        StdpClassifier
            Itself.

        Raises
        ------
        ParameterError, DataError
            As of `fit`; labels that are none of the classes.
        """
        if self.checkpoint is not None:
            raise ParameterError("StdpClassifier: partial_fit keeps no checkpoint; use fit, or checkpoint=None")
        settings = self._fitting_settings()
        known = getattr(self, "classes_", None)
        if known is None and classes is not None:
            known = np.unique(classes)
        images = check_images(X, getattr(self, "n_features_in_", None))
        given, labels = check_labels(images, y, least=1 if known is not None else 2)
        if known is not None:
            unknown = np.setdiff1d(given, known)
            if len(unknown):
                raise DataError(f"label {unknown[0]} is none of the classes {known.tolist()}; give all to classes=")
            labels = np.searchsorted(known, given)[labels]
        if not hasattr(self, "weights_"):
            self._begin(settings, images, given if known is None else known)
        return self._learn(settings, images, labels, 1, None)

    def predict(self, X: Any) -> NDArray[Any]:
        """Return the class of each image."""
        counts = self.spike_counts(X)
        return self.classes_[self._observed.decide(counts)]

    def spike_counts(self, X: Any) -> NDArray[np.int32]:
        """Return the spikes of each neuron while each image is shown: array (images, neurons)."""
        check_fitted(self)
        settings = self._fitting_settings()
        images = check_images(X, self.n_features_in_) / self.scale_
        with opened(settings, self.n_features_in_, self._seed) as network:
            return respond_all(network(), images, self._state, TEST).counts

    def network(self, X: Any) -> Network:
        """Make the trained network as Brian2 equations, on the current target: it is shown each image once.

        Nothing is learned. Random input is that of `predict` at the first attempt, so that spikes while an image is
        shown are those of `spike_counts` where it was not shown again.

        Parameters
        ----------
        X : array (images, features) or (images, height, width)

        Returns
        -------
        brian2.Network
            See `brainnet.learn.stdp.brian.spiking_network` for its groups. Run it for ``len(X)*(shown + rest)``.

        Raises
        ------
        DataError
            Images of another size than those of the training.
        """
        check_fitted(self)
        images = check_images(X, self.n_features_in_) / self.scale_
        return spiking_network(self._settings(), self._state, images, self._seed, TEST)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.positive_only = True
        tags.classifier_tags.poor_score = True  # on data that are no images
        return tags

    def _settings(self) -> Settings:
        PARAMETERS["epochs"].check("StdpClassifier", "epochs", self.epochs)
        return make_settings("StdpClassifier", **{name: getattr(self, name) for name in procedure.PARAMETERS})

    def _fitting_settings(self) -> Settings:
        """Return the settings; refuse other neurons than those that are trained, if there are any."""
        settings = self._settings()
        trained = self.weights_.shape[1] if hasattr(self, "weights_") else settings.neurons
        if settings.neurons != trained:
            raise ParameterError(
                f"StdpClassifier: neurons = {settings.neurons}, and {trained} are trained; set that back, or call fit"
            )
        return settings

    def _begin(self, settings: Settings, images: NDArray[Any], classes: NDArray[Any]) -> None:
        if not images.max() > 0:
            raise DataError("all images are dark; give pixels above 0")
        self._seed = int(random_generator(self.random_state, self.checkpoint).integers(2**31))
        self.classes_, self.n_features_in_, self.scale_ = classes, images.shape[1], float(images.max())
        first = first_state(images.shape[1], settings.neurons, self._seed)
        self.weights_, self.thresholds_ = first["weights"], first["theta"] * volt
        self.history_ = {name: np.zeros(0) for name in HISTORY}
        self._observed = Observed(np.zeros((len(classes), settings.neurons)), np.zeros(len(classes)))
        self._passes = 0

    @property
    def _state(self) -> dict[str, NDArray[np.float64]]:
        return {"weights": self.weights_, "theta": np.asarray(self.thresholds_)}

    def _learn(
        self, settings: Settings, images: NDArray[Any], labels: NDArray[np.int64], epochs: int, checkpoint: Any
    ) -> StdpClassifier:
        images = images / self.scale_
        key = fingerprint("stdp", vars(settings), images, labels, self._seed) if checkpoint is not None else ""
        n_classes, first = len(self.classes_), self._passes
        with (
            opened(settings, self.n_features_in_, self._seed) as network,
            progress_bar(len(images) * (epochs + 1), unit="image", show=self.progress) as bar,
        ):
            state, history = learn_all(
                network, images, labels, self._state, passes=range(first, first + epochs), seed=self._seed,
                n_classes=n_classes, kept=Checkpoint(checkpoint, key), shown=bar.update,
            )  # fmt: skip
            counts = respond_all(network(), images, state, OBSERVE, bar.update).counts
        self._passes += epochs
        self._observed = self._observed + Observed.of(counts, labels, n_classes)
        self.weights_, self.thresholds_ = state["weights"], state["theta"] * volt
        for name, column in zip(HISTORY, history.T, strict=True):
            self.history_[name] = np.append(self.history_[name], column)
        self.assignments_ = self._observed.assignments
        self.unassigned_classes_ = tell_of_classes(self.assignments_, self.classes_)
        return self
