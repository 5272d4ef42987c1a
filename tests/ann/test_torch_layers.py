"""Every layer computes what PyTorch computes, for random settings."""

from __future__ import annotations

import numpy as np
import pytest

from brainnet.ann import from_torch, read_npz, write_npz
from brainnet.errors import ModelFileError

torch = pytest.importorskip("torch")
nn = torch.nn
F = torch.nn.functional
SEEDS = range(6)


@pytest.fixture(autouse=True)
def _seed():
    torch.manual_seed(0)
    torch.set_num_threads(1)


def pick(rng, *values):
    return values[int(rng.integers(len(values)))]


def random_norm(norm):
    for tensor, low in ((norm.weight, 0.5), (norm.bias, -1.0), (norm.running_mean, -1.0), (norm.running_var, 0.5)):
        tensor.data.uniform_(low, low + 1.5)
    return norm


def conv1d(rng):
    groups = pick(rng, 1, 2)
    return nn.Conv1d(
        4, 6, int(rng.integers(1, 4)), stride=int(rng.integers(1, 4)), dilation=int(rng.integers(1, 3)),
        padding=int(rng.integers(0, 3)), groups=groups, bias=bool(rng.integers(2)),
    ), (4, 11)  # fmt: skip


def conv2d(rng):
    same = rng.random() < 0.3
    kernel = tuple(rng.integers(1, 4, 2).tolist())
    stride = 1 if same else tuple(rng.integers(1, 4, 2).tolist())
    padding = "same" if same else tuple(rng.integers(0, 3, 2).tolist())
    dilation, groups = tuple(rng.integers(1, 3, 2).tolist()), pick(rng, 1, 2, 4)
    return nn.Conv2d(4, 8, kernel, stride, padding, dilation, groups, bool(rng.integers(2))), (4, 9, 8)


