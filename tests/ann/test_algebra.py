"""Linear layers in a row as one: the same function, whichever comes first."""

import numpy as np
import pytest

from brainnet.ann import AveragePool, Conv2d, LayerGraph, MaxPool
from brainnet.ann.algebra import as_convolution, joined
from brainnet.spiking.neurons import SumPool

RNG = np.random.default_rng(0)


def conv(c_in=2, c_out=3, **fields):
    return Conv2d("c", RNG.normal(size=(c_out, c_in, 3, 2)), RNG.normal(size=c_out), "identity", **fields)


def placed(layer, shape):
    """The layer with its input shape."""
    return LayerGraph((layer,), shape, "net", "test").layers[0]


@pytest.mark.parametrize("count_padding", [True, False])
def test_pooling_as_a_convolution(count_padding):
    pool = placed(AveragePool("p", (2, 3), padding=1, count_padding=count_padding), (3, 7, 8))
    x = RNG.normal(size=(4, 3, 7, 8))
    share = 1.0 if count_padding else pool.share((7, 8))
    np.testing.assert_allclose(as_convolution(pool).forward(x) * share, pool.forward(x), rtol=1e-12)


@pytest.mark.parametrize("kind", [AveragePool, SumPool])
@pytest.mark.parametrize("stride", [(2, 2), (1, 3)])
def test_a_convolution_and_the_pooling_after_it(kind, stride):
    first = placed(conv(stride=(2, 1), padding=1), (2, 11, 9))
    second = kind("p", kernel=(2, 2), stride=stride, input_shapes=(first.output_shape,))
    x = RNG.normal(size=(4, 2, 11, 9))
    np.testing.assert_allclose(joined(first, second).forward(x), second.forward(first.forward(x)), rtol=1e-10)


def test_what_is_not_one_layer():
    first = placed(conv(), (2, 8, 8))
    rectified = placed(Conv2d("c", np.ones((3, 2, 3, 3)), np.zeros(3), "relu"), (2, 8, 8))
    assert joined(first, first) is None
    assert joined(rectified, AveragePool("p", (2, 2), input_shapes=(rectified.output_shape,))) is None
    assert joined(placed(MaxPool("p", (2, 2)), (2, 8, 8)), first) is None
