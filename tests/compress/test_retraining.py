"""ADMM and fine-tuning: what is asked for is reached, what was pruned stays so, and accuracy comes back."""

from dataclasses import replace

import numpy as np
import pytest

import brainnet
from brainnet.ann import QCFS, Add, BatchNorm, Conv2d, Dense, Flatten, GlobalAveragePool, LayerGraph, MaxPool, ReLU
from brainnet.compress import (
    Retraining,
    admm,
    compressed_network,
    finetune,
    prune_magnitude,
    prune_random,
    quantise_linear,
    sizes,
)
from brainnet.convert import convert
from brainnet.data import load
from brainnet.errors import CompressionError, DataError, ParameterError, UnknownNameError
from brainnet.plot.style import part
from brainnet.projections import SparseRows
from brainnet.train import train_mlp

QUICK = Retraining(epochs=15, admm_epochs=15, batch=64, rate=3e-3)
RNG = np.random.default_rng(3)


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    torch = pytest.importorskip("torch", reason="networks are trained again with PyTorch; install brainnet[torch]")
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def digits():
    return load("digits")


@pytest.fixture(scope="module")
def network(digits):
    return train_mlp(digits.x_train, digits.y_train, 64, epochs=30, seed=1)


@pytest.fixture(scope="module")
def pruned(network, digits):
    return admm(network, digits.x_train, digits.y_train, connectivity=0.15, levels=None, settings=QUICK, seed=4)


def test_admm_prunes_as_asked_and_beats_pruning_at_once(network, pruned, digits):
    for size in sizes(pruned).values():
        assert size.connections == round(0.15 * size.weights)
    x, y = digits.x_test, digits.y_test
    # Differences between methods are many times the standard error of 300 images (2 points).
    assert prune_magnitude(network, 0.15).accuracy(x, y) < pruned.accuracy(x, y) - 0.1
    assert pruned.accuracy(x, y) > network.accuracy(x, y) - 0.06


def test_admm_quantises_as_asked(network, digits):
    made = admm(network, digits.x_train, digits.y_train, levels={"dense_0": 3}, settings=QUICK, seed=4)
    weights = made.layer["dense_0"].weights
    levels = np.unique(weights)
    assert len(levels) == 3
    np.testing.assert_array_equal(levels, [levels[0], 0.0, -levels[0]])
    assert sizes(made)["dense_1"].levels > 100
    x, y = digits.x_test, digits.y_test
    assert made.accuracy(x, y) > network.accuracy(x, y) - 0.04
    assert quantise_linear(network, {"dense_0": 3}).accuracy(x, y) < made.accuracy(x, y) - 0.1


def test_both_after_each_other_and_at_once(pruned, network, digits):
    x, y = digits.x_train, digits.y_train
    after = admm(pruned, x, y, levels=5, settings=QUICK)
    at_once = admm(network, x, y, connectivity=0.15, levels=5, settings=QUICK)
    for made in (after, at_once):
        for size in sizes(made).values():
            assert size.levels <= 5
            assert size.connections <= round(0.15 * size.weights)
        assert made.accuracy(digits.x_test, digits.y_test) > 0.85
    for layer, before in zip(after.layers, pruned.layers, strict=True):
        assert not layer.weights[before.weights == 0].any()


def test_fine_tuning_keeps_zeros_and_wins_back(network, digits):
    start = prune_random(network, 0.3, seed=2)
    made = finetune(start, digits.x_train, digits.y_train, settings=QUICK)
    for layer, before in zip(made.layers, start.layers, strict=True):
        assert not layer.weights[before.weights == 0].any()
        assert (layer.weights != before.weights).any()
    x, y = digits.x_test, digits.y_test
    assert made.accuracy(x, y) > start.accuracy(x, y) + 0.1


def test_activity_in_the_loss_saves_spikes(network, digits):
    x, y = digits.x_train, digits.y_train
    plain, sparse = (finetune(network, x, y, settings=replace(QUICK, activity=a), seed=1) for a in (0.0, 0.3))
    operations = []
    for each in (plain, sparse):
        with brainnet.target("numpy"):
            spiking = convert(each, calibration=digits.calibration(200, 0), steps=30)
            response = spiking.run(digits.x_test[:40])
        operations.append(response.counts["dense_0"].sum())
    assert operations[1] < 0.8 * operations[0]
    assert sparse.accuracy(digits.x_test, digits.y_test) > plain.accuracy(digits.x_test, digits.y_test) - 0.04


def test_same_seed_same_weights_and_the_cache(network, digits, tmp_path, monkeypatch):
    monkeypatch.setenv("BRAINNET_CACHE", str(tmp_path))
    x, y, how = digits.x_train, digits.y_train, replace(QUICK, epochs=1, admm_epochs=1)
    first, second, other = (admm(network, x, y, levels=3, settings=how, seed=seed) for seed in (1, 1, 2))
    kept = [compressed_network(network, x, y, levels=3, settings=how, seed=1) for _ in range(2)]
    for made in (second, *kept):
        np.testing.assert_array_equal(made.layers[0].weights, first.layers[0].weights)
    assert (other.layers[0].weights != first.layers[0].weights).any()
    assert len(list(tmp_path.rglob("*.npz"))) == 1


