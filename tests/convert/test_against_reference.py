"""The converted network fires spike by spike as the reference does, on every target."""

import numpy as np
import pytest
from brian2 import Hz

import brainnet
from brainnet.convert import convert
from brainnet.measure import verify
from brainnet.random import uniform

SIZES = 12, 20, 15, 5
MAX_RATE, DT = 500.0, 1e-3
SEED = 3


def input_spikes(coding, x, steps, first_sample=0):
    """Spikes of the input by the definition of each coding, (n, steps, n_in)."""
    n, width = x.shape
    k = np.arange(steps)[:, None]
    if coding == "regular":
        return np.stack([np.floor((k + 1) * row) > np.floor(k * row) for row in x])
    p = x if coding == "bernoulli" else 1 - np.exp(-MAX_RATE * x * DT)
    drawn = [uniform.pyfunc(SEED, 0, (first_sample + row) * steps + k, np.arange(width)[None, :]) for row in range(n)]
    return np.stack(drawn) < p[:, None, :]


def expected(reference, network, coding, x, steps, v_init, reset, first_sample=0):
    """Spikes of the input (unless constant) and of every layer, by name."""
    how = {"steps": steps, "v_init": {"zero": 0.0, "half": 0.5}[v_init], "reset": reset}
    scales = {name: scale for name, scale in network.scales.items() if name != "input"}
    layers, shape = network.trained.layers, network.trained.input_shape
    flat = x.reshape(len(x), -1)
    if coding == "constant":
        return reference(layers, shape, np.repeat(flat[:, None], steps, axis=1), scales, **how)
    spikes = input_spikes(coding, flat, steps, first_sample)
    return {"input": spikes, **reference(layers, shape, spikes * network.scales["input"], scales, **how)}


def assert_same(response, wanted):
    """Compare counts, decisions and rasters."""
    assert list(response.counts) == list(wanted)
    for name, raster in wanted.items():
        np.testing.assert_array_equal(response.counts[name], raster.sum(axis=1), err_msg=name)
        found = np.zeros(raster.shape, int)
        found[response.spikes(name)] = 1
        np.testing.assert_array_equal(found, raster, err_msg=name)
    output = list(wanted.values())[-1]
    np.testing.assert_array_equal(response.decisions, output.cumsum(axis=1).argmax(axis=2))


def compare(target, graph, reference, x, *, coding, steps, v_init, reset, threads=1, **more):
    """Convert, run and compare; the network must have something to compare."""
    with brainnet.target(target, threads=threads):
        network = convert(
            graph, record=True, seed=SEED, coding=coding, steps=steps, v_init=v_init, reset=reset,
            **{"normalisation": "none", **more},
        )  # fmt: skip
        wanted = expected(reference, network, coding, x, steps, v_init, reset)
        response = network.run(x)
        assert list(response.counts) == [each.name for each in network.graph.populations]
        assert_same(response, wanted)
        return list(wanted.values())


@pytest.mark.parametrize("v_init", ["zero", "half"])
@pytest.mark.parametrize("reset", ["subtract", "zero", "average"])
@pytest.mark.parametrize("coding", ["constant", "bernoulli", "poisson", "regular"])
def test_spike_by_spike(graph, samples, reference, coding, reset, v_init):
    network, x = graph(*SIZES), samples(4, SIZES[0])
    wanted = compare("numpy", network, reference, x, coding=coding, steps=17, v_init=v_init, reset=reset)
    for raster in wanted:  # neither silent nor saturated: else nothing would have been compared
        assert 0.05 < raster.mean() < 0.95


