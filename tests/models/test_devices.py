"""Every device of the catalogue against its equations, written anew from the papers: courses of pulses up and down."""

import numpy as np
import pytest

from brainnet import Device, models
from brainnet.errors import ParameterError
from brainnet.hardware import DeviceArray, step, time_difference, window

UP, DOWN = 60, 90


def range_of(device):
    return (float(device.parameters[name].value) for name in ("G_min", "G_max"))


# Change of x = (G - G_min)/(G_max - G_min) by a pulse that raises, and by one that lowers.
STEPS = {
    "ideal_device": (lambda x: 1 / 64, lambda x: -1 / 64),
    "synaptic_transistor": (lambda x: 1.2 / 0.99 * np.exp(-4.5), lambda x: -1.1 / 0.99 * np.exp(-4.4)),
    "pcm": (lambda x: 0.005 * (1 + 27.235 * np.exp(-5 * x)), lambda x: -x),
    "reram_soft_bounds": (lambda x: 0.0016 * (1 - x), lambda x: -0.002 / 0.75 * x),
    "exponential_device": (
        lambda x: 0.000675 * (1 + 1.18445 * np.exp(-5 * x)),
        lambda x: -0.000675 * 0.740641 * (1 + 0.081404 * np.exp(5 * x)),
    ),
    # weights from -0.8276 to 1.1724
    "linear_device": (
        lambda x: 0.001 * (1 - 0.1153 * (2 * x - 0.8276) / 1.1724),
        lambda x: -0.001 * (1 + 0.5085 * (2 * x - 0.8276) / 0.8276),
    ),
    "power_device": (lambda x: (1 - x) / 1200, lambda x: -x / 1200),
}


def test_every_device_is_here():
    assert {*STEPS, "neurosim_device"} == {name for name in models if isinstance(models[name], Device)}


@pytest.mark.parametrize("name", STEPS)
def test_pulses_up_and_down(name):
    device = models[name].nominal()
    low, high = range_of(device)
    rise, fall = STEPS[name]
    cells, x = DeviceArray(device, 1, seed=1, G=low + 0.1 * (high - low)), 0.1
    ours, theirs = [], []
    for count in range(UP + DOWN):
        up = count < UP
        x = min(max(x + (rise if up else fall)(x), 0), 1)
        cells.pulse(True, 1 if up else -1)
        ours.append((cells.G[0] - low) / (high - low))
        theirs.append(x)
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-12)


def test_closed_forms_of_many_pulses():
    device = models.reram_soft_bounds.nominal()
    cells = DeviceArray(device, 1, seed=1)
    cells.pulse(True, 200)
    low, high = range_of(device)
    assert (cells.G[0] - low) / (high - low) == pytest.approx(1 - (1 - 0.0016) ** 200, rel=1e-12)
    cells.pulse(True, -200)
    again = (1 - (1 - 0.0016) ** 200) * (1 - 0.002 / 0.75) ** 200
    assert (cells.G[0] - low) / (high - low) == pytest.approx(again, rel=1e-12)
    # Steps of both directions are equal at the symmetry point.
    w = low + (high - low) * 0.0016 / (0.0016 + 0.002 / 0.75)
    assert step(device, w, up=True) == pytest.approx(-step(device, w, up=False), rel=1e-12)
    power = models.power_device.nominal()(gamma_p=2.0, gamma_d=0.5)
    low, high = range_of(power)
    assert step(power, low + 0.3 * (high - low), up=True) == pytest.approx((high - low) * 0.7**2 / 1200)
    assert step(power, low + 0.3 * (high - low), up=False) == pytest.approx(-(high - low) * 0.3**0.5 / 1200)


@pytest.mark.parametrize("name", [name for name in STEPS if models[name].window])
def test_windows(name):
    device = models[name]
    low, high = range_of(device)
    us = np.array([0.5, 1, 3, 8]) * 1e-6
    if name == "ideal_device":
        rise, fall = (high - low) * (1 - us / 1e-5), -(high - low) * (1 - us / 1e-5)
    else:
        rise, fall = 1.2e-6 * np.exp(-us / 2e-6), -1.1e-6 * np.exp(-us / 2.5e-6)
    np.testing.assert_allclose(window(device, us), rise, rtol=1e-12)
    np.testing.assert_allclose(window(device, -us), fall, rtol=1e-12)
    np.testing.assert_allclose(np.asarray(time_difference(device, rise)), us, rtol=1e-9)
    np.testing.assert_allclose(np.asarray(time_difference(device, fall)), -us, rtol=1e-9)
    assert window(device, 0.0) == 0


@pytest.mark.parametrize("name", [*STEPS, "neurosim_device"])
def test_conductances_stay_in_the_range_whatever_comes(name):
    device = models[name]
    cells = DeviceArray(device, 100, seed=2, G=float(device.parameters["G_max"].value) / 2)
    random = np.random.default_rng(3)
    for _ in range(30):
        cells.pulse(True, random.integers(-20, 20, 100))
        now = cells.G
        assert np.all(now >= cells.parameters["G_min"])
        assert np.all(now <= cells.parameters["G_max"])
    read = cells.read(3600)
    assert np.all(read >= 0)
    assert np.isfinite(read).all()
    for cost in ("write_energy", "erase_energy", "read_energy", "write_time", "read_time", "area"):
        assert float(device.cost(cost)) > 0, cost


@pytest.mark.parametrize(
    ("label", "signs"), [(0.01, (1, -1)), (4.88, (1, -1)), (8.5, (1, -1)), (9.0, (1,)), (9.8, (1,))]
)
def test_every_label_of_nonlinearity_is_a_curve(label, signs):
    for sign in signs:
        device = models.neurosim_device(NL_p=sign * label, NL_d=-sign * label)
        low, high = (device.values()[name] for name in ("G_min", "G_max"))
        cells = DeviceArray(device.nominal(), 1, seed=1)
        cells.pulse(True, 97)
        assert cells.G[0] == pytest.approx(high, rel=1e-3)  # rounding grows along a curve that begins slowly
        cells.pulse(True, -100)
        assert cells.G[0] == pytest.approx(low, abs=1e-3 * high)


def test_a_curve_that_would_not_leave_its_end_is_refused():
    for steep in ({"NL_p": -9.0}, {"NL_d": 9.0}):
        with pytest.raises(ParameterError, match="out of range"):
            models.neurosim_device(**steep)
