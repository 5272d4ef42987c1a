"""Delays that differ, in projections and in `brian2.Synapses`: the same spikes bit for bit, weights to 1e-12."""

import itertools

import numpy as np
import pytest
from brian2 import (
    Network,
    NeuronGroup,
    Quantity,
    SpikeGeneratorGroup,
    SpikeMonitor,
    StateMonitor,
    Synapses,
    defaultclock,
    ms,
    mV,
    second,
)
from scipy import sparse

import brainnet
from brainnet import models
from brainnet.connectivity import FixedProbability, Uniform
from brainnet.errors import ModelFileError, ParameterError, ProjectionError
from brainnet.pairing import reward, teach
from brainnet.projections import BernoulliInput, Conv1d, Dense, PlasticProjection, Projection, SparseRows

N_PRE, N_POST, STEPS = 12, 14, 260
UNEQUAL = {"tau_plus": 7 * ms, "tau_minus": 11 * ms, "A_plus": 0.11, "A_minus": 0.09}
RULES = {
    f"{name}, {pairing}, {site}": models[name](pairing=pairing, delay_site=site, **more)
    for name, pairing, site, more in (
        ("pair_stdp", "all_to_all", "axonal", UNEQUAL),
        ("pair_stdp", "all_to_all", "dendritic", UNEQUAL),
        ("pair_stdp", "nearest_reduced", "axonal", UNEQUAL),
        ("pair_stdp", "nearest_symmetric", "dendritic", UNEQUAL),
        ("pair_stdp", "nearest_pre_centred", "axonal", UNEQUAL),
        ("triplet_stdp", "all_to_all", "dendritic", {"parameters": "hippocampus.all_to_all.full"}),
        ("window_stdp", "nearest_reduced", "dendritic", {}),
        ("vogels_stdp", "all_to_all", "axonal", {"eta": 0.05}),
    )
}  # fmt: skip
CPP = ["pair_stdp, nearest_pre_centred, axonal", "pair_stdp, nearest_symmetric, dendritic"]
CPP += ["triplet_stdp, all_to_all, dendritic", "vogels_stdp, all_to_all, axonal"]


def drawn_delays(shape, seed=5, most=9):
    """Half steps too, which are rounded."""
    return np.random.default_rng(seed).integers(2, 2 * most, shape) / 2 * ms


def entries(n_pre=N_PRE, n_post=N_POST, n=90, seed=7, several=True):
    """Return a matrix, columns of a row in no order, and a matrix of delays; some pairs have two synapses."""
    random = np.random.default_rng(seed)
    if several:
        i, j = np.sort(random.integers(0, n_pre, n)), random.integers(0, n_post, n)
    else:
        i, j = np.unravel_index(np.sort(random.permutation(n_pre * n_post)[:n]), (n_pre, n_post))
    weights = sparse.coo_matrix((random.uniform(0.1, 0.9, n), (i, j)), shape=(n_pre, n_post))
    return weights, sparse.coo_matrix((np.asarray(drawn_delays(n) / ms), (i, j)), shape=(n_pre, n_post))


def train(n, seed, probability=0.06):
    raster = np.random.default_rng(seed).random((STEPS, n)) < probability
    raster[150:220] = False
    steps, neurons = np.nonzero(raster)
    return SpikeGeneratorGroup(n, neurons, steps * ms)


@pytest.mark.parametrize(("target", "chosen"), [("numpy", list(RULES)), ("cpp", CPP)])
def test_same_weights_as_single_synapses(target, chosen, request):
    if target != "numpy":
        request.getfixturevalue("compiler")
    with brainnet.target(target):
        defaultclock.dt = 1 * ms
        pre, post, found = train(N_PRE, 1), train(N_POST, 2), {}
        matrix, delays = entries(several=False)
        cases = (
            (matrix, (delays, ms)),
            (matrix, drawn_delays(N_PRE)),
            (np.full((N_PRE, N_POST), 0.4), drawn_delays((N_PRE, N_POST), 8)),
        )
        for key, (number, (weights, late)) in itertools.product(chosen, enumerate(cases)):
            found[key, number] = [
                RULES[key].connect(pre, post, weights, onto=None, delay=late, path=path)
                for path in ("synapses", "projection")
            ]
        program = brainnet.build(Network(pre, post, *found.values()), STEPS * ms)
        for _ in range(2):  # the second run starts anew
            program.run()
            for key, (stock, ours) in found.items():
                assert isinstance(ours, PlasticProjection)
                assert np.array_equal(ours.i[:], stock.i[:])
                assert np.array_equal(ours.j[:], stock.j[:])
                np.testing.assert_allclose(ours.w[:], stock.w[:], rtol=0, atol=1e-12, err_msg=str(key))
                assert np.ptp(ours.w[:]) > 1e-3, key


