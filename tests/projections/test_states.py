"""Rules that keep states in each synapse: rows of weights and states against single synapses, to 1e-12."""

import numpy as np
import pytest
from brian2 import (
    Hz,
    Network,
    NeuronGroup,
    SpikeGeneratorGroup,
    SpikeMonitor,
    Synapses,
    TimedArray,
    defaultclock,
    ms,
    mV,
    second,
)
from scipy import sparse

import brainnet
from brainnet import SynapseModel, models
from brainnet.errors import ModelFileError, ParameterError, ProjectionError
from brainnet.pairing import reward, teach
from brainnet.projections import PlasticProjection

N_PRE, N_POST, STEPS = 5, 7, 240
WEIGHTS = np.random.default_rng(3).uniform(0.1, 0.9, (N_PRE, N_POST))
# A neuron of each side has no synapse.
JOINED = np.random.default_rng(6).random((N_PRE, N_POST)) < 0.6
JOINED[2] = JOINED[:, 4] = False
SIGNAL = np.array([0.5, -1.0, 2.0, 0.25, -0.5, 1.5])

counted = SynapseModel(
    name="counted",
    summary="a weight that grows with every second presynaptic spike; no traces, and states of every type",
    equations="w : {unit}\nn : integer\nseen : boolean\nlast : second\ngrowth = 0.01*(n % 2)*int(seen) : 1",
    on_pre="w += growth\nn += 1\nlast = t\nseen = True",
    on_post="w *= 0.99\nn += 1",
)
REWARD = {"A_plus": 0.05, "A_minus": 0.03, "dose": 4 * Hz, "tau_plus": 7 * ms}
BRADER = {"theta_V": 0 * mV, "theta_up_low": 0.5, "theta_up_high": 9.0, "theta_down_low": 0.2, "theta_down_high": 9.0}
RULES = {
    "reward": (models.reward_stdp(**REWARD), ["w", "c", "d", "t_event"]),
    "reward, late": (models.reward_stdp(**REWARD, pairing="nearest_reduced", delay_site="dendritic"), ["w", "c", "d"]),
    "florian": (models.florian_stdp(gamma=0.3, eligibility="trace"), ["w", "z", "r", "t_event"]),
    "florian, mean": (
        models.florian_stdp(gamma=0.3, eligibility="none", baseline="running_mean", n_mean=2.0),
        ["w", "r", "r_mean"],
    ),
    "calcium": (models.calcium_stdp(tau=20 * second, C_pre=1.2), ["w", "c", "t_event"]),
    "brader": (models.brader_stdp(**BRADER), ["w", "X", "t_event"]),
    "resume": (models.resume(A=0.2), ["w"]),
    "resume, trial": (models.resume(update="trial", A=0.2), ["w", "dw"]),
    "counted": (counted, ["w", "n", "seen", "last"]),
}


def raster(n, seed, probability=0.08):
    """Random spikes with many that coincide, and a pause."""
    spikes = np.random.default_rng(seed).random((STEPS, n)) < probability
    spikes[150:190] = False
    return spikes


def train(spikes):
    steps, neurons = np.nonzero(spikes)
    return SpikeGeneratorGroup(spikes.shape[1], neurons, steps * ms)


def cells(spikes):
    """Neurons that fire so, with a membrane potential."""
    known = {"spikes": TimedArray(spikes.astype(float), dt=1 * ms)}
    return NeuronGroup(
        spikes.shape[1], "v = (((timestep(t, dt)*7 + i*3) % 11) - 5)*mV : volt", threshold="spikes(t, i) > 0.5",
        reset="", namespace=known,
    )  # fmt: skip


def network():
    """Return two groups, what rewards and what teaches."""
    return cells(raster(N_PRE, 1)), cells(raster(N_POST, 2)), train(raster(2, 9, 0.1)), train(raster(N_POST, 11))


def learn(groups, rule, path, mask=True, weights=WEIGHTS, **more):
    """Return synapses, and what rewards or teaches them."""
    pre, post, given, teacher = groups
    space = {"namespace": {"signal": TimedArray(SIGNAL, dt=40 * ms)}} if rule.name == "florian_stdp" else {}
    synapses = rule.connect(pre, post, weights, mask=mask, onto=None, path=path, **space, **more)
    others = []
    if rule.resolved("on_reward"):
        others = [reward(given, synapses, where="i == 0", delay=2 * ms)]
        other = {"namespace": {"signal": TimedArray(-SIGNAL, dt=40 * ms)}} if space else {}
        others.append(reward(given, synapses, where="i == 1 and (j + i) % 3 > 0", order=1, **other))
    elif rule.resolved("on_target"):
        others = [teach(teacher, synapses)]
    return synapses, others


