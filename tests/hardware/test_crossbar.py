"""Networks on tiles: the same network comes back, whatever the layers, the tile and the scheme; counts by hand."""

from itertools import pairwise

import numpy as np
import pytest
from brian2 import uS

from brainnet import Device, models
from brainnet.ann import Add, AveragePool, Conv1d, Conv2d, Dense, Flatten, LayerGraph, MaxPool, ReLU
from brainnet.compress import prune_magnitude
from brainnet.convert import convert
from brainnet.errors import ConversionError, DataError, ParameterError, UnknownNameError
from brainnet.hardware import (
    Converters,
    CrossbarMap,
    accuracy,
    converter_ranges,
    map_network,
    outputs,
    programmed,
)

RNG = np.random.default_rng(3)


def dense(name, n_in, n_out, activation="relu", **more):
    return Dense(name, RNG.normal(0, 1, (n_in, n_out)), RNG.normal(0, 1, n_out), activation, **more)


def conv(name, c_out, c_in, *kernel, activation="relu", **more):
    cls = Conv2d if len(kernel) == 2 else Conv1d
    return cls(name, RNG.normal(0, 1, (c_out, c_in, *kernel)), RNG.normal(0, 1, c_out), activation, **more)


def network(first, shape):
    n = int(np.prod(LayerGraph((first,), shape, "net", "test").layers[0].output_shape))
    return LayerGraph((first, dense("out", n, 5, "identity")), shape, "net", "test")


NETWORKS = {
    "dense": network(dense("hidden", 60, 33), (60,)),
    "conv2d": network(conv("conv", 6, 4, 3, 3), (4, 9, 8)),
    "padding": network(conv("conv", 6, 4, 3, 3, padding=((1, 0), (2, 1))), (4, 9, 8)),
    "stride": network(conv("conv", 6, 4, 3, 3, stride=(2, 1), padding=1), (4, 9, 8)),
    "dilation": network(conv("conv", 6, 4, 3, 3, dilation=(2, 1)), (4, 9, 8)),
    "groups": network(conv("conv", 6, 2, 3, 3, groups=2), (4, 9, 8)),
    "conv1d": network(conv("conv", 6, 4, 5, stride=2, padding=2), (4, 21)),
    "only padding": network(conv("conv", 2, 1, 2, stride=3, padding=((3, 0),)), (1, 12)),
    "branches": LayerGraph(
        (
            conv("first", 4, 1, 3, activation="identity", groups=2, padding=1), ReLU("relu"),
            conv("second", 4, 4, 1, activation="identity", inputs=("relu",)), Add("sum", inputs=("relu", "second")),
            Flatten("flat", inputs=("sum",)), dense("out", 32, 5, "identity", inputs=("flat",)),
        ), (2, 8), "branched", "test",
    ),
}  # fmt: skip
SETTINGS = [(s, c) for s in ("pairs", "reference column") for c in ("unrolled", "kernel-stationary")]


def samples(graph, n=7):
    return np.random.default_rng(5).normal(0, 1, (n, *graph.input_shape))


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize(("scheme", "convolution"), SETTINGS)
@pytest.mark.parametrize("tile", [(50, 24), (256, 256)])
def test_the_same_network_comes_back(name, scheme, convolution, tile):
    graph = NETWORKS[name]
    mapped = map_network(graph, tile=tile, scheme=scheme, convolution=convolution)
    low, high = (float(models.ideal_device.parameters[each].value) for each in ("G_min", "G_max"))
    for each in mapped.tiles:
        assert each.rows <= tile[0]
        assert each.columns <= tile[1]
        assert low <= each.conductances.min() <= each.conductances.max() <= high
    made = mapped.effective_graph()
    for before, after in zip(graph.layers, made.layers, strict=True):
        assert type(before) is type(after)
        if hasattr(before, "weights"):
            # one rounding of G_max, seen as a weight
            np.testing.assert_allclose(after.weights, before.weights, atol=1e-14 * np.abs(before.weights).max())
            np.testing.assert_array_equal(after.bias, before.bias)
    x = samples(graph)
    largest = np.abs(graph.activations(x)[-1]).max()
    np.testing.assert_allclose(outputs(mapped, x), made.activations(x)[-1], atol=1e-12 * largest)


