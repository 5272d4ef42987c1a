"""The quantised activation of Bu et al. 2022, in NumPy and PyTorch."""

from __future__ import annotations

import numpy as np
import pytest

from brainnet.ann import QCFS, ClippedReLU, Conv2d, Dense, LayerGraph, from_torch
from brainnet.errors import ModelFileError


def spikes(z, theta, steps):
    """Count spikes of an integrate-and-fire neuron, threshold theta, soft reset, v0 = theta / 2."""
    v, count = np.full_like(z, theta / 2), np.zeros_like(z)
    for _ in range(steps):
        v += z
        fired = v >= theta
        v -= theta * fired
        count += fired
    return count


@pytest.mark.parametrize("levels", [1, 2, 4, 8, 32])
def test_it_counts_the_spikes_of_a_neuron(levels):
    # multiples of theta / 64: every sum is exact, and the ties of the floor are among them
    theta = 2.0
    z = np.arange(-64, 129) * theta / 64
    a = QCFS("a", theta, levels).forward(z[None])[0]
    np.testing.assert_array_equal(a, spikes(z, theta, levels) * theta / levels)


def test_it_is_the_equation():
    z = np.array([-1.0, 0.0, 0.374, 0.376, 1.124, 1.126, 2.9, 100.0])
    wanted = [0, 0, 0, 0.75, 0.75, 1.5, 3, 3]  # lambda = 3, L = 4: steps at 3/4 (k - 1/2)
    np.testing.assert_array_equal(QCFS("a", 3.0, 4).forward(z[None])[0], wanted)


@pytest.mark.parametrize(
    ("values", "cause"),
    [((0.0, 4), "threshold is 0.0"), ((np.nan, 4), "threshold is nan"), ((1.0, 0), "levels"), ((1.0, 2.5), "levels")],
)
def test_wrong_values_are_refused(values, cause):
    with pytest.raises(ModelFileError, match=cause):
        QCFS("a", *values)


class TestTorch:
    """The module: the same values, the gradient of the paper, read as the layer."""

    @pytest.fixture(autouse=True)
    def _torch(self):
        self.torch = pytest.importorskip("torch", reason="PyTorch is an extra")
        from brainnet.ann.torch_qcfs import QCFS as Module

        self.module = Module

    def test_values_are_those_of_the_layer(self):
        z = self.torch.linspace(-2, 5, 1001, dtype=self.torch.float64)
        a = self.module(3.0, 8).double()(z).detach().numpy()
        np.testing.assert_allclose(a, QCFS("a", 3.0, 8).forward(z.numpy()[None])[0], atol=1e-12)

    def test_gradients_are_those_of_the_paper(self):
        torch, lam, levels = self.torch, 3.0, 4
        z = torch.tensor([-1.0, 0.1, 1.3, 2.9, 5.0], dtype=torch.float64, requires_grad=True)
        part = self.module(lam, levels).double()
        a = part(z)
        by_lambda = [torch.autograd.grad(a[i], part.threshold, retain_graph=True)[0].item() for i in range(len(z))]
        (by_z,) = torch.autograd.grad(a.sum(), z)
        np.testing.assert_array_equal(by_z.numpy(), [0, 1, 1, 1, 0])  # equation 18
        share = z.detach().numpy() / lam
        inside = np.floor(share * levels + 0.5) / levels - share  # equation 19
        np.testing.assert_allclose(by_lambda, [0, *inside[1:4], 1], atol=1e-12)

    def test_it_is_read_by_exact_type(self):
        nn = self.torch.nn
        model = nn.Sequential(nn.Conv2d(1, 2, 3), self.module(2.5, 4), nn.Flatten(), nn.Linear(8, 3), self.module(1.5))
        graph = from_torch(model, (1, 4, 4))
        assert [type(layer) for layer in graph.layers] == [Conv2d, QCFS, Dense, ClippedReLU]
        assert (graph.layers[1].threshold, graph.layers[1].levels, graph.layers[3].maximum) == (2.5, 4, 1.5)
        x = self.torch.randn(5, 1, 4, 4)
        np.testing.assert_allclose(graph.activations(x.numpy())[-1], model(x).detach().numpy(), rtol=1e-5, atol=1e-6)


def test_a_chain_with_it_computes():
    first, last = (Dense(name, np.eye(2), np.zeros(2), "identity") for name in "do")
    graph = LayerGraph((first, QCFS("q", 1.0, 2), last), (2,), "net", "by hand")
    np.testing.assert_array_equal(graph.activations([[0.3, 0.2]])[-1], [[0.5, 0.0]])
