"""What a module reads as, its ONNX file reads as: one network, at sizes that exporters split in two files too."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from brainnet.ann import from_torch, read_onnx
from brainnet.errors import ModelFileError

torch = pytest.importorskip("torch")
onnx = pytest.importorskip("onnx")
pytest.importorskip("onnxscript")
nn, F = torch.nn, torch.nn.functional
IMAGE = (3, 7, 9)


class Function(nn.Module):
    """A module of a function of images."""

    def __init__(self, function):
        super().__init__()
        self.function, self.conv = function, nn.Conv2d(3, 4, 3, padding=1)
        self.register_buffer("mean", torch.tensor([0.1, 0.2, 0.3]).reshape(3, 1, 1))
        self.register_buffer("std", torch.tensor([0.5, 0.6, 0.7]).reshape(1, 3, 1, 1))

    def forward(self, x):
        return self.function(self, x)


FUNCTIONS = {
    "standardise": lambda m, x: m.conv((x - 0.13) / 0.31),
    "bytes": lambda m, x: m.conv(x / 255.0),
    "left": lambda m, x: m.conv(1.0 - 2.0 * x),
    "in_place": lambda m, x: m.conv(x.mul(2.0)).sub_(0.5).div_(0.7),
    "buffers": lambda m, x: m.conv((x - m.mean) / m.std),
    "chain": lambda m, x: ((m.conv(x) * 2.0 - 1.0) / 3.0 + 0.5).relu(),
    "after_relu": lambda m, x: (m.conv(x).relu() - 0.25) / 0.5,
    "clamp": lambda m, x: torch.clamp(m.conv(x), 0.0, 0.4),
    "clamp_": lambda m, x: m.conv(x).clamp_(0.0, 0.4),
    "clamp_min": lambda m, x: m.conv(x).clamp(min=0),
    "min_of_relu": lambda m, x: torch.relu(m.conv(x)).clamp(max=0.4),
    "clamp_one_by_one": lambda m, x: torch.clamp_max(torch.clamp_min(m.conv(x), 0.0), 0.4),
    "relu6": lambda m, x: F.relu6(10 * m.conv(x)),
    "view": lambda m, x: m.conv(x).view(x.size(0), -1),
    "view_product": lambda m, x: m.conv(x).view(x.shape[0], 4 * x.shape[2] * x.size(3)),
    "mean": lambda m, x: m.conv(x).mean((2, 3)),
    "means": lambda m, x: m.conv(x).mean(3).mean(2),
    "means_kept": lambda m, x: m.conv(x).mean(2, keepdim=True).mean(3, keepdim=True),
    "average_up": lambda m, x: F.avg_pool2d(m.conv(x), 2, ceil_mode=True),
    "average_up_uncounted": lambda m, x: F.avg_pool2d(m.conv(x), 3, 2, 1, ceil_mode=True, count_include_pad=False),
    "maximum_up": lambda m, x: F.max_pool2d(m.conv(x), 2, ceil_mode=True),
}
EXPORTS = {"today": (True, None), "opset_18": (True, 18), "legacy": (False, None), "legacy_12": (False, 12)}


def export(module, path, shape, how, *, open_batch=True):
    dynamo, opset = EXPORTS[how]
    more = {"dynamic_shapes": ({0: torch.export.Dim("n")},)} if dynamo else {"dynamic_axes": {"x": {0: "n"}}}
    more = more if open_batch else {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(module, (torch.zeros(2, *shape),), str(path), dynamo=dynamo, opset_version=opset,
                          input_names=["x"], verbose=False, **more)  # fmt: skip


def agree(module, shape, path):
    x = torch.randn(4, *shape, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        wanted = module(x.clone()).numpy()
    for graph in (from_torch(module, shape), read_onnx(path)):
        np.testing.assert_allclose(graph.activations(x.numpy())[-1], wanted, rtol=2e-5, atol=2e-5)


# The exporter of today takes a second each: those that differ from what the older one writes.
TODAY = ("standardise", "left", "buffers", "clamp_", "relu6", "view_product", "means", "average_up")


@pytest.mark.parametrize(
    ("name", "how"), [(name, "legacy") for name in FUNCTIONS] + [(name, "today") for name in TODAY]
)
def test_module_and_file_are_one_network(name, how, tmp_path):
    torch.manual_seed(0)
    module = Function(FUNCTIONS[name]).eval()
    export(module, tmp_path / "net.onnx", IMAGE, how)
    agree(module, IMAGE, tmp_path / "net.onnx")


def dense():
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 800), nn.ReLU(), nn.Linear(800, 10))


def convolutional():
    return nn.Sequential(nn.Conv2d(1, 32, 5), nn.BatchNorm2d(32), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(32, 64, 5),
                         nn.ReLU6(), nn.AvgPool2d(2), nn.Flatten(), nn.Linear(1024, 256), nn.ReLU(),
                         nn.Linear(256, 10))  # fmt: skip


@pytest.mark.parametrize(("how", "open_batch"), [(how, True) for how in EXPORTS] + [("today", False)])
@pytest.mark.parametrize("make", [dense, convolutional])
def test_networks_of_real_size(make, how, open_batch, tmp_path):
    torch.manual_seed(0)
    module = make().eval()
    export(module, tmp_path / "model.onnx", (1, 28, 28), how, open_batch=open_batch)
    if how == "today":
        assert (tmp_path / "model.onnx.data").is_file()  # else this tests nothing
    agree(module, (1, 28, 28), tmp_path / "model.onnx")


@pytest.mark.parametrize(
    ("layer", "remedy"),
    [(nn.PReLU(), "ReLU"), (nn.Sigmoid(), "ReLU"), (nn.Hardswish(), "ReLU"), (nn.LayerNorm([6]), "BatchNorm")],
)
def test_unknown_activations_have_a_remedy(layer, remedy, tmp_path):
    module = nn.Sequential(nn.Linear(6, 6), layer, nn.Linear(6, 2)).eval()
    with pytest.raises(ModelFileError, match=rf"module '1' .* is not understood; .*use a {remedy}"):
        from_torch(module)
    export(module, tmp_path / "net.onnx", (6,), "today")
    with pytest.raises(ModelFileError, match=rf"node '.*' \(\w+\) is not understood; .*use a {remedy}"):
        read_onnx(tmp_path / "net.onnx")
