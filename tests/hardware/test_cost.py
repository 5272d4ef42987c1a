"""Energy, time and area: every count and sum by hand on small networks."""

from dataclasses import replace

import numpy as np
import pytest

from brainnet import Device, models, target
from brainnet.ann import AveragePool, Conv2d, Dense, LayerGraph, ReLU
from brainnet.convert import convert
from brainnet.errors import DataError, ParameterError
from brainnet.hardware import ISAAC, DeviceArray, hardware_report, map_network, writing
from brainnet.hardware.curves import step

RNG = np.random.default_rng(9)
PCM = models.pcm.nominal()


def dense(name, n_in, n_out, activation="relu"):
    return Dense(name, RNG.normal(0, 1, (n_in, n_out)), RNG.normal(0, 0.1, n_out), activation)


CHAIN = LayerGraph((dense("hidden", 20, 12), dense("out", 12, 3, "identity")), (20,), "chain", "test")
X = np.random.default_rng(1).random((6, 20))


@pytest.fixture(autouse=True)
def interpreted():
    """Nothing here is worth compiling."""
    with target("numpy"):
        yield


def lines(report, of):
    return {each.what: each for each in report.costs if each.of == of}


def test_digital_and_crossbar_by_hand():
    mapped = map_network(CHAIN, device=PCM, tile=(8, 10))
    report = hardware_report(mapped, X, adc_bits=6)
    assert lines(report, "digital")["multiply-accumulates"].count == 20 * 12 + 12 * 3
    assert report.energy("digital") == pytest.approx((240 + 36) * 4.6e-12)
    # Tiles: 20 rows in 3 parts, 12 outputs of 5 at most in 3; 12 rows in 2 parts, 3 outputs in 1.
    found = lines(report, "crossbar")
    assert found["conversions"].count == 3 * 12 + 2 * 3
    assert found["conversions"].energy == pytest.approx(42 * 16e-3 / 8 / 1.2e9 / 4)
    assert found["additions"].energy == pytest.approx(42 * 0.1e-12)
    assert found["neuron updates"].count == 15
    inside = CHAIN.activations(X)[0]
    assert found["drives of rows"].count == pytest.approx(3 * 20 + np.count_nonzero(inside) / 6)
    energy = 0.0
    for name, values in (("hidden", X / X.max()), ("out", inside / inside.max())):
        for tile in mapped.of_layer(name):
            on = values.mean(axis=0)[slice(*tile.block.inputs[0])]
            energy += on @ np.asarray(PCM.cost("read_energy", tile.conductances)).sum(axis=1)
    assert found["device reads"].energy == pytest.approx(energy)
    read, convert_one = float(PCM.cost("read_time")), 1 / 1.2e9
    assert report.times["crossbar"] == pytest.approx(2 * read + (4 + 3) * convert_one)
    assert report.areas["devices"] == pytest.approx(11 * 80 * float(PCM.cost("area")))
    assert report.areas["converters"] == pytest.approx(11 * 1200e-12 / 4)


def test_without_samples_it_is_a_bound():
    mapped = map_network(CHAIN, device=PCM, tile=(8, 10))
    bound, mean = hardware_report(mapped, None), hardware_report(mapped, X)
    for what, cost in lines(bound, "crossbar").items():
        assert cost.count >= lines(mean, "crossbar")[what].count
    assert lines(bound, "crossbar")["device reads"].count == mapped.devices
    with pytest.raises(ParameterError, match="samples"):
        hardware_report(mapped, None, spiking=(None, None))


def test_spikes_by_hand():
    mapped = map_network(CHAIN, device=PCM, tile=(8, 10))
    network = convert(CHAIN, calibration=X, steps=15)
    response = network.run(X)
    report = hardware_report(mapped, X, spiking=(network, response))
    found, spikes = lines(report, "spiking crossbar"), response.counts["hidden"]
    # The first layer gets constant currents: once, as without spikes. Its 3 x 12 sums are converted once.
    first = sum(
        (X / X.max()).mean(axis=0)[slice(*tile.block.inputs[0])] @ np.asarray(
            PCM.cost("read_energy", tile.conductances)
        ).sum(axis=1)
        for tile in mapped.of_layer("hidden")
    )  # fmt: skip
    second, conversions = 0.0, 36.0
    for tile in mapped.of_layer("out"):
        rows = slice(*tile.block.inputs[0])
        second += spikes.mean(axis=0)[rows] @ np.asarray(PCM.cost("read_energy", tile.conductances)).sum(axis=1)
        conversions += 3 * np.minimum(spikes[:, rows].sum(axis=1), 15).mean()
    assert found["device reads"].energy == pytest.approx(first + second)
    assert found["conversions"].count == pytest.approx(conversions)
    assert found["neuron updates"].count == 15 * 15
    assert found["neuron updates"].energy == pytest.approx(225 * 0.2e-12)
    assert report.times["spiking crossbar"] == pytest.approx(15 * (float(PCM.cost("read_time")) + 4 / 1.2e9))
    text = str(report)
    assert "spiking crossbar: energy" in text
    assert text.count("source: ") == 3
    # Random spikes as input are spikes on the first layer, too.
    random = convert(CHAIN, calibration=X, steps=15, coding="bernoulli", seed=1)
    counted = random.run(X)
    drives = lines(hardware_report(mapped, X, spiking=(random, counted)), "spiking crossbar")["drives of rows"].count
    assert drives == pytest.approx((3 * counted.counts["input"].sum() + counted.counts["hidden"].sum()) / 6)


