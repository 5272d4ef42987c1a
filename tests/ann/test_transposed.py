"""Transposed convolution is what its name says: the transpose of a convolution; upsampling repeats values."""

import numpy as np
import pytest

from brainnet.ann import Conv1d, Conv2d, ConvTranspose, LayerGraph, read_npz, write_npz
from brainnet.ann.builder import GraphBuilder
from brainnet.ann.operators import leaky, upsampled
from brainnet.convert.unrolling import unrolled
from brainnet.errors import ModelFileError

RNG = np.random.default_rng(0)
CASES = {
    "line": ((4, 6, 3), (9,), {"stride": 2, "padding": ((1, 0),)}),
    "plain": ((2, 3, 3, 3), (5, 6), {}),
    "stride": ((2, 3, 3, 2), (9, 6), {"stride": (2, 3), "padding": (1, 0)}),
    "gaps": ((2, 2, 1, 1), (7, 7), {"stride": 3}),
    "dilation": ((2, 3, 3, 2), (9, 8), {"dilation": (2, 3), "padding": ((2, 1), (0, 3))}),
    "groups": ((4, 3, 3, 3), (8, 8), {"groups": 2, "stride": 2, "padding": 1}),
}


def refuse(reason):
    raise ModelFileError(reason)


@pytest.mark.parametrize("name", CASES)
def test_it_is_the_transpose(name):
    """<conv(y), x> = <y, transposed(x)> for all x and y, where the lengths are those that the convolution came from."""
    (c_in, c_out, *kernel), lengths, settings = CASES[name]
    groups = settings.get("groups", 1)
    weights = RNG.normal(size=(c_in, c_out, *kernel))
    shape = (c_out * groups, *lengths)
    forward = (Conv1d if len(kernel) == 1 else Conv2d)("f", weights, np.zeros(c_in), **settings)
    small = forward.shape_for(shape)
    plain = ConvTranspose("t", weights, np.zeros(shape[0]), **settings)
    more = tuple(n - m for n, m in zip(lengths, plain.shape_for(small)[1:], strict=True))  # what the stride left over
    layer = ConvTranspose("t", weights, np.zeros(shape[0]), output_padding=more, **settings).bound(("input",), [small])
    x, y = RNG.normal(size=(3, *small)), RNG.normal(size=(3, *shape))
    given = layer.forward(x)
    assert given.shape[1:] == layer.output_shape == shape
    np.testing.assert_allclose((forward.forward(y) * x).sum(), (y * given).sum(), rtol=1e-12)
    np.testing.assert_allclose(x.reshape(3, -1) @ unrolled(layer), given.reshape(3, -1), atol=1e-12)


def test_bias_reaches_every_position():
    layer = ConvTranspose("t", np.zeros((1, 2, 1, 1)), np.array([1.0, -2.0]), stride=2, output_padding=1)
    given = layer.forward(np.ones((1, 1, 2, 2)))
    np.testing.assert_array_equal(given, np.broadcast_to([[[[1.0]], [[-2.0]]]], (1, 2, 4, 4)))


def test_upsampling_repeats_values():
    builder = GraphBuilder((2, 3, 4))
    upsampled(builder, "input", (2, 3, 4), (2, 3.0), "test", refuse)
    x = RNG.normal(size=(2, 2, 3, 4))
    given = builder.graph("net", "test").activations(x)[-1]
    np.testing.assert_array_equal(given, x.repeat(2, axis=2).repeat(3, axis=3))


def test_a_leaky_relu_is_two_rectified_values():
    builder, slopes = GraphBuilder((3, 4)), np.array([0.1, -0.5, 2.0])
    leaky(builder, "input", slopes, "test")
    x = RNG.normal(size=(5, 3, 4))
    given = builder.graph("net", "test").activations(x)[-1]
    np.testing.assert_allclose(given, np.where(x > 0, x, slopes[:, None] * x), rtol=1e-15)


def test_npz_keeps_it(tmp_path):
    layer = ConvTranspose("t", RNG.normal(size=(2, 3, 3, 3)), RNG.normal(size=3), stride=2, output_padding=(1, 0))
    graph = LayerGraph((layer,), (2, 4, 4), "net", "test")
    write_npz(graph, tmp_path / "net.npz")
    x = RNG.normal(size=(2, 2, 4, 4))
    np.testing.assert_array_equal(read_npz(tmp_path / "net.npz").activations(x)[-1], graph.activations(x)[-1])


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"padding": 4}, "leaves"),
        ({"output_padding": 1}, "less than the stride or the dilation"),
        ({"groups": 3}, "3 groups"),
        ({"stride": 0}, "at least 1"),
        ({"padding": -1}, "at least 0"),
    ],
)
def test_refusals(settings, message):
    groups = settings.get("groups", 1)
    with pytest.raises(ModelFileError, match=message):
        LayerGraph((ConvTranspose("t", np.ones((2, 1, 3, 3)), np.zeros(groups), **settings),), (2, 3, 3), "net", "test")


@pytest.mark.parametrize("shape", [(2, 1), (2, 1, 3, 3, 3)])
def test_kernels_of_other_ranks_are_refused(shape):
    with pytest.raises(ModelFileError, match="weights has shape"):
        ConvTranspose("t", np.ones(shape), np.zeros(1))