def recurrent(path, kind, source, site):
    """Neurons that drive each other through static and plastic synapses with delays, from and onto a subgroup."""
    called = f"{path}_{kind.replace(', ', '_')}_{site}"
    cells = NeuronGroup(
        20, "dv/dt = -v/(10*ms) : 1 (unless refractory)", threshold="v > 1", reset="v = 0", refractory=3 * ms,
        method="exact", name=f"cells_{called}",
    )  # fmt: skip
    drive = Synapses(source, cells, "w : 1", on_pre="v_post += w", name=f"drive_{called}")
    drive.connect(j="k for k in range(20) if (k + i) % 3 == 0")
    drive.w = 0.5
    part = cells[3:17]
    weights, delays = entries(14, 20, 150)
    other, late = entries(20, 14, 90, 9, several=False)
    inhibition = models.static_synapse.connect(cells, part, (-0.3 * other, 1.0), onto="v", delay=(late, ms), path=path)
    excitation = models.static_synapse.connect(part, cells, 0.2 * weights.toarray(), delay=drawn_delays(14), path=path)
    rule = {
        "pair": models.pair_stdp(delay_site=site, w_max=0.5),
        "vogels": models.vogels_stdp(delay_site=site),
        "reward": models.reward_stdp(delay_site=site, tau_plus=7 * ms),
    }[kind]
    learned = rule.connect(part, cells, 0.25 * weights, onto="v", delay=(delays, ms), path=path)
    rewards = [reward(source, learned, delay=1 * ms)] if kind == "reward" else []
    return [cells, drive, inhibition, excitation, learned, rewards], learned, SpikeMonitor(cells), cells


@pytest.mark.parametrize("target", ["numpy", "cpp"])
def test_same_spikes_of_recurrent_networks(target, request):
    if target != "numpy":
        request.getfixturevalue("compiler")
    with brainnet.target(target):
        defaultclock.dt = 1 * ms
        source = train(15, 8, 0.05)
        kinds = [("pair", "axonal"), ("pair", "dendritic"), ("reward", "axonal"), ("reward", "dendritic")]
        pairs = [[recurrent(path, kind, source, site) for path in ("synapses", "projection")] for kind, site in kinds]
        objects = Network(source, [(all_of, spikes) for pair in pairs for all_of, _, spikes, _ in pair])
        brainnet.build(brainnet.targets.use_common_schedule(objects), STEPS * ms).run()
        for kind, ((_, stock, stock_spikes, stock_cells), (_, ours, our_spikes, our_cells)) in zip(
            kinds, pairs, strict=True
        ):
            assert isinstance(ours, PlasticProjection)
            assert len(our_spikes.i) > 100
            assert np.array_equal(stock_spikes.i[:], our_spikes.i[:]), kind
            assert np.array_equal(stock_spikes.t[:], our_spikes.t[:]), kind
            np.testing.assert_allclose(our_cells.v[:], stock_cells.v[:], rtol=0, atol=1e-12)
            np.testing.assert_allclose(ours.w[:], stock.w[:], rtol=0, atol=1e-12, err_msg=str(kind))


@pytest.mark.parametrize("target", ["numpy", "cpp"])
def test_static_projections_to_the_last_bit(target, request):
    if target != "numpy":
        request.getfixturevalue("compiler")
    with brainnet.target(target):
        defaultclock.dt = 1 * ms
        source, made = BernoulliInput(np.full(N_PRE, 0.2), seed=4), []
        matrix, delays = entries(several=False)
        dense = np.random.default_rng(1).normal(0, 1, (N_PRE, N_POST))
        cases = [
            (SparseRows(matrix), (delays, ms), np.nonzero(matrix.toarray())),
            (SparseRows(0 * matrix + matrix.sign()), (delays, ms), np.nonzero(matrix.toarray())),
            (Dense(dense), drawn_delays((N_PRE, N_POST)), np.nonzero(np.ones_like(dense))),
            (Dense(dense), drawn_delays(N_PRE), np.nonzero(np.ones_like(dense))),
        ]
        for connectivity, late, (i, j) in cases:
            cells = [NeuronGroup(N_POST, "v : 1") for _ in range(2)]
            ours = Projection(source[2:], cells[0], _without(connectivity, 2), delay=_part(late, 2))
            stock = Synapses(source[2:], cells[1], "w : 1", on_pre="v_post += w")
            stock.connect(i=i[i > 1] - 2, j=j[i > 1])
            matrix_of = np.asarray(connectivity.unroll().todense() if sparse.issparse(connectivity.unroll()) else dense)
            stock.w = matrix_of[i, j][i > 1]
            times = late[0].toarray() * ms if isinstance(late, tuple) else late
            stock.delay = (times[i] if np.ndim(times) == 1 else times[i, j])[i > 1]
            states = [StateMonitor(group, "v", True) for group in cells]
            made.append([*cells, ours, stock, *states])
        brainnet.build(Network(source, made), STEPS * ms).run()
        for *_, ours, stock in made:
            assert np.array_equal(ours.v, stock.v)
            assert np.abs(ours.v).max() > 1


