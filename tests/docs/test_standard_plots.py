"""Standard plots of models: drawn from the declaration, with names and units, and drawn again when it changes."""

import sys
from pathlib import Path

import numpy as np
import pytest
from brian2 import nA

sys.path.insert(0, str(Path(__file__).parents[2] / "docs" / "_extensions"))

import neuron_plots
import rule_plots
import standard_plots

from brainnet import models
from brainnet.declare import NeuronModel, SynapseModel


def test_every_neuron_and_every_rule_of_pairs_has_plots():
    left_out = {
        name
        for name in models
        if isinstance(models[name], NeuronModel | SynapseModel) and not standard_plots.is_drawn(models[name])
    }
    # They need a reward or a teacher, or drive the neurons of both sides.
    assert left_out == {"ecd_overlap", "ecd_stdp", "florian_stdp", "resume", "reward_stdp"}


def test_the_rheobase_of_a_leaky_neuron_is_found():
    """Rheobase is (v_th - E_L)/R_m = 0.2 nA; the search is as fine as a twentieth of a quarter decade, 0.01 nA."""
    drive = neuron_plots.drive_of(models.lif)
    low, high, threshold = neuron_plots.span_of(models.lif, drive)
    assert (drive.name, drive.unit, low) == ("I_ext", "A", 0.0)
    assert threshold == pytest.approx(0.2e-9, abs=0.01e-9)
    assert high == pytest.approx(3 * threshold)


def test_a_curve_is_that_of_the_closed_form():
    """The interval of `lif` is t_ref + tau_m ln(R_m I/(R_m I - 20 mV)); rates are counts in half a second, 2 Hz."""
    figure, text = neuron_plots.draw(models.lif)
    curve, course = figure.axes
    assert curve.get_xlabel() == "I_ext (pA)"
    assert curve.get_ylabel() == "firing rate (Hz)"
    assert (course.get_xlabel(), course.get_ylabel()) == ("time (ms)", "v (mV)")
    assert "`I_ext`" in text
    current, rate = curve.lines[0].get_data()
    fires = current > 1.1 * float(0.2 * nA) * 1e12
    interval = 2e-3 + 20e-3 * np.log(0.1 * current[fires] / (0.1 * current[fires] - 20))
    assert np.abs(rate[fires] - 1 / interval).max() < 2.5
    assert not rate[current < 199].any()


def test_a_window_has_its_sign(tmp_path):
    standard_plots.draw(models.pair_stdp, tmp_path)
    page = (tmp_path / "pair_stdp.md").read_text()
    assert (tmp_path / "pair_stdp.png").read_bytes().startswith(b"\x89PNG")
    assert "`pairing_frequency`" in page  # a frequency curve as well
    assert page.count("\n| `") == 4  # each pairing scheme has its weight
    dt, change, _ = rule_plots._window(models.pair_stdp)
    assert (change[dt > 0] > 0).all()
    assert (change[dt < 0] < 0).all()


def test_what_has_not_changed_is_not_drawn_again(tmp_path, monkeypatch):
    drawn = []
    monkeypatch.setattr(standard_plots, "models", {"lif": models.lif})
    monkeypatch.setattr(standard_plots, "draw", lambda model, folder: drawn.append((folder / "lif.md").write_text("x")))
    for _ in range(2):
        standard_plots.write(tmp_path / "pages", tmp_path / "kept")
    assert len(drawn) == 1
    assert (tmp_path / "pages" / "lif.md").read_text() == "x"
    monkeypatch.setattr(standard_plots, "models", {"lif": models.lif(I_ext=1 * nA)})
    standard_plots.write(tmp_path / "pages", tmp_path / "kept")
    assert len(drawn) == 2
