"""Weights become conductances, map by map: what is written, what it costs, and what is left of a killed transfer."""

import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from brian2 import nS, us

import brainnet
from brainnet import models
from brainnet.ann import Conv2d, Dense, LayerGraph
from brainnet.errors import ConversionError, DataError, ParameterError, ResultsError
from brainnet.hardware import (
    PAIRS,
    TransferScheme,
    levels_of,
    plan_levels,
    read_transfer,
    transfer,
    transfer_in_time,
    verify_round,
)
from brainnet.hardware.transfer_state import TransferState

needs_compiler = pytest.mark.skipif(not shutil.which("g++"), reason="no C++ compiler")


def network(half, sizes=(12, 5, 4), seed=0, interval=0.013):
    """A network on 2 half + 1 levels."""
    rng = np.random.default_rng(seed)
    first = rng.integers(-half, half + 1, sizes[:2])
    second = rng.integers(-half, half + 1, sizes[1:])
    for steps in (first, second):
        steps.flat[:2] = half, -1
    layers = (Dense("hidden", interval * first, np.full(sizes[1], 0.1), "relu"),
              Dense("out", 0.21 * second, np.zeros(sizes[2]), "identity"))  # fmt: skip
    return LayerGraph(layers, sizes[:1], "net", "test")


def test_levels_are_found():
    levels = levels_of(network(7))
    for each, layer in zip(levels, network(7).layers, strict=True):
        assert each.half == 7
        np.testing.assert_array_equal(each.interval * each.steps, layer.weights)
    maps = dict(levels[0].maps(2))
    np.testing.assert_array_equal(sum(level * mask for level, mask in maps.items()), levels[0].steps[:, 2])
    assert 0 not in maps


@pytest.mark.parametrize("device", ["ideal_device", "synaptic_transistor"])
@pytest.mark.parametrize("pair", PAIRS)
@pytest.mark.parametrize("pulses", [1, 3])
def test_no_error_without_flaws(device, pair, pulses):
    for half in (1, 4, 7):
        aimed = network(half)
        written = transfer(aimed, getattr(models, device), TransferScheme(pair=pair, pulses_per_level=pulses))
        assert written.weight_error() == 0
        for before, after in zip(aimed.layers, written.network().layers, strict=True):
            np.testing.assert_array_equal(before.weights, after.weights)
            np.testing.assert_array_equal(before.bias, after.bias)


@pytest.mark.parametrize("pair", PAIRS)
@pytest.mark.parametrize("pulses", [1, 2])
def test_pulses_by_count_and_by_formula(pair, pulses):
    aimed = network(3, (40, 6, 3))
    written = transfer(aimed, models.synaptic_transistor, TransferScheme(pair=pair, pulses_per_level=pulses))
    sides = 2 if pair == "both" else 1
    by_hand = one_by_one = 0
    for layer in aimed.layers:
        for column in layer.weights.T:
            by_hand += len({*column.tolist()} - {0.0})
            one_by_one += np.count_nonzero(column)
    assert written.pulses == sides * pulses * by_hand
    assert written.pulses_one_by_one == sides * pulses * one_by_one
    assert sum(each.pulse_pairs(pulses) for each in levels_of(aimed)) == pulses * by_hand
    assert sum(each.pulse_pairs_one_by_one(pulses) for each in levels_of(aimed)) == pulses * one_by_one
    # every map takes the length of a pulse, whatever the number of synapses in it
    assert float(written.write_time) == pytest.approx(1e-6 * written.pulses, rel=1e-12)


def test_energy_is_that_of_every_pulse():
    written = transfer(network(1), models.synaptic_transistor)
    expected = 0.0
    for layer in written.layers:
        rest, step = layer.plan.rest, layer.plan.step
        expected += sum(25 * (rest + k * step / 2) * 1e-6 for k in layer.levels.steps.ravel() if k)
    assert float(written.write_energy) == pytest.approx(expected, rel=1e-9)
    assert transfer(network(1), models.ideal_device.nominal()).pulses == written.pulses


