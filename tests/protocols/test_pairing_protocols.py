"""The pairing experiments against predictions computed from the tables of Pfister & Gerstner 2006."""

from importlib import import_module

import numpy as np
import pytest
from brian2 import ms

import brainnet
from brainnet import models, protocols
from brainnet.experiment import final_weights, squared_error

# Computed from Pfister & Gerstner 2006, J. Neurosci. 26:9673, tables 3 and 4: changes of the weight, then E.
VISUAL_CORTEX = {
    "all_to_all.full": [0, 0.132, 0.247, 0.534, 0.741, -0.312, -0.334, -0.352, 0.155, 0.727, 0.342],
    "all_to_all.minimal": [0, 0.119, 0.228, 0.532, 0.763, -0.317, -0.332, -0.342, 0.174, 0.749, 0.356],
    "nearest.full": [0, 0.104, 0.323, 0.560, 0.624, -0.294, -0.411, -0.338, 0.260, 0.619, 0.232],
    "nearest.minimal": [0, 0.101, 0.322, 0.568, 0.636, -0.357, -0.356, -0.279, 0.290, 0.630, 0.348],
}
_NEAREST = [0.152, -0.134, 0.050, 0.018, -0.042, 0.090]
HIPPOCAMPUS = {
    "all_to_all.full": [0.202, -0.104, 0.043, 0.005, -0.078, 0.102,
                        0.358, 0.204, 0.108, 0.325, 0.035, 0.103, 0.245, 2.83],
    "all_to_all.minimal": [0.175, -0.156, 0.055, 0.019, -0.051, 0.102,
                           0.333, 0.180, 0.068, 0.318, 0.042, 0.079, 0.305, 3.27],
    "nearest.full": [*_NEAREST, 0.378, 0.215, 0.104, 0.355, 0.052, 0.096, 0.189, 2.72],
    "nearest.minimal": [*_NEAREST, 0.379, 0.217, 0.105, 0.357, 0.052, 0.099, 0.191, 2.71],
}  # fmt: skip


def file_of(name):
    return import_module(f"brainnet.catalogue.protocols.{name}")


@pytest.fixture(scope="module")
def frequency_changes():
    """All four sets in one network."""
    file = file_of("pairing_frequency")
    trains = [file.pairings(rho, dt, 60) for dt in file.MEASURED for rho in file.RHO]
    rules = {name: models.triplet_stdp(parameters=f"visual_cortex.{name}", w_min=-1.0) for name in VISUAL_CORTEX}
    with brainnet.target("numpy"):
        return final_weights(rules, trains)


@pytest.mark.parametrize("name", VISUAL_CORTEX)
def test_visual_cortex(frequency_changes, name):
    file = file_of("pairing_frequency")
    *want, E = VISUAL_CORTEX[name]
    measured, error = (np.concatenate([file.MEASURED[dt][part] for dt in file.MEASURED]) for part in (0, 1))
    np.testing.assert_allclose(frequency_changes[name], want, atol=0.005)
    assert squared_error(frequency_changes[name], measured, error) == pytest.approx(E, abs=0.02)


@pytest.fixture(scope="module")
def hippocampal_changes():
    file = file_of("hippocampal_protocols")
    trains = [file.repeated(kind, times, 60) for kind, times, *_ in file.POINTS]
    rules = {name: models.triplet_stdp(parameters=f"hippocampus.{name}", w_min=-1.0) for name in HIPPOCAMPUS}
    with brainnet.target("cpp"):
        return final_weights(rules, trains)


@pytest.mark.parametrize("name", HIPPOCAMPUS)
def test_hippocampus(hippocampal_changes, name):
    file = file_of("hippocampal_protocols")
    *want, E = HIPPOCAMPUS[name]
    measured, error = (np.array([point[part] for point in file.POINTS]) for part in (2, 3))
    np.testing.assert_allclose(hippocampal_changes[name], want, atol=0.005)
    assert squared_error(hippocampal_changes[name], measured, error) == pytest.approx(E, abs=0.1)


