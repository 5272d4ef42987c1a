"""Convolutions and average pooling: one kernel for all neurons of a layer.

Neurons are ordered channel, row, column, as ``torch.flatten`` orders them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from brian2 import Quantity, get_dimensions
from scipy import sparse

from brainnet.errors import ProjectionError
from brainnet.projections.connectivity import Adder, check_numbers, check_sizes

__all__ = ["AveragePool", "Conv1d", "Conv2d"]

_IN_PLACE_BELOW = 4  # output channels of a group, below which C++ does not reorder neurons to channels last


def _reach(size: int, kernel: int, stride: int, padding: Any, dilation: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """List for each input position the output positions that it reaches, and through which element of the kernel."""
    outputs = np.arange((size + sum(padding) - dilation * (kernel - 1) - 1) // stride + 1)
    reach = []
    for position in range(size):
        offset = position + padding[0] - outputs * stride
        hit = (offset >= 0) & (offset < kernel * dilation) & (offset % dilation == 0)
        reach.append((outputs[hit], offset[hit] // dilation))
    return reach


def _check_padding(owner: str, padding: Any) -> tuple[Any, ...]:
    """Return what is added before and after each of two axes."""
    if np.ndim(padding) == 2 and len(padding) == 2:
        return tuple(check_sizes(owner, "padding", pair, 0, 2) for pair in padding)
    return tuple((size, size) for size in check_sizes(owner, "padding", padding, 0, 2))


class Conv2d:
    """Two-dimensional convolution (in truth a correlation, as in every deep-learning library).

    Parameters
    ----------
    kernel : array or Quantity, shape (channels out, channels in / groups, height, width)
        As in ``torch.nn.Conv2d.weight``, in the unit of the driven variable.
    input_shape : (channels, height, width)
    stride, dilation : int or pair of int
    padding : int, pair of int, or two pairs (before, after) of int
    groups : int
    """

    template = "convolution"

    def __init__(
        self, kernel: Any, input_shape: Any, *, stride: Any = 1, padding: Any = 0, dilation: Any = 1, groups: int = 1
    ) -> None:
        owner = type(self).__name__
        self.kernel, self.dim = check_numbers(owner, "kernel", kernel, 4)
        self.input_shape = check_sizes(owner, "input_shape", input_shape, 1, 3)
        stride, padding = check_sizes(owner, "stride", stride, 1, 2), _check_padding(owner, padding)
        dilation, (self.groups,) = (
            check_sizes(owner, "dilation", dilation, 1, 2),
            check_sizes(owner, "groups", groups, 1, 1),
        )
        self.stride, self.padding, self.dilation = stride, padding, dilation
        channels_out, per_group = self.kernel.shape[:2]
        if channels_out % self.groups or per_group * self.groups != self.input_shape[0]:
            raise ProjectionError(
                f"{owner}: a kernel of the shape {self.kernel.shape} with groups = {self.groups} does not fit "
                f"{self.input_shape[0]} input channels; give (channels out, channels in / groups, height, width)"
            )
        for axis in (0, 1):
            size, extent = (
                self.input_shape[1 + axis] + sum(padding[axis]),
                dilation[axis] * (self.kernel.shape[2 + axis] - 1) + 1,
            )
            if extent > size:
                raise ProjectionError(
                    f"{owner}: the kernel spans {extent} positions of {size}; pad more or give a smaller kernel"
                )
        self._rows, self._columns = (
            _reach(self.input_shape[1 + axis], self.kernel.shape[2 + axis], stride[axis], padding[axis], dilation[axis])
            for axis in (0, 1)
        )
        height, width = (
            (self.input_shape[1 + a] + sum(padding[a]) - dilation[a] * (self.kernel.shape[2 + a] - 1) - 1) // stride[a]
            + 1
            for a in (0, 1)
        )
        self.output_shape = (channels_out, height, width)
        self.shape = (int(np.prod(self.input_shape)), int(np.prod(self.output_shape)))
        self.stride, self.padding, self.dilation = stride, padding, dilation

    @property
    def fan_out(self) -> np.ndarray:
        """Number of synapses of each presynaptic neuron."""
        rows, columns = (np.array([len(hit) for hit, _ in reach]) for reach in (self._rows, self._columns))
        plane = np.outer(rows, columns).ravel() * (self.output_shape[0] // self.groups)
        return np.tile(plane, self.input_shape[0])

    def unroll(self) -> Any:
        """Write out one entry per synapse."""
        n_pre, n_post = self.shape
        entries, targets = [], []
        plane = np.arange(n_post).reshape(self.output_shape)
        for spike in range(n_pre):
            channels, rows, columns, weights = self._effect(spike, self.kernel)
            targets.append(plane[channels][:, rows[:, None], columns[None, :]].ravel())
            entries.append(weights.ravel())
        starts = np.concatenate([[0], np.cumsum([each.size for each in entries])])
        return sparse.csr_matrix((np.concatenate(entries), np.concatenate(targets), starts), shape=self.shape)

    def _effect(self, spike: int, kernel: np.ndarray) -> tuple[slice, np.ndarray, np.ndarray, np.ndarray]:
        channel, row, column = np.unravel_index(spike, self.input_shape)
        per_group, size = self.input_shape[0] // self.groups, self.output_shape[0] // self.groups
        channels = slice(channel // per_group * size, (channel // per_group + 1) * size)
        (rows, in_rows), (columns, in_columns) = self._rows[row], self._columns[column]
        weights = kernel[channels, channel % per_group][:, in_rows[:, None], in_columns[None, :]]
        return channels, rows, columns, weights

    def adder(self, dtype: np.dtype) -> Adder:
        """Return a function that lays the kernel down at each of a step's spikes."""
        kernel = self.kernel.astype(dtype)

        def add(v: np.ndarray, spikes: np.ndarray) -> None:
            planes = v.reshape(self.output_shape)
            for spike in spikes:
                channels, rows, columns, weights = self._effect(spike, kernel)
                planes[channels, rows[:, None], columns[None, :]] += weights

        return add

    def cpp(self, dtype: np.dtype) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        """Return the kernel, channels last, and the tables of reach."""
        arrays, constants = self._tables(self.kernel.astype(dtype))
        return arrays, {**constants, "in_place": constants["size"] < _IN_PLACE_BELOW, "sum_type": ""}

    def _tables(self, kernel: np.ndarray) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        size = self.output_shape[0] // self.groups
        grouped = kernel.reshape(self.groups, size, *kernel.shape[1:])
        # group, channel in, row, column, channel out
        arrays = {"weights": np.ascontiguousarray(grouped.transpose(0, 2, 3, 4, 1))}
        for name, reach in (("rows", self._rows), ("columns", self._columns)):
            pairs = np.array([pair for hits in reach for pair in zip(*hits, strict=True)], dtype=np.int32)
            arrays[name] = pairs.reshape(-1, 2)
            arrays[f"{name}_from"] = np.concatenate([[0], np.cumsum([len(hit) for hit, _ in reach])]).astype(np.int32)
        return arrays, {
            "kernel": kernel.shape, "input": self.input_shape, "output": self.output_shape, "groups": self.groups,
            "size": size,
        }  # fmt: skip


