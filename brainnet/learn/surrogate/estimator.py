"""Surrogate-gradient training as a scikit-learn estimator, on spike patterns or on values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from brian2 import Quantity, ms
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin

from brainnet.coding.patterns import SpikePatterns
from brainnet.errors import DataError
from brainnet.learn.estimator import check_fitted, check_labels, refuse_data
from brainnet.learn.surrogate.recipe import SpikingRecipe
from brainnet.learn.surrogate.training import simulate_torch, train_spiking
from brainnet.seeds import check_seed
from brainnet.values.parameter import check_kind

if TYPE_CHECKING:
    from brainnet.spiking import SpikingNetwork

__all__ = ["SurrogateClassifier"]


class SurrogateClassifier(ClassifierMixin, BaseEstimator):
    """Leaky neurons that fire, trained by backpropagation through time with a surrogate gradient (snnTorch).

    Parameters
    ----------
    hidden : str
        Layers before the output, as `brainnet.train.recipe.parts_of` takes them: "200", "20c5-p2-200".
    recipe : SpikingRecipe, optional
        How it is trained.
    random_state : int
    checkpoint : path or None
        An npz file, written after each epoch. A training that is killed goes on from it, with the same result.
    progress : bool

    Attributes
    ----------
    classes_ : array (classes,)
    graph_ : LayerGraph
        The trained network; `brainnet.learn.surrogate.train_spiking` says how `convert` makes it spike in Brian2.
    n_features_in_ : int

    References
    ----------
    Neftci, Mostafa & Zenke 2019, IEEE Signal Process. Mag. 36:51.
    """

    def __init__(
        self,
        hidden: str = "200",
        *,
        recipe: SpikingRecipe | None = None,
        random_state: int = 0,
        checkpoint: Any = None,
        progress: bool = True,
    ) -> None:
        self.hidden = hidden
        self.recipe = recipe
        self.random_state = random_state
        self.checkpoint = checkpoint
        self.progress = progress

    def fit(self, X: Any, y: Any) -> SurrogateClassifier:
        """Train.

        Parameters
        ----------
        X : SpikePatterns, or array (n, ...) of values in [0, 1], which are constant currents
        y : array (n,) of labels

        Raises
        ------
        DataError, ParameterError, BrainnetError
            As `train_spiking`.
        """
        X = _samples(X)
        classes, positions = check_labels(X, y)
        seed = check_seed("SurrogateClassifier", self.random_state, name="random_state")
        architecture = f"{self.hidden}-{len(classes)}"
        self.graph_ = train_spiking(
            X, positions, architecture, self._recipe(), seed=seed, checkpoint=self.checkpoint,
            progress=self.progress,
        )  # fmt: skip
        self.classes_, self.n_features_in_ = classes, int(np.prod(X.shape[1:]))
        self._on_spikes = isinstance(X, SpikePatterns)
        return self

    def predict(self, X: Any) -> NDArray[Any]:
        """Return the class whose output has the highest potential in the end."""
        _, potential = self._run(X)
        return np.asarray(self.classes_[potential.argmax(axis=1)])

    def count_spikes(self, X: Any) -> NDArray[np.float64]:
        """Return the spikes of all neurons for each sample, (n,)."""
        spikes = self._run(X)[0]
        return np.sum([raster.sum(axis=(1, 2)) for raster in spikes.values()], axis=0, dtype=float)

    def network(self, *, dt: Quantity = 1 * ms) -> SpikingNetwork:
        """Make the trained network as Brian2 equations, on the current target; its `run` takes what `predict` does.

        Parameters
        ----------
        dt : Quantity
            Time step; nothing but the times of recorded spikes depends on it.

        Raises
        ------
        DataError
            It was fitted on spike patterns: what is converted takes values, as constant currents.
        """
        check_fitted(self)
        if self._on_spikes:
            raise DataError("fitted on spike patterns, and the converted network takes values; fit on values")
        from brainnet.convert import convert

        recipe = self._recipe()
        return convert(
            self.graph_, neuron="lif", tau_m=recipe.tau * dt, reset="zero", normalisation="none",
            readout="potential", steps=recipe.steps, dt=dt,
        )  # fmt: skip

    def _run(self, X: Any) -> tuple[dict[str, NDArray[np.bool_]], NDArray[np.float64]]:
        check_fitted(self)
        X = _samples(X)
        if int(np.prod(X.shape[1:])) != self.n_features_in_:
            raise DataError(  # in scikit-learn's words
                f"X has {int(np.prod(X.shape[1:]))} features, but {type(self).__name__} is expecting "
                f"{self.n_features_in_} features as input; give samples as in fit"
            )
        return simulate_torch(self.graph_, X, self._recipe())

    def _recipe(self) -> SpikingRecipe:
        return SpikingRecipe() if self.recipe is None else check_kind("recipe", self.recipe, SpikingRecipe)


def _samples(X: Any) -> Any:
    """Return spike patterns as they are, and values as an array."""
    refuse_data(X)
    if isinstance(X, SpikePatterns):
        return X
    try:
        samples = np.asarray(X)
    except ValueError:  # rows of different lengths
        samples = np.empty(0)
    if samples.dtype.kind == "O" and samples.ndim > 1:
        try:
            samples = samples.astype(float)
        except (TypeError, ValueError) as error:
            raise DataError(f"samples hold what is no number ({error}); give numbers (n, features)") from error
    if samples.ndim > 1 and not samples.size:
        what = "sample" if not len(samples) else "feature"
        raise DataError(f"0 {what}(s) (shape={samples.shape}) while a minimum of 1 is required; give more")
    if samples.ndim < 2 or samples.dtype.kind not in "fiub":
        raise DataError(
            f"samples of type {samples.dtype} and shape {samples.shape}; give SpikePatterns, or numbers (n, features). "
            "Reshape your data with X[None] where it is one sample"
        )
    return samples
