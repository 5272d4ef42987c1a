"""Which form of a connection costs least: dense, sparse or integers; same spikes, less time and memory."""

from __future__ import annotations

from typing import Any

import numpy as np
from brian2 import Quantity, prefs
from scipy import sparse

from brainnet.projections.convolution import Conv2d
from brainnet.projections.dense import Dense
from brainnet.projections.quantised import QuantisedDense
from brainnet.projections.quantised_convolution import QuantisedConv2d
from brainnet.projections.sparse import SparseRows
from brainnet.projections.sparse_convolution import SparseConv2d

__all__ = ["compact"]

# Fraction of weights left below which the sparse form is quicker in C++, by the bytes of a weight of the other one, as
# measured by benchmarks/compressed.py.
_MATRIX = {8: 0.14, 4: 0.07, 2: 0.055, 1: 0.02}
_KERNEL = {8: 0.1, 4: 0.085, 2: 0.085, 1: 0.055}
_LEAST = 1024  # weights, below which no form makes a difference
_SAMPLE = 4096  # weights that tell most matrices without levels from those with
_EXACT = 1e-12  # how far a level may be from a multiple of the interval: rounding of products, and nothing else


def compact(connectivity: Any) -> Any:
    """Return the quickest form of a dense connection or a convolution that has its weights.

    Weights that are zero are no synapses in sparse forms. Sparse forms add what dense ones add, to the last bit; those
    of integers, taken where all weights are multiples of one interval, sum exactly and round once.

    Parameters
    ----------
    connectivity : Connectivity
        A `Dense` or `Conv2d`; all others come back as they are.

    Returns
    -------
    Connectivity
        `SparseRows` or `SparseConv2d` where few weights are left, `QuantisedDense` or `QuantisedConv2d` where they are
        multiples of one interval, else what was given. Small ones are left alone.

    Examples
    --------
    >>> compact(Dense(np.where(np.arange(40 * 40).reshape(40, 40) % 50, 0.0, 0.3)))  # doctest: +ELLIPSIS
    <brainnet.projections.sparse.SparseRows object at ...>
    """
    if type(connectivity) is Dense:
        return _matrix(connectivity)
    if type(connectivity) is Conv2d:
        return _kernel(connectivity)
    return connectivity


def _matrix(dense: Dense) -> Any:
    form, integers, scale = _cheapest(dense.matrix, _MATRIX)
    if form == "sparse":
        return SparseRows(sparse.csr_matrix(dense.matrix), Quantity(1.0, dim=dense.dim))
    if form == "integers" and dense.shape[0] * int(np.abs(integers).max()) < 2**31:
        return QuantisedDense(integers, Quantity(scale, dim=dense.dim))
    return dense


def _kernel(dense: Conv2d) -> Any:
    kind = {"stride": dense.stride, "padding": dense.padding, "dilation": dense.dilation, "groups": dense.groups}
    if dense.output_shape[0] // dense.groups == 1:  # pooling and the like: one output channel, nothing to skip
        return dense
    form, integers, scale = _cheapest(dense.kernel, _KERNEL)
    if form == "sparse":
        return SparseConv2d(Quantity(dense.kernel, dim=dense.dim), dense.input_shape, **kind)
    if form == "integers" and dense.kernel[0].size * int(np.abs(integers).max()) < 2**31:
        return QuantisedConv2d(integers, Quantity(scale, dim=dense.dim), dense.input_shape, **kind)
    return dense


def _cheapest(weights: np.ndarray, break_even: dict[int, float]) -> tuple[str, Any, float]:
    """Return "dense", "sparse" or "integers", and these with their interval."""
    left = np.count_nonzero(weights)
    if weights.size < _LEAST or not left:
        return "dense", None, 0.0
    found = _multiples(weights)
    size = np.dtype(prefs["core.default_float_dtype"]).itemsize if found is None else found[0].itemsize
    if left < break_even[size] * weights.size:
        return "sparse", None, 0.0
    return ("integers", *found) if found is not None else ("dense", None, 0.0)


def _multiples(weights: np.ndarray) -> tuple[np.ndarray, float] | None:
    """Return weights as integers of 8 or 16 bits and what one of them is worth, if they are multiples of that."""
    some = weights.ravel()[:: max(1, weights.size // _SAMPLE)]
    if some.any() and _interval(np.unique(np.abs(some))) is None:  # most matrices, without sorting all of it
        return None
    scale = _interval(np.unique(np.abs(weights)))
    if scale is None:
        return None
    integers = np.rint(weights / scale)
    return integers.astype(np.int8 if np.abs(integers).max() < 2**7 else np.int16), scale


def _interval(sizes: np.ndarray) -> float | None:
    """Return the largest number that all sizes are multiples of, at most 32,767 times: Euclid's algorithm."""
    largest = sizes[-1]
    # Two sizes that are one, rounded in two ways, are no step.
    steps = np.diff(sizes, prepend=0.0)
    step = steps[steps > _EXACT * largest].min()
    while largest / step < 2**15 - 0.5:
        rests = np.abs(sizes - step * np.rint(sizes / step))
        if (rests < 1e-5 * step).all():
            scale = largest / np.rint(largest / step)  # without what differences have lost
            quotients = sizes / scale
            exact = np.abs(quotients - np.rint(quotients)) <= _EXACT * np.maximum(1.0, quotients)
            return float(scale) if exact.all() else None
        step = rests[rests >= 1e-5 * step].min()
    return None
