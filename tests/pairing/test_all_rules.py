"""Properties that every shipped rule of plasticity has."""

import brian2 as b2
import numpy as np
import pytest
from brian2 import ms

import brainnet
from brainnet import SynapseModel, models

RULES = [name for name in models if isinstance(models[name], SynapseModel) and models[name].bounds]
# Spikes alone move these; the others need a membrane potential or a reward.
BY_SPIKES = sorted({*RULES} - {"brader_stdp", "clopath_stdp", "florian_stdp", "reward_stdp"})


def variants(name):
    """Every choice on every axis, one at a time."""
    model = models[name]
    yield model
    for axis, choices in model.variants.items():
        yield from (model(**{axis: choice}) for choice in choices if not refused(model, axis, choice))


def refused(model, axis, choice):
    try:
        model(**{axis: choice})
    except brainnet.BrainnetError:
        return True
    return False


def test_there_are_rules():
    assert {"pair_stdp", "triplet_stdp"} <= set(BY_SPIKES)


@pytest.mark.parametrize("name", RULES)
def test_repr_gives_every_variant_back(name):
    for model in variants(name):
        space = {
            **vars(b2),
            **{word: getattr(brainnet.declare, word) for word in brainnet.declare.__all__},
            **model.functions,
        }
        assert eval(repr(model), space) == model


@pytest.mark.parametrize("name", RULES)
def test_page_names_parameters_and_source(name):
    page = str(models[name])
    assert "source: " in page
    assert all(parameter in page for parameter in models[name].resolved_parameters())


@pytest.mark.parametrize("name", BY_SPIKES)
def test_a_second_run_starts_anew(name):
    with brainnet.target("numpy"):
        pre = b2.SpikeGeneratorGroup(1, [0] * 4, [5, 30, 60, 61] * ms)
        post = b2.SpikeGeneratorGroup(1, [0] * 3, [15, 40, 50] * ms)
        synapses = models[name].connect(pre, post, [[0.5]], onto=None)
        program = brainnet.build(b2.Network(pre, post, synapses), 80 * ms)
        first, second = (np.array(program.run() and synapses.w[:]) for _ in range(2))
    assert first == second
    assert first != 0.5
