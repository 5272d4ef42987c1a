"""Declared devices: found, shown, changed, and refused where something in them does not fit."""

import numpy as np
import pytest
from brian2 import TimedArray, nS, second, siemens, uS, us, volt  # noqa: F401  (names that a repr may hold)
from click.testing import CliRunner

import brainnet.hardware
from brainnet import BrainnetError, Device, Parameter, models
from brainnet.declare import SynapseModel

DEVICES = [name for name in models if isinstance(models[name], Device)]
RANGE = {"G_min": Parameter(1 * uS, "low", low=0 * siemens), "G_max": Parameter(2 * uS, "high")}


def simple(**changes):
    content = {"name": "simple", "potentiation": "0.1*G_max", "depression": "-0.1*G_max", "parameters": RANGE}
    return Device(**{**content, **changes})


def test_the_catalogue_has_them():
    assert set(DEVICES) == {
        "exponential_device", "ideal_device", "linear_device", "neurosim_device", "pcm", "power_device",
        "reram_soft_bounds", "synaptic_transistor",
    }  # fmt: skip


@pytest.mark.parametrize("name", DEVICES)
def test_a_device_is_shown_typeset_and_written(name):
    device = models[name]
    page = str(device)
    assert all(each in page for each in device.parameters)
    assert page.startswith(f"{name}: {device.summary}")
    assert device.source in page
    assert "dG" in device.latex()
    space = {**vars(__import__("brian2")), "Device": Device, "Parameter": Parameter, "array": np.array,
             **device.functions}  # fmt: skip
    assert eval(repr(device), space) == device
    changed = device(G_max=device.parameters["G_max"].value * 2)
    assert changed != device
    assert eval(repr(changed), space) == changed


def test_the_command_knows_them():
    from brainnet.cli.listing import list_content, show

    shown = CliRunner().invoke(show, ["pcm"])
    assert shown.exit_code == 0
    assert "gradual SET" in shown.output
    assert "G_max = 25*uS" in shown.output
    assert "neurosim_device" in CliRunner().invoke(list_content, ["models"]).output


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"parameters": {"G_min": RANGE["G_min"]}}, "no parameter G_max"),
        ({"parameters": {**RANGE, "G_max": Parameter(1 * uS, "high")}}, "G_max above G_min"),
        ({"parameters": {**RANGE, "G_max": Parameter(1 * us, "high")}}, "not in"),
        ({"parameters": {**RANGE, "G": Parameter(1.0, "taken")}}, "brainnet's own"),
        ({"potentiation": "0.1*Gmax"}, "did you mean 'G_max'"),
        ({"potentiation": "0.1"}, "expected"),
        ({"potentiation": "0.1*G_max + 1*volt"}, "cannot be computed"),
        ({"potentiation": "-0.1*G_max"}, "turn its sign"),
        ({"depression": "0.1*G_max"}, "turn its sign"),
        ({"potentiation": "0.1*G_max/0"}, "cannot be computed|inf"),
        ({"potentiation": "G_max.real"}, "Attribute"),
        ({"potentiation": "__import__('os')"}, "no number|not declared"),
        ({"potentiation": "(lambda: G_max)()"}, "function call|no arithmetic"),
        ({"potentiation": "G_max if G > G_min else G_min"}, "no arithmetic"),
        ({"potentiation": "0.1*"}, "cannot be read"),
        ({"potentiation": "", "depression": ""}, "nothing moves it"),
        ({"window": {"potentiation": "0.1*G_max"}}, "dt_min"),
        ({"spread": {"G_mx": "0.1"}}, "G_max"),
        ({"costs": {"write_enrgy": "1*joule"}}, "write_energy"),
        ({"costs": {"write_energy": "1*second"}}, "expected"),
        ({"cycle_noise": "-0.1*dG"}, "negative"),
        ({"read_noise": "0.1*t"}, "expected"),
        ({"drift": "G*t"}, "expected"),
        ({"stuck": {"G_min": "1*second"}}, "expected"),
        ({"derived": {"G_max": "1"}}, "both parameter and derived"),
        ({"name": "not a name"}, "identifier"),
        ({"variants": {"kind": {"a": {"colour": "red"}}}}, "sets 'colour'"),
    ],
)
def test_what_does_not_fit_is_refused(changes, words):
    with pytest.raises(BrainnetError, match=words):
        simple(**changes)


def test_changed_values_are_checked_again():
    device = simple()
    with pytest.raises(BrainnetError, match="no range from 0 on"):
        device(G_min=3 * uS)
    with pytest.raises(BrainnetError, match="unit"):
        device(G_max=3 * us)
    with pytest.raises(BrainnetError, match="did you mean 'G_max'"):
        device(G_mx=3 * uS)
    with pytest.raises(BrainnetError, match="finite"):
        device(G_max=np.nan * uS)
    with pytest.raises(BrainnetError, match="shape"):
        device(G_max=[3, 4] * uS)
    with pytest.raises(BrainnetError, match="more than"):
        models.synaptic_transistor(tau_p=0 * us)
    with pytest.raises(BrainnetError, match="declares no read_energy"):
        device.cost("read_energy")
    with pytest.raises(BrainnetError, match="write_energy"):
        device.cost("write_enery")


def test_variants_change_what_they_name():
    device = simple(
        variants={
            "steps": {
                "equal": {"meaning": "all alike"},
                "growing": {"potentiation": "a*G", "parameters": {"a": Parameter(0.2, "part", low=0.0)}},
            }
        }
    )
    other = device(steps="growing", a=0.3)
    assert other.resolved("potentiation") == "a*G"
    assert other.values()["a"] == 0.3
    assert brainnet.hardware.step(other, 1 * uS, up=True) == pytest.approx(3e-7)
    with pytest.raises(BrainnetError, match="only with steps='growing'"):
        device(a=0.3)


def test_numbers_with_and_without_units():
    device = models.neurosim_device
    assert device.cost("write_time").dim is second.dim
    assert device.values()["G_max"] == pytest.approx(38.462e-9)
    assert set(device.derived) <= set(device.values())
    assert not device.nominal().spread
    assert device.nominal().nominal() == device.nominal()


def test_a_device_is_no_rule():
    assert not isinstance(models.pcm, SynapseModel)
    assert models.pcm.unidirectional
    assert not models.neurosim_device.unidirectional
    assert hash(models.pcm) == hash(models.pcm(G_max=20 * uS))
    assert nS < uS
