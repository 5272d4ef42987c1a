"""What a module reads as, its ONNX file reads as: one network, at sizes that exporters split in two files too."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from brainnet.ann import from_torch, read_onnx
from brainnet.ann.spellings import SPELLINGS, spelled
from brainnet.errors import ModelFileError

torch = pytest.importorskip("torch")
onnx = pytest.importorskip("onnx")
pytest.importorskip("onnxscript")
nn, F = torch.nn, torch.nn.functional
from brainnet.ann import torch_modules, torch_nodes  # noqa: E402, after torch
from brainnet.ann.torch import _traced  # noqa: E402

IMAGE = (3, 7, 9)


class Function(nn.Module):
    """A module of a function of images."""

    def __init__(self, function):
        super().__init__()
        self.function, self.conv = function, nn.Conv2d(3, 4, 3, padding=1)
        self.register_buffer("mean", torch.tensor([0.1, 0.2, 0.3]).reshape(3, 1, 1))
        self.register_buffer("zero", torch.tensor(0.0))
        self.register_buffer("most", torch.tensor(0.4))
        self.register_buffer("matrix", torch.linspace(-1.0, 1.0, 12).reshape(4, 3))
        self.register_buffer("std", torch.tensor([0.5, 0.6, 0.7]).reshape(1, 3, 1, 1))

    def forward(self, x):
        return self.function(self, x)


def in_place(x):
    x.clamp_(max=0.4)
    x.clamp_(min=0)
    return x


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
    "maximum": lambda m, x: torch.maximum(m.conv(x), m.zero),
    "minimum_before_maximum": lambda m, x: torch.maximum(torch.minimum(m.conv(x), m.most), m.zero),
    "maximum_on_the_left": lambda m, x: torch.maximum(m.zero, m.conv(x)).minimum(m.most),
    "upper_bound_first": lambda m, x: m.conv(x).clamp(max=0.4).clamp(max=0.3).relu(),
    "upper_bound_in_place": lambda m, x: in_place(m.conv(x)),
    "product": lambda m, x: F.adaptive_avg_pool2d(m.conv(x), 1).flatten(1) @ m.matrix,
    "linear": lambda m, x: F.linear(F.adaptive_avg_pool2d(m.conv(x), 1).flatten(1), m.matrix.T, m.mean.flatten()),
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


def agree(module, shape, path, ends=None):
    """Compare both; of a dense layer that ends in probabilities or their logarithms, readers keep the logits."""
    x = torch.randn(4, *shape, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        wanted = module(x.clone()).numpy()
    wanted = np.log(wanted) if ends == "softmax" else wanted
    for graph in (from_torch(module, shape), read_onnx(path)):
        given = graph.activations(x.numpy())[-1]
        if ends is not None:
            given, wanted = given - given[:, :1], wanted - wanted[:, :1]
        np.testing.assert_allclose(given, wanted, rtol=2e-5, atol=2e-5)


# The exporter of today takes a second each: those that differ from what the older one writes.
TODAY = (
    "minimum_before_maximum",
    "product",
    "standardise",
    "left",
    "buffers",
    "clamp_",
    "relu6",
    "view_product",
    "means",
    "average_up",
)


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
    [(nn.GELU(), "ReLU"), (nn.Sigmoid(), "ReLU"), (nn.Hardswish(), "ReLU"), (nn.LayerNorm([6]), "BatchNorm")],
)
def test_unknown_activations_have_a_remedy(layer, remedy, tmp_path):
    module = nn.Sequential(nn.Linear(6, 6), layer, nn.Linear(6, 2)).eval()
    with pytest.raises(ModelFileError, match=rf"module '1' .* cannot be converted: it .*; use a {remedy}"):
        from_torch(module)
    export(module, tmp_path / "net.onnx", (6,), "today")
    with pytest.raises(ModelFileError, match=rf"node '.*' \(\w+\) cannot be converted: it .*; use a {remedy}"):
        read_onnx(tmp_path / "net.onnx")


class Squeeze(nn.Module):
    def forward(self, x):
        return x.squeeze(2)


# What the table of spellings names, each at least once with torch.nn, functions or methods.
MODULES = {
    "image": lambda: nn.Sequential(
        nn.Conv2d(3, 4, 3), nn.ReLU(), nn.BatchNorm2d(4), nn.MaxPool2d(2), nn.Conv2d(4, 4, 1), nn.Hardtanh(0.0, 1.0),
        nn.AvgPool2d(2, 1), nn.Dropout2d(), nn.Identity(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(),
        nn.Linear(4, 3), nn.LogSoftmax(1),
    ),
    "line": lambda: nn.Sequential(
        nn.Conv1d(3, 4, 3), nn.BatchNorm1d(4), nn.ReLU6(), nn.MaxPool1d(2), nn.AvgPool1d(2), nn.Dropout1d(),
        nn.AdaptiveAvgPool1d(1), Squeeze(), nn.Linear(4, 3), nn.Softmax(1),
    ),
}  # fmt: skip
MORE = {
    "softmax": lambda m, x: F.dropout(torch.abs(m.conv(x)).mean((2, 3)), training=False).softmax(1),
    "log_softmax": lambda m, x: F.log_softmax(F.dropout2d(m.conv(x).contiguous(), training=False).mean((2, 3)), 1),
    "both": lambda m, x: torch.cat([m.conv(x), m.conv(2 * x)], 1),
    "flat": lambda m, x: torch.flatten(m.conv(x) + m.conv(x), 1),
    "reshape": lambda m, x: torch.reshape(m.conv(x), (-1, 252)),
    "negate": lambda m, x: F.avg_pool2d(F.pad(-m.conv(x).double().float(), (1, 1, 1, 1)), 2),
    "transpose": lambda m, x: m.conv(x).permute(0, 2, 3, 1).permute(0, 3, 1, 2).unsqueeze(1).squeeze(1),
    "choose": lambda m, x: (lambda y: torch.where(y > 0, y, torch.tensor(0.0)))(m.conv(x)),
    "largest": lambda m, x: m.conv(x).amax((2, 3)),
    "leaky": lambda m, x: F.leaky_relu(m.conv(x), 0.2),
    "larger": lambda m, x: F.interpolate(F.conv_transpose2d(m.conv(x), m.conv.weight), scale_factor=2.0),
    "global_max": lambda m, x: F.adaptive_max_pool2d(m.conv(x), 1),
}


ENDS = {"image": "log_softmax", "line": "softmax"}


def read_both_ways(module, shape, path):
    """Return the meanings that the module spells, and those that its file does."""
    export(module, path, shape, "legacy")
    agree(module, shape, path, ENDS.get(path.stem))
    seen = set()
    for node in _traced(module).nodes:
        place = dict(module.named_modules()).get(node.target) if node.op == "call_module" else None
        table = {"call_module": MEANT_MODULES, "call_function": MEANT_FUNCTIONS, "call_method": MEANT_METHODS}
        seen.add(table.get(node.op, {}).get(node.target if place is None else type(place)))
    return seen, {MEANT_OPERATORS.get(node.op_type) for node in onnx.load(path).graph.node}


MEANINGS = {meaning: meaning for meaning in SPELLINGS}
MEANT_OPERATORS = spelled("onnx", MEANINGS)
MEANT_MODULES = spelled("modules", MEANINGS, torch_modules._found)
MEANT_FUNCTIONS = spelled("functions", MEANINGS, torch_nodes._found)
MEANT_METHODS = spelled("methods", MEANINGS)


def test_the_table_has_both_spellings_of_every_meaning():
    for meaning, each in SPELLINGS.items():
        calls = each.modules + each.functions + each.methods
        assert bool(each.onnx and calls) != bool(each.one_way), meaning
        for name in each.onnx.split():
            assert onnx.defs.has(name), name
        for name in each.methods.split():
            assert hasattr(torch.Tensor, name), name
    named = [name for each in SPELLINGS.values() for name in each.onnx.split()]
    assert len(named) == len(set(named))  # one meaning each


def test_every_meaning_is_read_both_ways(tmp_path):
    torch.manual_seed(0)
    modules, files = set(), set()
    cases = {name: Function(each).eval() for name, each in {**FUNCTIONS, **MORE}.items()}
    cases |= {name: make().eval() for name, make in MODULES.items()}
    for name, module in cases.items():
        spoken, written = read_both_ways(module, (3, 16) if name == "line" else IMAGE, tmp_path / f"{name}.onnx")
        modules |= spoken
        files |= written
    two_ways = {meaning for meaning, each in SPELLINGS.items() if not each.one_way}
    assert two_ways - modules == set()
    # at inference exporters leave out dropout and write a MaxPool; test_onnx_reader.py and test_twins.py have them
    assert two_ways - files == {"drop", "global_max"}


@pytest.mark.parametrize("divide", [lambda x: 1.0 / x, lambda x: torch.div(torch.tensor(2.0), x), torch.reciprocal])
def test_a_constant_over_values_is_refused_with_a_remedy(divide, tmp_path):
    module = Function(lambda m, x: divide(m.conv(x))).eval()
    export(module, tmp_path / "net.onnx", IMAGE, "legacy")
    for read in (lambda: from_torch(module, IMAGE), lambda: read_onnx(tmp_path / "net.onnx")):
        with pytest.raises(ModelFileError, match=r"not linear; (multiply or )?divide by"):
            read()


def test_an_upper_bound_alone_is_refused(tmp_path):
    module = Function(lambda m, x: m.conv(x).clamp(max=0.4).mean((2, 3))).eval()
    export(module, tmp_path / "net.onnx", IMAGE, "legacy")
    for read in (lambda: from_torch(module, IMAGE), lambda: read_onnx(tmp_path / "net.onnx")):
        with pytest.raises(ModelFileError, match="upper bound only; clip them from 0 too"):
            read()


def test_max_bytes_holds_the_file_and_the_data_beside_it(tmp_path):
    path = tmp_path / "model.onnx"
    export(dense().eval(), path, (1, 28, 28), "today")
    both = path.stat().st_size + (tmp_path / "model.onnx.data").stat().st_size
    layers = 8 * (784 * 800 + 800 + 800 * 10 + 10)
    assert layers > both  # so pad the file itself with text that no reader needs
    model = onnx.load(path, load_external_data=False)
    model.doc_string = "x" * 2 * layers
    path.write_bytes(model.SerializeToString())
    both = path.stat().st_size + (tmp_path / "model.onnx.data").stat().st_size
    assert read_onnx(path, max_bytes=both).input_shape == (1, 28, 28)
    with pytest.raises(ModelFileError, match="file and data beside it take more than max_bytes"):
        read_onnx(path, max_bytes=both - 100_000)


def test_constants_that_forward_makes_are_read_and_not_left_in_the_module(tmp_path):
    module = Function(lambda m, x: torch.maximum(m.conv(x), torch.tensor(0.0)) * torch.tensor(2.0)).eval()
    before = set(vars(module))
    export(module, tmp_path / "net.onnx", IMAGE, "legacy")
    agree(module, IMAGE, tmp_path / "net.onnx")
    assert set(vars(module)) == before


def test_a_maximum_with_a_number_is_refused_with_its_cause():
    """PyTorch itself takes no number there."""
    with pytest.raises(ModelFileError, match=r"argument 'other' .* must be Tensor, not float"):
        from_torch(Function(lambda m, x: torch.maximum(m.conv(x), 0.0)).eval(), IMAGE)
