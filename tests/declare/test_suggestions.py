"""What is suggested fits where the name stands, and a function's name leads to the function, not to its file."""

import pkgutil
import sys
from importlib import import_module
from types import ModuleType

import pytest
from brian2 import NeuronGroup, SpikeGeneratorGroup, ms

import brainnet
from brainnet import SynapseModel, models
from brainnet.errors import ParameterError, UnknownNameError, nearest
from brainnet.experiment import chosen_rule

# Files that only the engine imports from.
INTERNAL = ("brainnet.cli.", "brainnet.ann.description", "brainnet.declare.project", "brainnet.fingerprint")


@pytest.mark.parametrize(
    ("name", "known", "words"),
    [
        ("nearest", ["all_to_all", "nearest_b", "nearest_a"], "did you mean 'nearest_a' or 'nearest_b'?"),
        ("Tau", ["tau_m", "tau_s", "tau_e", "E_L"], "did you mean 'tau_e', 'tau_m' or 'tau_s'?"),
        ("step", ["steps", "spikes_per_step"], "did you mean 'steps'?"),
        ("lifs", ["lif", "poisson"], "did you mean 'lif'?"),
        ("stdp", [f"{n}_stdp" for n in "abcdef"], "did you mean 'f_stdp'?"),  # too many to help
        ("q", [], "none is known"),
        ("q", ["b", "a"], "known: a, b"),
    ],
)
def test_nearest(name, known, words):
    assert nearest(name, known) == words


def test_every_pairing_that_may_be_meant_is_named():
    with pytest.raises(ParameterError, match="'nearest_pre_centred', 'nearest_reduced' or 'nearest_symmetric'"):
        models.pair_stdp(pairing="nearest")


@pytest.mark.parametrize(("rule", "meant"), [("paer", "pair"), ("triplets", "triplet"), ("vogel", "vogels")])
def test_only_rules_are_suggested_for_a_rule(rule, meant):
    with pytest.raises(UnknownNameError, match=f"there is no rule '{rule}'; did you mean '{meant}'"):
        chosen_rule(rule)


@pytest.mark.parametrize(
    "fields", [{"equations": "w_0 : 1"}, {"equations": "u : 1", "on_pre": "", "on_post": "w += u"}]
)
def test_equations_without_a_weight(fields):
    with pytest.raises(ParameterError, match=r"odd: the equations declare no w, .*; add 'w : \{unit\}'"):
        SynapseModel("odd", **fields)
    SynapseModel("fine", equations="u : 1", on_pre="{onto}_post += u")  # reads none


def test_only_what_can_be_driven_is_suggested():
    with brainnet.target("numpy"):
        pre, post = SpikeGeneratorGroup(1, [0], [1] * ms), NeuronGroup(1, "v : 1\ndt_v : 1 (shared)\ng = 2*v : 1")
        for onto in ("dt_", "ii", "lastspik", "gg"):
            with pytest.raises(ParameterError, match=r"is no variable of .*; known: v$"):
                models.static_synapse.connect(pre, post, [[1.0]], onto=onto)


def test_names_of_functions_lead_to_functions():
    shadowed = []
    packages = [each.name for each in pkgutil.walk_packages(brainnet.__path__, "brainnet.") if each.ispkg]
    for package in map(import_module, ["brainnet", *packages]):
        for found in pkgutil.iter_modules(package.__path__):
            full = f"{package.__name__}.{found.name}"
            if found.ispkg or full.startswith(INTERNAL):
                continue
            try:
                import_module(full)
            except ImportError:  # of a library that is not installed
                continue
            if found.name in getattr(sys.modules[full], "__all__", ()):
                shadowed.append(full)
                assert not isinstance(getattr(package, found.name), ModuleType), full
                assert getattr(package, found.name) is getattr(sys.modules[full], found.name), full
    assert "brainnet.convert.convert" in shadowed
