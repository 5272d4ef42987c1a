"""Steps of our devices against IBM's aihwkit, pulse by pulse; and published entries of NeuroSim's table.

aihwkit counts weights in single precision: 2^-24 of the range a pulse, at most, which adds up over pulses.
"""

import numpy as np
import pytest

from brainnet import models
from brainnet.hardware import DeviceArray, curvature

# Ours, the class there, its values; w_min and w_max there are G_min and G_max here.
CASES = {
    "reram_soft_bounds": ("SoftBoundsDevice", {"dw_min": 0.002, "w_max": 1.25, "w_min": -0.75}),
    "exponential_device": (
        "ExpStepDevice",
        {"dw_min": 0.00135, "up_down": 0.259359, "w_max": 1.0, "w_min": -1.0, "a": -0.5, "b": -0.5, "gamma_up": 5.0,
         "gamma_down": 5.0, "A_up": -1.18445, "A_down": -0.081404},
    ),
    "linear_device": (
        "LinearStepDevice",
        {"dw_min": 0.002, "w_max": 1.1724, "w_min": -0.8276, "gamma_up": 0.1153, "gamma_down": 0.5085},
    ),
    "power_device": ("PowStepDevice", {"dw_min": 0.001, "w_max": 0.6, "w_min": -0.6}),
    "pcm": (
        "ExpStepDevice",
        {"dw_min": 0.01, "w_max": 2.0, "w_min": 0.0, "a": -1.0, "b": 0.0, "gamma_up": 2.5, "gamma_down": 2.5,
         "A_up": -27.235, "A_down": -2.235},
    ),
}  # fmt: skip
# Presets that these values are of.
PRESETS = {
    "reram_soft_bounds": "ReRamSBPresetDevice",
    "exponential_device": "ReRamESPresetDevice",
    "linear_device": "EcRamPresetDevice",
    "pcm": "PCMPresetDevice",
}


def device_of(aihwkit, name):
    """Their device, without variation and noise."""
    configs = pytest.importorskip("aihwkit.simulator.configs")
    kind, values = CASES[name]
    found = getattr(configs, kind)(**values)
    for key in vars(found):
        if key.endswith(("_dtod", "_std", "_std_add", "_std_slope")) and isinstance(getattr(found, key), float):
            setattr(found, key, 0.0)
    return found


def theirs(aihwkit, name, directions, start):
    """Weights after each pulse; start is a part of the range."""
    torch = pytest.importorskip("torch")
    configs = pytest.importorskip("aihwkit.simulator.configs")
    tiles = pytest.importorskip("aihwkit.simulator.tiles.analog")
    parameters = pytest.importorskip("aihwkit.simulator.parameters")
    low, high = CASES[name][1]["w_min"], CASES[name][1]["w_max"]
    config = configs.SingleRPUConfig(
        device=device_of(aihwkit, name),
        update=parameters.UpdateParameters(
            desired_bl=1, fixed_bl=True, update_management=False, update_bl_management=False
        ),
    )
    tile = tiles.AnalogTile(2, 2, config)
    try:
        tile.set_weights(torch.full((2, 2), low + start * (high - low)))
    except RuntimeError as error:  # the extension was built for another PyTorch, whose tensors it misreads
        pytest.skip(f"aihwkit and PyTorch do not fit together here: {str(error).splitlines()[0]}")
    tile.set_learning_rate(1e3)  # every pulse is given
    course = []
    for direction in directions:
        tile.update(torch.ones(1, 2), torch.full((1, 2), -float(direction)))
        weights = tile.get_weights()
        course.append(float((weights[0] if isinstance(weights, tuple) else weights)[0, 0]))
    return (np.array(course) - low) / (high - low)


@pytest.mark.parametrize("name", CASES)
def test_steps_are_those_of_aihwkit(name):
    aihwkit = pytest.importorskip("aihwkit")
    device = models[name].nominal()
    low, high = (float(device.parameters[key].value) for key in ("G_min", "G_max"))
    n = 40 if name == "pcm" else 400
    up_only = name == "pcm"  # there a pulse that lowers is a step too, and here it resets
    directions = [1] * n + ([] if up_only else [-1] * 2 * n)
    start = 0.0 if up_only else 0.3
    cells = DeviceArray(device, 1, seed=1, G=low + start * (high - low))
    ours = []
    for direction in directions:
        cells.pulse(True, direction)
        ours.append((cells.G[0] - low) / (high - low))
    there = theirs(aihwkit, name, directions, start)
    assert np.abs(np.diff(there)).max() > 1e-4, "it does move"
    np.testing.assert_allclose(ours, there, rtol=0, atol=2.0**-24 * len(directions) * 2)


