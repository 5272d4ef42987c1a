"""Hybrid training: gradients by hand, settings, what comes back."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from brainnet.ann import AveragePool, Conv2d, Dense, LayerGraph, MaxPool
from brainnet.errors import ConversionError, DataError, ParameterError
from brainnet.learn import Surrogate, SurrogateClassifier, finetune, simulate_torch, train_spiking, trained_spiking
from brainnet.train import train_network, trained_network

torch = pytest.importorskip("torch", reason="PyTorch is an extra")
from brainnet.learn.surrogate.rule import Unrolled  # noqa: E402

N_IN, HIDDEN, CLASSES, STEPS = 6, 5, 3, 12


@pytest.fixture(autouse=True)
def _one_thread():
    torch.set_num_threads(1)


@pytest.fixture(scope="module")
def reference():
    path = Path(__file__).parents[1] / "reference" / "surrogate.py"
    spec = importlib.util.spec_from_file_location("surrogate_reference", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.gradients


def chain(seed=0):
    rng = np.random.default_rng(seed)
    first = Dense("hidden", rng.normal(0.25, 0.4, (N_IN, HIDDEN)), np.zeros(HIDDEN), "relu")
    last = Dense("out", rng.normal(0, 0.5, (HIDDEN, CLASSES)), np.zeros(CLASSES), "identity")
    return LayerGraph((first, last), (N_IN,), "chain", "test")


def input_spikes(seed=1):
    return (np.random.default_rng(seed).random((STEPS, N_IN)) < 0.4).astype(float)


@pytest.mark.parametrize("form", ["stdb", "linear"])
@pytest.mark.parametrize("leak", [1.0, 0.9])
def test_gradients_are_those_of_the_equations(reference, form, leak):
    graph, s, theta, scale = chain(), input_spikes(), 0.8, 2.0
    settings = Surrogate(
        steps=STEPS, gradient=form, alpha=0.3, beta=0.2, leak=leak, learn_thresholds=True, learn_leak=True
    )
    model = Unrolled(graph, {"hidden": theta}, settings, torch.float64)
    record = {}
    potential = model(torch.from_numpy(s[:, None]), record)
    loss = torch.nn.functional.cross_entropy(potential * (scale / STEPS), torch.tensor([1]))
    loss.backward()
    w1, w2 = (layer.weights for layer in graph.layers)
    how = {"theta": theta, "leak": leak, "alpha": 0.3, "beta": 0.2, "form": form, "scale": scale}
    wanted = reference(w1, w2, s, 1, **how)
    spikes = torch.stack(record["hidden"], 1)[0].numpy() > 0
    np.testing.assert_array_equal(spikes, wanted[2])
    assert 0.1 < spikes.mean() < 0.9  # neither silent nor saturated
    found = (loss, potential[0], model.weights["hidden"].grad, model.weights["out"].grad,
             model.thresholds["hidden"].grad, model.leaks["hidden"].grad)  # fmt: skip
    for value, expected in zip(found, (*wanted[:2], *wanted[3:]), strict=True):
        np.testing.assert_allclose(value.detach().numpy(), expected, rtol=1e-10, atol=1e-14)
    assert all(np.abs(expected).max() > 1e-3 for expected in wanted[3:])


def task(n=200):
    """Two pairs of inputs, of which the stronger one names the class."""
    rng = np.random.default_rng(0)
    x = rng.uniform(0.1, 0.6, (n, N_IN))
    y = np.arange(n) % CLASSES
    x[np.arange(n), 2 * y] += 0.35
    return x, y


@pytest.mark.parametrize("form", ["stdb", "linear"])
def test_training_lowers_the_loss(form):
    x, y = task()
    settings = Surrogate(steps=STEPS, epochs=8, batch=20, rate=0.02, gradient=form, beta=0.05)
    losses = finetune(chain(), x, y, settings, output_scale=4.0, progress=False).losses
    assert len(losses) == 80
    assert losses[-10:].mean() < 0.7 * losses[:10].mean()


def test_the_same_seed_gives_the_same_network_and_leaves_the_stream_alone():
    x, y = task(40)
    settings = Surrogate(steps=4, epochs=1, rate=0.01, dropout=0.2)
    torch.manual_seed(3)
    wanted = torch.rand(1)
    torch.manual_seed(3)
    one, same, other = (finetune(chain(), x, y, settings, seed=seed, progress=False) for seed in (1, 1, 2))
    assert torch.rand(1) == wanted
    np.testing.assert_array_equal(one.graph.layers[0].weights, same.graph.layers[0].weights)
    assert (one.graph.layers[0].weights != other.graph.layers[0].weights).any()


def test_nothing_is_learned_that_was_not_asked_for():
    x, y = task(40)
    plain = finetune(chain(), x, y, Surrogate(steps=4, rate=0.01), progress=False)
    assert (plain.leaks, plain.thresholds) == ({"hidden": 1.0}, {"hidden": 1.0})
    learned = finetune(
        chain(), x, y, Surrogate(steps=4, rate=0.01, leak=0.95, learn_leak=True, learn_thresholds=True), progress=False
    )
    assert learned.leaks["hidden"] not in (1.0, 0.95)
    assert learned.thresholds["hidden"] != 1.0


def test_thresholds_are_part_of_the_weights():
    """Without training, a network with thresholds comes back as the same with thresholds of 1."""
    x, y = task(20)
    untrained = finetune(chain(), x, y, Surrogate(epochs=0), thresholds={"hidden": 0.5}, progress=False)
    np.testing.assert_allclose(untrained.graph.layers[0].weights, chain().layers[0].weights / 0.5, rtol=1e-6)
    np.testing.assert_allclose(untrained.graph.layers[1].weights, chain().layers[1].weights, rtol=1e-6)


@pytest.mark.parametrize(
    ("values", "cause"),
    [
        ({"gradient": "sdtb"}, "did you mean 'stdb'"), ({"steps": 0}, "steps = 0"), ({"leak": 1.1}, "leak = 1.1"),
        ({"leak": 0.0}, "leak"), ({"dropout": 1.0}, "dropout"), ({"steps": 2.5}, "whole number"),
        ({"rate": "x"}, "rate"),
    ],
)  # fmt: skip
def test_wrong_settings(values, cause):
    with pytest.raises(ParameterError, match=cause):
        Surrogate(**values)


def test_what_cannot_be_trained_is_named():
    x, y = task(20)
    for given, labels, cause in (
        (x[:, :3], y, "takes"),
        (x, y + 1, "0 to 2"),
        (x * np.nan, y, "NaN"),
        (2 * x, y, "scale"),
    ):
        with pytest.raises(DataError, match=cause):
            finetune(chain(), given, labels, Surrogate(), progress=False)
    with pytest.raises(ConversionError, match="'out' has a threshold and does not fire"):
        finetune(chain(), x, y, Surrogate(), thresholds={"out": 1.0}, progress=False)
    conv = Conv2d("conv", np.ones((2, 1, 3, 3)), np.zeros(2), "relu")
    last = Dense("last", np.ones((2, 3)), np.zeros(3), "identity")
    pooled = LayerGraph((conv, MaxPool("pool", (2, 2)), last), (1, 4, 4), "net", "test")
    with pytest.raises(ConversionError, match=r"'pool' \(MaxPool\) cannot be trained"):
        finetune(pooled, np.zeros((2, 1, 4, 4)), np.array([0, 1]), Surrogate(), progress=False)
    ends = LayerGraph((conv, AveragePool("pool", (2, 2))), (1, 4, 4), "net", "test")
    with pytest.raises(ConversionError, match="'pool' is the last one"):
        finetune(ends, np.zeros((2, 1, 4, 4)), np.array([0, 1]), Surrogate(), progress=False)


def test_what_is_no_recipe_is_refused():
    x, y = np.eye(4), np.array([0, 1, 0, 1])
    graph = LayerGraph((Dense("out", np.eye(4), np.zeros(4), "identity"),), (4,), "one", "by hand")
    for wrong in (5, None, "fast", {"epochs": 2}):
        for call, kind in (
            (lambda wrong=wrong: train_spiking(x, y, "4-2", wrong, seed=0), "SpikingRecipe"),
            (lambda wrong=wrong: trained_spiking(x, y, "4-2", wrong, seed=0), "SpikingRecipe"),
            (lambda wrong=wrong: simulate_torch(graph, x, wrong), "SpikingRecipe"),
            (lambda wrong=wrong: train_network(x, y, "4-2", wrong, seed=0), "Recipe"),
            (lambda wrong=wrong: trained_network(x, y, "4-2", wrong, seed=0), "Recipe"),
        ):
            with pytest.raises(ParameterError, match=rf"recipe = .* is no {kind}; write e.g. recipe={kind}\(\)"):
                call()
    with pytest.raises(ParameterError, match=r"recipe = 5 is no SpikingRecipe"):
        SurrogateClassifier(recipe=5).fit(x, y)