def test_every_kind_of_layer_is_computed_as_the_graph_does():
    import torch

    from brainnet.train.forward import values_of, weights_of

    graph = LayerGraph(
        (
            Conv2d("first", RNG.normal(0, 1, (4, 2, 3, 3)), RNG.normal(0, 1, 4), "identity", padding=((2, 1), (0, 1))),
            BatchNorm("norm", RNG.normal(0, 1, 4), RNG.random(4) + 0.5, RNG.normal(1, 1, 4), RNG.normal(0, 1, 4)),
            QCFS("steps", 2.0, 4),
            Conv2d("second", RNG.normal(0, 1, (4, 2, 1, 1)), np.zeros(4), "relu", groups=2, inputs=("steps",)),
            Add("sum", inputs=("steps", "second")),
            MaxPool("pool", (2, 2), padding=1),
            ReLU("relu"),
            GlobalAveragePool("mean"),
            Flatten("flat"),
            Dense("out", RNG.normal(0, 1, (4, 3)), RNG.normal(0, 1, 3), "softmax"),
        ),
        (2, 6, 7),
        "all",
        "by hand",
    )
    x = RNG.random((5, 2, 6, 7))
    given = weights_of(graph, torch.float64)
    found = values_of(graph, torch.tensor(x), {n: w for n, (w, _) in given.items()},
                      {n: b for n, (_, b) in given.items() if b is not None})  # fmt: skip
    for layer, expected in zip(graph.layers, graph.activations(x), strict=True):
        np.testing.assert_allclose(found[layer.name].detach().numpy(), expected, rtol=1e-9, atol=1e-9)
    y = np.arange(5) % 3
    made = admm(graph, x, y, connectivity={"first": 0.5}, settings=replace(QUICK, epochs=1, admm_epochs=1))
    assert sizes(made)["first"].connections == 36


def test_spikes_of_a_compressed_network_are_those_of_its_graph(network, digits):
    made = admm(network, digits.x_train, digits.y_train, connectivity=0.04, settings=replace(QUICK, epochs=2))
    with brainnet.target("numpy"):
        spiking = convert(made, calibration=digits.calibration(200, 0), steps=100, v_init="half", readout="potential",
                          coding="regular")  # fmt: skip
        assert isinstance(spiking.projections[0].connectivity, SparseRows)
        decided = spiking.run(digits.x_test[:30]).decisions[:, -1]
    assert (decided == made.predict(digits.x_test[:30])).mean() >= 0.9


X, Y = RNG.random((20, 64)), np.arange(20) % 10
REFUSED = {
    "nothing": (lambda net: admm(net, X, Y), ParameterError, "nothing to reach"),
    "levels": (lambda net: admm(net, X, Y, levels=1), ParameterError, "levels of layer 'dense_0' are 1"),
    "even": (lambda net: admm(net, X, Y, levels=4), ParameterError, "give 3 or 5"),
    "none left": (lambda net: admm(net, X, Y, connectivity=1e-5), CompressionError, "give more"),
    "name": (lambda net: admm(net, X, Y, levels={"dense": 3}), UnknownNameError, "dense"),
    "seed": (lambda net: admm(net, X, Y, levels=3, seed=-1), ParameterError, "seed = -1"),
    "labels": (lambda net: finetune(net, X, Y + 5), DataError, "positions among the outputs"),
    "samples": (lambda net: finetune(net, X[:, :60], Y), DataError, "takes"),
    "infinite": (lambda net: finetune(net, X / 0.0, Y), DataError, "NaN or infinite"),
    "rate": (lambda net: Retraining(rate=0.0), ParameterError, "rate = 0.0; give a number of at least"),
    "epochs": (lambda net: Retraining(epochs=1.5), ParameterError, "whole number"),
}


@pytest.mark.parametrize("case", REFUSED)
@pytest.mark.filterwarnings("ignore:divide by zero")
def test_cause_and_remedy(case, network):
    call, error, message = REFUSED[case]
    with pytest.raises(error, match=message):
        call(network)


@pytest.mark.parametrize("by_layer", ["0.5", "0.5/half", "0.5/0", "0.5/nan", "0.5/1.5", "0.5/0.5/0.5"])
def test_the_protocol_tells_what_does_not_fit(by_layer, tmp_path, monkeypatch):
    monkeypatch.setenv("BRAINNET_CACHE", str(tmp_path))
    run = brainnet.protocols["compression_tradeoff"]
    small = {"architecture": "8-10", "epochs": 1, "dropout": 0.0, "images": 20, "calibration_images": 20}
    with pytest.raises(ParameterError, match=f"by_layer = '{by_layer}' does not fit the layers 8, 10; give a fraction"):
        run(**small, by_layer=by_layer)
    assert not [*tmp_path.iterdir()]  # nothing was trained


def test_the_protocol_and_its_picture(tmp_path, monkeypatch):
    monkeypatch.setenv("BRAINNET_CACHE", str(tmp_path))
    run = brainnet.protocols["compression_tradeoff"]
    few = {"epochs": 20, "admm_epochs": 5, "retraining_epochs": 5, "dropout": 0.0, "images": 50, "steps": 5}
    with brainnet.target("numpy"):
        found = run(architecture="16-10", calibration_images=50, again="aims", by_layer="0.3/0.8", **few)
    assert float(found.connectivity_pruned) == pytest.approx((0.3 * 1024 + 0.8 * 160) / 1184, abs=1e-3)
    assert float(found.connectivity_both) <= float(found.connectivity_pruned)
    assert found.pruned_accuracy.sel(pruning="ADMM").isnull().all()  # only what is aimed at is trained again
    assert found.sizes["network"] == 4
    picture = run.draw(found)
    line = part(picture, "connectivity: magnitude")
    np.testing.assert_array_equal(line.get_ydata(), 100 * found.pruned_accuracy.sel(pruning="magnitude"))
    assert part(picture, "pruned").get_ydata() == [100 * float(found.accuracy_pruned)]
