"""Spiking networks of NIR on Brian2 fire as the equations of NIR do, step by step."""

import importlib.util
import itertools
import json
from pathlib import Path

import numpy as np
import pytest
from brian2 import ms, second
from click.testing import CliRunner

import brainnet
from brainnet.ann.layers import Add, AveragePool, Conv1d, Conv2d, Dense, Flatten
from brainnet.cli import main
from brainnet.convert import convert
from brainnet.errors import ConversionError, DataError, ModelFileError, ParameterError
from brainnet.projections import Conv2d as SharedKernel
from brainnet.spiking import NirGraph, from_nir, read_nir, write_nir
from brainnet.spiking.neurons import IF, LI, LIF, CubaLI, CubaLIF, Delay, I, Scale, SumPool, Threshold

nir = pytest.importorskip("nir")
REFERENCE = Path(__file__).parents[1] / "reference" / "nir_equations.py"
STEPS = 40


@pytest.fixture(scope="module")
def equations():
    spec = importlib.util.spec_from_file_location("nir_equations", REFERENCE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.run


def positive(rng, *shape):
    return rng.uniform(0.5, 1.5, shape)


def neurons(kind, name, shape, rng, **more):
    """Neurons with parameters of their own that fire in some of the steps."""
    every = {"v_leak": 0.1 * positive(rng, *shape), "r": positive(rng, *shape)}
    fire = {"v_threshold": 0.3 * positive(rng, *shape), "v_reset": -0.1 * positive(rng, *shape)}
    tau = {"tau": 0.01 * positive(rng, *shape)}
    two = {"tau_syn": 0.005 * positive(rng, *shape), "tau_mem": 0.01 * positive(rng, *shape)}
    two["w_in"] = positive(rng, *shape)
    two["tau_mem"].flat[0] = two["tau_syn"].flat[0]  # where the two exponentials become t exp(-t)
    given = {
        I: {"r": 100 * every["r"]}, IF: {"r": 100 * every["r"], **fire}, LI: {**tau, **every},
        LIF: {**tau, **every, **fire}, CubaLI: {**two, **every}, CubaLIF: {**two, **every, **fire},
    }[kind]  # fmt: skip
    return kind(name, **given, **more)


def chain(kind, rng):
    """Every layer that spikes may pass."""
    return (
        Conv2d("conv", rng.normal(size=(4, 1, 3, 2)), rng.normal(size=4), stride=(1, 2), padding=(1, 0), groups=2),
        neurons(IF, "first", (4, 8, 3), rng),
        AveragePool("mean", (2, 2), padding=(1, 0)),
        SumPool("total", (2, 2), (1, 1), (0, 1)),
        Scale("scale", scale=0.7 * positive(rng, 4, 4, 2)),
        neurons(kind, "second", (4, 4, 2), rng),
        Delay("delay", delay=rng.integers(0, 4, (4, 4, 2)) * 1e-3),
        Flatten("flat"),
        Dense("fc", rng.normal(size=(32, 6)), rng.normal(size=6), "identity"),
        neurons(LIF, "third", (6,), rng, reset="subtract", subtracted=0.2, v_init=0.1),
        Delay("late", delay=0.003),
        Dense("out", rng.normal(size=(6, 3)), rng.normal(size=3), "identity"),
    )


def agree(graph, equations, path, x, *, spiking=None, **settings):
    """Run a graph here and in the equations; compare every layer that fires, and the output."""
    write_nir(graph, path)
    network = from_nir(graph, steps=len(x[0]), dt=1 * ms, **settings)
    response = network.run(x)
    for k, sample in enumerate(x):
        wanted = equations(nir.read(path, type_check=False), sample, 1e-3)
        for name, fired in response.rasters.items():
            np.testing.assert_array_equal(fired[k], wanted[name].reshape(len(sample), -1))
        np.testing.assert_allclose(response.output[k], wanted["output"], rtol=1e-9, atol=1e-12)
    for name, fired in response.rasters.items():
        assert 0.01 < fired.mean() < 0.99, name
    return network, response


@pytest.mark.parametrize("target", ["numpy", "cpp"])
@pytest.mark.parametrize("kind", [IF, LIF, CubaLIF])
def test_spikes_are_those_of_the_equations(kind, target, equations, tmp_path, request):
    if target == "cpp":
        request.getfixturevalue("compiler")
    rng = np.random.default_rng(3)
    graph = NirGraph(chain(kind, rng), (2, 8, 7), "net", "by hand")
    x = rng.uniform(-1, 1, (2, STEPS, 2, 8, 7))
    with brainnet.target(target):
        _, response = agree(graph, equations, tmp_path / "net.nir", x)
    assert set(response.rasters) == {"first", "second", "third"}


@pytest.mark.parametrize("kind", [I, LI, CubaLI])
def test_potentials_are_those_of_the_equations(kind, equations, tmp_path):
    rng = np.random.default_rng(4)
    layers = (
        Conv1d("conv", rng.normal(size=(3, 2, 3)), rng.normal(size=3), stride=2, padding=1, dilation=2),
        neurons(LIF, "first", (3, 3), rng),
        Conv1d("again", rng.normal(size=(4, 3, 3)), rng.normal(size=4), padding=1),
        neurons(kind, "ends", (4, 3), rng, v_init=0.3),
        Scale("scale", scale=2.0),
    )
    graph = NirGraph(layers, (2, 7), "net", "by hand")
    with brainnet.target("numpy"):
        agree(graph, equations, tmp_path / "net.nir", rng.uniform(-1, 1, (2, STEPS, 2, 7)))


def test_branches_and_delays_of_different_length(equations, tmp_path):
    rng = np.random.default_rng(5)
    layers = (
        Dense("in", rng.normal(size=(4, 5)), rng.normal(size=5), "identity", inputs=("input",)),
        Delay("bias_late", delay=np.arange(5) * 1e-3, inputs=("in",)),
        neurons(LIF, "first", (5,), rng, inputs=("bias_late",)),
        Delay("slow", delay=np.array([0, 2, 2, 7, 50]) * 1e-3, inputs=("first",)),
        Scale("double", scale=8.0, inputs=("first",)),
        neurons(CubaLIF, "second", (5,), rng, inputs=("double",)),
        Add("sum", inputs=("slow", "second", "bias_late")),
        neurons(IF, "third", (5,), rng, inputs=("sum",)),
    )
    graph = NirGraph(layers, (4,), "net", "by hand")
    with brainnet.target("numpy"):
        network, _ = agree(graph, equations, tmp_path / "net.nir", rng.uniform(-1, 1, (2, STEPS, 4)))
    assert sorted(projection.delay_steps for projection in network.projections) == [0, 0, 0, 2, 7, 50]


@pytest.mark.parametrize("first", ["pool", "convolution"])
@pytest.mark.parametrize("pool", [AveragePool, SumPool])
def test_pooling_beside_convolution_stays_a_kernel(first, pool, equations, tmp_path):
    rng = np.random.default_rng(6)
    channels, size = 4, (8, 6)
    pools = pool("pool", (2, 3) if first == "pool" else (2, 2), None if first == "pool" else (1, 2))
    kernel = Conv2d("conv", rng.normal(size=(6, 2, 2, 2)), rng.normal(size=6), stride=(2, 1), padding=1, groups=2)
    between = (pools, kernel) if first == "pool" else (kernel, pools)
    shape = between[1].shape_for(between[0].shape_for((channels, *size)))
    layers = (neurons(LIF, "first", (channels, *size), rng), *between, neurons(IF, "second", shape, rng))
    graph = NirGraph(layers, (channels, *size), "net", "by hand")
    with brainnet.target("numpy"):
        network, _ = agree(graph, equations, tmp_path / "net.nir", rng.uniform(0, 2, (1, STEPS, channels, *size)))
    (projection,) = network.projections
    assert isinstance(projection.connectivity, SharedKernel)


def test_unequal_padding_and_pools_that_leave_rows_out(equations, tmp_path):
    rng = np.random.default_rng(7)
    layers = (
        neurons(LIF, "first", (1, 7, 5), rng),
        SumPool("pool", (2, 2)),  # leaves a row and a column out, which the padding of the kernel would bring back
        Conv2d("conv", rng.normal(size=(2, 1, 2, 2)), rng.normal(size=2), padding=1),
        neurons(IF, "second", (2, 4, 3), rng),
        Conv2d("same", rng.normal(size=(2, 2, 2, 2)), rng.normal(size=2), padding=((0, 1), (1, 0))),
        Flatten("flat"),
        neurons(IF, "third", (24,), rng),
    )
    graph = NirGraph(layers, (1, 7, 5), "net", "by hand")
    x = rng.uniform(0, 2, (1, STEPS, 1, 7, 5))
    with brainnet.target("numpy"):
        network = from_nir(graph, steps=STEPS, dt=1 * ms)
        response = network.run(x)
    layer = graph.layer
    spikes = {k: each.reshape(1, STEPS, *layer[k].output_shape) for k, each in response.rasters.items()}
    sums = layer["conv"].forward(layer["pool"].forward(spikes["first"][0].astype(float)))
    expected = integrate_and_fire(sums, layer["second"])
    np.testing.assert_array_equal(spikes["second"][0], expected)
    sums = layer["same"].forward(spikes["second"][0].astype(float)).reshape(STEPS, -1)
    np.testing.assert_array_equal(spikes["third"][0], integrate_and_fire(sums, layer["third"]))
    assert all(fired.any() for fired in spikes.values())


def integrate_and_fire(sums, cells):
    v, fired = np.zeros(sums.shape[1:]), []
    for total in sums:
        v = v + cells.r * total * 1e-3
        fired.append(v > cells.v_threshold)
        v = np.where(fired[-1], cells.v_reset, v)
    return np.array(fired)


@pytest.mark.parametrize("synaptic", [False, True])
def test_files_of_snntorch_do_what_snntorch_does(synaptic, tmp_path):
    torch, snn = pytest.importorskip("torch"), pytest.importorskip("snntorch")
    pytest.importorskip("nirtorch")  # snnTorch writes NIR through it, but does not require it
    from snntorch import utils
    from snntorch.export_nir import export_to_nir

    torch.manual_seed(0)
    reset = {"init_hidden": True, "reset_mechanism": "zero", "reset_delay": False}

    def leaky(*shape, **more):
        return snn.Leaky(beta=0.6 + 0.3 * torch.rand(shape), threshold=0.1 + 0.2 * torch.rand(shape), **reset, **more)

    first = leaky(4, 8, 8)
    if synaptic:
        first = snn.Synaptic(
            alpha=0.6 * torch.rand(4, 8, 8), beta=torch.full((4, 8, 8), 0.8), threshold=torch.ones(4, 8, 8), **reset
        )
    model = torch.nn.Sequential(
        torch.nn.Conv2d(1, 4, 3, padding=1), first, torch.nn.AvgPool2d(2), torch.nn.Conv2d(4, 6, 3), leaky(6, 2, 2),
        torch.nn.Flatten(), torch.nn.Linear(24, 5), leaky(5, output=True),
    )  # fmt: skip
    nir.write(tmp_path / "net.nir", export_to_nir(model, torch.zeros(1, 1, 8, 8), ignore_dims=[0]))
    x = torch.rand(STEPS, 1, 1, 8, 8)
    utils.reset(model)
    with torch.no_grad():
        wanted = np.array([model(values)[0][0].numpy() for values in x])
    with brainnet.target("numpy"):
        network = from_nir(tmp_path / "net.nir", steps=STEPS, dt=0.1 * ms, step="euler")
        response = network.run(x.numpy()[None, :, 0])
    np.testing.assert_array_equal(response.output[0], wanted)
    assert 0.02 < wanted.mean() < 0.98


@pytest.mark.parametrize("target", ["numpy", "cpp"])
@pytest.mark.parametrize(("reset", "v_init"), [("subtract", "half"), ("zero", "zero")])
def test_a_converted_network_written_and_read_fires_alike(reset, v_init, target, graph, samples, tmp_path, request):
    if target == "cpp":
        request.getfixturevalue("compiler")
    x = samples(3, 6)
    with brainnet.target(target):
        network = convert(graph(6, 8, 4), normalisation="none", steps=20, reset=reset, v_init=v_init, record=True)
        wanted = network.run(x).rasters
        described = network.graph
    write_nir(described, tmp_path / "net.nir")
    constant = np.repeat(x[:, None], 20, axis=1)
    with brainnet.target(target):
        response = from_nir(read_nir(tmp_path / "net.nir"), steps=20).run(constant)
    assert wanted["dense_0"].any()
    for name in ("dense_0", "dense_1"):
        np.testing.assert_array_equal(response.rasters[name], wanted[name])


@pytest.mark.parametrize("target", ["numpy", "cpp"])
def test_samples_do_not_know_of_each_other_and_names_do_not_matter(target, request):
    if target == "cpp":
        request.getfixturevalue("compiler")
    layers = (
        Dense("t", [[2.0]], [0.1], "identity"),
        LIF("dt", tau=0.01, v_threshold=0.2),
        Delay("drive_0", delay=0.02),
        CubaLIF("population_0", tau_mem=0.01, tau_syn=0.02, v_threshold=0.1),
    )
    x = np.random.default_rng(0).uniform(0, 2, (3, STEPS, 1))
    with brainnet.target(target, threads=2 if target == "cpp" else 1):
        network = from_nir(NirGraph(layers, (1,), "if", "by hand"), steps=STEPS, dt=1 * ms)
        together, alone = network.run(x), network.run(x[2:])
    np.testing.assert_array_equal(together.output[2:], alone.output)
    assert alone.output.any()


@pytest.mark.parametrize(
    ("layers", "match"),
    [
        ((LIF("a"), Threshold("b"), LIF("c")), r"'b' \(Threshold\) is not linear, and spikes pass it"),
        ((LI("a"), Scale("b"), LIF("c")), "'c' gets the potential of layer 'a'"),
        ((Scale("a"),), "has no neurons"),
        ((LIF("a", tau=1e-4),), "an Euler step of 1. ms overshoots tau"),
        ((CubaLIF("a", tau_mem=0.1, tau_syn=1e-4),), "overshoots tau_syn"),
    ],
)
def test_what_cannot_run_is_refused_by_name(layers, match):
    with pytest.raises((ModelFileError, ConversionError, ParameterError), match=match):
        from_nir(NirGraph(layers, (2,), "net", "by hand"), steps=3, dt=1 * ms, step="euler")


def test_too_many_ways_are_refused():
    layers = [LIF("a")]
    for k in range(9):
        before = layers[-1].name
        layers += [Scale(f"s_{k}", inputs=(before,)), Scale(f"z_{k}", inputs=(before,))]
        layers += [Add(f"a_{k}", inputs=(f"s_{k}", f"z_{k}"))]
    with pytest.raises(ModelFileError, match="'a_8' is reached on more than 256 ways"):
        from_nir(NirGraph((*layers, LIF("end")), (1,), "net", "by hand"), steps=3, dt=1 * ms)


def test_wrong_arguments():
    graph = NirGraph((LIF("a"),), (2,), "net", "by hand")
    with pytest.raises(ConversionError, match="says no time step; give dt"):
        from_nir(graph, steps=3)
    with pytest.raises(ParameterError, match="step = 'implicit'"):
        from_nir(graph, steps=3, dt=1 * ms, step="implicit")
    with pytest.raises(ParameterError, match="dt"):
        from_nir(graph, steps=3, dt=0 * ms)
    with brainnet.target("numpy"):
        network = from_nir(graph, steps=3, dt=1 * ms)
        for x in (np.ones((1, 2, 2)), np.ones((0, 3, 2)), np.full((1, 3, 2), np.nan), np.array([[["a"] * 2] * 3])):
            with pytest.raises(DataError):
                network.run(x)


def test_the_command_measures_a_spiking_network(tmp_path):
    from brainnet.data import load_digits
    from brainnet.train.mlp import train_mlp

    digits = load_digits(seed=0)
    with brainnet.target("numpy"):
        trained = train_mlp(digits.x_train, digits.y_train, 20, epochs=5, seed=0)
        network = convert(trained, calibration=digits.x_train, steps=20)
        wanted = network.run(digits.x_test[:30])
    write_nir(network.graph, tmp_path / "digits.nir")
    with brainnet.target("numpy"):
        protocol = brainnet.protocols.run_nir
        dataset = protocol(model=str(tmp_path / "digits.nir"), data="digits", steps=20, images=30, step="exact")
    assert dataset.attrs["dt"] == str(1 * ms)
    hits = (wanted.decisions == digits.y_test[:30, None]).mean(axis=0)
    np.testing.assert_array_equal(dataset.accuracy_by_step, hits)
    assert hits[-1] > 0.5
    per_neuron = [counts.mean() for counts in wanted.counts.values()]
    np.testing.assert_allclose(dataset.spikes_per_neuron, per_neuron, rtol=1e-12)
    hidden = wanted.counts[network.graph.populations[0].name].sum(axis=1).mean()
    assert float(dataset.synaptic_operations) == pytest.approx(10 * hidden, rel=1e-12)
    assert protocol.draw(dataset).axes[0].get_title(loc="left").startswith(f"{100 * hits[-1]:.2f} %")
    words = ["convert", str(tmp_path / "digits.nir"), "--data", "digits", "--steps", "20", "--set", "images=5"]
    result = CliRunner().invoke(main, [*words, "--target", "numpy", "--out", str(tmp_path / "out")])
    assert result.exit_code == 0, result.output
    summary = json.loads((tmp_path / "out" / "summary.json").read_text())
    assert summary["results"]["snn_accuracy"]["value"] == np.mean(wanted.decisions[:5, -1] == digits.y_test[:5])


# What writers of three frameworks give for one dense layer, and what the frameworks compute. Files that sinabs 3.1.3
# (IAF and LIF, single spikes, reset) and Norse 1.1.0 (LIFBoxCell, IAFCell) wrote fired as they do in each of 60 steps.
WRITTEN = {
    "sinabs_lif": (lambda: nir.LIF(tau=wide(20), r=wide(1), v_leak=wide(0), v_threshold=wide(1), v_reset=wide(0)),
                   1.0, "exact", lambda v, x: np.exp(-1 / 20) * v + (1 - np.exp(-1 / 20)) * x),
    "sinabs_iaf": (lambda: nir.IF(r=wide(1), v_threshold=wide(1), v_reset=wide(0)), 1.0, "exact", lambda v, x: v + x),
    "snntorch": (lambda: nir.LIF(tau=wide(1e-3), r=wide(10), v_leak=wide(0), v_threshold=wide(9), v_reset=wide(0)),
                 1e-4, "euler", lambda v, x: 0.9 * v + x),
    "norse_box": (lambda: nir.LIF(tau=wide(1e-5), r=wide(1), v_leak=wide(0), v_threshold=wide(1), v_reset=wide(0)),
                  1e-6, "euler", lambda v, x: v + 0.1 * (x - v)),
}  # fmt: skip
MISTAKEN = [
    ("sinabs_lif", 1e-3, r"cannot fire within 50 steps .* try dt = 2\*second \(1/10 of its shortest"),
    ("sinabs_iaf", 1e-3, r"cannot fire within 50 steps .* try dt = 1\*second \(1/r"),
    ("snntorch", 1e-6, r"cannot fire within 50 steps .* try dt = 0.0001\*second"),
    ("snntorch", 1.0, r"tau = 0.001 s, less than one step, .* try dt = 0.0001\*second"),
    ("norse_box", 1e-3, r"tau = 1e-05 s, less than one step, .* try dt = 1e-06\*second"),
]
WEIGHTS = np.array([[0.9, 0.8, 0.7], [0.5, 0.9, -0.4]])


def wide(value):
    return np.full(2, float(value))


def written(name, path):
    nodes = {"input": nir.Input(np.array([3])), "dense": nir.Affine(WEIGHTS, np.zeros(2)),
             "cells": WRITTEN[name][0](), "output": nir.Output(np.array([2]))}  # fmt: skip
    order = list(nodes)
    nir.write(path, nir.NIRGraph(nodes, list(itertools.pairwise(order))))
    return path


@pytest.mark.parametrize("name", WRITTEN)
def test_files_fire_as_in_their_framework_and_without_a_warning(name, tmp_path, recwarn):
    _, dt, step, rule = WRITTEN[name]
    x = np.random.default_rng(3).random((1, 50, 3)) * 0.2 + 0.8
    with brainnet.target("numpy"):
        network = from_nir(written(name, tmp_path / "net.nir"), steps=50, dt=dt * second, step=step)
        output = network.run(x).output[0]
    v, threshold, fired = np.zeros(2), network.graph.inputs.graph.neurons[0].v_threshold, []
    for drive in x[0] @ WEIGHTS.T:
        v = rule(v, drive)
        fired.append(v > threshold)
        v = np.where(fired[-1], 0.0, v)
    np.testing.assert_array_equal(output, np.array(fired))
    assert output.any()
    assert not [each for each in recwarn if "layer" in str(each.message)]


@pytest.mark.parametrize(("name", "dt", "match"), MISTAKEN)
def test_time_steps_that_cannot_be_meant_give_a_warning(name, dt, match, tmp_path):
    with brainnet.target("numpy"), pytest.warns(UserWarning, match=match):
        network = from_nir(written(name, tmp_path / "net.nir"), steps=50, dt=dt * second)
    if "cannot fire" in match:
        assert not network.run(np.ones((1, 50, 3))).output.any()


def test_weights_too_small_for_any_time_step_give_a_warning():
    layers = (Dense("w", np.full((3, 1), 0.3), np.zeros(1), "identity"), LIF("a", tau=20.0))
    graph = NirGraph(layers, (3,), "net", "by hand")
    with brainnet.target("numpy"), pytest.warns(UserWarning, match="'a' cannot fire .*, however long it lasts"):
        from_nir(graph, steps=5, dt=1 * second)


@pytest.mark.parametrize("gain", [0.9, 1.1])
def test_the_warning_of_silence_is_exact_at_the_edge(gain, recwarn):
    """A hidden pool, a negative weight, a bias and a delay: the bound is what the largest input reaches, no more."""
    layers = (Scale("s", scale=-1.0), Dense("w", np.full((2, 1), -0.25), np.full(1, 0.5), "identity"),
              Delay("d", delay=0.0), IF("a", r=gain * 1e2))  # fmt: skip
    with brainnet.target("numpy"):
        network = from_nir(NirGraph(layers, (2,), "net", "by hand"), steps=10, dt=1 * ms)
        fired = network.run(np.ones((1, 10, 2))).output.any()
    warned = any("cannot fire" in str(each.message) for each in recwarn)
    assert fired == (gain > 1)
    assert warned != fired
