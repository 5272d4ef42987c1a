"""What frameworks say about windows in other ways: ceil mode, same padding."""

from __future__ import annotations

from brainnet.ann.layers.base import Shape
from brainnet.ann.layers.window import Padding

__all__ = ["ceil_padding", "same_padding", "same_padding_strided"]


def same_padding(kernel: Shape, dilation: Shape) -> Padding:
    """Padding that keeps the length at stride 1; an odd one goes behind, as in PyTorch."""
    totals = [d * (k - 1) for k, d in zip(kernel, dilation, strict=True)]
    return tuple((total // 2, total - total // 2) for total in totals)


def same_padding_strided(lengths: Shape, kernel: Shape, stride: Shape, dilation: Shape, upper: bool) -> Padding:
    r"""Padding under which :math:`\lceil n / s \rceil` windows fit; an odd one goes behind if `upper`, else in front.

    Notes
    -----
    ``auto_pad`` SAME_UPPER and SAME_LOWER of ONNX, padding "same" of Keras.
    """
    pairs = []
    for n, k, s, d in zip(lengths, kernel, stride, dilation, strict=True):
        total = max(0, (-(-n // s) - 1) * s + d * (k - 1) + 1 - n)
        pairs.append((total // 2, total - total // 2) if upper else (total - total // 2, total // 2))
    return tuple(pairs)


def ceil_padding(lengths: Shape, kernel: Shape, stride: Shape, padding: Padding, dilation: Shape) -> Padding:
    r"""Padding under which rounding down gives as many windows as rounding up did.

    A last window is added if it does not fit, but begins before the end of input and padding in front:

    .. math:: m = \lceil (n + p_0 + p_1 - d (k - 1) - 1) / s \rceil + 1, \quad
              m \leftarrow m - 1 \text{ where } (m - 1) s \ge n + p_0

    Notes
    -----
    The rule of `torch.nn.MaxPool2d` and of ONNX from opset 22 on.
    """
    wider = []
    for n, k, s, (before, after), d in zip(lengths, kernel, stride, padding, dilation, strict=True):
        extent = d * (k - 1) + 1
        count = -(-(n + before + after - extent) // s) + 1
        if (count - 1) * s >= n + before:
            count -= 1
        wider.append((before, max(after, (count - 1) * s + extent - n - before)))
    return tuple(wider)