def test_convolutions_are_written_by_output_channel():
    kernel = 0.5 * np.array([[[[1, 0], [-2, 1]]], [[[2, 2], [0, -1]]]])
    layers = (Conv2d("conv", kernel, np.zeros(2), "relu"), Dense("out", np.eye(8)[:, :3], np.zeros(3), "identity"))
    written = transfer(LayerGraph(layers, (1, 3, 3), "net", "test"), models.synaptic_transistor)
    np.testing.assert_array_equal(written.network().layers[0].weights, kernel)
    assert written.layers[0].levels.pulse_pairs() == 2 + 2


@pytest.mark.parametrize(("device", "pair", "target_name"), [
    ("ideal_device", "one", "numpy"), ("ideal_device", "both", "numpy"), ("synaptic_transistor", "one", "numpy"),
    ("synaptic_transistor", "either", "numpy"), ("spread", "both", "numpy"),
    pytest.param("spread", "one", "cpp", marks=needs_compiler),
])  # fmt: skip
def test_simulated_time_gives_the_same(device, pair, target_name):
    chosen = models.synaptic_transistor(sigma_A=0.2, sigma_tau=0.1, p_low=0.1) if device == "spread" else getattr(
        models, device)  # fmt: skip
    scheme = TransferScheme(pair=pair, resolution=0.1 * us, pulses_per_level=2 if device == "spread" else 1)
    aimed = network(2, (6, 2, 2))
    fast = transfer(aimed, chosen, scheme, seed=5)
    with brainnet.target(target_name):
        slow = transfer_in_time(aimed, chosen, scheme, seed=5)
    for layer in fast.layers:
        for side in (0, 1):
            expected = np.stack([cells[side].G for cells in layer.cells], axis=1)
            np.testing.assert_allclose(slow[layer.levels.name][side], expected, rtol=1e-12, atol=0)
        moved = np.stack([cells[0].G for cells in layer.cells], axis=1) != layer.plan.rest
        assert moved.any()


def test_jitter_has_the_error_of_the_closed_form():
    # dG = A exp(-dt/tau); of exp(-e/tau), e normal, mean and mean square are exp(s^2/2) and exp(2 s^2), s = sd/tau
    device, sd = models.synaptic_transistor(tau_d=2 * us), 0.1
    steps = np.tile([1, 1, 0, 0], (4000, 2))[:, :6]
    steps[0, 0] = -2
    layers = (Dense("out", 0.1 * steps, np.zeros(6), "identity"),)
    aimed = LayerGraph(layers, (4000,), "net", "test")
    scheme = TransferScheme(jitter=sd * us, jitter_of="synapse", pair="either")
    off = (transfer(aimed, device, scheme, seed=3).layers[0].steps() - steps)[1:, :2]
    s = sd / 2
    expected = np.sqrt(np.exp(2 * s**2) - 2 * np.exp(s**2 / 2) + 1)
    # standard error of a standard deviation of n draws: 1/sqrt(2 n)
    assert np.sqrt(np.mean(off**2)) == pytest.approx(expected, rel=4 / np.sqrt(2 * off.size))
    together = transfer(aimed, device, TransferScheme(jitter=sd * us, pair="either"), seed=3).layers[0].steps()
    assert len(np.unique(together[1:, 0])) == 1
    assert together[1, 0] != together[1, 1]


def test_spread_of_amplitudes_is_the_error():
    steps = np.ones((5000, 2), dtype=int)
    steps[0, 0] = -2  # level 1 is in the middle of the range then, and its errors are not clipped
    aimed = LayerGraph((Dense("out", 0.1 * steps, np.zeros(2), "identity"),), (5000,), "net", "test")
    device = models.synaptic_transistor(sigma_A=0.1)
    off = (transfer(aimed, device, seed=1).layers[0].steps() - steps)[1:]
    assert np.std(off) == pytest.approx(0.1, rel=4 / np.sqrt(2 * off.size))
    assert abs(off.mean()) < 4 * 0.1 / np.sqrt(off.size)