@pytest.mark.parametrize(("scheme", "convolution"), SETTINGS)
@pytest.mark.parametrize("name", NETWORKS)
def test_any_conductances_make_the_network_that_the_tiles_compute(name, scheme, convolution):
    mapped = map_network(NETWORKS[name], tile=(50, 24), scheme=scheme, convolution=convolution)
    rng = np.random.default_rng(1)
    other = mapped.with_conductances(lambda G: G * rng.uniform(0.5, 1.5, G.shape))
    x, made = samples(mapped.graph), other.effective_graph()
    wanted = outputs(other, x)
    np.testing.assert_allclose(made.activations(x)[-1], wanted, atol=1e-12 * np.abs(wanted).max())
    unrolled = convolution == "unrolled" and name != "dense"
    assert any(isinstance(layer, Conv1d | Conv2d) for layer in made.layers) == (name != "dense" and not unrolled)


@pytest.mark.parametrize("name", ["conv1d", "groups"])
@pytest.mark.parametrize(("scheme", "convolution"), SETTINGS)
def test_tiles_of_one_output_and_one_kernel(name, scheme, convolution):
    graph = NETWORKS[name]
    mapped = map_network(graph, tile=(9, 2), scheme=scheme, convolution=convolution)
    assert all(each.plus.shape[1] == 1 for each in mapped.tiles)
    x = samples(graph, 2)
    np.testing.assert_allclose(mapped.effective_graph().activations(x)[-1], graph.activations(x)[-1], rtol=1e-9)


def test_tiles_of_784_800_10():
    graph = LayerGraph((dense("a", 784, 800), dense("b", 800, 10, "identity")), (784,), "net", "test")
    mapped = map_network(graph)
    # 256 rows hold 784 inputs in 4 parts, 256 columns 128 outputs, 800 in 7 parts; 800 rows in 4 parts.
    assert [len(mapped.of_layer(name)) for name in ("a", "b")] == [4 * 7, 4 * 1]
    assert mapped.devices == 2 * (784 * 800 + 800 * 10)
    assert mapped.weights == 784 * 800 + 800 * 10
    assert mapped.utilisation == mapped.devices / (32 * 256 * 256)
    single = map_network(graph, scheme="reference column")
    assert [len(single.of_layer(name)) for name in ("a", "b")] == [4 * 4, 4 * 1]  # 255 outputs a tile
    assert single.devices == 784 * 800 + 800 * 10 + 784 * 4 + 800


def test_tiles_of_a_convolution():
    graph = network(conv("conv", 16, 1, 5, 5), (1, 28, 28))
    # 128 outputs are 16 channels at 8 positions: 2 x 4 of them see 6 x 8 places, and there are 12 x 6 such boxes.
    unrolled = map_network(graph).of_layer("conv")
    assert len(unrolled) == 72
    assert {(each.rows, each.columns) for each in unrolled} <= {(48, 256)}
    (stationary,) = map_network(graph, convolution="kernel-stationary").of_layer("conv")
    assert (stationary.rows, stationary.columns) == (25, 32)
    assert map_network(graph).layer_utilisation("conv") == 2 * 25 * 16 * 576 / (72 * 65536)


def test_pairs_and_reference_as_written():
    graph = LayerGraph((Dense("out", [[1.0, -2.0], [0.0, 0.5]], [0.0, 0.0], "identity"),), (2,), "net", "test")
    ten = models.ideal_device(G_min=2 * uS, G_max=10 * uS)
    (pairs,) = map_network(graph, device=ten).tiles
    np.testing.assert_allclose(pairs.conductances, 1e-6 * np.array([[6, 2, 2, 10], [2, 2, 4, 2]]), rtol=1e-12)
    mapped = map_network(graph, device=ten, scheme="reference column")
    np.testing.assert_allclose(mapped.tiles[0].conductances, 1e-6 * np.array([[8, 2, 6], [6, 7, 6]]), rtol=1e-12)
    assert mapped.scales["out"] == pytest.approx(2 / 4e-6)


def test_zeros_of_a_pruned_network_stay_zero():
    graph = prune_magnitude(NETWORKS["dense"], 0.2)
    made = map_network(graph, device="pcm").effective_graph()
    for before, after in zip(graph.layers, made.layers, strict=True):
        np.testing.assert_array_equal(after.weights == 0, before.weights == 0)


def test_the_mapped_network_runs_as_spikes():
    mapped = map_network(NETWORKS["dense"], device="pcm", tile=(32, 32))
    x = np.random.default_rng(2).random((4, 60))
    counts = []
    for graph in (mapped.graph, mapped.effective_graph()):
        counts.append(convert(graph, calibration=x, steps=30).run(x).counts)
    for name in counts[0]:
        np.testing.assert_array_equal(counts[0][name], counts[1][name])