class Conv1d(Conv2d):
    """One-dimensional convolution.

    Parameters
    ----------
    kernel : array or Quantity, shape (channels out, channels in / groups, width)
    input_shape : (channels, width)
    stride, padding, dilation, groups : int
    """

    def __init__(
        self, kernel: Any, input_shape: Any, *, stride: int = 1, padding: int = 0, dilation: int = 1, groups: int = 1
    ) -> None:
        _, dim = check_numbers("Conv1d", "kernel", kernel, 3)
        channels, width = check_sizes("Conv1d", "input_shape", input_shape, 1, 2)
        single = {
            name: check_sizes("Conv1d", name, value, low, 1)[0]
            for name, value, low in (("stride", stride, 1), ("padding", padding, 0), ("dilation", dilation, 1))
        }
        super().__init__(
            Quantity(np.asarray(kernel, dtype=float)[:, :, None, :], dim=dim),
            (channels, 1, width),
            stride=(1, single["stride"]),
            padding=(0, single["padding"]),
            dilation=(1, single["dilation"]),
            groups=groups,
        )


class AveragePool(Conv2d):
    """Average pooling: each window hands on ``weight`` divided by its number of neurons.

    Parameters
    ----------
    size : int or pair of int
        Window.
    input_shape : (channels, height, width)
    stride : int or pair of int, optional
        The window's size where not given.
    padding : int or pair of int
        Zeros around the input, which count in the average.
    weight : Quantity or float
        In the unit of the driven variable.
    """

    def __init__(self, size: Any, input_shape: Any, *, stride: Any = None, padding: Any = 0, weight: Any = 1.0) -> None:
        window = check_sizes("AveragePool", "size", size, 1, 2)
        shape = check_sizes("AveragePool", "input_shape", input_shape, 1, 3)
        if np.ndim(weight) or not np.isfinite(float(weight)):
            raise ProjectionError(f"AveragePool: weight = {weight} is not valid; give one finite number")
        kernel = np.full((shape[0], 1, *window), float(weight) / (window[0] * window[1]))
        super().__init__(
            Quantity(kernel, dim=get_dimensions(weight)),
            shape,
            stride=window if stride is None else stride,
            padding=padding,
            groups=shape[0],
        )
