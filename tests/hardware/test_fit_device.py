"""Devices fitted to tables: what was put in comes out, and bad tables say what is wrong."""

import numpy as np
import pytest
from brian2 import nS, uS, us

from brainnet import BrainnetError, models
from brainnet.hardware import DeviceArray, fit_device, time_difference, window

RANGE = {"G_min": 10 * nS, "G_max": 1 * uS}


def window_table(noise=0.0):
    device = models.synaptic_transistor
    dt = np.concatenate([np.linspace(-15, -0.5, 30), np.linspace(0.5, 15, 30)]) * 1e-6
    return {"dt": dt, "dG": window(device, dt) + noise * np.random.default_rng(1).standard_normal(60)}


def pulse_table(noise=0.0):
    cells = DeviceArray(models.neurosim_device.nominal(), 1, seed=1)
    rows = []
    for direction in (1, -1):
        for pulse in range(98):
            rows.append((direction, pulse, cells.G[0]))
            cells.pulse(True, direction)
        if direction == 1:  # to the very end, from where the other curve begins
            cells.pulse(True, 50)
    direction, pulse, conductance = np.array(rows).T
    noisy = conductance + noise * np.random.default_rng(2).standard_normal(len(pulse))
    return {"direction": direction, "pulse": pulse, "G": noisy}


def test_a_window_without_noise_gives_its_parameters_back(tmp_path):
    table = window_table()
    fit = fit_device(table, kind="window", **RANGE)
    for name in ("A_p", "A_d", "tau_p", "tau_d"):
        there = float(models.synaptic_transistor.parameters[name].value)
        assert float(fit.device.parameters[name].value) == pytest.approx(there, rel=1e-6), name
    assert min(fit.r2.values()) > 1 - 1e-12
    assert window(fit.device, time_difference(fit.device, 0.3 * uS)) == pytest.approx(3e-7, rel=1e-12)
    file = tmp_path / "window.csv"
    file.write_text(
        "dt, dG\n" + "\n".join(f"{t!r}, {g!r}" for t, g in zip(*(v.tolist() for v in table.values()), strict=True))
    )
    assert fit_device(file, kind="window", **RANGE).device == fit.device
    quantities = {"dt": table["dt"] / 1e-6 * us, "dG": table["dG"] / 1e-9 * nS}
    assert fit_device(quantities, kind="window", **RANGE).device.values()["tau_p"] == pytest.approx(2e-6, rel=1e-6)


def test_noise_leaves_parameters_within_their_errors():
    fit = fit_device(window_table(noise=5e-9), kind="window", **RANGE)
    for name, error in fit.errors.items():
        there = float(models.synaptic_transistor.parameters[name].value)
        assert 0 < error < 0.05 * there, name
        assert float(fit.device.parameters[name].value) == pytest.approx(there, abs=4 * error), name
    left = np.concatenate([*fit.residuals.values()])
    # 60 points, 4 parameters; a variance estimated from n has the relative deviation sqrt(2/n)
    assert left @ left / 56 == pytest.approx(25e-18, rel=4 * np.sqrt(2 / 56))


def test_steps_without_noise_are_those_of_the_device():
    fit = fit_device(pulse_table(), kind="pulses")
    old = models.neurosim_device.values()
    assert float(fit.device.parameters["A_p"].value) == pytest.approx(old["A_p"], rel=1e-5)
    assert float(fit.device.parameters["A_d"].value) == pytest.approx(-old["A_d"], rel=1e-5)
    again = DeviceArray(fit.device, 1, seed=1)
    again.pulse(True, 40)
    first = DeviceArray(models.neurosim_device.nominal(), 1, seed=1)
    first.pulse(True, 40)
    assert again.G[0] == pytest.approx(first.G[0], rel=1e-6)


