"""Spellings of one meaning: what a module reads as, today's file of it reads as; and what one refuses, both do."""

from __future__ import annotations

import logging
import warnings

import numpy as np
import pytest

from brainnet.ann import from_torch, read_onnx
from brainnet.errors import ModelFileError

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")
pytest.importorskip("onnxscript")
nn, F = torch.nn, torch.nn.functional
pytestmark = pytest.mark.timeout(120)
IMAGE = (3, 7, 9)


class Net(nn.Module):
    """A function of images, or layers after a convolution."""

    def __init__(self, spelled):
        super().__init__()
        self.conv, self.valid = nn.Conv2d(3, 4, 3, padding=1), nn.Conv2d(3, 4, 3)
        self.fc, self.short = nn.Linear(252, 5), nn.Linear(4, 3)
        self.norm = nn.BatchNorm2d(4)
        for name, values in (("mean", [0.1, 0.2, 0.3]), ("std", [0.5, 0.6, 0.7]), ("zero", 0.0), ("most", 0.4)):
            self.register_buffer(name, torch.tensor(values))
        self.register_buffer("matrix", torch.linspace(-1.0, 1.0, 12).reshape(4, 3))
        self.layers = nn.Sequential(*spelled) if isinstance(spelled, tuple) else None
        self.function = (lambda m, x: m.layers(m.conv(x))) if self.layers else spelled

    def forward(self, x):
        return self.function(self, x)


def once(function):
    """Of the output of one convolution."""
    return lambda m, x: function(m.conv(x))