def test_rounds_of_read_and_correct_win_it_back():
    device = models.synaptic_transistor(sigma_A=0.2, sigma_tau=0.1)
    written = transfer(network(3, (60, 8, 4)), device, seed=2)
    errors, before = [written.weight_error()], written.pulses
    for _ in range(4):
        found = verify_round(written, tolerance=0.05)
        errors.append(written.weight_error())
    assert all(later < earlier for earlier, later in pairwise(errors))
    assert errors[-1] < 0.05 / 3  # the tolerance is in levels, the error in the largest of them
    assert found.reads == 2 * written.weights
    assert written.pulses > before


def test_a_seed_gives_the_same_and_another_one_does_not():
    device, scheme = models.synaptic_transistor(sigma_A=0.1), TransferScheme(jitter=0.1 * us)
    one, two, other = (transfer(network(2), device, scheme, seed=seed).weight_error() for seed in (1, 1, 2))
    assert one == two != other


def test_weights_that_are_on_no_levels_are_refused():
    rng = np.random.default_rng(0)
    layer = Dense("out", rng.normal(size=(30, 4)), np.zeros(4), "identity")
    with pytest.raises(ConversionError, match="quantise_linear"):
        transfer(LayerGraph((layer,), (30,), "net", "test"), models.ideal_device)
    with pytest.raises(ConversionError, match="nothing to write"):
        transfer(LayerGraph((Dense("out", np.zeros((3, 2)), np.zeros(2), "identity"),), (3,), "n", "t"),
                 models.ideal_device)  # fmt: skip
    with pytest.raises(ConversionError, match="no layer graph"):
        transfer("network", models.ideal_device)


def test_devices_that_cannot_be_written_are_refused():
    aimed = network(1)
    with pytest.raises(ParameterError, match="pcm has no window"):
        transfer(aimed, models.pcm)
    weak = models.synaptic_transistor(A_p=200 * nS)
    with pytest.raises(ParameterError, match=r"level 1 cannot be written .*pulses_per_level=3 would do"):
        transfer(aimed, weak)
    assert transfer(aimed, weak, TransferScheme(pulses_per_level=3)).weight_error() == 0
    short = models.synaptic_transistor(dt_max=3 * us)
    with pytest.raises(ParameterError, match=r"level -4 cannot be written .*fewer levels, or a window"):
        plan_levels(short, 7)
    with pytest.raises(ParameterError, match="no Device"):
        plan_levels("pcm", 1)
    hill = models.synaptic_transistor.flattened()
    bent = dict(hill.window) | {"potentiation": "A_p*exp(-(dt - dt_max/4)**2/tau_p**2)"}
    with pytest.raises(ParameterError, match=r"level 1 .*no inverse"):
        plan_levels(replace(hill, window=bent), 1)
    with pytest.raises(ParameterError, match="smaller resolution"):
        plan_levels(models.synaptic_transistor, 7, TransferScheme(pair="either", resolution=50 * us))
    for half in (0, -1, 1.5, True):
        with pytest.raises(ParameterError, match="on each side of zero"):
            plan_levels(models.ideal_device, half)
    with pytest.raises(ParameterError, match="no room"):
        plan_levels(models.ideal_device(G_min=999.999 * nS, G_max=1000 * nS), 500)


@pytest.mark.parametrize(("wrong", "message"), [
    ({"pair": "none"}, "pair"), ({"pulses_per_level": 0}, "pulses_per_level"), ({"jitter": -1 * us}, "jitter"),
    ({"jitter": 0.1}, "unit"), ({"resolution": float("nan") * us}, "resolution"), ({"jitter_of": "all"}, "jitter_of"),
])  # fmt: skip
def test_schemes_are_checked(wrong, message):
    with pytest.raises(ParameterError, match=message):
        TransferScheme(**wrong)


