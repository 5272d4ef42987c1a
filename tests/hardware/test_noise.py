"""Mean and variance of every noise against its formula.

Tolerances from theory: of n draws the mean is within 4 sd/sqrt(n), and the variance of normal ones within 4 sqrt(2/n)
of itself; a lognormal factor of relative deviation s has the excess kurtosis of about 16 s^2, with which that of the
variance is sqrt((2 + 16 s^2)/n).
"""

from itertools import pairwise

import numpy as np
import pytest
from brian2 import Quantity, second, uS

from brainnet import Device, models
from brainnet.hardware import DeviceArray

N = 40000
DEVICES = [name for name in models if isinstance(models[name], Device)]


def check(found, mean, sd, excess=0.0):
    n = found.size
    assert found.mean() == pytest.approx(mean, abs=4 * sd / np.sqrt(n))
    assert found.var() == pytest.approx(sd**2, rel=4 * np.sqrt((2 + excess) / n))


def value(device, name):
    return float(device.parameters[name].value)


@pytest.mark.parametrize(
    "name", ["neurosim_device", "reram_soft_bounds", "exponential_device", "linear_device", "power_device", "pcm"]
)
def test_noise_of_a_step(name):
    quiet = models[name].nominal()
    device = models[name](**{key: 0.0 for key in ("sigma_d", "sigma_max") if key in models[name].parameters})
    # Small, so that no cell meets a bound: every draw counts.
    device = device(sigma_c=0.02 if name != "exponential_device" else 0.5)
    low, high = value(device, "G_min"), value(device, "G_max")
    start = low + 0.4 * (high - low)
    one = DeviceArray(quiet, 1, seed=1, G=start)
    cells = DeviceArray(device, N, seed=2, G=start)
    one.pulse(True, 1)
    cells.pulse(True, 1)
    size = one.G[0] - start
    sd = {
        "neurosim_device": 0.02 * (high - low),
        "reram_soft_bounds": 0.02 * (high - low),
        "exponential_device": 0.5 * size,
        "pcm": 0.02 * (size + 0.525e-6 + 0.108 * start),
    }.get(name, 0.02 * size)
    check(cells.G - start, size, sd)


def test_noise_of_many_pulses_grows_with_the_root_of_their_number():
    # NeuroSim: sigma sqrt(number of pulses), here where steps hardly depend on G
    device = models.neurosim_device(NL_p=0.01, NL_d=-0.01, sigma_c=0.01)
    low, width = value(device, "G_min"), value(device, "G_max") - value(device, "G_min")
    cells = DeviceArray(device, N, seed=3, G=low + 0.3 * width)
    cells.pulse(True, 20)
    one = DeviceArray(device.nominal(), 1, seed=3, G=low + 0.3 * width)
    one.pulse(True, 20)
    # Steps change by 0.1 % over the range, and the variance with them by less than a hundredth.
    assert cells.G.mean() == pytest.approx(one.G[0], abs=4 * 0.01 * width * np.sqrt(20 / N))
    assert cells.G.var() == pytest.approx((0.01 * width) ** 2 * 20, rel=0.01 + 4 * np.sqrt(2 / N))


@pytest.mark.parametrize("name", [name for name in DEVICES if models[name].spread])
def test_spread_between_devices(name):
    device = models[name]
    on = dict.fromkeys(device.spread.values(), 0.1)
    array = DeviceArray(device(**on), N, seed=4)
    for key in device.spread:
        check(array.parameters[key], value(device, key), 0.1 * abs(value(device, key)), excess=16 * 0.01)
    keys = list(device.spread)
    for first, second_ in pairwise(keys):
        together = np.corrcoef(array.parameters[first], array.parameters[second_])[0, 1]
        assert abs(together) < 4 / np.sqrt(N), "drawn one by one"


def test_programming_noise_of_pcm():
    device = models.pcm(sigma_max=0.0)
    for g in (0.3, 0.6, 0.8):
        cells = DeviceArray(device, N, seed=5)
        cells.program(g * 25 * uS)
        check(cells.G, g * 25e-6, (-1.1731 * g**2 + 1.9650 * g + 0.26348) * 1e-6)
    whole = DeviceArray(device, 1000, seed=5)
    whole.program(25 * uS)
    assert whole.G.max() == pytest.approx(25e-6, rel=1e-12), "never above the range"


