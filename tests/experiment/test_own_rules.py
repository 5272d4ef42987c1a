"""Experiments with a rule, parameters, frequencies and trains of the user's own."""

from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path

import numpy as np
import pytest
from brian2 import Hz, ms, mV, second

import brainnet
from brainnet import Parameter, SynapseModel, Trace, models, protocols
from brainnet.catalogue import Catalogue, sources
from brainnet.errors import DataError, ParameterError
from brainnet.experiment import chosen_frequencies, chosen_rule, chosen_trains, depends_on_weight, rules
from brainnet.results import read_run, write_run

FILE = """
from brian2 import ms
from brainnet import Parameter, SynapseModel, Trace

hebb = SynapseModel(
    name="hebb",
    traces={"x": Trace("pre", tau="tau")},
    on_pre="{onto}_post += w",
    on_post="w += eta*x",
    bounds=("low", "high"),
    parameters={
        "tau": Parameter(20 * ms, "time constant", above=0 * ms),
        "eta": Parameter(0.01, "learning rate"),
        "low": Parameter(0.0, "smallest weight"),
        "high": Parameter(1.0, "largest weight"),
    },
)
"""
SOFT = SynapseModel(
    name="soft",
    traces={"x": Trace("pre", tau="tau")},
    on_pre="{onto}_post += w",
    on_post="w += eta*(w_max - w)*x",
    bounds=("w_min", "w_max"),
    parameters={
        "tau": Parameter(20 * ms, "time constant", above=0 * ms),
        "eta": Parameter(0.01, "learning rate"),
        "w_min": Parameter(0.0, "smallest weight"),
        "w_max": Parameter(2.0, "largest weight"),
    },
)


@pytest.fixture
def numpy_target():
    with brainnet.target("numpy"):
        yield


@pytest.fixture
def hebb(tmp_path):
    path = tmp_path / "hebb.py"
    path.write_text(FILE)
    return str(path)


def test_a_rule_of_a_file_has_its_window(numpy_target, hebb):
    data = protocols.stdp_window(rule=hebb, rule_parameters="eta=0.03, tau=10*ms", quick=True)
    dt = data["dt"].values
    np.testing.assert_allclose(data.change, 0.03 * (dt > 0) * np.exp(-dt / 10), rtol=0, atol=1e-15)
    assert "no closed form here" in data.max_error.attrs["no_value"]
    assert protocols.stdp_window.draw(data).axes
    assert protocols.stdp_window(rule=Path(hebb), rule_parameters="eta=0.03, tau=10*ms", quick=True).equals(data)


def test_an_object_of_python_whose_change_depends_on_the_weight(numpy_target):
    data = protocols.stdp_window(rule=SOFT, w_init=0.25, quick=True)
    dt = data["dt"].values
    # From w = 0.25*2, in units of w_max = 2.
    np.testing.assert_allclose(data.change, 0.01 * (2 - 0.5) * (dt > 0) * np.exp(-dt / 20) / 2, rtol=0, atol=1e-15)
    got = protocols.pairing_frequency(rule=SOFT, frequencies=[20] * Hz, count=1)
    np.testing.assert_allclose(got.prediction, [0.01 * np.exp(-0.5), 0], rtol=0, atol=1e-15)
    assert got.prediction.attrs["change"] == "relative to the start at w = 1"


def test_a_rule_that_another_package_contributes(numpy_target, monkeypatch):
    entry = EntryPoint("theirs", "brainnet.catalogue.models.pair_stdp:pair_stdp", "brainnet.models")
    monkeypatch.setattr(sources, "entry_points", lambda group: EntryPoints([entry] if group == entry.group else []))
    monkeypatch.setattr(rules, "models", Catalogue("models", SynapseModel))
    assert float(protocols.stdp_window(rule="theirs", quick=True).max_error) < 1e-12


def test_parameters_and_variants_of_a_rule(numpy_target):
    declared = protocols.stdp_window
    by_text = declared(rule="pair", rule_parameters="A_plus=0.02, tau_plus=15*ms", quick=True)
    by_dict = declared(rule="pair", rule_parameters={"A_plus": 0.02, "tau_plus": 15 * ms}, quick=True)
    by_object = declared(rule=models.pair_stdp(A_plus=0.02, tau_plus=15 * ms), quick=True)
    assert by_text.change.equals(by_dict.change)
    assert by_text.change.equals(by_object.change)
    assert float(by_text.max_error) < 1e-12
    assert float(by_text.change.max()) == pytest.approx(0.02 * np.exp(-5 / 15))
    soft = declared(rule="pair", rule_parameters="weight_dependence=multiplicative", quick=True, w_init=0.25)
    assert "no closed form here" in soft.max_error.attrs["no_value"]
    assert float(soft.change.max()) == pytest.approx(0.005 * 0.75 * np.exp(-5 / 20))