@pytest.mark.parametrize("convolution", ["unrolled", "kernel-stationary"])
def test_convolutions_by_hand(convolution):
    kernels = RNG.normal(0, 1, (2, 1, 3, 3))
    graph = LayerGraph(
        (Conv2d("conv", kernels, np.zeros(2), "relu"), dense("out", 32, 3, "identity")), (1, 6, 6), "net", "test"
    )
    x = np.random.default_rng(3).random((4, 1, 6, 6))
    mapped = map_network(graph, device=PCM, convolution=convolution)
    found = lines(hardware_report(mapped, x), "crossbar")
    # One tile each: 16 positions at once, or in turn with all nine rows driven at each.
    assert found["conversions"].count == 16 * 2 + 3
    rows = 36 if convolution == "unrolled" else 16 * 9
    hidden = np.count_nonzero(graph.activations(x)[0]) / 4
    assert found["drives of rows"].count == pytest.approx(rows + hidden)
    stationary = hardware_report(mapped, x).times["crossbar"]
    turns, columns = (1, 32) if convolution == "unrolled" else (16, 2)
    read = float(PCM.cost("read_time"))
    assert stationary == pytest.approx(turns * (read + columns / 1.2e9) + read + 3 / 1.2e9)


def test_writing_is_what_an_array_of_devices_counts():
    mapped = map_network(CHAIN, device=PCM, tile=(8, 10))
    counted = writing(mapped)
    energy, pulses, largest = 0.0, 0, 0.0
    for tile in mapped.tiles:
        cells = DeviceArray(PCM, (tile.rows, tile.columns), 0)
        # As many pulses as bring each cell nearest to what is wanted, one by one.
        levels = [0.0]
        while levels[-1] < 25e-6 * (1 - 1e-12):
            levels.append(min(25e-6, levels[-1] + float(step(PCM, levels[-1], True))))
        count = np.abs(np.array(levels)[:, None, None] - tile.conductances).argmin(axis=0)
        cells.pulse(True, count)
        largest = max(largest, np.abs(cells.G - tile.conductances).max())
        energy += float(cells.energy)
        pulses += cells.pulses
    assert counted.pulses == pulses
    assert counted.energy == pytest.approx(energy)
    assert counted.error == pytest.approx(largest)
    assert counted.devices <= sum(each.devices for each in mapped.tiles)


def test_a_device_without_pulses_takes_a_pair():
    pairs = replace(models.synaptic_transistor.nominal(), potentiation="", depression="")
    mapped = map_network(CHAIN, device=pairs)
    counted = writing(mapped)
    low = float(pairs.parameters["G_min"].value)
    assert counted.pulses == counted.devices == sum(int((t.conductances > low).sum()) for t in mapped.tiles)
    assert counted.error == 0


def test_what_has_no_costs_says_so():
    free = replace(models.ideal_device, costs={})
    mapped = map_network(CHAIN, device=free)
    with pytest.raises(ParameterError, match="declares no read_energy"):
        hardware_report(mapped, X)
    assert writing(mapped).energy is None
    with pytest.raises(ParameterError, match="50,000 pulses"):
        writing(map_network(CHAIN, device=models.ideal_device(n=1e6)))
    with pytest.raises(ParameterError, match="does not move it from its lowest"):
        writing(map_network(CHAIN, device=models.exponential_device(A_p=2.0)))


def test_the_pulses_of_every_device_are_counted():
    for name in models:
        if isinstance(models[name], Device):
            mapped = map_network(CHAIN, device=name)
            counted, device = writing(mapped), models[name].nominal()
            largest = abs(step(device, device.parameters["G_min"].value, True))
            assert counted.pulses >= counted.devices > 0, name
            assert counted.error <= largest, name


def test_what_does_not_fit_is_refused():
    mapped = map_network(CHAIN, device=PCM)
    with pytest.raises(ParameterError, match="adc_bits"):
        hardware_report(mapped, X, adc_bits=1)
    with pytest.raises(DataError, match="zeros"):
        hardware_report(mapped, 0 * X)
    with pytest.raises(ParameterError, match="adc_time"):
        replace(ISAAC, adc_time=-1.0)
    network = convert(CHAIN, calibration=X, steps=5)
    with pytest.raises(DataError, match="spikes of 6 samples"):
        hardware_report(mapped, X, spiking=(network, network.run(X[:3])))


def test_spikes_of_pooling_and_of_activations_of_their_own():
    layers = (Conv2d("conv", RNG.normal(0, 1, (2, 1, 3, 3)), np.zeros(2), "identity"), ReLU("relu"),
              AveragePool("pool", (2, 2)), dense("hidden", 8, 5), dense("out", 5, 3, "identity"))  # fmt: skip
    graph = LayerGraph(layers, (1, 6, 6), "net", "test")
    x = np.random.default_rng(3).random((4, 1, 6, 6))
    network = convert(graph, calibration=x, steps=12)
    response = network.run(x)
    assert {"pool", "hidden"} <= set(response.counts)
    report = hardware_report(map_network(graph, device=PCM), x, spiking=(network, response))
    arriving = response.counts["pool"].sum() + response.counts["hidden"].sum()
    assert arriving > 0
    # 36 places of the image drive their row once.
    assert lines(report, "spiking crossbar")["drives of rows"].count == pytest.approx(36 + arriving / 4)


def test_spikes_that_do_not_arrive_as_they_are():
    layers = (Conv2d("conv", RNG.normal(0, 1, (2, 1, 3, 3)), np.zeros(2), "relu"), dense("out", 32, 3, "identity"))
    graph = LayerGraph(layers, (1, 6, 6), "net", "test")
    x = np.random.default_rng(3).random((4, 1, 6, 6))
    network = convert(graph, calibration=x, steps=5)
    response = network.run(x)
    pooled = replace(response, counts={"conv": response.counts["conv"][:, :8]})
    with pytest.raises(DataError, match="merge pooling"):
        hardware_report(map_network(graph, device=PCM), x, spiking=(network, pooled))