def test_programmed_maps_differ_by_what_the_device_says():
    graph = LayerGraph((dense("out", 100, 40, "identity"),), (100,), "net", "test")
    mapped = map_network(graph, device="pcm")
    np.testing.assert_array_equal(programmed(mapped, 3).tiles[0].plus, programmed(mapped, 3).tiles[0].plus)
    assert (programmed(mapped, 3).tiles[0].plus != programmed(mapped, 4).tiles[0].plus).any()
    quiet = map_network(graph, device=models.pcm.nominal())
    np.testing.assert_array_equal(programmed(quiet, 3).tiles[0].conductances, quiet.tiles[0].conductances)
    # Drift only lowers conductances: (1 + t/t_0)^-nu with nu about 0.05 and t = 1000 t_0 leaves about 0.7.
    drifting = map_network(graph, device=models.pcm(programming=0.0, reading=0.0))
    after = programmed(drifting, 3, after=2e4).tiles[0].plus
    share = after.sum() / drifting.tiles[0].plus.sum()
    assert 0.5 < share < 0.75


# Converters


def test_quantised_to_the_nearest_level():
    two = Converters(2, 3, {"out": (0.0, 3.0)}, {"out": 6.0})
    np.testing.assert_array_equal(two.to_rows("out", np.array([-1.0, 0.4, 0.6, 2.4, 9.0])), [0, 0, 1, 2, 3])
    np.testing.assert_array_equal(two.from_columns("out", np.array([-9.0, -0.9, 0.9, 1.1, 5.1])), [-6, 0, 0, 2, 6])
    signed = Converters(1, None, {"out": (-2.0, 2.0)})
    np.testing.assert_array_equal(signed.to_rows("out", np.array([-0.1, 0.1])), [-2, 2])
    np.testing.assert_array_equal(signed.from_columns("out", np.array([0.123])), [0.123])


@pytest.mark.parametrize("name", NETWORKS)
def test_more_bits_are_nearer(name):
    mapped = map_network(NETWORKS[name], tile=(50, 24))
    x = samples(mapped.graph)
    exact = mapped.graph.activations(x)[-1]
    errors = []
    for bits in (4, 8, 12, 16):
        found = outputs(mapped, x, converter_ranges(mapped, x, dac_bits=bits, adc_bits=bits))
        errors.append(np.sqrt(np.mean((found - exact) ** 2)))
    # Four bits are 16 times finer steps; half of that is asked for, since ReLU and cut sums are not linear.
    assert all(after < before / 8 for before, after in pairwise(errors)), errors


def test_ranges_are_what_arrives_and_what_leaves():
    graph = NETWORKS["dense"]
    mapped = map_network(graph, tile=(1000, 1000))
    x = np.abs(samples(graph))
    found = converter_ranges(mapped, x)
    hidden, out = graph.activations(x)
    assert found.inputs == {"hidden": (0.0, x.max()), "out": (0.0, hidden.max())}
    assert found.sums["out"] == pytest.approx(np.abs(out - graph.layers[1].bias).max(), rel=1e-12)
    assert converter_ranges(mapped, x, percentile=90).sums["out"] < found.sums["out"]
    assert converter_ranges(mapped, -x).inputs["hidden"] == (-x.max(), x.max())


def test_accuracy_is_that_of_the_graph():
    mapped = map_network(NETWORKS["conv2d"], tile=(50, 24))
    x = samples(mapped.graph, 40)
    y = mapped.graph.predict(x)
    y[:10] = (y[:10] + 1) % 5
    assert accuracy(mapped, x, y) == 0.75


# What is refused


@pytest.mark.parametrize("convolution", ["unrolled", "kernel-stationary"])
def test_tiles_smaller_than_a_kernel(convolution):
    with pytest.raises(ParameterError, match=r"layer 'conv'.*3 x 3 takes 9 rows, and a tile has 8; .*at least 9 rows"):
        map_network(NETWORKS["conv2d"], tile=(8, 256), convolution=convolution)
    map_network(NETWORKS["conv2d"], tile=(9, 256), convolution=convolution)


@pytest.mark.parametrize("tile", [(256,), 256, (0, 4), (4, 1), (2.5, 4), (True, 4), ("4", 4), (10**6, 4)])
def test_what_is_no_tile(tile):
    with pytest.raises(ParameterError, match="rows, columns"):
        map_network(NETWORKS["dense"], tile=tile)