def max_pool(rng):
    kernel = int(rng.integers(2, 4))
    one = rng.random() < 0.3
    cls = nn.MaxPool1d if one else nn.MaxPool2d
    ceil = bool(rng.integers(2))
    stride, dilation = int(rng.integers(1, 4)), int(rng.integers(1, 3))
    return cls(kernel, stride, int(rng.integers(0, kernel // 2 + 1)), dilation, ceil_mode=ceil), (
        (3, 10) if one else (3, 10, 7)
    )


def average_pool(rng):
    kernel = int(rng.integers(2, 4))
    count = bool(rng.integers(2))
    padding = int(rng.integers(0, kernel // 2 + 1))
    ceil = bool(rng.integers(2)) and not (count and padding)
    return nn.AvgPool2d(kernel, int(rng.integers(1, 4)), padding, ceil, count), (3, 10, 7)


LAYERS = {
    "linear": lambda rng: (nn.Linear(6, 4, bias=bool(rng.integers(2))), (6,)),
    "conv1d": conv1d,
    "conv2d": conv2d,
    "max_pool": max_pool,
    "average_pool": average_pool,
    "global": lambda rng: (nn.AdaptiveAvgPool2d(1), (3, 5, 4)),
    "adaptive": lambda rng: (nn.AdaptiveAvgPool2d((2, None)), (3, 6, 4)),
    "norm": lambda rng: (random_norm(nn.BatchNorm2d(3, eps=1e-3)), (3, 5, 4)),
    "norm1d": lambda rng: (random_norm(nn.BatchNorm1d(3)), (3,)),
    "relu": lambda rng: (nn.ReLU(), (3, 2)),
    "relu6": lambda rng: (nn.ReLU6(), (3, 2)),
    "clip": lambda rng: (nn.Hardtanh(0, 0.7), (3, 2)),
    "softmax": lambda rng: (nn.Softmax(dim=1), (5,)),
    "log_softmax": lambda rng: (nn.LogSoftmax(dim=-1), (5,)),
    "flatten": lambda rng: (nn.Flatten(), (3, 2)),
}


def compare(module, shape, tmp_path=None, n=5):
    """The module, what is read of it and what is stored of that give the same."""
    module = module.double().eval()
    x = torch.randn(n, *shape, dtype=torch.float64)
    with torch.no_grad():
        wanted = module(x.clone()).numpy()
    graph = from_torch(module, shape)
    assert graph.layers[-1].output_shape == wanted.shape[1:]
    np.testing.assert_allclose(graph.activations(x.numpy())[-1], wanted, rtol=1e-5, atol=1e-12)
    if tmp_path is not None:
        write_npz(graph, tmp_path / "net.npz")
        again = read_npz(tmp_path / "net.npz")
        assert [type(layer) for layer in again.layers] == [type(layer) for layer in graph.layers]
        np.testing.assert_array_equal(again.activations(x.numpy())[-1], graph.activations(x.numpy())[-1])
    return graph


VARIED = ("linear", "conv1d", "conv2d", "max_pool", "average_pool")


@pytest.mark.parametrize(
    ("kind", "seed"), [(kind, seed) for kind in LAYERS for seed in SEEDS[: 6 if kind in VARIED else 1]]
)
def test_layer(kind, seed, tmp_path):
    module, shape = LAYERS[kind](np.random.default_rng([seed, len(kind)]))
    compare(nn.Sequential(module), shape, tmp_path)


class Residual(nn.Module):
    """Everything that joins, with the idioms of published code."""

    def __init__(self, join="add"):
        super().__init__()
        self.join = join
        self.stem = nn.Sequential(nn.Conv2d(2, 4, 3, padding=1, bias=False), random_norm(nn.BatchNorm2d(4)), nn.ReLU())
        self.body = nn.Sequential(nn.Conv2d(4, 4, 3, padding=1), random_norm(nn.BatchNorm2d(4)))
        self.relu = nn.ReLU(inplace=True)
        self.drop = nn.Dropout2d(0.5)
        self.head = nn.Linear({"cat": 8}.get(join, 4) * {"view": 30}.get(join, 1), 3)

    def forward(self, x):
        x = self.stem(x)
        y = self.drop(self.body(x))
        if self.join == "cat":
            y = torch.cat([x, y], 1)
        elif self.join == "iadd":
            y += x
        else:
            y = y + x
        y = self.relu(y)
        if self.join == "view":
            return self.head(y.view(y.size(0), -1))
        if self.join == "shape":
            y = F.avg_pool2d(y, (6, 5)).reshape(y.shape[0], -1)
        elif self.join == "abs":
            y = torch.abs(y).mean((2, 3))
        else:
            y = torch.flatten(F.adaptive_avg_pool2d(y, 1), 1)
        y = F.dropout(y, 0.5, self.training)
        return F.log_softmax(self.head(y), dim=1) if self.join == "add" else self.head(y)


@pytest.mark.parametrize("join", ["add", "iadd", "cat", "view", "shape", "abs"])
def test_own_modules(join, tmp_path):
    module = Residual(join)
    graph = compare_logits(module) if join == "add" else compare(module, (2, 6, 5), tmp_path)
    kinds = [layer.kind for layer in graph.layers]
    assert "BatchNorm" not in kinds
    assert kinds[-1] == "Dense"
    assert kinds.count("Conv2d") == 2
    assert module.training is (join == "add")


def compare_logits(module):
    graph = from_torch(module, (2, 6, 5))
    x = torch.randn(3, 2, 6, 5)
    decisions = module.eval()(x).argmax(1).numpy()
    np.testing.assert_array_equal(graph.predict(x.numpy()), decisions)
    assert graph.layers[-1].activation == "softmax"
    module.train()
    return graph


class InPlace(nn.Module):
    """A ReLU that changes a value which is used again."""

    def __init__(self, view=False):
        super().__init__()
        self.fc, self.view = nn.Linear(4, 4), view

    def forward(self, x):
        y = self.fc(x)
        if self.view:
            z = torch.flatten(y, 1)
            return z.relu_() + y
        z = F.relu(y, inplace=True)
        return z + y


class InPlaceOnView(nn.Module):
    """A ReLU that changes a value through a view of it, flat or transposed."""

    def __init__(self, transposed=False):
        super().__init__()
        self.conv, self.transposed = nn.Conv2d(1, 2, 3, padding=1), transposed

    def forward(self, x):
        y = self.conv(x)
        z = y.transpose(2, 3) if self.transposed else torch.flatten(y, 1)
        z.relu_()
        return torch.flatten(y, 1)


def test_in_place_changes_are_seen():
    compare(InPlace(), (4,))
    compare(InPlace(view=True), (4,))  # to flatten what is flat gives the same tensor
    with pytest.raises(ModelFileError, match="works in place on a view"):
        from_torch(InPlaceOnView(), (1, 4, 4))
    with pytest.raises(ModelFileError, match="works in place on a view"):
        from_torch(InPlaceOnView(transposed=True), (1, 4, 4))


def small(forward, **parts):
    module = type("Small", (nn.Module,), {"forward": forward})()
    for name, part in parts.items():
        setattr(module, name, part)
    return module


@pytest.mark.parametrize(
    ("module", "match"),
    [
        (small(lambda self, x: torch.tanh(x)), "function 'tanh' cannot be converted: it .*; use a ReLU"),
        (small(lambda self, x: x.sin()), "method 'sin' is not understood"),
        (small(lambda self, x: x + True), "takes True, which is neither a number nor a buffer"),
        (small(lambda self, x: torch.rsub(x, 1.0, alpha=2)), "has alpha=2"),
        (small(lambda self, x: x if x.sum() > 0 else -x), "cannot be traced"),
        (small(lambda self, x: (x.relu(), x.abs())), "returns no single tensor"),
        (small(lambda self, x: x.view(2, -1)), "is no flattening"),
        (small(lambda self, x: x.relu().size(1)), "returns no single tensor"),
        (small(lambda self, x: torch.cat([x, x], 0)), "works along axis 0"),
        (small(lambda self, x: x.mean(1)), r"averages over the axes \[1\]"),
        (small(lambda self, x: F.dropout(x)), "drops values at inference too"),
        (small(lambda self, x: F.avg_pool2d(x, 2, divisor_override=3)), "divides by divisor_override"),
        (small(lambda self, x: F.avg_pool2d(x, 3, 3, 1, True)), "rounds up and counts padding"),
        (small(lambda self, x: F.max_pool2d(x, 2, return_indices=True)), "is not understood|returns indices"),
        (small(lambda self, x: torch.clamp(x, -1, 1)), "clips from -1"),
        (small(lambda self, x: F.adaptive_avg_pool2d(x, 4)), "windows of unequal size"),
        (small(lambda self, x: x.relu() * 0 if False else (x.abs(), x.relu())[1]), "has 2 outputs|not its only end"),
        (small(lambda self, x: x / self.w, w=nn.Parameter(torch.zeros(1))), "divides by 0"),
        (nn.Sequential(nn.Linear(6, 3)), "acts on the last axis"),
        (nn.Sequential(nn.Conv2d(2, 3, 9)), "window of 9 over 6 padded values"),
        (nn.Sequential(nn.Conv2d(3, 3, 1)), r"takes \(3, height, width\) and gets \(2, 6, 6\).*module '0'"),
        (nn.Sequential(nn.Conv2d(2, 3, 3, padding=1, padding_mode="reflect")), "padding_mode 'reflect'"),
        (nn.Sequential(nn.BatchNorm2d(2, track_running_stats=False)), "keeps no running statistics"),
        (nn.Sequential(nn.PixelShuffle(1)), r"\(PixelShuffle\) is not understood"),
        (nn.Sequential(nn.MaxPool2d(2, return_indices=True)), "returns indices"),
        (nn.Sequential(nn.Softmax(dim=2)), "must act on axis 1"),
    ],
)  # fmt: skip
def test_refusals(module, match):
    with pytest.raises(ModelFileError, match=match) as caught:
        from_torch(module, (2, 6, 6))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("shape", [(0,), (2, -1, 3), ("a",), (2.5,), 3, ((1, 2), 3)])
def test_bad_input_shapes(shape):
    with pytest.raises(ModelFileError, match="input_shape is"):
        from_torch(nn.Sequential(nn.Conv2d(2, 2, 1)), shape)
