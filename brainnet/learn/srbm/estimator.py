"""The spiking restricted Boltzmann machine as a scikit-learn estimator."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
from brian2 import Network, Quantity
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin, TransformerMixin

from brainnet.declare import Parameter
from brainnet.keys import fingerprint
from brainnet.learn.checkpoint import Checkpoint
from brainnet.learn.estimator import check_fitted, check_labels, progress_bar, random_generator
from brainnet.learn.srbm import settings as machine
from brainnet.learn.srbm.answering import answers
from brainnet.learn.srbm.brian import opened, spiking_network
from brainnet.learn.srbm.cells import MemoryCells
from brainnet.learn.srbm.checks import (
    check_covered,
    check_epoch,
    check_label_neurons,
    check_pixels,
    check_schedules,
    check_trained,
    check_wanted,
    schedule_factors,
)
from brainnet.learn.srbm.rule import Machine
from brainnet.learn.srbm.settings import Settings, make_settings
from brainnet.learn.srbm.training import HISTORY, clamps_of, learn_all

__all__ = ["PARAMETERS", "SpikingRBM"]

PARAMETERS = {
    **machine.PARAMETERS,
    "epochs": Parameter(1, "passes through the images, each in an order of its own", low=1),
    "readout": Parameter("free_energy", "what decides", choices=("free_energy", "label_neurons")),
    "recall": Parameter(2, "halves of a cycle that answers of neurons are counted for", low=1, high=100_000),
}
_P = PARAMETERS


class SpikingRBM(ClassifierMixin, TransformerMixin, BaseEstimator):
    """A restricted Boltzmann machine of spiking neurons, which learns images with their labels.

    For half a cycle data clamp the visible neurons, pixels and labels, and pairs of close spikes strengthen the one
    weight between two neurons; for the other half the machine runs freely, and they weaken it. In the transitions
    nothing is learned. This is contrastive divergence, event by event. With ``brainnet.target("cpp")``, some hundred
    times faster than without, one program is built in which images follow each other.

    Parameters
    ----------
    hidden : int
    label_neurons : int
        Visible neurons beside the pixels, as many for each class.
    bias_neurons : int
        Beside each layer, always firing. Each of their weights learns at the rate eta, and they add up: with one of
        them biases learn as fast as the paper's do.
    neuron : {"noisy_lif", "random_walk"}
        Model of the neurons. Where the sigmoid of their rates lies is computed, for the time step.
    dt, cycle, transition : Quantity
        Time step, time of an image, and time at the begin of each half of it in which nothing is learned.
    brightness : float
    p_on, p_off : float
        Probabilities that bright pixels (and the label's neurons) and dark ones are clamped to.
    eta, eta_end : float
        Learning rate at first, and what part of it is left in the end: it falls linearly.
    schedule : sequence of float, optional
        What eta is multiplied with in each epoch, instead.
    noise_schedule : sequence of float, optional
        What the noise of neurons is multiplied with in each epoch, the step of a walk for instance. Less noise makes
        the sigmoid steeper, so that the same weights count more; answers are given with the noise of the last epoch.
    weight_decay : float
        Weights lose the share weight_decay*eta of themselves per image, biases nothing; taken after each batch, or
        thousand images, for which cells are written anew. Without it the free run no longer leaves the data in the end.
    optimiser : {"events", "momentum", "adam"}
        What becomes of a change of weights: "events" leaves what pairs of spikes have written. The others take the
        change over `batch` images back, and step by it: with "momentum", velocity = momentum*velocity + change; with
        "adam" (Kingma & Ba 2015), step*mean/sqrt(mean square) of the changes per image.
    batch : int
        Images per step, for which neurons begin at rest. "momentum" and "adam" only.
    momentum : float
        Of the velocity, or beta_1 of Adam.
    adam_step : float
        Step of Adam at first, in units of 1/beta; it falls as eta does.
    initial : {"normal", "xavier"}
        Standard deviation of the first weights: `w_0`, or sqrt(2/(visible + hidden)) (Glorot & Bengio 2010).
    w_0, b_0 : float
        Standard deviation of the first weights, and bias of hidden neurons at first.
    t_overlap : Quantity
        Length of pulses of spikes whose overlap changes a weight by a fixed amount; 0 ms for the exponential window.
    cells : MemoryCells, optional
        Memory devices that hold the weights. Without pathway back (2T1R) only free energy classifies.
    epochs : int
    epoch_images : int, optional
        Images per epoch, a divisor of all: others in each, until all have been shown. All of them if left out.
    readout : {"free_energy", "label_neurons"}
        Whether `predict` computes which label makes the free energy of an image least, or lets label neurons answer.
    recall : int
        Halves of a cycle that answers of neurons are counted for, after one that is not counted.
    random_state : int, optional
        Seed of first weights, order of images and noise.
    checkpoint : path, optional
        File that the training goes on from if it was interrupted, with the same result.
    progress : bool
        Show a progress bar where there is a terminal.

    Attributes
    ----------
    classes_ : array (classes,)
    n_features_in_ : int
    weights_ : array (n_features + label_neurons, hidden)
        In units of 1/beta, as all that follows: what the sigmoid of a neuron takes.
    conductances_, first_conductances_ : array (2 or 1, rows, columns) or None
        G_p and G_m of cells, or G, as parts of their range, after and before the training; bias neurons last.
    visible_bias_ : array (n_features + label_neurons,)
    hidden_bias_ : array (hidden,)
    sigmoid_ : Sigmoid
        Of the neurons, for the time step.
    compile_seconds_ : float
        Time that generating and compiling the program took.
    history_ : dict of str to array
        By 1,000 images: images seen, accuracy on them by free energy before they were learned from, spikes of a hidden
        neuron per image under data and in the free run, learning rate.
    weights_by_epoch_ : list of array
        Whole matrices after each epoch, bias neurons last.
    first_weights_ : array
        The same before the training.

    Examples
    --------
    >>> from brian2 import ms
    >>> rows = np.tile(np.eye(2).repeat(8, axis=1), (10, 1))
    >>> few = SpikingRBM(hidden=6, label_neurons=4, b_0=0.0, eta=0.2, dt=1 * ms, random_state=0, progress=False)
    >>> few.fit(rows, [0, 1] * 10).predict(rows[:2])
    array([0, 1])

    References
    ----------
    Neftci, Das, Pedroni, Kreutz-Delgado & Cauwenberghs 2014, Front. Neurosci. 7:272, doi:10.3389/fnins.2013.00272.
    """

    def __init__(
        self,
        *,
        hidden: int = _P["hidden"].value,
        label_neurons: int = _P["label_neurons"].value,
        bias_neurons: int = _P["bias_neurons"].value,
        neuron: str = _P["neuron"].value,
        dt: Quantity = _P["dt"].value,
        cycle: Quantity = _P["cycle"].value,
        transition: Quantity = _P["transition"].value,
        brightness: float = _P["brightness"].value,
        p_on: float = _P["p_on"].value,
        p_off: float = _P["p_off"].value,
        eta: float = _P["eta"].value,
        eta_end: float = _P["eta_end"].value,
        weight_decay: float = _P["weight_decay"].value,
        schedule: Any = None,
        noise_schedule: Any = None,
        optimiser: str = _P["optimiser"].value,
        batch: int = _P["batch"].value,
        momentum: float = _P["momentum"].value,
        adam_step: float = _P["adam_step"].value,
        initial: str = _P["initial"].value,
        w_0: float = _P["w_0"].value,
        t_overlap: Quantity = _P["t_overlap"].value,
        b_0: float = _P["b_0"].value,
        cells: MemoryCells | None = None,
        epochs: int = _P["epochs"].value,
        epoch_images: int | None = None,
        readout: str = _P["readout"].value,
        recall: int = _P["recall"].value,
        random_state: int | None = None,
        checkpoint: str | os.PathLike[str] | None = None,
        progress: bool = True,
    ) -> None:
        self.hidden = hidden
        self.label_neurons = label_neurons
        self.bias_neurons = bias_neurons
        self.neuron = neuron
        self.dt = dt
        self.cycle = cycle
        self.transition = transition
        self.brightness = brightness
        self.p_on = p_on
        self.p_off = p_off
        self.eta = eta
        self.eta_end = eta_end
        self.weight_decay = weight_decay
        self.schedule = schedule
        self.noise_schedule = noise_schedule
        self.optimiser = optimiser
        self.batch = batch
        self.momentum = momentum
        self.adam_step = adam_step
        self.initial = initial
        self.w_0 = w_0
        self.t_overlap = t_overlap
        self.b_0 = b_0
        self.cells = cells
        self.epochs = epochs
        self.epoch_images = epoch_images
        self.readout = readout
        self.recall = recall
        self.random_state = random_state
        self.checkpoint = checkpoint
        self.progress = progress

    def fit(self, X: Any, y: Any) -> SpikingRBM:
        """Learn images with their labels.

        Parameters
        ----------
        X : array (images, features) or (images, height, width)
            From 0 to 1.
        y : array (images,)
            Classes: whole numbers or texts.

        Returns
        -------
        SpikingRBM
            Itself.

        Raises
        ------
        ParameterError
            A parameter that does not fit.
        DataError
            Images, labels or the checkpoint do not fit.
        """
        settings = self._settings()
        factors = schedule_factors(self.schedule, self.epochs)
        check_schedules(settings, factors, self.epochs)
        images = check_pixels(X)
        classes, labels = check_labels(images, y)
        check_label_neurons(settings, len(classes), images.shape[1])
        per_epoch = check_epoch(self.epoch_images, len(images))
        seed = int(random_generator(self.random_state, self.checkpoint).integers(2**31))
        given = (vars(settings), factors, self.epochs, per_epoch, images, labels, seed)
        key = fingerprint("srbm", *given) if self.checkpoint is not None else ""
        n_visible = images.shape[1] + settings.label_neurons
        first = settings.first(n_visible, seed)
        passes: list[NDArray[np.float64]] = []
        with (
            opened(settings, n_visible, seed) as layers,
            progress_bar(per_epoch * self.epochs, unit="image", show=self.progress) as bar,
        ):

            def shown(number: int, accuracy: float) -> None:
                bar.update(number)
                bar.set_postfix_str(f"accuracy {100 * accuracy:.1f} %")

            state, history = learn_all(
                layers, settings, images, labels, first, epochs=self.epochs, per_epoch=per_epoch, factors=factors,
                seed=seed, n_classes=len(classes), kept=Checkpoint(self.checkpoint, key), shown=shown,
                passed=passes.append,
            )  # fmt: skip
            self.sigmoid_, self.compile_seconds_ = settings.sigmoid(settings.noise_of(-1)), layers().compile_seconds
        self.classes_, self.n_features_in_, self._seed, self._state = classes, images.shape[1], seed, state
        self.conductances_ = state if settings.cells is not None else None
        self.first_conductances_ = first if settings.cells is not None else None
        self._learned_with = settings
        learned = self._machine()
        self.weights_, self.visible_bias_, self.hidden_bias_ = learned.W, learned.b_v, learned.b_h
        self.history_ = dict(zip(HISTORY, history.T, strict=True))
        self.first_weights_ = settings.weights_of(first, settings.noise_of(0))
        self.weights_by_epoch_ = [settings.weights_of(each, settings.noise_of(k)) for k, each in enumerate(passes)]
        return self

    def predict(self, X: Any) -> NDArray[Any]:
        """Return the class of each image, by the `readout`."""
        check_fitted(self)
        self._settings()
        if self.readout == "free_energy":
            return self.classes_[self.free_energy(X).argmin(axis=1)]
        rates = self._answers(check_pixels(X, self.n_features_in_), None, free=np.zeros(self.n_features_in_, bool))[
            :, self.n_features_in_ :
        ]
        return self.classes_[rates.reshape(len(rates), len(self.classes_), -1).sum(axis=2).argmax(axis=1)]

    def free_energy(self, X: Any) -> NDArray[np.float64]:
        """Return the free energy of each image with the label of each class: array (images, classes)."""
        check_fitted(self)
        return self._machine().free_energies(self._bright(X))

    def transform(self, X: Any) -> NDArray[np.float64]:
        """Return the probability that each hidden neuron is on, labels left out: array (images, hidden)."""
        check_fitted(self)
        return self._machine().hidden(self._bright(X))

    def sample(self, y: Any) -> NDArray[np.float64]:
        """Let the machine imagine images of given classes: their label neurons are clamped, and pixels run freely.

        It begins in the dark: for half a cycle all pixels are clamped off. From rest, with half of the pixels on, a
        machine that has learned few images finds no digit.

        Returns
        -------
        array (len(y), features)
            Rates of the pixels, as shares of the largest one.

        Raises
        ------
        DataError
            Labels that are none of the classes.
        """
        check_fitted(self)
        wanted = check_wanted(y, self.classes_)
        pixels = np.zeros((len(wanted), self.n_features_in_))
        labels, free = np.searchsorted(self.classes_, wanted), np.ones(self.n_features_in_, bool)
        return self._answers(pixels, labels, free=free, from_given=True)[:, : self.n_features_in_]

    def complete(self, X: Any, covered: Any) -> NDArray[np.float64]:
        """Let the machine fill in what is covered of images; labels run freely.

        Parameters
        ----------
        X : array (images, features) or (images, height, width)
        covered : array of bool (features,) or (height, width)
            True where a pixel is covered: what X holds there makes no difference, but must be from 0 to 1 too.

        Returns
        -------
        array (images, features)
            Rates of all pixels, as shares of the largest one.

        Raises
        ------
        DataError
            `covered` are no truth values of this size.
        """
        check_fitted(self)
        mask = check_covered(covered, self.n_features_in_)
        return self._answers(check_pixels(X, self.n_features_in_), None, free=mask)[:, : self.n_features_in_]

    def network(self, X: Any) -> Network:
        """Make the trained network as Brian2 equations, on the current target: pixels are clamped, labels run freely.

        Nothing is learned. Each image is shown for 1 + `recall` halves of a cycle, as by the label neurons' `predict`,
        with noise of its own.

        Parameters
        ----------
        X : array (images, features) or (images, height, width)

        Returns
        -------
        brian2.Network
            With the groups ``visible`` (pixels, labels, bias neurons) and ``hidden``, and the projection ``learned``.
            Run it for ``len(X)*(1 + recall)*cycle/2``.

        Raises
        ------
        DataError
            Images of another size than those of the training.
        """
        check_fitted(self)
        settings = self._trained()
        clamps = clamps_of(settings, check_pixels(X, self.n_features_in_), None, len(self.classes_))
        weights = settings.weights_of(self._state, settings.noise_of(-1))
        return spiking_network(settings, clamps, weights, self._seed, 1 + int(self.recall))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.positive_only = True
        tags.classifier_tags.poor_score = True  # on data that are no images
        return tags

    def _answers(self, images: Any, labels: Any, free: Any, from_given: bool = False) -> NDArray[np.float64]:
        return answers(
            self._trained(), self._state, self._seed, images, labels, len(self.classes_), free=free,
            halves=int(self.recall), from_given=from_given,
        )  # fmt: skip

    def _machine(self) -> Machine:
        settings = self._trained()
        weights = settings.weights_of(self._state, settings.noise_of(-1))
        return Machine.of(weights, settings.bias_neurons, len(self.classes_), settings.label_neurons)

    def _bright(self, X: Any) -> NDArray[np.float64]:
        return (check_pixels(X, self.n_features_in_) > self._settings().brightness).astype(float)

    def _settings(self) -> Settings:
        for name in ("epochs", "readout", "recall"):
            PARAMETERS[name].check("SpikingRBM", name, getattr(self, name))
        noise = schedule_factors(self.noise_schedule, self.epochs, "noise_schedule", "the noise", above=True)
        values = {name: getattr(self, name) for name in machine.PARAMETERS}
        return make_settings("SpikingRBM", self.cells, noise, **values)

    def _trained(self) -> Settings:
        """Return the settings, if the machine that was trained has neurons as they say."""
        settings = self._settings()
        check_trained(settings, self._learned_with)
        return settings