def test_pairing_frequency_shows_that_the_pair_rule_fails():
    with brainnet.target("numpy"):
        data = protocols.pairing_frequency(rule="triplet", parameters="visual_cortex.nearest.minimal", count=60)
    assert float(data.E) == pytest.approx(0.348, abs=0.02)
    # Computed from the data of Sjostrom et al. 2001 by least squares.
    assert float(data.pair_E) == pytest.approx(7.47, abs=0.02)
    assert data.prediction.sizes == {"condition": 10}


@pytest.mark.parametrize(
    ("protocol", "settings", "E"),
    [
        ("pairing_frequency", {"parameters": "visual_cortex.nearest.minimal"}, 0.348),
        ("pairing_frequency", {"parameters": "visual_cortex.nearest.full"}, 0.232),
        ("pairing_frequency", {}, 0.342),
        ("hippocampal_protocols", {}, 2.83),
        ("pairing_frequency", {"parameters": "hippocampus.nearest.full"}, None),
        ("pairing_frequency", {"parameters": "visual_cortex.nearest.minimal", "count": 75}, None),
        ("pairing_frequency", {"rule": "pair"}, None),
    ],
)
def test_reference_is_that_of_the_parameters(protocol, settings, E):
    declared = protocols[protocol]
    assert declared.results["E"].reference_for(declared.bind(settings)) == E


@pytest.mark.parametrize(("kind", "times"), [("pre-post-pre", (5, -15)), ("post-pre-post", (-15, 5))])
def test_triplets_have_the_intervals_of_the_paper(kind, times):
    pre, post = file_of("hippocampal_protocols").once(kind, times)
    assert (post[0] - pre[0], post[-1] - pre[-1]) == times


@pytest.mark.parametrize("T", [-88.5, 20])
def test_quadruplets_are_two_pairs_of_opposite_order(T):
    pre, post = (sorted(side) for side in file_of("hippocampal_protocols").once("quadruplet", (T,)))
    signs = [np.sign(b - a) for a, b in zip(pre, post, strict=True)]
    assert signs == ([1, -1] if T < 0 else [-1, 1])
    middles = [(a + b) / 2 for a, b in zip(pre, post, strict=True)]
    assert middles[1] - middles[0] == pytest.approx(abs(T))


@pytest.mark.parametrize("rule", ["pair", "triplet"])
@pytest.mark.parametrize("pairing", ["all_to_all", "nearest_symmetric"])
def test_window_is_the_closed_form(rule, pairing):
    with brainnet.target("numpy"):
        data = protocols.stdp_window(rule=rule, pairing=pairing, quick=True)
    assert float(data.max_error) < 1e-12
    assert float(np.abs(data.change).max()) > 1e-3


@pytest.mark.parametrize("rule", ["vogels", "window"])
def test_window_of_rules_with_other_shapes(rule):
    with brainnet.target("numpy"):
        data = protocols.stdp_window(rule=rule, quick=True)
    assert float(data.max_error) < 1e-12
    assert float(np.ptp(data.change.values)) > 5e-5
    swapped = data.closed_form.values[::-1]
    # Vogels' window is the same for either order; that of Bi & Poo is not.
    assert (float(np.abs(data.change - swapped).max()) < 1e-12) == (rule == "vogels")


@pytest.mark.usefixtures("compiler")
def test_either_name_of_the_triplet_rule_is_held_against_the_table():
    found = []
    for rule in ("triplet", "triplet_stdp"):
        with brainnet.target("cpp"):
            found.append(float(protocols.hippocampal_protocols(rule=rule, quick=True).E))
    assert found[0] == found[1] == pytest.approx(2.83, abs=0.1)


@pytest.mark.usefixtures("compiler")
def test_weights_at_their_bound_are_no_prediction():
    settings = {"rule": "triplet", "parameters": "visual_cortex.nearest.full", "count": 300}
    with brainnet.target("cpp"), pytest.raises(brainnet.BrainnetError, match="reached its bound 1; repeat less"):
        protocols.pairing_frequency(**settings)