@pytest.mark.parametrize("name", PRESETS)
def test_values_are_those_of_the_presets(name):
    pytest.importorskip("aihwkit")
    presets = pytest.importorskip("aihwkit.simulator.presets.devices")
    preset = getattr(presets, PRESETS[name])()
    for key, value in CASES[name][1].items():
        assert getattr(preset, key) == pytest.approx(value), key
    ours = models[name].parameters
    if name == "pcm":
        noise = {"sigma_d": preset.dw_min_dtod, "sigma_max": preset.w_max_dtod, "sigma_c": preset.dw_min_std,
                 "slope_c": preset.dw_min_std_slope, "dG_c": preset.dw_min_std_add / 2 * 25e-6}  # fmt: skip
    elif name == "reram_soft_bounds":  # additive there: of the step, in weights from -0.75 to 1.25
        noise = {"sigma_d": preset.dw_min_dtod, "sigma_c": preset.dw_min_std * preset.dw_min / 2,
                 "sigma_r": preset.write_noise_std * preset.dw_min / 2}  # fmt: skip
    else:
        noise = {"sigma_d": preset.dw_min_dtod, "sigma_c": preset.dw_min_std,
                 "sigma_r": preset.write_noise_std * preset.dw_min / 2}  # fmt: skip
    for key, value in noise.items():
        assert float(ours[key].value) == pytest.approx(value), key


def test_noise_of_reads_and_drift_are_those_of_aihwkit():
    torch = pytest.importorskip("torch")
    pcm = pytest.importorskip("aihwkit.inference.noise.pcm")
    torch.manual_seed(1)
    n, after = 40000, 1e5
    model = pcm.PCMLikeNoiseModel(g_max=25.0)
    for g in (5.0, 20.0):
        target = torch.full((n,), g)
        written = model.apply_programming_noise_to_conductance(target)
        cells = DeviceArray(models.pcm(sigma_max=0.0), n, seed=1)
        cells.program(g * 1e-6)
        # Two samples: the difference of their means and of their standard deviations.
        ours = cells.G * 1e6
        assert ours.mean() == pytest.approx(written.mean().item(), abs=4 * ours.std() * np.sqrt(2 / n))
        assert ours.std() == pytest.approx(written.std().item(), rel=4 * np.sqrt(1 / n))
        read = model.apply_drift_noise_to_conductance(target, model.generate_drift_coefficients(target), after)
        cells = DeviceArray(models.pcm(sigma_max=0.0), n, seed=2, G=g * 1e-6)
        ours = cells.read(after) * 1e6
        assert ours.mean() == pytest.approx(read.mean().item(), abs=4 * ours.std() * np.sqrt(2 / n))
        assert ours.std() == pytest.approx(read.std().item(), rel=5 * np.sqrt(1 / n))


def test_curvature_is_that_of_the_table():
    # neurosim/MLP_NeuroSim_V3.0, formula.cpp; entries there have six decimals
    table = {0.5: 2.519877, 1: 1.251653, 2: 0.609035, 2.4: 0.499181, 3: 0.386830, 4: 0.269089, 4.88: 0.200303,
             5: 0.192406, 6: 0.135619, 9: 0.022810}  # fmt: skip
    for label, there in table.items():
        assert float(curvature(label)) == pytest.approx(there, abs=2e-6), label
        assert float(curvature(-label)) == -float(curvature(label))


def test_curves_of_neurosim_meet_their_ends():
    device = models.neurosim_device.nominal()
    low, high = (float(device.parameters[key].value) for key in ("G_min", "G_max"))
    cells = DeviceArray(device, 1, seed=1)
    n = np.arange(1, 98)
    course = []
    for _ in n:
        cells.pulse(True, 1)
        course.append(cells.G[0])
    A = 97 * 0.499181
    np.testing.assert_allclose(course, low + (high - low) * -np.expm1(-n / A) / -np.expm1(-97 / A), rtol=3e-6)
    assert course[-1] == pytest.approx(high, rel=1e-12)
    cells.pulse(True, -99)
    assert cells.G[0] > low * 1.001
    cells.pulse(True, -1)
    assert cells.G[0] == pytest.approx(low, rel=1e-9)
