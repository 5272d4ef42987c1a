"""The rule of ReSuMe in Brian2: closed form of every pair of spikes, exact properties, coincident spikes."""

import numpy as np
import pytest
from brian2 import Network, SpikeGeneratorGroup, ms
from resume import change

import brainnet
from brainnet import models
from brainnet.pairing.teach import teach
from brainnet.targets import use_common_schedule

INPUTS = [[5, 40], [10], [15], [20.1], [20], []]
ASKED, FIRED = [[20, 50], [20], [33]], [[40], [20], []]
RULE = {"a": 5e-4, "A": 0.01, "tau": 7 * ms}


def group(trains, name):
    index = np.repeat(np.arange(len(trains)), [len(each) for each in trains])
    return SpikeGeneratorGroup(len(trains), index, np.concatenate([np.array(each, float) for each in trains]) * ms,
                               name=name)  # fmt: skip


def simulate(update, asked=ASKED, fired=FIRED, inputs=INPUTS, **parameters):
    pre, post, target = group(inputs, "pre"), group(fired, "post"), group(asked, "asked")
    zero = np.zeros((len(inputs), len(fired)))
    synapses = models.resume.connect(pre, post, zero, onto=None, update=update, **(RULE | parameters))
    network = Network(pre, post, target, synapses, teach(target, synapses))
    use_common_schedule(network)
    brainnet.build(network, 60 * ms).run()
    return np.array(synapses.w[:] if update == "spike" else synapses.dw[:]).reshape(zero.shape)


@pytest.fixture(params=["numpy", "cpp"])
def run(request):
    if request.param == "cpp":
        request.getfixturevalue("compiler")
    with brainnet.target(request.param):
        yield simulate


@pytest.mark.parametrize("update", ["spike", "trial"])
def test_every_pair_of_spikes_counts_as_the_paper_says(run, update):
    found = run(update)
    wanted = np.array([[change(pre, asked, fired, a=5e-4, amplitude=0.01, tau=7.0)
                        for asked, fired in zip(ASKED, FIRED, strict=True)] for pre in INPUTS])  # fmt: skip
    np.testing.assert_allclose(found, wanted, rtol=1e-12, atol=1e-16)
    # The check would notice an exchange of the two: the largest change is not its own negative.
    assert np.abs(found + wanted).max() > 1e-3


def test_no_target_is_the_negative_of_no_output(run):
    found = run("trial", asked=[[20, 33], []], fired=[[], [20, 33]])
    np.testing.assert_array_equal(found[:, 0], -found[:, 1])
    assert (found[:, 0] > 0).all()


def test_without_a_it_is_the_potentiation_of_pair_stdp():
    trains = [[[5, 14]], [[20, 33]]]
    with brainnet.target("numpy"):
        learned = simulate("spike", inputs=trains[0], asked=trains[1], fired=[[]], a=0.0)[0, 0]
        pre, post = (group(train, name) for train, name in zip(trains, ("pre", "post"), strict=True))
        pair = models.pair_stdp.connect(pre, post, [[0.0]], onto=None, path="synapses", A_plus=0.01, A_minus=0.0,
                                        tau_plus=7 * ms, w_min=-1.0)  # fmt: skip
        Network(pre, post, pair).run(60 * ms)
        assert learned == pytest.approx(pair.w[0], rel=1e-12)


def test_equal_output_and_target_change_nothing_at_all(run):
    assert not run("trial", fired=ASKED).any()


def test_bounds_hold_for_target_spikes(run):
    found = run("spike", w_max=0.01, w_min=-0.001, A=5.0)
    assert found.max() == 0.01
    assert found.min() == -0.001


def test_teachers_that_do_not_fit():
    pre, post = group([[1]], "pre"), group([[2], [3]], "post")
    synapses = models.resume.connect(pre, post, np.zeros((1, 2)), onto=None)
    with pytest.raises(brainnet.BrainnetError, match="one target for each"):
        teach(group([[5]], "asked"), synapses)
    pair = models.pair_stdp.connect(pre, post, np.zeros((1, 2)), onto=None, path="synapses")
    with pytest.raises(brainnet.BrainnetError, match="no model with on_target"):
        teach(post, pair)
