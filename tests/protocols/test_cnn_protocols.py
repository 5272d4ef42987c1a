"""Protocols on convolutional networks: a trained one on MNIST, all methods, few steps, residual shapes."""

import os
import struct

import numpy as np
import pytest
from click.testing import CliRunner

import brainnet
from brainnet.ann import Dense, LayerGraph, merge_pooling, write_npz
from brainnet.ann.residual import random_residual_network
from brainnet.cli import main
from brainnet.convert import convert
from brainnet.data import load
from brainnet.errors import ModelFileError, ParameterError
from brainnet.results import read_run
from brainnet.train.network import trained_network
from brainnet.train.recipe import Recipe

torch = pytest.importorskip("torch", reason="the networks are trained with PyTorch; install brainnet[torch]")


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    """One cache for all tests here: each network is trained once."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def settings(cache, monkeypatch):
    monkeypatch.setenv("BRAINNET_CACHE", str(cache))
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def run(name, target="numpy", **values):
    with brainnet.target(target):
        return brainnet.protocols[name](**values)


def call(*words):
    return CliRunner().invoke(main, [str(word) for word in words], prog_name="brainnet")


def idx(array):
    return struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape) + array.astype(np.uint8).tobytes()


@pytest.fixture(scope="module")
def mnist(tmp_path_factory):
    """Ten prototypes and noise, as MNIST files."""
    rng, folder = np.random.default_rng(0), tmp_path_factory.mktemp("mnist")
    prototypes = np.kron(rng.integers(0, 2, (10, 7, 7)), np.ones((4, 4))) * 200
    for prefix, n in (("train", 300), ("t10k", 40)):
        labels = np.arange(n) % 10
        images = np.clip(prototypes[labels] + rng.integers(0, 56, (n, 28, 28)), 0, 255)
        (folder / f"{prefix}-images-idx3-ubyte").write_bytes(idx(images))
        (folder / f"{prefix}-labels-idx1-ubyte").write_bytes(idx(labels))
    return folder


@pytest.mark.parametrize(
    ("pooling", "layers"),
    [
        ("merged", ["conv2d_0", "dense_0", "dense_1"]),
        ("neurons", ["conv2d_0", "averagepool_0", "dense_0", "dense_1"]),
    ],
)
def test_mnist_cnn(mnist, tmp_path, pooling, layers):
    words = {"architecture": "4c5-p2-16-10", "epochs": 30, "images": 20, "calibration_images": 100, "steps": 20,
             "shift_images": 0, "dropout": 0.0, "pooling": pooling}  # fmt: skip
    chosen = [word for name, value in words.items() for word in ("--set", f"{name}={value}")]
    done = call("run", "mnist_cnn", "--data", mnist, "--target", "numpy", "--out", tmp_path / "out", *chosen)
    assert done.exit_code == 0, done.stderr
    results = read_run(tmp_path / "out")[0]["results"]
    assert list(results["layer_correlation"]["value"]) == layers
    # Prototypes differ in half of their pixels by 200, noise is below 56.
    assert results["ann_accuracy"]["value"] == 1.0
    assert results["snn_accuracy"]["value"] == 1.0
    assert min(results["layer_correlation"]["value"].values()) > 0.9


@pytest.mark.skipif(
    not os.environ.get("BRAINNET_MNIST"), reason="trains for minutes; BRAINNET_MNIST=DIR names a folder of MNIST"
)
@pytest.mark.timeout(1800)
def test_mnist_cnn_itself(tmp_path):
    data = os.environ["BRAINNET_MNIST"]
    done = call("run", "mnist_cnn", "--data", data, "--target", "cpp", "--out", tmp_path / "out")
    assert done.exit_code == 0, done.stderr
    value = {name: result["value"] for name, result in read_run(tmp_path / "out")[0]["results"].items()}
    assert value["ann_accuracy"] >= 0.992
    assert abs(value["accuracy_drop"]) <= 0.001
    assert abs(value["ann_accuracy"] - value["accuracy_by_step"]["16"]) <= 0.005


SMALL = {"architecture": "4c3-p2-10", "images": 20, "epochs": 10, "calibration_images": 100}


@pytest.fixture(scope="module")
def methods(cache):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BRAINNET_CACHE", str(cache))
        return run("conversion_methods", **SMALL, steps=12, coding="regular")


def test_the_table_of_methods(methods):
    assert dict(methods.sizes) == {
        "normalisation": 6, "reset": 3, "coding": 1, "step": 12, "conversion": 18, "variant": 54
    }  # fmt: skip
    final = methods.accuracy_by_step[..., -1]
    assert len(np.unique(final)) > 3  # methods differ
    assert methods.snn_accuracy.sel(variant="data 100/zero/regular/8") == methods.accuracy_by_step.sel(
        normalisation="data 100", reset="zero", coding="regular", step=8
    )
    assert methods.best_accuracy == final.max()
    last = methods.snn_accuracy.to_series()
    equal = [name for name in methods.conversion.values if last[f"{name}/12"] == final.max()]
    operations = methods.synaptic_operations
    assert float(operations.sel(conversion=methods.best_method.item())) == float(operations.sel(conversion=equal).min())


def test_the_picture_of_methods(methods):
    panels = brainnet.protocols["conversion_methods"].draw(methods).axes
    assert [panel.get_title(loc="left") for panel in panels] == [
        f"reset {r}, regular" for r in ("subtract", "zero", "average")
    ]
    for panel, reset in zip(panels, methods.reset.values, strict=True):
        trained, *lines = panel.get_lines()
        assert list(trained.get_ydata()) == [100 * float(methods.ann_accuracy)] * 2
        for line, name in zip(lines, methods.normalisation.values, strict=True):
            found = methods.accuracy_by_step.sel(normalisation=name, reset=reset, coding="regular")
            np.testing.assert_array_equal(line.get_ydata(), 100 * found)


@pytest.mark.parametrize(
    ("method", "settings"),
    [
        (("data 100", "zero", "regular"), {"percentile": 100.0, "reset": "zero", "coding": "regular"}),
        (("channel 99.9", "average", "regular"), {"granularity": "channel", "reset": "average", "coding": "regular"}),
    ],
)
def test_one_build_serves_all_numbers_of_steps(methods, method, settings):
    """The table for 5 steps is that of a network that is built for no more."""
    digits = load("digits")
    recipe = Recipe(epochs=SMALL["epochs"], dropout=0.2)
    network = trained_network(digits.x_train, digits.y_train, SMALL["architecture"], recipe, seed=0)
    x, y = digits.first_tests(20)
    with brainnet.target("numpy"):
        spiking = convert(merge_pooling(network), calibration=digits.calibration(100, 0), steps=5, **settings)
        decisions = spiking.run(x).decisions
    normalisation, reset, coding = method
    found = methods.accuracy_by_step.sel(normalisation=normalisation, reset=reset, coding=coding)
    np.testing.assert_array_equal(found[:5], (decisions == y[:, None]).mean(axis=0))
    assert len(np.unique(found[:5])) > 1


def test_what_a_reset_takes_away(methods):
    """Input arrives evenly spaced: what a reset to zero takes away is missing in the only layer before the output."""
    operations = methods.operations_by_method.sel(coding="regular")
    subtract, average, zero = (operations.sel(reset=reset) for reset in ("subtract", "average", "zero"))
    assert ((zero <= average) & (average <= subtract)).all()
    assert (zero < subtract).sum() >= 5


def test_all_codings(methods, monkeypatch):
    declared = brainnet.protocols["conversion_methods"]
    names = declared.module
    monkeypatch.setattr(names, "NORMALISATIONS", {"data 99.9": {}})
    monkeypatch.setattr(names, "RESETS", ("average",))
    data = run("conversion_methods", **SMALL, steps=12)
    assert data.coding.values.tolist() == ["constant", "bernoulli", "poisson", "regular"]
    assert data.programs == 4
    one = {"normalisation": "data 99.9", "reset": "average", "coding": "regular"}
    np.testing.assert_array_equal(data.accuracy_by_step.sel(one), methods.accuracy_by_step.sel(one))


def test_qcfs_in_few_steps():
    data = run("qcfs_latency", architecture="8c3-p2-32-10", epochs=20, images=100, calibration_images=200, levels=4)
    assert data.equal_to_quantised.sel(layer="qcfs_0") == 1  # T = L: exactly what it was trained with
    assert 0.5 < data.equal_to_quantised.sel(layer="qcfs_1") < 1
    at = data.snn_accuracy.to_series()
    assert [name for name in at.index if name.startswith("QCFS")] == [f"QCFS/{T}" for T in (2, 4, 8, 16, 32)]
    # 10 of 100 images: three standard errors of the difference where 10 to 11 are decided in two ways.
    assert at["QCFS/4"] - at["plain/4"] > 0.1
    curves, bars = brainnet.protocols["qcfs_latency"].draw(data).axes
    assert len(curves.get_lines()) == 2 * 3  # with the trained networks
    assert [bar.get_height() for bar in bars.patches] == pytest.approx(100 * data.equal_to_quantised.values)
    drop = data.accuracy_drop.to_series()
    assert drop["QCFS/4"] == pytest.approx(float(data.ann_accuracy.sel(activation="qcfs")) - at["QCFS/4"])
    assert drop["plain/32"] == pytest.approx(float(data.ann_accuracy.sel(activation="relu")) - at["plain/32"])


@pytest.mark.parametrize("target", ["numpy", "cpp"])
def test_residual_shape(target, request):
    if target == "cpp":
        request.getfixturevalue("compiler")
    data = run("residual_cifar_shape", target, quick=True)
    assert data.layers_converted == data.attrs["layers"] == 30
    assert data.layer_correlation.min() > 0.95
    assert data.agreement == data.agreement_by_step[-1]
    # stem, then two populations a block of 4x8x8, 8x4x4 and 16x2x2, 16 means, 10 outputs
    assert data.neurons == 3 * 256 + 2 * 128 + 2 * 64 + 16 + 10
    assert data.synapses > 5 * data.weights
    assert (data.memory > 1) == (target == "cpp")
    correlation, spikes, _ = brainnet.protocols["residual_cifar_shape"].draw(data).axes
    np.testing.assert_array_equal(correlation.get_lines()[0].get_ydata(), data.layer_correlation)
    assert [bar.get_height() for bar in spikes.patches] == pytest.approx(data.spikes_per_neuron.values)


@pytest.mark.filterwarnings("ignore:layer .* is nearly silent")
def test_a_layer_that_does_not_fire_has_no_correlation(tmp_path):
    words = ["--quick", "--target", "numpy", "--set", "steps=1", "--set", "readout=spikes", "--set", "v_init=zero"]
    done = call("run", "residual_cifar_shape", "--out", tmp_path / "out", *words)
    assert done.exit_code == 0, done.stderr
    results = read_run(tmp_path / "out")[0]["results"]
    silent = [name for name, spikes in results["spikes_per_neuron"]["value"].items() if spikes == 0]
    assert "dense" in silent
    assert not {*silent} & {*results["layer_correlation"]["value"]}


def test_residual_shape_with_weights_of_the_user(tmp_path):
    graph = random_residual_network(channels=2, blocks=1, side=8, classes=3, seed=5)
    path = tmp_path / "mine.npz"
    write_npz(graph, path)
    data = run("residual_cifar_shape", quick=True, model=str(path))
    assert data.attrs["network"] == "mine"
    assert data.layers_converted == 30


def test_wrong_inputs_of_the_residual_shape(tmp_path):
    with pytest.raises(ModelFileError, match="no such file"):
        run("residual_cifar_shape", quick=True, model=str(tmp_path / "none.npz"))
    with pytest.raises(ParameterError, match="side in multiples of 4"):
        run("residual_cifar_shape", quick=True, side=9)
    flat = tmp_path / "flat.npz"
    write_npz(LayerGraph((Dense("out", np.eye(3), np.zeros(3), "identity"),), (3,), "flat", "test"), flat)
    with pytest.raises(ParameterError, match="no images; give --data"):
        run("residual_cifar_shape", quick=True, model=str(flat))