@pytest.mark.parametrize("target", ["numpy", "cpp"])
def test_same_as_single_synapses(target, request):
    if target != "numpy":
        request.getfixturevalue("compiler")
    with brainnet.target(target):
        defaultclock.dt = 1 * ms
        groups, found = network(), {}
        for key, (rule, states) in RULES.items():
            delay = {} if "late" not in key else {"delay": 3 * ms}
            found[key] = (
                states,
                [
                    learn(groups, rule, path, mask, **delay)
                    for path, mask in (("synapses", True), ("auto", True), ("synapses", JOINED), ("auto", JOINED))
                ],
            )
        program = brainnet.build(Network(*groups, [made for _, each in found.values() for made in each]), STEPS * ms)
        for _ in range(2):  # the second run starts anew
            program.run()
            for key, (states, ((stock, _), (whole, _), (few, _), (rows, _))) in found.items():
                assert [type(each) is PlasticProjection for each in (stock, whole, few, rows)] == [False, True] * 2
                for name in states:
                    for one, other in ((stock, whole), (few, rows)):
                        expected, got = (np.asarray(getattr(each, name)[:], float) for each in (one, other))
                        np.testing.assert_allclose(got, expected, rtol=1e-12, atol=1e-12, err_msg=f"{key}, {name}")
                        assert np.ptp(got) > 0 or name in ("d", "r", "seen"), (key, name)
                learned = whole.dw if "dw" in states else np.asarray(whole.w[:]) - WEIGHTS.ravel()
                assert np.abs(np.asarray(learned[:])).max() > 1e-3, key


@pytest.mark.parametrize("key", RULES)
def test_swapped_sides_are_noticed(key):
    rule, states = RULES[key]
    last = "dw" if "dw" in states else "w"
    weights, joined = WEIGHTS[:, :N_PRE], JOINED[:, :N_PRE]
    with brainnet.target("numpy"):
        defaultclock.dt = 1 * ms
        pre, post, given, teacher = cells(raster(N_PRE, 1)), cells(raster(N_PRE, 2)), *network()[2:]
        teacher = train(raster(N_PRE, 11))
        there, rewards = learn((pre, post, given, teacher), rule, "projection", joined, weights)
        back, more = learn((post, pre, given, teacher), rule, "projection", joined.T, weights.T)
        Network(pre, post, given, teacher, there, back, rewards, more).run(STEPS * ms)
        one, other = np.zeros((2, N_PRE, N_PRE))
        one[there.i[:], there.j[:]] = getattr(there, last)[:]
        other[back.j[:], back.i[:]] = getattr(back, last)[:]
    assert np.abs(one - other).max() > 1e-3


@pytest.mark.parametrize("target", ["numpy", "cpp"])
def test_same_spikes_of_a_recurrent_network(target, request):
    if target != "numpy":
        request.getfixturevalue("compiler")
    with brainnet.target(target):
        defaultclock.dt = 1 * ms
        source, objects, spiked = train(raster(15, 8, 0.05)), [], []
        doses = train(raster(1, 5, 0.03))
        i, j = np.random.default_rng(7).integers(0, 17, (2, 150))  # some pairs have two synapses
        weights = sparse.coo_matrix((np.full(150, 0.15), (np.sort(i), j)), shape=(17, 20))
        for path in ("synapses", "projection"):
            cells = NeuronGroup(
                20, "dv/dt = -v/(10*ms) : 1", threshold="v > 1", reset="v = 0", method="exact", name=f"cells_{path}"
            )
            drive = Synapses(source, cells, "w : 1", on_pre="v_post += w", name=f"drive_{path}")
            drive.connect(j="k for k in range(20) if (k + i) % 3 == 0")
            drive.w = 0.5
            rule = models.reward_stdp(**REWARD)
            learned = rule.connect(cells[3:], cells, weights, onto="v", delay=2 * ms, path=path)
            monitor = SpikeMonitor(cells, name=f"spikes_{path}")
            objects += [cells, drive, learned, reward(doses, learned), monitor]
            spiked.append((monitor, learned))
        brainnet.build(Network(source, doses, *objects), STEPS * ms).run()
        (stock_spikes, stock), (our_spikes, ours) = spiked
        assert len(our_spikes.i) > 50
        assert np.array_equal(stock_spikes.i[:], our_spikes.i[:])
        assert np.array_equal(stock_spikes.t[:], our_spikes.t[:])
        np.testing.assert_allclose(np.sort(ours.w[:]), np.sort(stock.w[:]), rtol=0, atol=1e-12)