def test_drift_of_pcm():
    device = models.pcm(sigma_max=0.0, reading=0.0)
    for g in (0.03, 0.2, 1.0):
        cells = DeviceArray(device, N, seed=6, G=g * 25 * uS)
        after = 86400.0
        nu = -np.log(cells.read(after * second) / cells.G) / np.log((after + 20) / 20)
        mean = np.clip(0.0244 - 0.0155 * np.log(g), 0.049, 0.1)
        sd = np.clip(-0.0125 * np.log(g) - 0.0059, 0.008, 0.045)
        if g == 0.03:  # an exponent below 0 counts by its size: the moments of a folded normal
            phi = np.exp(-((mean / sd) ** 2) / 2) * np.sqrt(2 / np.pi)
            from scipy.stats import norm

            folded = sd * phi + mean * (1 - 2 * norm.cdf(-mean / sd))
            mean, sd = folded, np.sqrt(mean**2 + sd**2 - folded**2)
        check(nu, mean, sd)
        assert np.array_equal(cells.read(1e6 * second) < cells.read(1e3 * second), np.full(N, True))
        assert np.array_equal(cells.read(0 * second), cells.G)


def test_read_noise_of_pcm_and_of_others():
    device = models.pcm(sigma_max=0.0, drifting=0.0)
    for g, after in ((1.0, 0.0), (0.5, 1e4), (0.1, 1.0)):
        cells = DeviceArray(device, N, seed=7, G=g * 25 * uS)
        sd = g * 25e-6 * min(0.0088 / g**0.65, 0.2) * np.sqrt(np.log((after + 20 + 250e-9) / (2 * 250e-9)))
        check(cells.read(after * second), g * 25e-6, sd)
    other = DeviceArray(models.reram_soft_bounds(sigma_d=0.0), N, seed=8, G=6 * uS)
    check(other.read(), 6e-6, 0.056 * 10e-6)
    relative = DeviceArray(models.synaptic_transistor(sigma_r=0.03), N, seed=8, G=0.4 * uS)
    check(relative.read(), 0.4e-6, 0.03 * 0.4e-6)
    assert not np.array_equal(other.read(), other.read()), "each read has its own noise"


def test_stuck_cells_stay_where_they_are():
    device = models.neurosim_device(p_low=0.03, p_high=0.05, sigma_c=0.0)
    low, high = value(device, "G_min"), value(device, "G_max")
    cells = DeviceArray(device, N, seed=9, G=(low + high) / 2)
    at = [np.isclose(cells.G, end, rtol=1e-12, atol=0) for end in (low, high)]
    for number, chance in ((at[0].sum(), 0.03), (at[1].sum(), 0.05)):
        assert number == pytest.approx(N * chance, abs=4 * np.sqrt(N * chance * (1 - chance)))
    before = cells.G[cells.stuck].copy()
    cells.pulse(True, 3)
    cells.program((low + high) / 2)
    assert np.array_equal(cells.G[cells.stuck], before)
    assert np.array_equal(cells.stuck, at[0] | at[1])


@pytest.mark.parametrize("name", DEVICES)
def test_a_nominal_device_has_no_noise(name):
    device = models[name].nominal()
    cells = DeviceArray(device, 50, seed=10, G=device.parameters["G_max"].value / 2)
    cells.pulse(True, 2)
    cells.pulse(True, -1)
    assert np.ptp(cells.G) == 0
    assert np.array_equal(cells.read(1e6 * second), cells.G)
    assert not cells.stuck.any()
    assert isinstance(cells.energy, Quantity)
    assert float(cells.energy) > 0


def test_a_seed_gives_the_same_devices_whatever_is_done_to_them():
    device = models.synaptic_transistor(sigma_A=0.1, sigma_c=0.1, sigma_r=0.1, p_low=0.1)
    one, two = DeviceArray(device, 30, seed=11), DeviceArray(device, 30, seed=11)
    one.read()
    for each in (one, two):
        each.pulse(True, 1)
    assert np.array_equal(one.G, two.G), "a read draws from a stream of its own"
    other = DeviceArray(device, 30, seed=12)
    assert not np.array_equal(one.parameters["A_p"], other.parameters["A_p"])


def test_energy_and_time_follow_from_the_table():
    device = models.neurosim_device.nominal()
    cells = DeviceArray(device, 2, seed=13)
    before = cells.G.copy()
    cells.pulse(True, np.array([1, 0]))
    up = cells.G.copy()
    cells.pulse(np.array([True, False]), -1)
    wanted = 3.2**2 * (before[0] + up[0]) / 2 * 3e-4 + 2.8**2 * (up[0] + cells.G[0]) / 2 * 3e-4
    assert float(cells.energy) == pytest.approx(wanted, rel=1e-12)
    assert float(cells.time) == pytest.approx(6e-4, rel=1e-12)
    assert float(device.cost("read_energy", 10e-9)) == pytest.approx(0.25 * 1e-8 * 5e-9)
    assert float(device.cost("area")) == pytest.approx(0.26e-6**2)
