"""Arrays of devices: pulses, pairs, reads, and what a wrong call says."""

import numpy as np
import pytest
from brian2 import nS, second, uS, us

from brainnet import BrainnetError, Device, Parameter, models
from brainnet.hardware import DeviceArray, step, time_difference, window


def test_pulses_up_and_down_come_back_on_an_ideal_device():
    device = models.ideal_device(G_min=0 * uS, G_max=6.4 * uS)
    cells = DeviceArray(device, (2, 3), seed=1)
    cells.pulse(True, np.array([[1, 2, 3], [64, 70, 0]]))
    np.testing.assert_allclose(cells.G, 1e-7 * np.array([[1, 2, 3], [64, 64, 0]]), rtol=1e-12)
    assert (cells.pulses, cells.rounds) == (140, 70)
    cells.pulse(np.array([True, False, True]), -1)
    np.testing.assert_allclose(cells.G, 1e-7 * np.array([[0, 2, 2], [63, 64, 0]]), rtol=0, atol=1e-20)


def test_one_pair_changes_what_the_window_says():
    device = models.synaptic_transistor
    cells = DeviceArray(device, 4, seed=1, G=500 * nS)
    dt = np.array([2.0, 7.0, -3.0, 0.0]) * us
    cells.pair(True, dt)
    change = cells.G - 5e-7
    wanted = [min(1.2e-6 * np.exp(-1), 5e-7 - 1e-20), 1.2e-6 * np.exp(-3.5), -1.1e-6 * np.exp(-1.2), 0]
    assert change == pytest.approx(wanted, abs=1e-18)
    assert window(device, dt)[1:] == pytest.approx(change[1:], abs=1e-18)
    assert (cells.pulses, cells.rounds, cells.time) == (3, 1, 1 * us)


@pytest.mark.parametrize("name", ["ideal_device", "synaptic_transistor"])
def test_the_inverse_of_the_window_gives_back_the_change(name):
    device = models[name]
    wanted = np.array([[0.9, 0.5, 0.001], [-0.3, -0.01, 0]]) * float(
        device.parameters["G_max"].value - device.parameters["G_min"].value
    )
    dt = time_difference(device, wanted)
    assert window(device, dt) == pytest.approx(wanted, rel=1e-12, abs=0)
    if name == "synaptic_transistor":
        closed = np.where(wanted > 0, 2e-6 * np.log(1.2e-6 / np.abs(wanted + (wanted == 0))),
                          -2.5e-6 * np.log(1.1e-6 / np.abs(wanted + (wanted == 0))))  # fmt: skip
        assert np.asarray(dt) == pytest.approx(np.where(wanted == 0, 0, closed), rel=1e-9)


def test_what_the_window_does_not_reach_or_invert_raises():
    device = models.synaptic_transistor
    with pytest.raises(BrainnetError, match="is asked for"):
        time_difference(device, 2 * uS)
    with pytest.raises(BrainnetError, match="is asked for"):
        time_difference(device, 1e-12)
    with pytest.raises(BrainnetError, match="not in"):
        time_difference(device, 2 * us)
    with pytest.raises(BrainnetError, match="outside the fitted window"):
        DeviceArray(device, 2, seed=1).pair(True, 30 * us)
    with pytest.raises(BrainnetError, match="no window"):
        time_difference(models.pcm, 1 * uS)
    bump = Device(
        "bump",
        window={"potentiation": "A*(dt/tau)*exp(-dt/tau)", "depression": "A*(dt/tau)*exp(dt/tau)"},
        parameters={
            "G_min": Parameter(0 * uS, "low"),
            "G_max": Parameter(1 * uS, "high"),
            "A": Parameter(1 * uS, "amplitude"),
            "tau": Parameter(2 * us, "time constant"),
            "dt_min": Parameter(0 * us, "shortest"),
            "dt_max": Parameter(9 * us, "longest"),
        },
    )
    with pytest.raises(BrainnetError, match="not monotone"):
        time_difference(bump, 0.1 * uS)
    assert window(bump, time_difference(bump(dt_min=2 * us), 0.1 * uS)) == pytest.approx(1e-7)


def test_a_wrong_call_changes_nothing():
    cells = DeviceArray(models.synaptic_transistor, (2, 2), seed=1)
    before = cells.G.copy()
    for call in (
        lambda: cells.pulse(True, 1.5),
        lambda: cells.pulse([1, 0], 1),
        lambda: cells.pulse(True, [1, 2, 3]),
        lambda: cells.pair(True, [1e-6, np.nan]),
        lambda: cells.read(-1 * second),
        lambda: cells.program(2 * uS),
        lambda: DeviceArray(models.pcm, 2, seed=-1),
        lambda: DeviceArray(models.pcm, 0, seed=1),
        lambda: DeviceArray(models.pcm, 2, seed=1, G=26 * uS),
        lambda: DeviceArray("pcm", 2, seed=1),
    ):
        with pytest.raises(BrainnetError):
            call()
    with pytest.raises(ValueError, match="read-only"):
        cells.G[0] = 1
    assert np.array_equal(cells.G, before)
    assert cells.pulses == cells.rounds == 0


def test_pcm_is_set_gradually_and_reset_at_once():
    device = models.pcm.nominal()
    cells = DeviceArray(device, 3, seed=1)
    for done in range(20):
        before = cells.G.copy()
        cells.pulse(np.array([True, True, False]), 1)
        size = 0.125e-6 * (1 + 27.235 * np.exp(-5 * before / 25e-6))
        assert cells.G[:2] == pytest.approx(np.minimum(before + size, 25e-6)[:2], rel=1e-12), done
        assert step(device, before, up=True) == pytest.approx(size, rel=1e-12)
    cells.pulse(np.array([True, False, False]), -1)
    assert cells.G[0] == cells.G[2] == 0 < cells.G[1]