READ = {
    # another order of the axes before a dense layer
    "permute": lambda m, x: m.fc(m.conv(x).permute(0, 2, 3, 1).flatten(1)),
    "permute_function": lambda m, x: m.fc(torch.permute(m.conv(x), (0, 2, 3, 1)).flatten(1)),
    "permute_named": lambda m, x: m.fc(m.conv(x).permute(dims=(0, -1, -2, -3)).flatten(1)),
    "permute_reshape": lambda m, x: m.fc(m.conv(x).permute(0, 3, 1, 2).reshape(x.size(0), -1)),
    "permute_view": lambda m, x: m.fc(m.conv(x).permute(0, 2, 3, 1).contiguous().view(x.shape[0], -1)),
    "permute_relu": lambda m, x: m.fc(m.conv(x).permute(0, 2, 3, 1).relu().flatten(1)),
    "permute_relu_": lambda m, x: m.fc(m.conv(x).permute(0, 2, 3, 1).relu_().flatten(1)),
    "permute_and_back": lambda m, x: m.conv(x).permute(0, 2, 3, 1).permute(0, 3, 1, 2),
    "transpose": lambda m, x: m.fc(m.conv(x).transpose(1, 3).flatten(1)),
    "swapaxes": lambda m, x: m.fc(torch.swapaxes(m.conv(x), 1, -1).flatten(1)),
    "movedim": lambda m, x: m.fc(m.conv(x).movedim(1, -1).flatten(1)),
    "matrix_transpose": lambda m, x: m.fc(m.conv(x).mT.flatten(1)),
    "flatten_transpose": lambda m, x: m.fc(m.conv(x).flatten(2).transpose(1, 2).flatten(1)),
    "shuffled_channels": lambda m, x: m.fc(m.conv(x).view(x.size(0), 2, 2, 7, 9).transpose(1, 2).flatten(1)),
    "channel_shuffle": (nn.ChannelShuffle(2), nn.Flatten(), nn.Linear(252, 3)),
    "pixel_unshuffle": (nn.ZeroPad2d((0, 1, 0, 1)), nn.PixelUnshuffle(2), nn.Flatten(), nn.Linear(320, 3)),
    # maxima and minima with a constant
    "max": lambda m, x: torch.max(m.conv(x), m.zero),
    "max_on_the_left": lambda m, x: torch.max(torch.tensor(0.0), m.conv(x)),
    "min": lambda m, x: torch.min(m.conv(x).relu(), m.most),
    "max_method": lambda m, x: m.conv(x).max(m.zero).min(m.most),
    "minimum": lambda m, x: torch.minimum(m.conv(x).relu(), torch.tensor(0.4)),
    # zeros around
    "pad": lambda m, x: m.valid(F.pad(x, (1, 2, 0, 3))),
    "pad_value": lambda m, x: m.valid(F.pad(x, [1, 1], "constant", 0.0)),
    "pad_twice": lambda m, x: m.valid(F.pad(F.pad(x, (1, 0)), (0, 1, 1, 1))),
    "pad_more": lambda m, x: m.conv(F.pad(x, (1, 1, 1, 1))),
    "pad_relu": lambda m, x: m.valid(F.pad(x, (1, 1, 1, 1)).relu()),
    "pad_dense": lambda m, x: m.fc(F.pad(m.valid(x), (1, 1, 1, 1)).flatten(1)),
    "pad_shift": lambda m, x: m.valid(F.pad(x, (1, 1, 1, 1)) * 2.0 + 1.0),
    "pad_add": lambda m, x: F.pad(m.valid(x), (1, 1, 1, 1)) + m.conv(x),
    "pad_end": once(lambda y: F.pad(y, (1, 1, 1, 1))),
    "pad_average": once(lambda y: F.avg_pool2d(F.pad(y, (1, 1, 1, 1)), 2)),
    "pad_average_uncounted": once(lambda y: F.avg_pool2d(F.pad(y, (1,) * 4), 3, 2, 1, count_include_pad=False)),
    "pad_wide_average": once(lambda y: F.avg_pool2d(F.pad(y, (3, 3, 3, 3)), 2)),
    "pad_maximum": once(lambda y: F.max_pool2d(F.pad(y, (1, 1, 1, 1)), 2)),
    "pad_mean": lambda m, x: m.short(F.pad(m.conv(x), (1, 1, 1, 1)).mean((2, 3))),
    "zero_pad": (nn.ReLU(), nn.ZeroPad2d((0, 1, 2, 1)), nn.Conv2d(4, 2, 3)),
    "constant_pad": (nn.ConstantPad2d(1, 0.0), nn.MaxPool2d(2)),
    # rectifiers
    "threshold": once(lambda y: F.threshold(y, 0, 0)),
    "threshold_layer": (nn.Threshold(0.0, 0.0),),
    "where": once(lambda y: torch.where(y > 0, y, 0.0)),
    "where_below": once(lambda y: torch.where(y <= 0, torch.tensor(0.0), y)),
    "where_on_the_left": lambda m, x: (lambda y: torch.where(m.zero < y, y, m.zero))(m.conv(x)),
    "masked_fill": once(lambda y: y.masked_fill(y < 0, 0.0)),
    # signs and arithmetic
    "negative": once(lambda y: -y),
    "neg": once(lambda y: torch.neg(y).relu()),
    "negative_method": once(lambda y: y.negative().abs()),
    "negative_input": lambda m, x: m.conv(-x),
    "negative_twice": once(lambda y: -(-y).relu()),
    "positive": once(lambda y: +y),
    "alpha": once(lambda y: torch.add(y, 1.0, alpha=2) - 0.5),
    "alpha_of_values": lambda m, x: m.conv(x).add(m.conv(2 * x), alpha=0.5),
    "rsub": once(lambda y: torch.rsub(y, 1.0)),
    "true_divide": once(lambda y: torch.true_divide(y, 2.0)),
    "absolute": once(torch.absolute),
    "constants_viewed": lambda m, x: m.conv((x - m.mean.view(1, 3, 1, 1)) / m.std[:, None, None]),
    "constants_computed": lambda m, x: m.conv(x * (1 / m.std.reshape(3, 1, 1))) * m.mean.sum(),
    # products
    "mm": lambda m, x: torch.mm(m.conv(x).mean((2, 3)), m.matrix),
    "addmm": lambda m, x: torch.addmm(m.mean, m.conv(x).mean((2, 3)), m.matrix),
    "transposed_weights": lambda m, x: m.conv(x).mean((2, 3)) @ m.matrix.T.t(),
    "conv2d": lambda m, x: F.conv2d(x, m.conv.weight, m.conv.bias, padding=1),
    "batch_norm": lambda m, x: F.batch_norm(m.conv(x), m.norm.running_mean + 0.1, m.norm.running_var, m.norm.weight),
    # shapes
    "flatten_in_two": lambda m, x: m.fc(m.conv(x).flatten(2).flatten(1)),
    "view_in_two": lambda m, x: m.fc(m.conv(x).view(x.size(0), 4, 63).view(x.size(0), -1)),
    "view_back": lambda m, x: m.valid(x.flatten(1).reshape(x.shape)),
    "view_as": lambda m, x: m.valid(x.flatten(1).view_as(x)),
    "product_of_lengths": lambda m, x: m.fc(m.conv(x).reshape(x.shape[0], 8 * x.shape[2] * x.size(3) // 2)),
    "unflatten": (nn.Flatten(), nn.Unflatten(1, (4, 63)), nn.Flatten(), nn.Linear(252, 2)),
    "unsqueeze": lambda m, x: m.fc(m.conv(x).unsqueeze(-1).flatten(1)),
    "squeeze_in_two": lambda m, x: m.short(m.conv(x).mean((2, 3), keepdim=True).squeeze(3).squeeze(2)),
    "mean_half_kept": lambda m, x: m.short(m.conv(x).mean(3, keepdim=True).mean(2).squeeze(-1)),
    "rest_of_shape": lambda m, x: m.short(F.avg_pool2d(m.conv(x), x.shape[2:]).flatten(1)),
    # pooling
    "largest": lambda m, x: m.short(m.conv(x).amax((2, 3))),
    "largest_kept": once(lambda y: torch.amax(y, (-2, -1), keepdim=True)),
    "adaptive_maximum": (nn.AdaptiveMaxPool2d((7, 3)),),
    "global_maximum": lambda m, x: m.short(F.adaptive_max_pool2d(m.conv(x), 1).flatten(1)),
    "maximum_up": once(lambda y: F.max_pool2d(y, 3, 2, 1, ceil_mode=True)),
    "average_up": once(lambda y: F.avg_pool2d(y, 3, ceil_mode=True)),
    "average_up_uncounted": once(lambda y: F.avg_pool2d(y, 3, 2, 1, ceil_mode=True, count_include_pad=False)),
    "average_up_counted": once(lambda y: F.avg_pool2d(y, 3, 2, 1, ceil_mode=True)),
    "average_counted": once(lambda y: F.avg_pool2d(y, 3, 2, 1)),
    "average_uncounted": once(lambda y: F.avg_pool2d(y, 3, 2, 1, count_include_pad=False)),
    # slopes below 0
    "leaky": (nn.LeakyReLU(0.2), nn.Conv2d(4, 2, 3)),
    "leaky_function": once(F.leaky_relu),
    "leaky_named": once(lambda y: F.leaky_relu(y, negative_slope=-0.5)),
    "prelu": (nn.PReLU(),),
    "prelu_channels": lambda m, x: F.prelu(m.conv(x), m.norm.running_var + m.matrix[:, 0]),
    "prelu_flat": (nn.Flatten(), nn.Linear(252, 3), nn.PReLU(3)),
    # larger maps
    "transposed": (nn.ConvTranspose2d(4, 6, 3, 2, 1, output_padding=1, groups=2), nn.ReLU(), nn.Conv2d(6, 2, 3)),
    "transposed_norm": (nn.ConvTranspose2d(4, 5, (3, 2), (1, 3), (1, 0), bias=False, dilation=(2, 1)),
                        nn.BatchNorm2d(5)),
    "transposed_function": lambda m, x: F.conv_transpose2d(m.conv(x), m.valid.weight, stride=2),
    "transposed_lists": lambda m, x: F.conv_transpose2d(m.conv(x), m.valid.weight, padding=[1, 0], stride=[2, 1]),
    "transposed_one_padding": lambda m, x: F.conv_transpose2d(m.conv(x), m.valid.weight, None, (2, 1), (1,)),
    "upsample": (nn.ReLU(), nn.Upsample(scale_factor=2), nn.Conv2d(4, 2, 3)),
    "upsample_size": (nn.Upsample(size=(14, 27)),),
    "upsample_nearest": (nn.UpsamplingNearest2d(scale_factor=3),),
    "interpolate": once(lambda y: F.interpolate(y, scale_factor=(2.0, 1.0))),
    # nothing
    "float": lambda m, x: m.conv(x.float()).double().to(torch.float32).type_as(x),
    "clone": once(lambda y: y.clone().detach().relu()),
    "dropout": (nn.AlphaDropout(), nn.FeatureAlphaDropout(), nn.Dropout2d()),
    "dropout_function": once(lambda y: torch.dropout(F.alpha_dropout(y), 0.5, False)),
    "softmax_2d": (nn.Softmax2d(),),
}  # fmt: skip
REFUSED = {
    "permute_end": once(lambda y: y.permute(0, 2, 3, 1)),
    "permute_pool": once(lambda y: F.max_pool2d(y.permute(0, 1, 3, 2), 2)),
    "permute_samples": once(lambda y: y.permute(1, 0, 2, 3)),
    "permute_scale": lambda m, x: m.fc((m.conv(x).permute(0, 2, 3, 1) * 2).flatten(1)),
    "max_of_two": lambda m, x: torch.max(m.conv(x), m.conv(2 * x)),
    "max_over_channels": once(lambda y: y.amax(1)),
    "max_with_indices": once(lambda y: torch.max(y, 1)[0]),
    "max_of_channels": lambda m, x: torch.max(m.conv(x), m.matrix[:, :1].reshape(4, 1, 1)),
    "pad_ones": once(lambda y: F.pad(y, (1, 1, 1, 1), value=1.0)),
    "pad_reflect": once(lambda y: F.pad(y, (1, 1, 1, 1), "reflect")),
    "pad_less": once(lambda y: F.pad(y, (-1, -1, 0, 0))),
    "pad_channels": once(lambda y: F.pad(y, (0, 0, 0, 0, 1, 1))),
    "pad_circular": (nn.Conv2d(4, 4, 3, padding=1, padding_mode="circular"),),
    "threshold_above": (nn.Threshold(0.1, 0.0),),
    "threshold_value": (nn.Threshold(0.0, -1.0),),
    "where_leaky": once(lambda y: torch.where(y > 0, y, 0.1 * y)),
    "where_step": once(lambda y: torch.where(y > 0, 1.0, 0.0)),
    "where_above": once(lambda y: torch.where(y > 1, y, 0.0)),
    "mask": once(lambda y: y * (y > 0)),
    "comparison": once(lambda y: y > 0),
    "negative_of_bounded": once(lambda y: -torch.clamp(-y, max=0.0)),
    "product": lambda m, x: m.conv(x) * m.conv(2 * x),
    "difference": lambda m, x: m.conv(x) - m.conv(2 * x),
    "half": once(lambda y: y.half().float()),
    "whole": once(lambda y: y.int().float()),
    "squares": once(lambda y: y**2),
    "slices": once(lambda y: y[:, :, 1:]),
    "chunks": once(lambda y: torch.cat(torch.chunk(y, 2, 1), 1)),
    "some_flattened": once(lambda y: y.flatten(2)),
    "dense_on_rows": (nn.Linear(9, 2),),
    "elu": (nn.ELU(),),
    "sigmoid": (nn.Sigmoid(),),
    "silu": (nn.SiLU(),),
    "layer_norm": (nn.LayerNorm([4, 7, 9]),),
    "upsample_bilinear": (nn.Upsample(scale_factor=2, mode="bilinear"),),
    "upsample_bilinear_2d": (nn.UpsamplingBilinear2d(scale_factor=2),),
    "upsample_exact": (nn.Upsample(scale_factor=2, mode="nearest-exact"),),
    "upsample_half": (nn.Upsample(scale_factor=1.5),),
    "downsample": once(lambda y: F.interpolate(y, size=(3, 4))),
    "gelu": (nn.GELU(),),
    "softsign": once(F.softsign),
    "hardswish": (nn.Hardswish(),),
    "tanh": once(torch.tanh),
    "group_norm": (nn.GroupNorm(2, 4),),
    "instance_norm": (nn.InstanceNorm2d(4),),
}  # fmt: skip


def exported(spelled, path):
    """Return a module, and write its file by today's exporter."""
    torch.manual_seed(0)
    module, logger = Net(spelled).eval(), logging.getLogger("torch.onnx")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            torch.onnx.export(module, (torch.zeros(2, *IMAGE),), str(path), dynamo=True, input_names=["x"],
                              verbose=False, dynamic_shapes=({0: torch.export.Dim("n")},))  # fmt: skip
    finally:
        logger.setLevel(before)
    return module


@pytest.mark.parametrize("name", READ)
def test_both_read_it(name, tmp_path):
    module = exported(READ[name], tmp_path / "net.onnx")
    x = torch.randn(4, *IMAGE, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        wanted = module(x.clone()).numpy()
    for graph in (from_torch(module, IMAGE), read_onnx(tmp_path / "net.onnx")):
        given = graph.activations(x.numpy())[-1]
        assert given.shape == wanted.shape
        np.testing.assert_allclose(given, wanted, rtol=2e-5, atol=2e-5)


@pytest.mark.parametrize("name", REFUSED)
def test_both_refuse_it_and_say_what_to_do(name, tmp_path):
    module = exported(REFUSED[name], tmp_path / "net.onnx")
    place = r"(module '|function '|method '|what PyTorch's|node '|the output '|output ')"
    for read in (lambda: from_torch(module, IMAGE), lambda: read_onnx(tmp_path / "net.onnx")):
        with pytest.raises(ModelFileError, match=place) as raised:
            read()
        assert ";" in str(raised.value)  # the remedy comes after the cause


def test_operators_that_exporters_do_not_write(tmp_path):
    """GlobalMaxPool; and Pad that only Pad can be, of the axes that it names."""
    onnx = pytest.importorskip("onnx")
    helper, value = onnx.helper, onnx.helper.make_tensor_value_info
    stored = [onnx.numpy_helper.from_array(np.array(each), name) for name, each in (("pads", [1, 2]), ("axes", [-1]))]
    nodes = [helper.make_node("Pad", ["in", "pads", "", "axes"], ["wide"]),
             helper.make_node("GlobalMaxPool", ["wide"], ["out"])]  # fmt: skip
    graph = helper.make_graph(nodes, "g", [value("in", 1, ["n", *IMAGE])], [value("out", 1, ["n", 3, 1, 1])], stored)
    path = tmp_path / "net.onnx"
    path.write_bytes(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)]).SerializeToString())
    x = -1 - np.random.default_rng(0).random((4, *IMAGE))
    x[0] += 3
    given = read_onnx(path).activations(x)[-1]
    np.testing.assert_allclose(given, np.maximum(x.max(axis=(2, 3), keepdims=True), 0))
