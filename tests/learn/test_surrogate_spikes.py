"""Back into Brian2: the spikes of a trained-on network are those of the unrolled one."""

import sys

import numpy as np
import pytest
from brian2 import ms

import brainnet
from brainnet.ann import AveragePool, Conv2d, Dense, LayerGraph, merge_pooling
from brainnet.convert import convert, normalise, plan, scaled
from brainnet.errors import ConversionError

torch = pytest.importorskip("torch", reason="PyTorch is an extra")
from brainnet.learn import Surrogate, finetune, simulate, tuned_network  # noqa: E402

STEPS = 12


@pytest.fixture(autouse=True)
def _one_thread(tmp_path, monkeypatch):
    torch.set_num_threads(1)
    monkeypatch.setenv("BRAINNET_CACHE", str(tmp_path / "cache"))


def image_network(seed=0):
    rng = np.random.default_rng(seed)
    return LayerGraph(
        (
            Conv2d("conv", rng.normal(0.1, 0.4, (4, 1, 3, 3)), np.zeros(4), "relu", padding=1),
            AveragePool("pool", (2, 2)),
            Dense("hidden", rng.normal(0.05, 0.4, (36, 8)), np.zeros(8), "relu"),
            Dense("out", rng.normal(0, 0.5, (8, 3)), np.zeros(3), "identity"),
        ),
        (1, 6, 6), "images", "test",
    )  # fmt: skip


@pytest.fixture(scope="module")
def images():
    rng = np.random.default_rng(1)
    return rng.random((40, 1, 6, 6)), np.arange(40) % 3


@pytest.mark.parametrize("target", ["numpy", "cpp"])
@pytest.mark.parametrize("coding", ["constant", "bernoulli"])
def test_the_same_spikes(images, target, coding, request):
    if target == "cpp":
        request.getfixturevalue("compiler")
    x, y = images
    graph = image_network()
    scales = normalise(plan(merge_pooling(graph), coding=coding), calibration=x, percentile=99.0)
    how = Surrogate(steps=STEPS, rate=0.01, epochs=2, coding=coding, v_init=0.5, learn_thresholds=True)
    tuned = finetune(scaled(graph, scales), x, y, how, output_scale=scales["out"], progress=False)
    assert (tuned.graph.layers[0].weights != graph.layers[0].weights).all()
    network = merge_pooling(tuned.graph)
    with brainnet.target(target):
        settings = {"normalisation": "none", "readout": "potential", "v_init": "half", "coding": coding}
        response = convert(network, steps=STEPS, record=True, **settings).run(x[:5])
    frames = np.repeat(x[None, :5], STEPS, axis=0)
    if coding == "bernoulli":
        frames = response.rasters["input"].swapaxes(0, 1).reshape(STEPS, 5, 1, 6, 6)
    spikes, potential = simulate(tuned.graph, frames, how)
    for name in ("conv", "hidden"):
        np.testing.assert_array_equal(response.rasters[name], spikes[name])
        assert 0.02 < spikes[name].mean() < 0.9
    # the potential of the output begins at half a threshold in convert, at 0 where it is unrolled
    np.testing.assert_allclose(response.output_potential - 0.5, potential, atol=1e-4 if target == "cpp" else 1e-9)


@pytest.mark.parametrize("target", ["numpy", "cpp"])
def test_the_same_spikes_with_learned_leaks(images, target, request):
    if target == "cpp":
        request.getfixturevalue("compiler")
    x, y = images
    graph = merge_pooling(image_network())
    how = Surrogate(steps=STEPS, rate=0.02, epochs=2, v_init=0.5, learn_thresholds=True, learn_leak=True)
    scales = normalise(plan(graph), calibration=x, percentile=90.0)
    tuned = finetune(scaled(graph, scales), x, y, how, progress=False)
    assert len({1.0, *tuned.leaks.values()}) == 3, "a leak of its own for each layer"
    frames = np.repeat(x[None, :5], STEPS, axis=0)
    spikes, potential = simulate(tuned.graph, frames, how, tuned.leaks)
    settings = {"normalisation": "none", "readout": "potential", "neuron": "lif", "v_init": "half", "steps": STEPS}
    with brainnet.target(target):
        response = convert(tuned.graph, leaks=tuned.leaks, record=True, **settings).run(x[:5])
    other, _ = simulate(tuned.graph, frames, how, {"conv": 0.9, "hidden": 0.9})
    for name in ("conv", "hidden"):
        np.testing.assert_array_equal(response.rasters[name], spikes[name])
        assert 0.02 < spikes[name].mean() < 0.9
        assert (other[name] != spikes[name]).any(), "leaks matter"
    np.testing.assert_allclose(response.output_potential - 0.5, potential, atol=1e-4 if target == "cpp" else 1e-9)