def test_pairing_schemes_gives_the_table():
    with brainnet.target("numpy"):
        data = protocols.pairing_schemes()
    chosen = protocols.pairing_schemes.bind()
    references = {name: result.reference_for(chosen) for name, result in protocols.pairing_schemes.results.items()}
    assert references.pop("as_declared") is None
    assert len(references) == 8
    for name, reference in references.items():
        assert float(data[name]) == pytest.approx(reference, abs=1e-8)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"rule": "tripel"}, "did you mean 'triplet'"),
        (
            {"rule": "lif"},
            r"lif is a NeuronModel, no rule of plasticity; known: brader_stdp, .*, window_stdp$",
        ),
        ({"rule": "pair", "parameters": "visual_cortex"}, "no choice of parameters; leave"),
        ({"rule": "brader"}, "reads v_post of a neuron.*measure it with pairing_frequency_voltage"),
        ({"rule": "reward"}, "reward_stdp needs a reward, which this experiment has not; see the protocols distal_rew"),
        ({"rule": "resume"}, "resume needs a teacher, .* see brainnet.pairing.teach"),
        ({"rule": "static_synapse"}, "static_synapse does not change its weight w"),
        ({"rule_parameters": "A2_plas=1"}, "did you mean 'A2_plus'"),
        ({"rule_parameters": "A2_plus"}, "'A2_plus' is not NAME=VALUE"),
        ({"rule_parameters": {"A2_plus": 1 * ms}}, "A2_plus"),
        ({"rule_parameters": "pairing=all_to_all", "pairing": "all_to_all"}, "pairing of triplet_stdp is given twice"),
        ({"rule": 3}, "rule = 3 is a int; give a text or SynapseModel"),
        ({"span": 1 * ms, "step": 5 * ms}, "longer than span"),
        ({"parameters": "visual_cortex.nearest"}, "did you mean 'visual_cortex.nearest.full'"),
    ],
)
def test_refusals(settings, message):
    with pytest.raises(brainnet.BrainnetError, match=message):
        protocols.stdp_window(**settings)


def test_a_window_ends_within_its_span():
    with brainnet.target("numpy"):
        data = protocols.stdp_window(rule="pair", span=100 * ms, step=60 * ms)
    assert data.dt.values.tolist() == [-60.0, 0.0, 60.0]


@pytest.mark.parametrize(
    ("settings", "rtol"), [({}, 0.05), ({"neuron": "hodgkin_huxley", "start": "zero"}, 0.02)], ids=["adex", "hh"]
)
def test_bursts_of_pairings_reach_the_published_weights(settings, rtol):
    with brainnet.target("cpp"):
        data = protocols.pairing_frequency_voltage(**settings)
    declared = protocols.pairing_frequency_voltage
    for name, result in declared.results.items():
        if name != "crossing":
            assert float(data[name]) == pytest.approx(result.reference_for(declared.bind(settings)), rel=rtol)
    assert 30 < float(data.crossing) < 50
    rising = data.weight.sel(dt=10).values
    assert rising.min() > 100
    assert np.all(np.diff(rising) > 0)
    drawn = declared.draw(data).axes[0]
    shown = [line.get_ydata() for line in drawn.lines if "theirs" in str(line.get_label())]
    shown += [bars.lines[0].get_ydata() for bars in drawn.containers]
    np.testing.assert_allclose(shown, data.published)


def test_bursts_from_another_start_have_no_reference():
    declared = protocols.pairing_frequency_voltage
    for settings in ({"start": "zero"}, {"neuron": "hodgkin_huxley"}, {"bursts": 3}):
        assert declared.results["post_pre_30"].reference_for(declared.bind(settings)) is None
    with pytest.raises(brainnet.BrainnetError, match="choose neuron=adex or hodgkin_huxley"):
        protocols.pairing_frequency_voltage(neuron="lif")