def test_the_reference_is_for_the_published_rule_only():
    for name, word in (("pairing_frequency", "E"), ("hippocampal_protocols", "E"), ("pairing_schemes", "all_to_all")):
        declared = protocols[name]
        reference = declared.results[word].reference_for
        assert reference(declared.bind()) is not None
        assert reference(declared.bind({"rule_parameters": "pairing=all_to_all"})) is None
        assert reference(declared.bind({"rule": models.pair_stdp})) is None
    assert protocols.pairing_schemes.results["all_to_all"].reference_for(
        protocols.pairing_schemes.bind({"A_plus": 0.5})
    ) is None  # fmt: skip


def test_a_rule_that_is_changed_has_no_formula_of_ours(numpy_target):
    changed = SynapseModel(**{
        **{name: getattr(models.pair_stdp, name) for name in ("traces", "on_pre", "bounds", "parameters", "variants")},
        "name": "pair_stdp", "on_post": "w += 2*A_plus*F_plus*x",
    })  # fmt: skip
    assert "no closed form" in protocols.stdp_window(rule=changed, quick=True).max_error.attrs["no_value"]


def test_calcium_is_measured_by_every_experiment_of_spikes(numpy_target):
    assert float(np.ptp(protocols.stdp_window(rule="calcium", quick=True).change.values)) > 1e-3
    got = protocols.pairing_frequency(rule="calcium", frequencies="20, 30 Hz", count=5)
    assert got.rho.values.tolist() == [20, 30, 20, 30]
    assert "leave frequencies out" in got.E.attrs["no_value"]
    assert np.isfinite(got.measured).values.tolist() == [True, False, True, False]
    assert protocols.pairing_frequency.draw(got).axes
    got = protocols.hippocampal_protocols(rule="calcium", count=1, frequency=5 * Hz, T_step=50 * ms)
    assert "data of 1" in got.E.attrs["no_value"]
    assert protocols.hippocampal_protocols.draw(got).axes


def test_own_trains_under_every_scheme(numpy_target, tmp_path):
    trains = ([10, 20, 100 / 3] * ms, [15] * ms)
    (tmp_path / "trains.csv").write_text("pre (ms),post (ms)\n10,15\n20,\n33.333333333333336,\n")
    np.savez(tmp_path / "trains.npz", pre=[0.01, 0.02, 1 / 30], post=[0.015], unit="s")
    every = [trains, *(str(tmp_path / f"trains.{kind}") for kind in ("csv", "npz"))]
    found = [protocols.pairing_schemes(trains=each) for each in every]
    expected = 0.5 + 0.01 * np.exp(-5 / 16.8) - 0.0085 * (np.exp(-5 / 33.7) + np.exp(-(100 / 3 - 15) / 33.7))
    for got in found:
        assert float(got.all_to_all) == pytest.approx(expected, abs=1e-12)
        assert float(got.all_to_all) == float(got.as_declared)
        assert "your own" in got.all_to_all_nest.attrs["no_value"]
        assert protocols.pairing_schemes.draw(got).axes
    triplet = protocols.pairing_schemes(rule="triplet", trains=trains)
    assert "choose all_to_all or nearest_symmetric" in triplet.nearest_reduced.attrs["no_value"]
    assert "no choice of pairing" in protocols.pairing_schemes(rule="calcium").all_to_all.attrs["no_value"]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", "pre,post\n1,2\n", "columns pre and post with their unit"),
        ("a.csv", "pre (ms),post (ms)\n1,x\n", "line 2: a cell is no number"),
        ("a.csv", b"\xff\xfe\x00", "is no csv file"),
        ("a.npz", b"nonsense", "not an npz file"),
        ("a.txt", "", "no csv or npz file"),
        (None, {"pre": [1.0], "post": [2.0]}, "unit is missing"),
        (None, {"pre": [1.0], "post": [2.0], "unit": "h"}, "'h' is missing or not known"),
        (None, {"pre": np.array([None]), "post": [2.0], "unit": "s"}, "pickles are never loaded"),
    ],
)
def test_files_that_hold_no_trains(tmp_path, name, content, message):
    path = tmp_path / (name or "a.npz")
    if isinstance(content, dict):
        np.savez(path, **content)
    else:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(DataError, match=message):
        chosen_trains("here", str(path))