@pytest.mark.parametrize(
    ("given", "settings", "match"),
    [
        ([0.9, 0.9], {}, "leaks is a list; give a dict"),
        ({"conv": 0.9, "hidden": 0.9}, {"neuron": "if"}, "not on neuron=if; use neuron=lif"),
        ({"conv": 0.9, "hidden": 0.9}, {"tau_m": 30 * ms}, "leaks and tau_m say the same"),
        ({"conv": 0.9, "hiden": 0.9}, {}, "leaks names 'hiden', which is no leaky layer; did you mean 'hidden'"),
        ({"conv": 0.9, "hidden": 0.9, "out": 0.9}, {}, "leaks names 'out', which is no leaky layer"),
        ({"conv": 0.9}, {}, "leaks has none for 'hidden'"),
        ({"conv": 0.9, "hidden": 0.0}, {}, "the leak of 'hidden' is 0.0; give a number above 0"),
        ({"conv": 1.1, "hidden": 0.9}, {}, "the leak of 'conv' is 1.1"),
        ({"conv": float("nan"), "hidden": 0.9}, {}, "the leak of 'conv' is nan"),
    ],
)
def test_leaks_that_do_not_fit(given, settings, match):
    with pytest.raises(brainnet.errors.BrainnetError, match=match):
        convert(
            merge_pooling(image_network()),
            leaks=given,
            **{"normalisation": "none", "readout": "potential", "neuron": "lif", **settings},
        )


def test_layers_may_be_called_as_attributes_of_a_module_are(images):
    rng = np.random.default_rng(0)
    graph = LayerGraph(
        (
            Dense("keys", rng.normal(0.1, 0.4, (36, 8)), np.zeros(8), "relu"),
            Dense("training", rng.normal(0, 0.5, (8, 3)), np.ones(3), "identity"),
        ),
        (1, 6, 6), "odd", "test",
    )  # fmt: skip
    tuned = finetune(graph, *images, Surrogate(steps=3, rate=0.01), progress=False)
    for layer, before in zip(tuned.graph.layers, graph.layers, strict=True):
        assert layer.name == before.name
        assert (layer.weights != before.weights).any(), "learned"


def test_leaks_of_no_layer_are_refused_by_simulate(images):
    frames, graph = np.repeat(images[0][None, :2], 3, axis=0), merge_pooling(image_network())
    for leaks in ({"nope": 0.5}, {"conv": 5.0}, {"conv": float("nan")}):
        with pytest.raises(brainnet.errors.ParameterError, match="simulate: the leak of"):
            simulate(graph, frames, Surrogate(steps=3), leaks)


def test_scaled_makes_the_same_spikes_as_the_scales(images):
    x, graph = images[0][:4], merge_pooling(image_network())
    scales = normalise(plan(graph), calibration=x)
    with brainnet.target("numpy"):
        one = convert(graph, scales=scales, steps=9, record=True).run(x)
        two = convert(scaled(graph, scales), normalisation="none", steps=9, record=True).run(x)
    for name, raster in one.rasters.items():
        np.testing.assert_array_equal(raster, two.rasters[name])
        assert raster.any()
    with pytest.raises(ConversionError, match="'out' has no scale"):
        scaled(graph, {name: scale for name, scale in scales.items() if name != "out"})
    with pytest.raises(ConversionError, match="'conv' has no scale for all"):
        scaled(graph, scales | {"conv": np.ones(4)})
    with pytest.raises(ConversionError, match=r"'pool' has a scale and no weights.*call brainnet.ann.merge_pooling"):
        scaled(graph, scales | {"pool": 0.5})


def test_kept_in_the_cache(images, monkeypatch):
    x, y = images
    graph = image_network()
    settings = Surrogate(steps=3, rate=0.01)
    made = tuned_network(graph, x, y, settings, progress=False)
    module = sys.modules[finetune.__module__]  # the package has a function of the module's name
    monkeypatch.setattr(module, "_fit", lambda *_: pytest.fail("trained again"))
    kept = tuned_network(graph, x, y, settings, progress=False)
    for one, two in zip(made.layers, kept.layers, strict=True):
        assert type(one) is type(two)
        for name in one.arrays:
            np.testing.assert_array_equal(getattr(one, name), getattr(two, name))
    with pytest.raises(pytest.fail.Exception, match="trained again"):
        tuned_network(graph, x, y, Surrogate(steps=4, rate=0.01), progress=False)
    with pytest.raises(brainnet.errors.ParameterError, match="a graph has no leaks"):
        tuned_network(graph, x, y, Surrogate(steps=3, learn_leak=True), progress=False)
