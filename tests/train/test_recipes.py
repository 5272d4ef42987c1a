"""Training for conversion: architectures, recipes, and the networks that come out."""

from __future__ import annotations

import numpy as np
import pytest

from brainnet.ann import read_npz, write_npz
from brainnet.data import load_digits
from brainnet.errors import DataError, ParameterError
from brainnet.folders import cache_folder
from brainnet.train.recipe import Recipe, parts_of

torch = pytest.importorskip("torch", reason="PyTorch is an extra")
from brainnet.train.network import build, train_network, trained_network  # noqa: E402

SMALL = "8c3p1-p2-10"
FAST = {"epochs": 10, "batch": 32, "rate": 0.01}


@pytest.fixture(autouse=True)
def _one_thread(tmp_path, monkeypatch):
    torch.set_num_threads(1)  # threads that wait for each other make tiny batches slow
    monkeypatch.setenv("BRAINNET_CACHE", str(tmp_path / "cache"))


@pytest.fixture(scope="module")
def digits():
    return load_digits()


def trained(digits, recipe, architecture=SMALL, seed=0):
    return train_network(digits.x_train, digits.y_train, architecture, recipe, seed=seed, progress=False)


def test_an_architecture_is_read():
    assert parts_of("16c5-p2-32c3p1-128-10") == [
        ("conv", (16, 5, 0)), ("pool", (2,)), ("conv", (32, 3, 1)), ("dense", (128,)), ("dense", (10,)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("architecture", "cause"),
    [
        ("16c5--10", "'' is not understood"), ("16x5-10", "'16x5' is not understood"), ("10-p2-10", "'p2' follows"),
        ("0c5-10", "'0c5' has a size of 0"), ("p0-10", "size of 0"), ("16c5-p2", "ends without a dense layer"),
    ],
)  # fmt: skip
def test_an_architecture_that_makes_no_network(architecture, cause):
    with pytest.raises(ParameterError, match=cause):
        parts_of(architecture)


def test_an_architecture_that_does_not_fit_the_samples():
    with pytest.raises(ParameterError, match="leaves nothing of samples"):
        build("8c3-p4-p4-10", (1, 8, 8), Recipe())
    with pytest.raises(ParameterError, match="are no images"):
        build("8c3-10", (64,), Recipe())


@pytest.mark.parametrize(
    ("values", "cause"),
    [
        ({"activation": "rely"}, "did you mean 'relu'"), ({"dropout": 1.0}, "less than 1"),
        ({"epochs": 2.5}, "not a whole number"),
        ({"bias": 1}, "not a truth value"), ({"noise": float("nan")}, "not finite"), ({"levels": 4}, "acts only with"),
        ({"epochs": True}, "not a whole number"), ({"l1": -1.0}, "at least 0"),
    ],
)  # fmt: skip
def test_a_recipe_with_a_wrong_value(values, cause):
    with pytest.raises(ParameterError, match=cause):
        Recipe(**values)


def test_samples_that_cannot_be_trained_on():
    x, y = np.zeros((4, 8, 8)), np.arange(4)
    for samples, labels, cause in (
        (x, y + 7, "10 outputs"),
        (x, y[:3], "one integer per sample"),
        (x + np.nan, y, "finite"),
    ):
        with pytest.raises(DataError, match=cause):
            train_network(samples, labels, SMALL, Recipe(epochs=1), seed=0)
    with pytest.raises(ParameterError, match="seed = -1"):
        train_network(x, y, SMALL, Recipe(epochs=1), seed=-1)


def test_a_small_network_learns_the_digits(digits):
    network = trained(digits, Recipe(**FAST, dropout=0.2))
    assert [(layer.kind, layer.output_shape) for layer in network.layers] == [
        ("Conv2d", (8, 8, 8)), ("AveragePool", (8, 4, 4)), ("Dense", (10,)),
    ]  # fmt: skip
    assert all(not layer.bias.any() for layer in network.layers if layer.kind != "AveragePool")
    # 450 samples: chance is 0.1, and a linear classifier has 0.95
    assert network.accuracy(digits.x_test, digits.y_test) > 0.95


def test_the_same_seed_gives_the_same_weights_and_leaves_the_stream_alone(digits):
    torch.manual_seed(5)
    wanted = torch.rand(1)
    torch.manual_seed(5)
    one, same, other = (trained(digits, Recipe(epochs=1, dropout=0.2, shift=1, noise=0.1), seed=s) for s in (1, 1, 2))
    assert torch.rand(1) == wanted
    np.testing.assert_array_equal(one.layers[0].weights, same.layers[0].weights)
    assert (one.layers[0].weights != other.layers[0].weights).any()


def test_penalties_do_what_they_are_for(digits):
    """Each penalty makes smaller what it is on, from the same start."""
    plain = trained(digits, Recipe(**FAST))

    def size(network, power):
        return sum((np.abs(layer.weights) ** power).sum() for layer in network.layers if layer.kind != "AveragePool")

    def activity(network):
        return network.activations(digits.x_test)[0].mean()

    assert size(trained(digits, Recipe(**FAST, l2=1e-2)), 2) < 0.5 * size(plain, 2)
    assert size(trained(digits, Recipe(**FAST, l1=1e-2)), 1) < 0.5 * size(plain, 1)
    assert activity(trained(digits, Recipe(**FAST, activity=3.0))) < 0.5 * activity(plain)


def test_noise_makes_a_network_robust_to_noise(digits):
    """Trained with noise on hidden neurons, it decides better under that noise than one trained without."""

    def accuracy(network):
        rng, (_, pool, dense) = np.random.default_rng(0), network.layers
        hidden = network.activations(digits.x_test)[0]
        noisy = hidden + 0.5 * hidden.max() * rng.normal(size=hidden.shape)
        return (dense.forward(pool.forward(noisy)).argmax(axis=1) == digits.y_test).mean()

    with_noise, without = (accuracy(trained(digits, Recipe(**FAST, noise=noise))) for noise in (0.5, 0.0))
    assert with_noise > without + 0.02  # four standard errors of a paired difference of 2 % of 450


@pytest.mark.parametrize(("activation", "kind"), [("qcfs", "QCFS"), ("clipped", "ClippedReLU")])
def test_learned_thresholds_reach_the_graph(digits, activation, kind, tmp_path):
    levels = {"levels": 4} if activation == "qcfs" else {}
    network = trained(digits, Recipe(**FAST, activation=activation, **levels))
    assert [layer.kind for layer in network.layers] == ["Conv2d", kind, "AveragePool", "Dense"]
    learned = network.layers[1].threshold if kind == "QCFS" else network.layers[1].maximum
    assert learned != 1.0  # where it began
    assert network.accuracy(digits.x_test, digits.y_test) > 0.9
    if kind == "QCFS":
        values = np.unique(network.activations(digits.x_test[:50])[1])
        np.testing.assert_allclose(values, learned * np.arange(5) / 4)
    write_npz(network, tmp_path / "net.npz")
    again = read_npz(tmp_path / "net.npz")
    np.testing.assert_array_equal(again.activations(digits.x_test)[-1], network.activations(digits.x_test)[-1])


def test_a_trained_network_is_kept_and_an_interrupted_one_is_not(digits, monkeypatch):
    arguments = (digits.x_train, digits.y_train, SMALL, Recipe(epochs=2))
    step, calls = torch.optim.Adam.step, []

    def interrupted(self, *args, **kwargs):
        calls.append(1)
        if len(calls) == 12:  # in the second of two epochs
            raise KeyboardInterrupt
        return step(self, *args, **kwargs)

    with monkeypatch.context() as patched:
        patched.setattr(torch.optim.Adam, "step", interrupted)
        with pytest.raises(KeyboardInterrupt):
            trained_network(*arguments, seed=0, progress=False)
    assert not list(cache_folder().rglob("*.npz"))
    first = trained_network(*arguments, seed=0, progress=False)
    monkeypatch.setattr(torch.optim.Adam, "step", None)  # cannot train any more
    second = trained_network(*arguments, seed=0, progress=False)
    np.testing.assert_array_equal(first.layers[0].weights, second.layers[0].weights)
    for changed in ((*arguments[:2], "8c3p1-p2-16-10", arguments[3]), (*arguments[:3], Recipe(epochs=3))):
        with pytest.raises(TypeError):
            trained_network(*changed, seed=0, progress=False)
