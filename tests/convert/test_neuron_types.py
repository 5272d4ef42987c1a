"""Neurons other than integrate-and-fire: spike by spike as the reference, what they are good for, what is refused."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from brian2 import ms

import brainnet
from brainnet.ann import QCFS, ClippedReLU, Dense, LayerGraph, MaxPool
from brainnet.convert import convert, spiking_graph
from brainnet.errors import ConversionError, ParameterError
from brainnet.measure import operations, verify
from brainnet.spiking import nir_graph

REFERENCE = Path(__file__).parents[1] / "reference" / "neuron_types.py"
STEPS = 40
# Settings of a conversion, and of the reference.
TYPES = {
    "lif": ({"tau_m": 30 * ms}, {"tau_m": 30.0, "reset": "subtract"}),
    "lif to zero": ({"tau_m": 30 * ms, "reset": "zero"}, {"tau_m": 30.0, "reset": "zero"}),
    "lif to the average": ({"tau_m": 30 * ms, "reset": "average"}, {"tau_m": 30.0, "reset": "average"}),
    "burst": ({"spikes_per_step": 3}, {"most": 3}),
    "burst from half": ({"spikes_per_step": 3, "v_init": "half"}, {"most": 3, "v_init": 0.5}),
    "soft_lif": ({"tau_m": 50 * ms, "tau_s": 4 * ms}, {"tau_m": 50.0, "tau_s": 4.0}),
    "adaptive": ({"theta_0": 0.15}, {"theta_0": 0.15}),
}


@pytest.fixture(scope="module")
def reference():
    spec = importlib.util.spec_from_file_location("neuron_types", REFERENCE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.run


def compare(target, name, graph, reference, x, coding="constant"):
    kind = name.split()[0]
    settings, of_reference = TYPES[name]
    with brainnet.target(target):
        network = convert(
            graph, neuron=kind, normalisation="none", coding=coding, steps=STEPS, record=True, dt=1 * ms, **settings
        )
        response = network.run(x)
    given = np.repeat(x[:, None], STEPS, axis=1)
    if coding == "regular":
        k = np.arange(STEPS)[:, None]
        given = np.floor((k + 1) * x[:, None]) - np.floor(k * x[:, None])
    layers = [(layer.weights, layer.bias) for layer in graph.layers]
    wanted = reference(layers, given, kind, constant=coding == "constant", **of_reference)
    for layer, raster in zip(graph.layers, wanted, strict=True):
        np.testing.assert_array_equal(response.rasters[layer.name], raster, err_msg=layer.name)
        np.testing.assert_array_equal(response.counts[layer.name], raster.sum(axis=1))
        assert raster.any()
        assert (raster == 0).any()
    np.testing.assert_array_equal(response.decisions, wanted[-1].cumsum(axis=1).argmax(axis=2))
    return wanted


@pytest.mark.parametrize("name", TYPES)
@pytest.mark.parametrize("coding", ["constant", "regular"])
def test_spike_by_spike(name, coding, graph, samples, reference):
    wanted = compare("numpy", name, graph(12, 20, 15, 5), reference, samples(3, 12), coding)
    if name.startswith("burst"):
        assert max(raster.max() for raster in wanted) == 3  # as many as allowed


@pytest.mark.parametrize("name", ["lif to zero", "burst", "soft_lif", "adaptive"])
def test_spike_by_spike_on_cpp(name, graph, samples, reference, compiler):
    compare("cpp", name, graph(12, 20, 5), reference, samples(3, 12), "regular")


def test_a_burst_catches_up(identity):
    # 2.5 in each of 4 steps: 2, 3, 2 and 3 spikes, and one per step at most without bursts.
    graph = LayerGraph((Dense("out", 2.5 * np.eye(2), np.zeros(2), "identity"),), (2,), "one", "test")
    with brainnet.target("numpy"):
        counts = {
            kind: convert(graph, neuron=kind, normalisation="none", steps=4).run([[1.0, 0.0]]).counts["out"][0]
            for kind in ("if", "burst")
        }
    assert counts["if"].tolist() == [4, 0]
    assert counts["burst"].tolist() == [10, 0]


def test_bursts_are_counted_as_operations(graph):
    chain = LayerGraph(
        (Dense("a", 2.5 * np.eye(2), np.zeros(2), "relu"), Dense("b", np.ones((2, 7)), np.zeros(7), "identity")),
        (2,), "net", "test",
    )  # fmt: skip
    with brainnet.target("numpy"):
        network = convert(chain, neuron="burst", normalisation="none", steps=4, record=True)
        response = network.run([[1.0, 0.0]])
    assert operations(network, response.counts).ac.tolist() == [0.0, 70.0]
    assert operations(network, response.rasters).ac[1].tolist() == [14.0, 21.0, 14.0, 21.0]


def test_a_leak_by_closed_form(identity):
    # v = z (1 - keep^k)/(1 - keep) reaches 1 first at step k; below z = 1 - keep it never does.
    keep = np.exp(-1 / 20)
    z = np.array([0.9 * (1 - keep), 1.1 * (1 - keep), 0.2, 0.9])
    with brainnet.target("numpy"):
        network = convert(
            identity(4), neuron="lif", tau_m=20 * ms, reset="zero", normalisation="none", steps=600, record=True
        )
        raster = network.run(z[None]).rasters["out"][0]
    assert not raster[:, 0].any()
    for neuron in (1, 2, 3):
        interval = np.ceil(np.log(1 - (1 - keep) / z[neuron]) / np.log(keep))
        assert set(np.diff(np.flatnonzero(raster[:, neuron]))) == {interval}


def test_soft_lif_is_about_linear(identity):
    # rho + 1/2 - 1/(12 rho) of 1/ln(1 + 1/rho), with rho = z tau_m/dt - 1/2 far above rheobase.
    z = np.array([0.1, 0.3, 0.7])
    tau_m, steps = 100, 1000
    with brainnet.target("numpy"):
        network = convert(identity(3), neuron="soft_lif", normalisation="none", steps=steps)
        counts = network.run(z[None]).counts["out"][0]
    rho = z * tau_m - 0.5
    np.testing.assert_array_equal(counts, np.floor(steps * (rho + 0.5 - 1 / (12 * rho) + 1 / (24 * rho**2)) / tau_m))


def test_adaptive_settles_where_theory_says(identity):
    # At a constant interval T of steps: theta = theta_0 / (1 - m_f q/(1 - q)), S = theta/2 + theta p/(1 - p).
    # S just above that of the interval T, so that every spike comes as soon as it can: intervals of T at the end.
    interval, theta_0 = 12, 0.1
    q, p = np.exp(-interval / 15), np.exp(-interval / 50)
    theta = theta_0 / (1 - theta_0 * q / (1 - q))
    signal = theta / 2 + theta * p / (1 - p)
    with brainnet.target("numpy"):
        network = convert(identity(1), neuron="adaptive", normalisation="none", steps=600, record=True)
        _, step, _ = network.run([[1.001 * signal]]).spikes("out")
    assert np.diff(step)[-5:].tolist() == [interval] * 5
    assert np.diff(step)[0] < interval  # before the threshold had risen


def test_potential_of_an_output_is_the_sum_of_what_spikes_are_worth(graph, samples):
    x = samples(10, 12)
    with brainnet.target("numpy"):
        for kind, steps in (("burst", 60), ("soft_lif", 200), ("adaptive", 600)):
            network = convert(
                graph(12, 20, 5), neuron=kind, normalisation="data", calibration=x, readout="potential", steps=steps
            )
            check = verify(network, x)["dense_1"]
            assert check.correlation > 0.98, kind
            assert check.error < 0.2, kind


def test_what_is_refused(graph, samples):
    chain = graph(12, 20, 5)
    pool = LayerGraph((MaxPool("max", (1, 2)), Dense("out", np.eye(2), np.zeros(2), "identity")), (1, 1, 4), "n", "t")
    first, last = (Dense(name, np.eye(2), np.zeros(2), "identity") for name in ("a", "o"))
    clipped = LayerGraph((first, ClippedReLU("c", maximum=1.0), last), (2,), "n", "t")
    quantised = LayerGraph((first, QCFS("q", threshold=1.0, levels=4), last), (2,), "n", "t")
    for network, settings, message in (
        (chain, {"neuron": "soft_lif", "reset": "zero"}, "neuron=soft_lif does not go with reset=zero"),
        (chain, {"neuron": "burst", "reset": "zero"}, "neuron=burst does not go with reset=zero"),
        (chain, {"neuron": "adaptive", "reset": "average"}, "neuron=adaptive does not go with reset=average"),
        (chain, {"neuron": "adaptive", "v_init": "half"}, "no membrane potential"),
        (chain, {"neuron": "lif", "shift": "half"}, "without a leak"),
        (pool, {"neuron": "burst", "coding": "regular", "max_pooling": "gate"}, "layer 'max' lets single spikes pass"),
        (clipped, {"neuron": "burst"}, "layer 'c' has a maximum"),
        (quantised, {"neuron": "lif"}, "layer 'q' is quantised for integrate-and-fire"),
    ):
        with pytest.raises(ConversionError, match=message):
            convert(network, normalisation="none", **settings)
    with pytest.raises(ConversionError, match="thresholds are balanced on the spikes of neuron=if"):
        convert(chain, normalisation="threshold_balancing", neuron="lif", calibration=samples(3, 12))
    with pytest.raises(ParameterError, match="tau_m acts only with neuron=lif or soft_lif"):
        convert(chain, normalisation="none", tau_m=20 * ms)
    with pytest.raises(ParameterError, match="spikes_per_step acts only with neuron=burst"):
        convert(chain, normalisation="none", spikes_per_step=3)
    with brainnet.target("numpy"), pytest.raises(ConversionError, match="no equations in NIR"):
        nir_graph(spiking_graph(chain, normalisation="none", neuron="lif"))