def test_states_are_seen_set_and_given_to_a_program():
    with brainnet.target("numpy"):
        defaultclock.dt = 1 * ms
        groups = network()
        learned, rewards = learn(groups, models.reward_stdp(**REWARD), "projection", JOINED)
        learned.c[1, :] = 0.25
        learned.d = 3 * Hz
        assert set(np.asarray(learned.c[:])) == {0.0, 0.25}
        assert (np.asarray(learned.d[:]) == 3).all()
        before = np.array(learned.w[:])
        program = brainnet.build(Network(*groups, learned, rewards), STEPS * ms)
        program.run({learned.c: 0.0, learned.d: 0 * Hz})
        first = np.array(learned.w[:])
        program.run({learned.c: 0.5, learned.d: 0 * Hz})
        assert np.abs(first - before).max() > 1e-3
        assert np.abs(first - np.asarray(learned.w[:])).max() > 1e-3
        assert "states c, d, t_event" in repr(learned)


def test_learning_goes_on_from_a_file(tmp_path):
    """Half, saved; then by new synapses from where the file left, while everything else went on."""
    with brainnet.target("numpy"):
        defaultclock.dt = 1 * ms
        groups = network()
        rule = models.reward_stdp(**REWARD)
        through, first, second_half = (learn(groups, rule, "projection", JOINED, name=name) for name in "abc")
        Network(*groups, *through, *first).run(120 * ms)
        first[0].save(tmp_path / "half.npz")
        assert np.asarray(first[0].t_event[:]).max() > 0
        second_half[0].load(tmp_path / "half.npz", time=120 * ms)
        for name in ("w", "c", "d", "t_event"):
            np.testing.assert_array_equal(getattr(second_half[0], name)[:], getattr(first[0], name)[:])
        other = models.reward_stdp(**REWARD).connect(*groups[:2], WEIGHTS, onto=None, path="synapses")
        with pytest.raises(ModelFileError, match="path='projection'"):
            other.load(tmp_path / "half.npz")


def test_what_is_refused():
    groups = network()
    learned, _ = learn(groups, models.reward_stdp(**REWARD), "projection")
    with pytest.raises(ProjectionError, match="go on between spikes"):
        learned.learn_while(groups[1], "v")
    for where in ("v > 3", "i", 3):
        with pytest.raises(ParameterError, match="no condition on i and j"):
            reward(groups[2], learned, where=where)
    for silent in (NeuronGroup(1, "x : 1"), None):
        with pytest.raises(ProjectionError, match="has no spikes"):
            reward(silent, learned)
    drives = SynapseModel(
        name="drives", summary="a reward that excites", equations="w : {unit}\nc : 1",
        on_pre="{onto}_post += w\nc += 1",
        on_reward="v_post += 1*mV",
    )  # fmt: skip
    cells = NeuronGroup(N_POST, "v : volt", threshold="False")
    with pytest.raises(ProjectionError, match="path='synapses'"):
        reward(groups[2], drives.connect(groups[0], cells, WEIGHTS * mV, onto="v"))
    well = models.calcium_stdp(drift="double_well", sigma=0.0)
    with pytest.raises(ProjectionError, match="w is declared as clock-driven"):
        well.connect(*groups[:2], WEIGHTS, onto=None, path="projection")
    assert isinstance(well.connect(*groups[:2], WEIGHTS, onto=None), Synapses)


def test_a_rule_that_calls_something_kept_is_not_pruned():
    keeps = SynapseModel(
        name="keeps", summary="a word that prune() uses", equations="w : {unit}\nc : 1",
        on_pre="kept = 2\nc += kept\n{onto}_post += w",
    )  # fmt: skip
    cells = NeuronGroup(3, "v : 1", threshold="False")
    learned = keeps.connect(cells, cells, np.ones((3, 3)), onto="v")
    with pytest.raises(ProjectionError, match="calls something kept"):
        learned.prune()


@pytest.mark.parametrize("target", ["numpy", "cpp"])
def test_pruned_synapses_are_not_rewarded(target, request):
    if target != "numpy":
        request.getfixturevalue("compiler")
    with brainnet.target(target):
        defaultclock.dt = 1 * ms
        groups = network()
        learned, _ = learn(groups, models.reward_stdp(**REWARD), "projection")
        learned.prune(JOINED)
        rows, _ = learn(groups, models.reward_stdp(**REWARD), "projection", JOINED)
        again = [reward(groups[2], learned), reward(groups[2], rows)]
        brainnet.build(Network(*groups, learned, rows, again), STEPS * ms).run()
        left = np.asarray(learned.w[:]).reshape(WEIGHTS.shape)
        assert (left[~JOINED] == 0).all()
        np.testing.assert_allclose(left[JOINED], rows.w[:], rtol=0, atol=1e-12)
