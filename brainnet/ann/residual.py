"""Residual networks of any size with random weights, to try what a conversion costs without training one."""

from __future__ import annotations

import math

import numpy as np

from brainnet.ann.graph import LayerGraph
from brainnet.ann.layers import Add, BatchNorm, Conv2d, Dense, GlobalAveragePool, Layer, ReLU
from brainnet.errors import ParameterError
from brainnet.seeds import check_seed

__all__ = ["random_residual_network"]

# Stages of He et al. 2016, section 4.2: each has twice the channels of the one before it, on half the length.
STAGES = 3


def random_residual_network(
    *, channels: int = 16, blocks: int = 3, side: int = 32, classes: int = 10, seed: int = 0
) -> LayerGraph:
    """Return a network of the shape of He et al. 2016 (CVPR, section 4.2) for CIFAR, with random weights.

    A convolution, three stages of residual blocks of two 3 x 3 convolutions each, the global average and a dense
    layer: ``6 blocks + 2`` layers with weights on the longest way, 20 for 3 blocks. Each convolution is followed by
    batch norm. A shortcut into another size is a 1 x 1 convolution (their option B).

    Parameters
    ----------
    channels : int
        Of the first stage.
    blocks : int
        In each stage.
    side : int
        Height and width of the images, which have 3 channels; a multiple of 4.
    classes : int
    seed : int
        Of the weights, drawn as He et al. 2015 do, and of the batch norm.

    Raises
    ------
    ParameterError
        A size is out of range.
    """
    sizes = {"channels": (channels, 1), "blocks": (blocks, 1), "side": (side, 4), "classes": (classes, 2)}
    for name, (value, low) in sizes.items():
        if value < low or (name == "side" and value % 4):
            raise ParameterError(f"{name} = {value} is out of range; give at least {low}, and side in multiples of 4")
    rng, layers = np.random.default_rng(check_seed("residual network", seed)), list[Layer]()

    def convolve(name: str, source: str, before: int, after: int, kernel: int, stride: int) -> str:
        """Add a convolution without bias and the batch norm after it."""
        weights = rng.normal(0, math.sqrt(2 / (before * kernel**2)), (after, before, kernel, kernel))
        layers.append(
            Conv2d(name, weights, np.zeros(after), stride=stride, padding=kernel // 2, inputs=(source,))
        )  # fmt: skip
        # Half of the variance, so that the sum with a shortcut has that of the shortcut.
        gamma, beta = rng.uniform(0.5, 0.9, after), rng.normal(0, 0.1, after)
        norm = BatchNorm(f"{name}_norm", np.zeros(after), np.ones(after), gamma, beta, inputs=(name,))
        layers.append(norm)
        return norm.name

    layers.append(ReLU("stem", inputs=(convolve("stem_conv", "input", 3, channels, 3, 1),)))
    source, before = "stem", channels
    for stage in range(STAGES):
        after = channels * 2**stage
        for block in range(blocks):
            name, stride = f"block_{stage}_{block}", 2 if stage and not block else 1
            one = convolve(f"{name}_a", source, before, after, 3, stride)
            layers.append(ReLU(f"{name}_relu", inputs=(one,)))
            two = convolve(f"{name}_b", f"{name}_relu", after, after, 3, 1)
            short = convolve(f"{name}_short", source, before, after, 1, stride) if before != after else source
            layers.append(Add(f"{name}_sum", inputs=(two, short)))
            layers.append(ReLU(name, inputs=(f"{name}_sum",)))
            source, before = name, after
    layers.append(GlobalAveragePool("mean", inputs=(source,)))
    weights = rng.normal(0, math.sqrt(1 / before), (before, classes))
    layers.append(Dense("dense", weights, np.zeros(classes), "identity", inputs=("mean",)))
    return LayerGraph(tuple(layers), (3, side, side), f"residual_{6 * blocks + 2}", "random weights")
