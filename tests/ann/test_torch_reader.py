from __future__ import annotations

from collections import OrderedDict

import numpy as np
import pytest

from brainnet.ann import from_torch, read
from brainnet.errors import ModelFileError

torch = pytest.importorskip("torch")
nn = torch.nn


@pytest.fixture(autouse=True)
def _seed():
    torch.manual_seed(0)


def both(module, shape=(6,)):
    x = torch.randn(20, *shape)
    with torch.no_grad():
        return read(module).activations(x.numpy())[-1], module.eval()(x).numpy()


@pytest.mark.parametrize(
    "make",
    [
        lambda: nn.Sequential(nn.Linear(6, 5), nn.ReLU(), nn.Linear(5, 3)),
        lambda: nn.Sequential(nn.Linear(6, 5, bias=False), nn.ReLU(inplace=True), nn.Dropout(0.5), nn.Linear(5, 3)),
        lambda: nn.Sequential(nn.Identity(), nn.Linear(6, 3), nn.ReLU()),
        lambda: nn.Sequential(nn.ReLU(), nn.Linear(6, 3)),
        lambda: nn.Linear(6, 3),
        lambda: nn.Sequential(nn.Sequential(nn.Linear(6, 5), nn.Identity()), nn.Sequential(nn.ReLU()), nn.Linear(5, 3)),
        lambda: nn.Sequential(nn.Linear(6, 5), nn.ReLU(), nn.ReLU(), nn.Flatten(), nn.Linear(5, 3)).double().float(),
    ],
)
def test_outputs_are_the_same(make):
    got, wanted = both(make())
    np.testing.assert_allclose(got, wanted, atol=1e-5)


def test_what_is_not_a_layer_of_its_own_is_counted():
    class Dropped(nn.Module):
        def __init__(self):
            super().__init__()
            self.first, self.norm, self.last = nn.Linear(6, 5), nn.BatchNorm1d(5), nn.Linear(5, 3)
            self.parts = nn.Sequential(nn.ReLU(), nn.Dropout(), nn.Identity(), nn.Flatten())

        def forward(self, x):
            x = self.parts(self.norm(self.first(x)))
            return self.last(nn.functional.dropout(x, training=self.training).contiguous())

    graph = read(Dropped())
    assert len(graph.layers) == 2
    assert graph.folded == {"BatchNorm": 1, "ReLU": 1, "Dropout": 2, "Identity": 1, "Flatten": 1}


def test_double_is_exact():
    module = nn.Sequential(nn.Linear(6, 5), nn.ReLU(), nn.Linear(5, 3)).double()
    x = torch.randn(20, 6, dtype=torch.float64)
    np.testing.assert_allclose(read(module).activations(x.numpy())[-1], module(x).detach().numpy(), atol=1e-10)


def test_flatten_takes_images():
    got, wanted = both(nn.Sequential(nn.Flatten(), nn.Linear(6, 3)), (1, 2, 3))
    np.testing.assert_allclose(got, wanted, atol=1e-5)


@pytest.mark.parametrize("last", [nn.Softmax(dim=1), nn.LogSoftmax(dim=-1), nn.Softmax(1)])
def test_softmax_gives_logits_and_the_same_decision(last):
    module = nn.Sequential(nn.Linear(6, 5), nn.ReLU(), nn.Linear(5, 3), last)
    graph = from_torch(module)
    assert graph.layers[-1].activation == "softmax"
    x = torch.randn(20, 6)
    np.testing.assert_array_equal(graph.predict(x.numpy()), module(x).argmax(dim=1).numpy())
    np.testing.assert_allclose(graph.activations(x.numpy())[-1], module[:3](x).detach().numpy(), atol=1e-5)


def test_the_graph_does_not_follow_later_training():
    module = nn.Sequential(nn.Linear(2, 2))
    graph = from_torch(module)
    before = graph.layers[0].weights.copy()
    with torch.no_grad():
        module[0].weight += 1
    np.testing.assert_array_equal(graph.layers[0].weights, before)


def hooked():
    module = nn.Sequential(nn.Linear(6, 3))
    module[0].register_forward_hook(lambda *args: args[-1] * 2)
    return module


class Scaled(nn.Linear):
    def forward(self, x):
        return 2 * super().forward(x)


def broken():
    module = nn.Sequential(nn.Linear(6, 3))
    module[0].weight.data[0, 0] = float("nan")
    return module


@pytest.mark.parametrize(
    ("make", "match"),
    [
        (lambda: torch.ones(3), "Tensor is not understood"),
        (lambda: nn.Sequential(), "does not say the shape of a sample"),
        (
            lambda: nn.Sequential(nn.Linear(6, 3), nn.Tanh()),
            r"module '1' \(Tanh\) cannot be converted: it .*; use a ReLU",
        ),
        (
            lambda: nn.Sequential(nn.Sequential(nn.Conv2d(1, 1, 3))),
            "does not say the shape of a sample; give input_shape",
        ),
        (lambda: nn.Sequential(nn.LayerNorm(6), nn.Linear(6, 2)), "does not say the shape"),
        (lambda: nn.Sequential(nn.Linear(6, 2), nn.Sequential(OrderedDict(a=nn.GELU()))), r"module '1.a' \(GELU\)"),
        (lambda: nn.Sequential(Scaled(6, 3)), r"\(Scaled\) is not understood"),
        (
            lambda: nn.Sequential(nn.Linear(6, 5), nn.Linear(5, 3)),
            "'dense_0' has .* 'identity'; put a ReLU .* or merge .*module '0'",
        ),
        (lambda: nn.Sequential(nn.Flatten(0), nn.Linear(6, 3)), "flattens axes 0 to -1"),
        (lambda: nn.Sequential(nn.Flatten(1, 2), nn.Linear(6, 3)), "flattens axes 1 to 2"),
        (lambda: nn.Sequential(nn.Linear(6, 3), nn.Softmax(dim=1), nn.ReLU()), "a softmax must be last"),
        (lambda: nn.Sequential(nn.Linear(6, 3), nn.Softmax(dim=0)), "must act on axis 1"),
        (
            lambda: nn.Sequential(nn.Linear(6, 5), nn.ReLU(), nn.Linear(4, 3)),
            r"module '2' \(Linear\) has weights for 4 values and takes 5",
        ),
        (hooked, "module '0' has forward hooks"),
        (broken, "holds NaN"),
        (lambda: nn.Sequential(nn.Linear(6, 3, device="meta")), "holds torch.float32 on meta"),
        (lambda: nn.Sequential(nn.Linear(6, 3, dtype=torch.complex64)), "holds torch.complex64"),
    ],
)
def test_what_is_not_understood_is_refused(make, match):
    with pytest.raises(ModelFileError, match=match):
        read(make())