def test_trains_and_frequencies_need_their_unit():
    for bad, message in (
        (([1, 2], [3] * ms), "carry no unit of time"),
        (([1] * mV, [3] * ms), "carry no unit of time"),
        (([-1] * ms, [3] * ms), "before 0"),
        (([] * ms, [] * ms), "both trains are empty"),
        (([1] * ms,), "not two"),
    ):
        with pytest.raises(ParameterError, match=message):
            chosen_trains("here", bad)
    assert chosen_frequencies("here", "f", "30, 5 Hz, 0.1*kHz").tolist() == [5, 30, 100]
    assert chosen_frequencies("here", "f", [30, 5, 30] * Hz).tolist() == [5, 30]
    for bad in ("", "5, 30", "five", "5,,30*Hz", "5,30*Hz,", "0*Hz", "5*ms", [5] * ms, [np.nan] * Hz, [0] * Hz):
        with pytest.raises(ParameterError, match="here: f"):
            chosen_frequencies("here", "f", bad)


def test_which_rules_depend_on_the_weight():
    assert {name for name in ("pair", "triplet", "vogels", "window", "calcium") if depends_on_weight(chosen_rule(name))
            } == {"calcium"}  # fmt: skip
    for choice in ("multiplicative", "guetig", "power_law"):
        assert depends_on_weight(models.triplet_stdp(weight_dependence=choice))
    assert depends_on_weight(models.brader_stdp)
    assert depends_on_weight(SOFT)


def test_on_the_command_line(hebb, tmp_path, monkeypatch):
    from click.testing import CliRunner

    from brainnet.cli import main

    monkeypatch.chdir(tmp_path)
    words = ["run", "stdp_window", "--set", "rule=hebb.py", "--set", "rule_parameters=eta=0.03,tau=10*ms", "--quick"]
    done = CliRunner().invoke(main, [*words, "--target", "numpy", "--out", "out"], prog_name="brainnet")
    assert done.exit_code == 0, done.stderr
    assert "no max_error: hebb with these parameters has no closed form here" in done.stdout
    summary, data = read_run(tmp_path / "out")
    assert (summary["results"]["max_error"]["value"], summary["results"]["max_error"]["reference"]) == (None, None)
    assert summary["parameters"]["rule_parameters"] == "eta=0.03,tau=10*ms"
    assert float(data.change.max()) == pytest.approx(0.03 * np.exp(-0.5))


def test_a_rule_from_python_stands_in_the_summary(numpy_target, tmp_path):
    declared, rule = protocols.stdp_window, models.pair_stdp(A_plus=0.02)
    chosen = declared.bind({"rule": rule, "rule_parameters": {"tau_plus": 15 * ms}}, quick=True)
    write_run(tmp_path / "run", declared, chosen, declared(**chosen), seed=0, target="numpy", wall_seconds=1.0)
    assert read_run(tmp_path / "run")[0]["parameters"]["rule"] == repr(rule)


def test_song_abbott_takes_a_rule_and_says_what_it_cannot(numpy_target):
    small = {"quick": True, "synapses": 10, "duration": 0.4 * second}
    assert protocols.song_abbott(rule="vogels", rule_parameters="eta=0.1", **small).attrs["rule"] == "vogels_stdp"
    for settings, message in (
        ({"rule": "vogels", "A_plus": 0.3}, "A_plus and ratio are of the pair rule"),
        ({"rule": "reward"}, "needs a reward"),
        ({"rule_parameters": "w_max=2"}, "w_max is 0.015 of the leak conductance"),
    ):
        with pytest.raises(ParameterError, match=message):
            protocols.song_abbott(**settings, **small)


@pytest.mark.parametrize("rule", ["pair", "brader"])
def test_any_rule_beside_a_membrane_potential(numpy_target, rule):
    got = protocols.pairing_frequency_voltage(rule=rule, bursts=1, spikes=2, frequencies="50 Hz")
    assert got.weight.shape == (2, 1)
    assert "not among yours" in got.post_pre_10.attrs["no_value"]
    assert protocols.pairing_frequency_voltage.draw(got).axes
    if rule == "pair":
        assert float(got.pre_post_50) > float(got.weight.sel(dt=-10).item())


def test_bursts_are_not_added_up_beyond_a_bound(numpy_target):
    settings = {"spikes": 2, "frequencies": [50] * Hz}
    with pytest.raises(ParameterError, match="reached a bound within one burst"):
        protocols.pairing_frequency_voltage(rule_parameters="A_LTP=0.1/mV**2", **settings)
