"""Residual networks with random weights have the shape of the paper's."""

import numpy as np
import pytest

from brainnet.ann.residual import random_residual_network
from brainnet.errors import ParameterError


def test_resnet_20():
    graph = random_residual_network()
    kinds = [layer.kind for layer in graph.layers]
    # 1 + 3 x 3 x 2 convolutions, two shortcuts into another size, and a dense layer: 20 with weights on the longest way
    assert (kinds.count("Conv2d"), kinds.count("Dense"), kinds.count("Add")) == (19 + 2, 1, 9)
    assert graph.name == "residual_20"
    shapes = {name: layer.output_shape for name, layer in graph.layer.items()}
    assert shapes["stem"] == shapes["block_0_2"] == (16, 32, 32)
    assert (shapes["block_1_2"], shapes["block_2_2"]) == ((32, 16, 16), (64, 8, 8))
    # 3x16x9 + 6x16x16x9, 16x32x9 + 5x32x32x9 + 16x32, 32x64x9 + 5x64x64x9 + 32x64, 640: 0.27 million as in table 6
    weights = sum(layer.weights.size for layer in graph.layers if hasattr(layer, "weights"))
    assert weights == 432 + 13824 + 4608 + 46080 + 512 + 18432 + 184320 + 2048 + 640


def test_values_stay_in_range_through_all_layers():
    x = np.random.default_rng(0).random((4, 3, 16, 16))
    graph = random_residual_network(channels=8, side=16, seed=3)
    deviations = [values.std() for values in graph.activations(x)]
    assert min(deviations) > 0.01
    assert max(deviations) < 10
    again = random_residual_network(channels=8, side=16, seed=3)
    np.testing.assert_array_equal(graph.activations(x)[-1], again.activations(x)[-1])
    assert not np.array_equal(
        graph.activations(x)[-1], random_residual_network(channels=8, side=16, seed=4).activations(x)[-1]
    )


@pytest.mark.parametrize("sizes", [{"side": 30}, {"side": 0}, {"channels": 0}, {"blocks": 0}, {"classes": 1}])
def test_sizes_out_of_range(sizes):
    (name,) = sizes
    with pytest.raises(ParameterError, match=rf"{name} = \d+ is out of range; give at least"):
        random_residual_network(**sizes)