@pytest.mark.parametrize(
    ("wrong", "error", "match"),
    [
        ({"device": "pmc"}, UnknownNameError, "pcm"),
        ({"device": "lif"}, ParameterError, "no Device"),
        ({"device": 3}, ParameterError, "no Device"),
        ({"scheme": "pair"}, ParameterError, "did you mean 'pairs'"),
        ({"convolution": "rolled"}, ParameterError, "did you mean 'unrolled'"),
    ],
)
def test_settings_that_are_not_known(wrong, error, match):
    with pytest.raises(error, match=match):
        map_network(NETWORKS["dense"], **wrong)


def test_networks_that_have_nothing_to_map():
    with pytest.raises(ConversionError, match="no weights"):
        map_network(LayerGraph((ReLU("relu"),), (3,), "net", "test"))
    zeros = LayerGraph((Dense("out", np.zeros((2, 2)), [1.0, 0.0], "identity"),), (2,), "net", "test")
    with pytest.raises(ConversionError, match="'out' has no weight but zero"):
        map_network(zeros)
    with pytest.raises(ConversionError, match="no layer graph"):
        map_network("net.npz")
    wide = LayerGraph((conv("conv", 64, 64, 3, 3, padding=1),), (64, 200, 200), "net", "test")
    with pytest.raises(ParameterError, match="kernel-stationary"):
        map_network(wide)


@pytest.mark.parametrize("pool", [MaxPool("pool", (2, 2)), AveragePool("pool", (2, 2))])
def test_pooling_after_a_convolution_of_unequal_positions(pool):
    graph = LayerGraph((conv("conv", 6, 4, 3, 3), pool, dense("out", 54, 5, "identity")), (4, 9, 8), "net", "test")
    mapped = map_network(graph, tile=(50, 24), device="pcm")
    assert isinstance(mapped.effective_graph().layers[0], Conv2d)
    noisy = programmed(mapped, 1)
    with pytest.raises(ConversionError, match="merge pooling"):
        noisy.effective_graph()
    assert outputs(noisy, samples(graph)).shape == (7, 5)
    programmed(map_network(graph, device="pcm", convolution="kernel-stationary"), 1).effective_graph()


def test_conductances_that_do_not_fit():
    mapped = map_network(NETWORKS["dense"])
    with pytest.raises(DataError, match="one array a tile"):
        mapped.with_conductances([])
    with pytest.raises(DataError, match="shape"):
        mapped.with_conductances(lambda G: G[1:])
    with pytest.raises(DataError, match="below 0"):
        mapped.with_conductances(lambda G: -G)
    with pytest.raises(ValueError, match="NaN"):
        mapped.with_conductances(lambda G: G * np.nan)
    with pytest.raises(ParameterError, match="did you mean 'hidden'"):
        mapped.of_layer("hiden")


@pytest.mark.parametrize("wrong", [{"dac_bits": 0}, {"adc_bits": 1}, {"adc_bits": 99}, {"dac_bits": 2.0}])
def test_bits_that_are_none(wrong):
    with pytest.raises(ParameterError, match=next(iter(wrong))):
        converter_ranges(map_network(NETWORKS["dense"]), samples(NETWORKS["dense"]), **wrong)


def test_samples_and_ranges_that_do_not_fit():
    mapped = map_network(NETWORKS["dense"])
    x = samples(mapped.graph)
    with pytest.raises(DataError, match="nothing but zeros"):
        converter_ranges(mapped, 0 * x)
    with pytest.raises(DataError, match="shape"):
        outputs(mapped, x[:, 1:])
    with pytest.raises(DataError, match="NaN"):
        outputs(mapped, x * np.nan)
    with pytest.raises(ParameterError, match="no range for layer 'hidden'"):
        outputs(mapped, x, Converters(8, 8))
    with pytest.raises(ParameterError, match="percentile"):
        converter_ranges(mapped, x, percentile=20)
    with pytest.raises(ParameterError, match="inputs of 'hidden'"):
        Converters(8, 8, {"hidden": (1.0, 0.0)})
    with pytest.raises(ParameterError, match="sums of 'hidden'"):
        Converters(8, 8, {}, {"hidden": np.nan})


def test_what_a_map_is_made_of():
    mapped = map_network(NETWORKS["dense"])
    assert isinstance(mapped, CrossbarMap)
    assert isinstance(mapped.device, Device)
