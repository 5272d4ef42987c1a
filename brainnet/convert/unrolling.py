"""A transposed convolution as a sparse matrix: kernels of projections get smaller maps, not larger ones."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse

from brainnet.ann import ConvTranspose

__all__ = ["unrolled"]


def unrolled(layer: ConvTranspose) -> sparse.csr_matrix:
    """Return the weights from each input value to each output value, (n_in, n_out), bias left out.

    Parameters
    ----------
    layer : ConvTranspose
        In a layer graph.
    """
    (shape,) = layer.input_shapes
    out = layer.output_shape
    sources, targets = np.arange(np.prod(shape)).reshape(shape), np.arange(layer.n_out).reshape(out)
    per_in, per_out = layer.c_in // layer.groups, layer.c_out // layer.groups
    rows, columns, weights = [], [], []
    for place, taken, given in layer.places(shape[1:], out[1:]):
        pre, post = sources[(slice(None), *taken)], targets[(slice(None), *given)]
        n = pre[0].size
        for group in range(layer.groups):
            mine, theirs = slice(group * per_in, (group + 1) * per_in), slice(group * per_out, (group + 1) * per_out)
            pairs = (per_in, per_out, n)
            rows.append(np.broadcast_to(pre[mine].reshape(per_in, 1, n), pairs).ravel())
            columns.append(np.broadcast_to(post[theirs].reshape(1, per_out, n), pairs).ravel())
            index: Any = (mine, slice(None), *place)
            weights.append(np.broadcast_to(layer.weights[index][:, :, None], pairs).ravel())
    entries = (np.concatenate(weights), (np.concatenate(rows), np.concatenate(columns)))
    return sparse.csr_matrix(entries, (sources.size, targets.size))
