"""The layer graph: what every reader of trained networks returns, and what the converter takes."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from brainnet.ann.layers import Layer, check_name
from brainnet.ann.layers.base import LONGEST_NAME, Shape
from brainnet.ann.topology import wired
from brainnet.errors import DataError, ModelFileError

__all__ = ["LayerGraph", "identifier", "sample_shape"]

BATCH = 1024
# Numbers that the values of one batch may take: 512 MiB.
WORK = 2**26

_FEW = 8  # layers that are printed


@dataclass(frozen=True, eq=False, repr=False)
class LayerGraph:
    """A trained feed-forward network, as a directed graph of layers without cycles.

    Parameters
    ----------
    layers : sequence of Layer
        A layer that names no inputs takes the one before it, so a plain sequence is a chain. They are kept from
        input to output, each after its inputs, with the names and shapes of these filled in. The one layer that no
        other takes is the output; a softmax is there or nowhere. A dense layer before a dense layer has activation
        ``"relu"``.
    input_shape : tuple of int
        Shape of one sample, channels first; flattened in C order for dense layers.
    name : str
        An identifier.
    source : str
        Where the network comes from: a file or a type.
    classes : tuple, optional
        Label that each output stands for, where they are not 0, 1, 2...; predictions and the labels given to
        `accuracy` are positions in it.
    folded : mapping of str to int, optional
        Kinds and numbers of the layers that the source has and these layers stand for: folded into weights, fused with
        them, or without effect at inference.

    Raises
    ------
    ModelFileError
        If inputs are missing, run in a circle or do not fit, or a layer cannot become a spiking one as it is.

    Examples
    --------
    >>> layer = Dense("dense_0", [[1.0, 0.0], [0.0, 1.0]], [0.0, 0.5], "identity")
    >>> LayerGraph((layer,), (2,), "tiny", "by hand").predict([[0.2, 0.1], [0.9, 0.1]])
    array([1, 0])
    """

    layers: tuple[Any, ...]
    input_shape: tuple[int, ...]
    name: str
    source: str
    classes: tuple[Any, ...] | None = None
    folded: Mapping[str, int] = field(default_factory=dict)

    def __repr__(self) -> str:
        parts = ", ".join(f"{each.name} ({each.kind} to {each.output_shape})" for each in self.layers[:_FEW])
        more = f" and {len(self.layers) - _FEW} more" if len(self.layers) > _FEW else ""
        return f"<LayerGraph {self.name}: {self.input_shape} to {parts}{more}>"

    def __post_init__(self) -> None:
        """Check names, shapes and activations along the graph."""
        check_name(self.name, "network")
        object.__setattr__(self, "input_shape", sample_shape(self.input_shape, f"network {self.name!r}"))
        object.__setattr__(self, "layers", wired(tuple(self.layers), self.input_shape, self.name))
        if self.classes is not None:
            object.__setattr__(self, "classes", tuple(self.classes))
            if len(self.classes) != self.layers[-1].n_out or len(set(self.classes)) != len(self.classes):
                raise ModelFileError(
                    f"network {self.name!r}: {self.layers[-1].n_out} outputs and classes {self.classes}; "
                    "give one distinct class an output"
                )

    @property
    def macs(self) -> int:
        """Multiply-accumulate operations of one inference."""
        return sum(layer.macs for layer in self.layers)

    @property
    def layer(self) -> Mapping[str, Layer]:
        """The layers by name."""
        return {layer.name: layer for layer in self.layers}

    @property
    def is_chain(self) -> bool:
        """Whether every layer takes the one before it, and nothing else."""
        names = ["input", *(layer.name for layer in self.layers)]
        return all(layer.inputs == (before,) for layer, before in zip(self.layers, names, strict=False))

    def activations(self, x: ArrayLike, of: Collection[str] | None = None) -> list[NDArray[np.float64]]:
        """Compute the values of every layer.

        Parameters
        ----------
        x : array of shape (n, \\*input_shape) or (n, features)
            Samples.
        of : names of layers, optional
            Only these are kept.

        Returns
        -------
        list of arrays of shape (n, \\*output_shape), one per layer
            In the order of `layers`, after the activation; a dense layer with softmax gives its logits, since they are
            what spikes code.

        Raises
        ------
        DataError
            If x does not fit the network or holds no finite numbers.
        """
        samples = self.samples(x)
        wanted = [layer for layer in self.layers if of is None or layer.name in of]
        values = {layer.name: np.empty((len(samples), *layer.output_shape)) for layer in wanted}
        for rows, of_layers in self._batches(samples):
            for layer, of_layer in zip(self.layers, of_layers, strict=True):
                if layer.name in values:
                    values[layer.name][rows] = of_layer
        return list(values.values())

    def predict(self, x: ArrayLike) -> NDArray[np.int64]:
        """Compute the position of the largest output of each sample, (n,).

        Raises
        ------
        DataError
            If x does not fit the network or holds no finite numbers.
        ModelFileError
            If the network has one output only, and so no classes.
        """
        if self.layers[-1].n_out < 2:
            raise ModelFileError(f"network {self.name!r} has one output and so no classes; use activations(x)")
        samples = self.samples(x)
        decisions = np.empty(len(samples), dtype=np.int64)
        for rows, of_layers in self._batches(samples):
            for of_layer in of_layers:  # one at a time: only the last is wanted
                last = of_layer
            decisions[rows] = last.reshape(len(last), -1).argmax(axis=1)
        return decisions

    def accuracy(self, x: ArrayLike, y: ArrayLike) -> float:
        """Compute the fraction of the samples x that are classified as y, integers of shape (n,).

        Raises
        ------
        DataError
            If x or y does not fit the network, or they do not fit each other.
        """
        decisions, labels = self.predict(x), np.asarray(y)
        self.check_labels(labels, len(decisions))
        return float(np.mean(decisions == labels))

    def check_labels(self, labels: NDArray[Any], samples: int) -> None:
        """Check labels of so many samples.

        Raises
        ------
        DataError
            If they are no positions among the outputs, one per sample.
        """
        if labels.dtype.kind not in "iu" or labels.shape != (samples,):
            raise DataError(
                f"labels of type {labels.dtype} and shape {labels.shape} for {samples} samples; "
                "give one integer per sample, its position among the outputs"
            )
        n_classes = self.layers[-1].n_out
        if labels.min() < 0 or labels.max() >= n_classes:
            raise DataError(
                f"labels from {labels.min()} to {labels.max()} for {n_classes} outputs of network {self.name!r}; "
                f"give positions among the outputs, 0 to {n_classes - 1}"
            )

    def samples(self, x: ArrayLike) -> NDArray[Any]:
        """Return samples as (n, features), or say why they do not fit."""
        samples = np.asarray(x)
        shape, features = samples.shape[1:], math.prod(self.input_shape)
        if samples.dtype.kind not in "fiub":
            raise DataError(f"samples have type {samples.dtype}; give real numbers")
        if samples.ndim < 2 or len(samples) == 0:
            raise DataError(f"samples have shape {samples.shape}; give at least one, in shape (n, *{self.input_shape})")
        # axes of length 1 aside, shapes agree or one of them is flat; channels first is never read as channels last
        given, wanted = ([length for length in s if length != 1] for s in (shape, self.input_shape))
        if math.prod(shape) != features or (given != wanted and min(len(given), len(wanted)) > 1):
            raise DataError(
                f"samples have shape {shape}, network {self.name!r} takes {self.input_shape}; "
                "reshape the samples or train on them"
            )
        return samples.reshape(len(samples), features)

    def _batches(self, samples: NDArray[Any]) -> Iterator[tuple[slice, Iterator[NDArray[np.float64]]]]:
        """Yield rows and the values of the layers for them, so that memory does not grow with n."""
        size = max(1, min(BATCH, WORK // max(layer.work for layer in self.layers)))
        for start in range(0, len(samples), size):
            rows = slice(start, start + size)
            yield rows, self._forward(samples[rows].astype(np.float64))

    def _forward(self, values: NDArray[np.float64]) -> Iterator[NDArray[np.float64]]:
        """Yield the values of one layer after the other."""
        if not np.isfinite(values).all():
            raise DataError("samples hold NaN or infinite values; remove or replace them")
        known = {"input": values.reshape(len(values), *self.input_shape)}
        wanted = Counter(source for layer in self.layers for source in layer.inputs)
        for layer in self.layers:
            with np.errstate(over="ignore", invalid="ignore"):
                values = layer.forward(*(known[source] for source in layer.inputs))
            if not np.isfinite(values).all():
                raise DataError(f"layer {layer.name!r} overflows on these samples; scale them, such as to [0, 1]")
            yield values
            known[layer.name] = values
            wanted.subtract(layer.inputs)
            for source in set(layer.inputs):  # forgotten when the last layer has taken them
                if not wanted[source]:
                    del known[source]


def identifier(text: str) -> str:
    """Make a name out of any text, such as the stem of a file.

    Examples
    --------
    >>> identifier("784-100-10 net")
    '_784_100_10_net'
    """
    name = re.sub("[^A-Za-z0-9_]", "_", text)[: LONGEST_NAME - 1]
    return name if re.match("[A-Za-z_]", name) else f"_{name}"


def sample_shape(shape: Any, what: str) -> Shape:
    """Return the shape of a sample as integers.

    Raises
    ------
    ModelFileError
        If it is not at least one positive integer.
    """
    try:
        axes = np.asarray(shape)
    except ValueError:
        axes = np.array(0)
    if axes.ndim != 1 or axes.size == 0 or axes.dtype.kind not in "iu" or axes.min() < 1 or axes.max() >= 2**31:
        raise ModelFileError(f"{what}: input_shape is {shape!r}; give positive integers, such as (28, 28)")
    return tuple(int(axis) for axis in axes)
