"""The layers that a trained network may have: one small class each, described by values alone."""

from __future__ import annotations

from brainnet.ann.layers.activation import QCFS, Abs, ClippedReLU, ReLU, Softmax
from brainnet.ann.layers.base import Layer, check_name
from brainnet.ann.layers.convolution import Conv1d, Conv2d
from brainnet.ann.layers.dense import Dense
from brainnet.ann.layers.merge import Add, Concatenate
from brainnet.ann.layers.norm import BatchNorm
from brainnet.ann.layers.pooling import AveragePool, GlobalAveragePool, MaxPool
from brainnet.ann.layers.reshape import Flatten
from brainnet.ann.layers.transposed import ConvTranspose

__all__ = [
    "KINDS",
    "QCFS",
    "Abs",
    "Add",
    "AveragePool",
    "BatchNorm",
    "ClippedReLU",
    "Concatenate",
    "Conv1d",
    "Conv2d",
    "ConvTranspose",
    "Dense",
    "Flatten",
    "GlobalAveragePool",
    "Layer",
    "MaxPool",
    "ReLU",
    "Softmax",
    "check_name",
]

_CLASSES: tuple[type[Layer], ...] = (
    Dense, Conv1d, Conv2d, AveragePool, MaxPool, GlobalAveragePool, BatchNorm, Flatten, ReLU, ClippedReLU, QCFS, Abs,
    Softmax, Add, Concatenate, ConvTranspose,
)  # fmt: skip
KINDS = {cls.__name__: cls for cls in _CLASSES}
