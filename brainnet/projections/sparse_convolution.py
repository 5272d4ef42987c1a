"""Convolutions whose kernels are mostly zero, such as pruned ones."""

from __future__ import annotations

from typing import Any

import numpy as np

from brainnet.errors import ProjectionError
from brainnet.projections.connectivity import Adder
from brainnet.projections.convolution import Conv2d
from brainnet.projections.entries import stored

__all__ = ["SparseConv2d"]


class SparseConv2d(Conv2d):
    """Two-dimensional convolution without the elements of the kernel that are zero.

    The driven variable is that of `Conv2d` to the last bit; time and memory go with the elements that are left.

    Parameters
    ----------
    kernel, input_shape, stride, padding, dilation, groups
        As in `Conv2d`.

    Raises
    ------
    ProjectionError
        As in `Conv2d`, or all elements are zero.

    Examples
    --------
    >>> SparseConv2d([[[[1.0, 0.0], [0.0, 0.0]]]], (1, 3, 3)).fan_out.sum()
    np.int64(4)
    """

    template = "sparse_convolution"

    def __init__(
        self, kernel: Any, input_shape: Any, *, stride: Any = 1, padding: Any = 0, dilation: Any = 1, groups: int = 1
    ) -> None:
        super().__init__(kernel, input_shape, stride=stride, padding=padding, dilation=dilation, groups=groups)
        if not self.kernel.any():
            raise ProjectionError("SparseConv2d: all elements of the kernel are zero; leave the projection out")

    @property
    def fan_out(self) -> np.ndarray:
        """Number of synapses of each presynaptic neuron."""
        return np.diff(self.unroll().indptr)

    def unroll(self) -> Any:
        """Write out one entry per synapse; elements that are zero are none."""
        matrix = super().unroll()
        matrix.eliminate_zeros()
        return matrix

    def adder(self, dtype: np.dtype) -> Adder:
        """Return a function that adds what is left of the kernel at each of a step's spikes."""
        _, height, width = self.output_shape
        channels, rows, columns = (np.array(each) for each in self.input_shape)
        segments, places, values = self._elements()
        values = values.astype(dtype)
        starts = np.searchsorted(segments, np.arange(int(channels) * self.stride[0] * self.stride[1] + 1))
        (tall, wide), (above, left) = self._room, self._margin
        o, y, x = np.unravel_index(places, (self.output_shape[0], tall, wide))
        y, x = y - above, x - left

        def add(v: np.ndarray, spikes: np.ndarray) -> None:
            planes = v.reshape(self.output_shape)
            for spike in spikes:
                channel, row, column = np.unravel_index(spike, (channels, rows, columns))
                row, column = row + self.padding[0][0], column + self.padding[1][0]
                phase = row % self.stride[0] * self.stride[1] + column % self.stride[1]
                segment = channel * self.stride[0] * self.stride[1] + phase
                mine = slice(starts[segment], starts[segment + 1])
                to_y, to_x = y[mine] + row // self.stride[0], x[mine] + column // self.stride[1]
                inside = (to_y >= 0) & (to_y < height) & (to_x >= 0) & (to_x < width)
                planes[o[mine][inside], to_y[inside], to_x[inside]] += values[mine][inside]

        return add

    def cpp(self, dtype: np.dtype) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        """Return the elements, by input channel and phase, and the sizes of the copy with a margin."""
        segments, places, values = self._elements()
        n_segments = self.input_shape[0] * self.stride[0] * self.stride[1]
        tall, wide = self._room
        arrays, constants = stored(
            segments, n_segments, places, values.astype(dtype), self.output_shape[0] * tall * wide
        )
        return arrays, {
            **constants, "input": self.input_shape, "output": self.output_shape, "stride": self.stride,
            "before": tuple(pair[0] for pair in self.padding), "room": self._room, "margin": self._margin,
        }  # fmt: skip

    @property
    def _margin(self) -> tuple[int, ...]:
        """Rows and columns before the first output: how far back of its own position a spike reaches."""
        return tuple(self.dilation[a] * (self.kernel.shape[2 + a] - 1) // self.stride[a] for a in (0, 1))

    @property
    def _room(self) -> tuple[int, ...]:
        """Rows and columns of outputs and margin."""
        return tuple(
            max((self.input_shape[1 + a] - 1 + self.padding[a][0]) // self.stride[a], self.output_shape[1 + a] - 1)
            + self._margin[a] + 1
            for a in (0, 1)
        )  # fmt: skip

    def _elements(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return segment, place from a spike's own corner of the room, and value of each element, by segment.

        With input position p = y + padding, output r and element k of the kernel, p = r s + k d. So k d and p have the
        same rest by the stride s, the phase, and r = p // s - k d // s.
        """
        o, c, ky, kx = np.nonzero(self.kernel)
        values = self.kernel[o, c, ky, kx]
        per_group, size = self.input_shape[0] // self.groups, self.output_shape[0] // self.groups
        channel = o // size * per_group + c
        far = [k * self.dilation[a] for a, k in enumerate((ky, kx))]
        phase = far[0] % self.stride[0] * self.stride[1] + far[1] % self.stride[1]
        segments = channel * self.stride[0] * self.stride[1] + phase
        tall, wide = self._room
        y, x = (self._margin[a] - far[a] // self.stride[a] for a in (0, 1))
        places = (o * tall + y) * wide + x
        order = np.lexsort((places, segments))
        return segments[order], places[order], values[order]