def _without(connectivity, first):
    matrix = connectivity.unroll()
    return Dense(matrix[first:]) if isinstance(matrix, np.ndarray) else SparseRows(sparse.csr_matrix(matrix)[first:])


def _part(late, first):
    return (sparse.csr_matrix(late[0])[first:], late[1]) if isinstance(late, tuple) else late[first:]


@pytest.mark.parametrize("target", ["numpy", "cpp"])
def test_release_and_teachers(target, request):
    """Short-term plasticity with a state for each delay; spikes that teach reach all bundles of a neuron."""
    if target != "numpy":
        request.getfixturevalue("compiler")
    with brainnet.target(target):
        defaultclock.dt = 1 * ms
        source, teacher, found = train(N_PRE, 4, 0.1), train(N_POST, 6), []
        matrix, delays = entries(several=False)
        for path in ("synapses", "projection"):
            cells = NeuronGroup(N_POST, "v : 1", name=f"cells_{path}")
            late = {"delay": (delays, ms), "path": path}
            depressed = models.tsodyks_markram.connect(source, cells, (matrix, 1.0), onto="v", **late)
            other = train(N_POST, 2)
            learned = models.resume(A=0.2).connect(source, other, matrix, onto=None, **late)
            state = StateMonitor(cells, "v", True, name=f"v_{path}")
            found.append([cells, depressed, other, learned, teach(teacher, learned), state])
        brainnet.build(Network(source, teacher, found), STEPS * ms).run()
        (*_, stock, _, stock_v), (*_, ours, _, our_v) = found
        assert isinstance(found[1][1], Projection)
        np.testing.assert_allclose(our_v.v, stock_v.v, rtol=1e-12)
        np.testing.assert_allclose(ours.w[:], stock.w[:], rtol=0, atol=1e-12)
        assert np.abs(np.asarray(ours.w[:]) - matrix.data).max() > 1e-3


def test_the_queue_holds_a_number_for_each_neuron_and_delay():
    with brainnet.target("numpy"):
        defaultclock.dt = 1 * ms
        source = SpikeGeneratorGroup(3, [0, 2], [0, 0] * ms)
        cells = NeuronGroup(100, "v : 1")
        by_neuron = Projection(source, cells, Dense(np.ones((3, 100))), delay=[3, 4, 5] * ms)
        halves = np.where(np.arange(100) < 50, 2, 6) * np.ones((3, 1)) * ms
        two = Projection(source, cells, Dense(np.ones((3, 100))), delay=halves)
        Network(source, cells, by_neuron, two).run(1 * ms)
        assert [len(step) for step in by_neuron._full_state()] == [0, 0, 1, 0, 1]
        assert [len(step) for step in two._full_state()] == [0, 2, 0, 0, 0, 2]
        assert one_delay(source, cells) == 3 * ms


def one_delay(source, cells):
    return Projection(source, cells, Dense(np.ones((3, 100))), delay=[3, 3, 3] * ms).delay


def test_store_save_and_load(tmp_path):
    """Half, saved; then other synapses go on from the file, while everything else went on."""
    with brainnet.target("numpy"):
        defaultclock.dt = 1 * ms
        pre, post = train(N_PRE, 1), train(N_POST, 2)
        matrix, delays = entries(several=False)
        rule = models.pair_stdp(delay_site="dendritic", **UNEQUAL)
        through, first, late, other = (
            rule.connect(pre, post, matrix, onto=None, delay=(factor * delays, ms), name=name)
            for name, factor in zip("abcd", (1, 1, 1, 2), strict=True)
        )
        network = Network(pre, post, through, first, late)
        late.active = False
        network.run(104 * ms)
        network.store()
        first.save(tmp_path / "half.npz")
        network.run(120 * ms)
        once = np.array(through.w[:])
        network.restore()
        with pytest.raises(ModelFileError, match="delay of post"):
            other.load(tmp_path / "half.npz")
        late.load(tmp_path / "half.npz", time=104 * ms)
        late.active = True
        network.run(120 * ms)
        assert np.array_equal(once, through.w[:])
        np.testing.assert_allclose(late.w[:], once, rtol=0, atol=1e-12)
        assert np.abs(once - matrix.data).max() > 1e-3