@pytest.mark.parametrize("bend", [0.0, 1e-3, 2.6, -1e-3, -2.6])
def test_steps_may_be_equal_or_grow(bend):
    pulse = np.arange(40)
    way = pulse / 39 if not bend else np.expm1(-bend * pulse / 39) / np.expm1(-bend)
    rise, fall = 1e-6 + 9e-6 * way, 1e-5 - 9e-6 * way
    table = {"direction": np.repeat([1, -1], 40), "pulse": np.tile(pulse, 2), "G": np.concatenate([rise, fall])}
    cells = DeviceArray(fit_device(table, kind="pulses").device, 1, seed=1)
    for course, direction in ((rise, 1), (fall, -1)):
        for wanted in course[1:]:
            cells.pulse(True, direction)
            assert cells.G[0] == pytest.approx(wanted, abs=1e-5 * 9e-6)


def test_the_plot_shows_fit_and_residuals():
    for table, kind, more in ((window_table(1e-9), "window", RANGE), (pulse_table(1e-10), "pulses", {})):
        fit = fit_device(table, kind=kind, **more)
        above, below = fit.plot().axes
        assert [len(axes.lines) for axes in (above, below)] == [4, 3]
        drawn = np.concatenate([line.get_ydata() for line in below.lines[:2]])
        assert np.sort(drawn) == pytest.approx(np.sort(np.concatenate([*fit.residuals.values()])) * 1e6, abs=1e-12)


def without(table, **changes):
    return {**table, **changes}


GOOD = window_table()


@pytest.mark.parametrize(
    ("table", "more", "words"),
    [
        (without(GOOD, dG=np.where(np.arange(60) == 7, np.nan, GOOD["dG"])), RANGE, "row 8"),
        (without(GOOD, dt=GOOD["dt"][::-1]), RANGE, "not sorted"),
        ({k: v[27:33] for k, v in GOOD.items()}, RANGE, "too few"),
        ({"dt": GOOD["dt"]}, RANGE, "no column 'dG'"),
        (without(GOOD, dt=GOOD["dt"] * nS), RANGE, "not in"),
        (without(GOOD, dG=-GOOD["dG"]), RANGE, "wrong sign"),
        (without(GOOD, dG=1e-8 * np.sign(GOOD["dt"]) * np.exp(np.abs(GOOD["dt"]) / 1e-5)), RANGE, "above 0"),
        (without(GOOD, dG=GOOD["dG"][:-1]), RANGE, "rows"),
        (without(GOOD, dG=["x"] * 60), RANGE, "no number"),
        (GOOD, {"G_min": 1 * uS, "G_max": 1 * uS}, "no range"),
        (GOOD, {"G_min": 1 * us, "G_max": 1 * uS}, "not in siemens"),
        (GOOD, {}, "give G_min and G_max"),
        (without(GOOD, dG=1e6 * GOOD["dG"]), RANGE, "numbers in siemens"),
        (None, RANGE, "no table"),
        (GOOD, {"G_min": "low", "G_max": 1 * uS}, "no finite number"),
        ("/nowhere/table.csv", RANGE, "cannot be read"),
    ],
)
def test_bad_tables_say_what_is_wrong(table, more, words):
    with pytest.raises(BrainnetError, match=words):
        fit_device(table, kind="window", **more)


def test_bad_tables_of_pulses_say_what_is_wrong():
    good = pulse_table()
    for changes, words in (
        ({"direction": 0 * good["direction"]}, "other numbers"),
        ({"direction": -good["direction"]}, "wrong way"),
        ({"pulse": 0 * good["pulse"]}, "not sorted"),
        ({"G": 0 * good["G"] + 1e-6}, "no range"),
    ):
        with pytest.raises(BrainnetError, match=words):
            fit_device({**good, **changes}, kind="pulses")
    # Steps grow from a place within the range.
    growing = 1e-8 * np.exp(good["pulse"] / 90)
    table = {**good, "G": np.where(good["direction"] > 0, growing, growing[::-1]) + 1e-8}
    with pytest.raises(BrainnetError, match="does not move a device from"):
        fit_device(table, kind="pulses", G_min=0)
    with pytest.raises(BrainnetError, match="kind"):
        fit_device(good, kind="pulse")