# 3 populations with constant current, 4 with an input: windows shorter than, equal to and longer than the pipeline.
@pytest.mark.parametrize("steps", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("coding", ["constant", "regular"])
def test_windows_of_any_length(graph, samples, reference, coding, steps):
    x = samples(5, SIZES[0])
    x[:, ::2] = 1  # regular spikes of a single step are those of the value 1
    wanted = compare("numpy", graph(*SIZES), reference, x, coding=coding, steps=steps, v_init="half", reset="subtract")
    assert wanted[-2].any()  # within a single step the output may not reach its threshold


def test_one_layer(graph, samples, reference):
    for coding in ("constant", "bernoulli", "poisson", "regular"):
        compare("numpy", graph(12, 5), reference, samples(3, 12), coding=coding, steps=6, v_init="zero", reset="zero")


def test_real_weights(graph, samples, reference):
    # Scaled by data the weights are no longer dyadic; sums in another order differ in the last bits, spikes do not.
    x = samples(6, SIZES[0])
    wanted = compare(
        "numpy", graph(*SIZES, dyadic=False), reference, x,
        coding="bernoulli", steps=50, v_init="half", reset="subtract", normalisation="data", calibration=x,
    )  # fmt: skip
    assert wanted[-1].any()


def test_cython(graph, samples, reference):
    x = samples(5, SIZES[0])
    wanted = compare(
        "cython", graph(12, 20, 5, dyadic=False), reference, x,
        coding="bernoulli", steps=9, v_init="half", reset="zero", normalisation="data", calibration=x,
    )  # fmt: skip
    assert wanted[-1].any()


# Two builds: a window shorter than the pipeline and real weights; both resets; one process and more.
@pytest.mark.parametrize(
    ("coding", "steps", "v_init", "reset", "threads", "dyadic"),
    [
        ("constant", 2, "half", "zero", 2, True),
        ("poisson", 23, "zero", "subtract", 3, False),
    ],
)
def test_cpp(graph, samples, reference, coding, steps, v_init, reset, threads, dyadic):
    x = samples(5, SIZES[0])
    scaling = {} if dyadic else {"normalisation": "data", "calibration": x}
    wanted = compare(
        "cpp", graph(*SIZES, dyadic=dyadic), reference, x,
        coding=coding, steps=steps, v_init=v_init, reset=reset, threads=threads, **scaling,
    )  # fmt: skip
    assert wanted[-1].any()


def test_a_network_runs_again(graph, samples, reference):
    x, steps = samples(4, SIZES[0]), 4
    with brainnet.target("numpy"):
        network = convert(graph(*SIZES), record=True, seed=SEED, normalisation="none", coding="bernoulli", steps=steps)
        for part in (x, x[:1], x[::-1]):
            wanted = expected(reference, network, "bernoulli", part, steps, "zero", "subtract")
            assert_same(network.run(part), wanted)


@pytest.mark.parametrize("coding", ["constant", "bernoulli", "poisson", "regular"])
def test_a_sample_depends_on_its_position_alone(graph, samples, coding):
    x = samples(5, SIZES[0])
    with brainnet.target("numpy"):
        network = convert(graph(*SIZES), normalisation="none", coding=coding, steps=9, seed=SEED)
        together = network.run(x)
        for position in (3, 0):  # alone, in any order, among others of other values
            alone = network.run(x[[position, 0]], first_sample=position)
            for name, counts in together.counts.items():
                np.testing.assert_array_equal(alone.counts[name][0], counts[position])
        if coding in ("bernoulli", "poisson"):  # at another position and with another seed, other spikes
            assert (network.run(x, first_sample=1).counts["input"] != together.counts["input"]).any()
            other = convert(graph(*SIZES), normalisation="none", coding=coding, steps=9, seed=SEED + 1)
            assert (other.run(x).counts["input"] != together.counts["input"]).any()


def test_max_rate_is_the_rate_of_the_value_one(identity):
    with brainnet.target("numpy"):
        network = convert(identity(200), normalisation="none", coding="poisson", max_rate=100 * Hz, steps=400)
        counts = network.run(np.repeat([[0.5, 1.0]], 100, axis=1)).counts["input"]
    mean = counts.reshape(2, 100).mean(axis=1) / 400
    # 40,000 draws with p = 1 - exp(-100 Hz x 1 ms): five standard deviations.
    p = 1 - np.exp(-0.1 * np.array([0.5, 1.0]))
    assert (np.abs(mean - p) < 5 * np.sqrt(p * (1 - p) / 40_000)).all()


def test_readout_by_potential(graph, samples):
    # Without a threshold the output integrates: after T steps v = v0 + the sum of its inputs, in exact arithmetic.
    network, x, steps = graph(12, 20, 5), samples(4, 12), 9
    with brainnet.target("numpy"):
        spiking = convert(network, normalisation="none", readout="potential", steps=steps)
        response = spiking.run(x)
    last = network.layers[-1]
    np.testing.assert_array_equal(
        response.output_potential, response.counts["dense_0"] @ last.weights + steps * last.bias
    )
    np.testing.assert_array_equal(response.decisions[:, -1], response.output_potential.argmax(axis=1))
    assert list(response.counts) == ["dense_0"]


def test_readout_by_potential_of_a_single_layer(graph, samples):
    # A current and a potential: nothing fires, and the decision is the trained network's from the first step on.
    network, x = graph(12, 5), samples(6, 12)
    with brainnet.target("numpy"):
        spiking = convert(network, normalisation="none", readout="potential", steps=4)
        response = spiking.run(x)
    np.testing.assert_array_equal(response.output_potential, 4 * network.activations(x)[-1])
    np.testing.assert_array_equal(response.decisions, np.repeat(network.predict(x)[:, None], 4, axis=1))
    assert response.counts == {}


def test_float32_of_dyadic_weights_is_exact_too(graph, samples):
    # Multiples of 1/64 below 2**18 are numbers of float32.
    network, x = graph(*SIZES), samples(4, SIZES[0])
    found = []
    for dtype in ("float32", "float64"):
        with brainnet.target("numpy", dtype=dtype):
            spiking = convert(network, normalisation="none", coding="regular", steps=13)
            assert spiking.groups[spiking.graph.output.name].v[:].dtype == dtype
            found.append(spiking.run(x.astype(dtype)))
    for name in found[0].counts:
        np.testing.assert_array_equal(found[0].counts[name], found[1].counts[name])


def test_readout_by_winner_take_all(graph, samples):
    # Only the output differs from the read-out by potential, and its spikes are those of the generator.
    network, x = graph(12, 20, 5), samples(6, 12)
    how = {"normalisation": "none", "steps": 40, "seed": 7}
    with brainnet.target("numpy"):
        potential = convert(network, readout="potential", **how).run(x)
        spiking = convert(network, readout="winner_take_all", generator_rate=700 * Hz, **how)
        response = spiking.run(x)
        checks = verify(spiking, x, response)
    np.testing.assert_array_equal(response.output_potential, potential.output_potential)
    np.testing.assert_array_equal(response.counts["dense_0"], potential.counts["dense_0"])
    spikes = response.rasters["dense_1"]
    np.testing.assert_array_equal(response.decisions, spikes.cumsum(axis=1).argmax(axis=2))
    draws, p = spikes.shape[0] * spikes.shape[1], 1 - np.exp(-0.7)
    assert abs(spikes.sum() - draws * p) < 5 * np.sqrt(draws * p * (1 - p))  # five standard deviations
    assert checks["dense_1"].correlation > 0.9  # of the potential with the logits