def test_simulated_time_refuses_what_it_cannot():
    for scheme, device, message in (
        (TransferScheme(), models.ideal_device, "resolution"),
        (TransferScheme(resolution=0.1 * us, jitter=0.1 * us), models.ideal_device, "jitter"),
        (TransferScheme(resolution=0.1 * us), models.synaptic_transistor(sigma_c=0.1), "cycle to cycle"),
        (TransferScheme(resolution=0.0001 * us), models.synaptic_transistor, "time steps"),
    ):
        with pytest.raises(ParameterError, match=message):
            transfer_in_time(network(2), device, scheme)


@pytest.mark.parametrize("wrong", [{"tolerance": 0}, {"tolerance": True}, {"groups": 0}, {"groups": 2.5}])
def test_verifying_is_checked(wrong):
    written = transfer(network(1), models.ideal_device)
    with pytest.raises(ParameterError, match=next(iter(wrong))):
        verify_round(written, **wrong)


def test_what_has_no_window_is_not_corrected():
    written = transfer(network(2), models.pcm, TransferScheme("either", write="program"))
    with pytest.raises(ParameterError, match="no window"):
        verify_round(written)


def test_a_checkpoint_is_whole(tmp_path):
    path = tmp_path / "written.npz"
    written = transfer(network(2), models.synaptic_transistor, checkpoint=path)
    layers = read_transfer(path)
    assert [each.name for each in layers] == ["hidden", "out"]
    for kept, layer in zip(layers, written.layers, strict=True):
        assert len(kept.plus) == kept.neurons == len(layer.cells)
        np.testing.assert_array_equal(kept.plus, [plus.G for plus, _ in layer.cells])
        np.testing.assert_array_equal(kept.minus, [minus.G for _, minus in layer.cells])
    with pytest.raises(ResultsError, match="folder"):
        transfer(network(2), models.synaptic_transistor, checkpoint=tmp_path)
    with pytest.raises(ResultsError, match="no folder"):
        transfer(network(2), models.synaptic_transistor, checkpoint=tmp_path / "none" / "kept.npz")
    notes = tmp_path / "notes.txt"
    notes.write_text("of a user")
    with pytest.raises(ResultsError, match="holds no transfer"):
        transfer(network(2), models.synaptic_transistor, checkpoint=notes)
    assert notes.read_text() == "of a user"
    old = shutil.copy(path, tmp_path / "old.npz")
    TransferState(old, levels_of(network(1)))  # of another transfer, killed before its first neuron was complete
    assert not old.exists()
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(DataError, match="no transfer can be read"):
        read_transfer(path)
    with pytest.raises(DataError, match="no transfer can be read"):
        read_transfer(tmp_path / "none.npz")


_SLOW = """
import numpy as np, sys
from brainnet import models
from brainnet.ann import Dense, LayerGraph
from brainnet.hardware import transfer
steps = np.random.default_rng(0).integers(-3, 4, (300, 400))
steps[0] = 3
graph = LayerGraph((Dense("out", 0.1 * steps, np.zeros(400), "identity"),), (300,), "net", "test")
transfer(graph, models.synaptic_transistor, checkpoint=sys.argv[1])
"""


def test_a_killed_transfer_leaves_complete_neurons(tmp_path):
    path = tmp_path / "written.npz"
    process = subprocess.Popen([sys.executable, "-c", _SLOW, str(path)])
    try:
        end = time.monotonic() + 120
        while not path.exists() and time.monotonic() < end:
            time.sleep(0.01)
        time.sleep(0.3)
        os.kill(process.pid, signal.SIGKILL)
    finally:
        process.kill()
        process.wait()
    (layer,) = read_transfer(path)
    assert 0 < len(layer.plus) <= layer.neurons == 400
    steps = np.random.default_rng(0).integers(-3, 4, (300, 400))
    steps[0] = 3
    plan = plan_levels(models.synaptic_transistor, 3)
    found = np.rint((layer.plus - layer.minus) / plan.unit)
    np.testing.assert_array_equal(found, steps.T[: len(found)])