def test_what_is_refused():
    pre, post = (NeuronGroup(n, "v : volt", threshold="False") for n in (4, 5))
    weights, connect = np.ones((4, 5)) * mV, models.static_synapse.connect
    for delay, words in (
        ([1, 2, 3] * ms, r"shape \(3,\)"),
        ([1, 2, 3, 4], r"shape \(4,\)"),
        ([1, 2, 3, 4] * mV, r"shape \(4,\)"),
        ([1, 2, np.nan, 4] * ms, "NaN"),
        ([1, 2, -1, 4] * ms, "below 0"),
        ([1, 0, 1, 4] * ms, "below one time step"),
        ([1, 2, 3, 4e9] * ms, "queue may hold"),
        (1e6 * second, "queue may hold"),
        ((sparse.eye(4, 5), ms), "joins other neurons"),
        ((sparse.eye(4, 5), mV), "not one time"),
    ):
        for path in ("projection",) if np.ndim(delay) == 0 else ("synapses", "projection"):
            for weights_given in (weights, (sparse.csr_matrix(np.ones((4, 5))), mV)):
                with pytest.raises(ParameterError, match=words):
                    connect(pre, post, weights_given, delay=delay, path=path)
    with pytest.raises(ProjectionError, match="one for all"):
        Projection(pre, post, Conv1d(np.ones((1, 1, 2)) * mV, (1, 4), padding=1), delay=[1, 2, 3, 4] * ms)
    declared = FixedProbability(1.0, weights=1 * mV, delays=Uniform(1 * ms, 2 * ms))
    with pytest.raises(ProjectionError, match="leave one out"):
        Projection(pre, post, declared, delay=[1, 2, 3, 4] * ms)
    late = Projection(pre, post, Dense(weights), delay=[1, 2, 3, 4] * ms)
    assert late.delay.shape == (20,)
    with pytest.raises(ProjectionError, match="delays of their own"):
        late.end_with(10)


def test_dt_is_set_first():
    with brainnet.target("numpy"):
        defaultclock.dt = 1 * ms
        pre, post = (NeuronGroup(n, "v : 1", threshold="False") for n in (4, 5))
        late = Projection(pre, post, Dense(np.ones((4, 5))), delay=[1, 2, 3, 4] * ms)
        defaultclock.dt = 0.1 * ms
        with pytest.raises(ProjectionError, match="set dt first"):
            Network(pre, post, late).run(1 * ms)


def test_swapped_delay_sites_are_noticed():
    with brainnet.target("numpy"):
        defaultclock.dt = 1 * ms
        pre, post = train(N_PRE, 1), train(N_POST, 2)
        matrix, delays = entries(several=False)
        learned = [
            models.pair_stdp(delay_site=site, **UNEQUAL).connect(pre, post, matrix, onto=None, delay=(delays, ms))
            for site in ("axonal", "dendritic")
        ]
        Network(pre, post, learned).run(STEPS * ms)
        assert np.abs(np.asarray(learned[0].w[:]) - np.asarray(learned[1].w[:])).max() > 1e-2


def test_declared_delays_make_projections():
    pre, post = (NeuronGroup(n, "v : volt", threshold="False") for n in (40, 50))
    declared = FixedProbability(0.3, weights=1 * mV, delays=Uniform(1 * ms, 5 * ms), seed=2)
    late = Projection(pre, post, declared)
    drawn = declared.draw(pre, post)
    assert np.array_equal(late.delay, drawn.delays)
    learned = models.pair_stdp.connect(pre, post, drawn, onto="v", w_max=2 * mV, path="projection")
    assert np.array_equal(learned.i, drawn.i)
    assert np.array_equal(learned.w, drawn.weights)
    of = learned.layout.bundles["pre"]
    assert np.allclose(of.steps[of.of] * defaultclock.dt, Quantity(drawn.delays), atol=0.5 * defaultclock.dt)
