"""A batch in one pair of groups: spikes and states of as many networks run by themselves, to the last bit."""

import numpy as np
import pytest
from brian2 import Network, NeuronGroup, SpikeMonitor, defaultclock
from scipy import sparse

import brainnet
from brainnet.errors import ProjectionError
from brainnet.projections import AveragePool, Conv2d, Copies, Dense, Projection, QuantisedDense, SparseRows
from brainnet.random import uniform, uniform_words

RNG = np.random.default_rng(11)
PRE, COPIES, STEPS = 84, 4, 30
FEW = sparse.random(PRE, 19, 0.3, format="csr", random_state=1, data_rvs=lambda n: RNG.normal(0.2, 0.4, n))
# 84 rows are three tiles of the product; 403 columns are several blocks of registers and a rest
CASES = {
    "by_copy": (Copies(Dense(RNG.normal(0.05, 0.3, (PRE, 403))), COPIES, product_above=1), 0),
    "product": (Copies(Dense(RNG.normal(0.05, 0.3, (PRE, 403))), COPIES, product_above=0), 0),
    "either": (Copies(Dense(RNG.normal(0.05, 0.3, (PRE, 16))), COPIES, product_above=0.3), 2),
    "column": (Copies(Dense(RNG.normal(0.2, 0.3, (PRE, 1))), COPIES), 0),
    "int8": (Copies(QuantisedDense(RNG.integers(-128, 128, (PRE, 70)).astype(np.int8), 0.003), COPIES), 0),
    "conv": (Copies(Conv2d(RNG.normal(0.05, 0.3, (6, 2, 3, 3)), (2, 6, 7), padding=1), COPIES), 1),
    "pool": (Copies(AveragePool(2, (2, 6, 7), weight=2.0), COPIES), 0),
    "sparse": (Copies(SparseRows(FEW), COPIES), 0),
}


def group(n, name):
    return NeuronGroup(n, "v : 1", threshold="v >= 1", reset="v -= 1", name=name)


def build_case(objects, source, name, copies, delay):
    """Return the monitor of the batch, and those of the networks by themselves."""
    wait, one = delay * defaultclock.dt, copies.connectivity
    n_pre, n_post = one.shape
    batch = group(copies.shape[1], f"{name}_batch")
    objects.extend((batch, Projection(source, batch, copies, delay=wait, name=f"{name}_projection")))
    monitors, groups = [SpikeMonitor(batch, name=f"{name}_spikes")], [batch]
    for copy in range(COPIES):
        single = group(n_post, f"{name}_{copy}")
        part = source[copy * n_pre : (copy + 1) * n_pre]
        objects.extend((single, Projection(part, single, one, delay=wait, name=f"{name}_{copy}_projection")))
        monitors.append(SpikeMonitor(single, name=f"{name}_{copy}_spikes"))
        groups.append(single)
    objects.extend(monitors)
    return groups, monitors


@pytest.mark.parametrize("target", ["numpy", "cpp"])
def test_equals_networks_by_themselves(target):
    with brainnet.target(target):
        # Activity of copies differs, from none to above the crossover to the product.
        threshold = f"uniform(3, 0, t_in_timesteps, i) < 0.2*(i // {PRE})"
        source = NeuronGroup(COPIES * PRE, "", threshold=threshold, reset="", namespace={"uniform": uniform}, name="s")
        objects = [source]
        made = {name: build_case(objects, source, name, *case) for name, case in CASES.items()}
        network = brainnet.targets.use_common_schedule(Network(objects))
        brainnet.build(network, STEPS * defaultclock.dt).run()
        for name, (groups, (together, *apart)) in made.items():
            batch, *singles = groups
            n_post = len(singles[0])
            assert np.array_equal(batch.v[:], np.concatenate([each.v[:] for each in singles])), name
            for copy, single in enumerate(apart):
                mine = np.asarray(together.i) // n_post == copy
                assert np.array_equal(np.asarray(together.i)[mine] % n_post, single.i[:]), name
                assert np.array_equal(together.t[:][mine], single.t[:]), name
            assert sum(len(single.i) for single in apart) > 0, name


@pytest.mark.parametrize("name", CASES)
def test_unrolled_is_block_diagonal(name):
    copies = CASES[name][0]
    matrix, one = copies.unroll(), copies.connectivity.unroll()
    block = one.toarray() if sparse.issparse(one) else one
    assert np.array_equal(matrix.toarray(), np.kron(np.eye(COPIES), block))
    assert np.array_equal(np.diff(matrix.indptr), copies.fan_out)


@pytest.mark.parametrize("kind", [Dense(RNG.normal(size=(6, 3))), SparseRows(FEW[:6])])
@pytest.mark.parametrize("n", [2, 5])
def test_numpy_form_keeps_the_order_in_which_spikes_came(kind, n):
    spikes = RNG.permutation(6 * n)[: 4 * n].astype(np.int32)
    n_post = kind.shape[1]
    expected = np.zeros((n, n_post))
    block = kind.unroll()
    rows = block.toarray() if sparse.issparse(block) else block
    for spike in spikes:
        expected[spike // 6] += rows[spike % 6]
    v = np.zeros(n * n_post)
    Copies(kind, n).adder(np.dtype(np.float64))(v, spikes)
    assert np.array_equal(v, expected.ravel())


def test_crossover_by_copies_and_size():
    above = [
        Copies(Dense(np.zeros((size, size))), n).cpp(np.dtype(np.float32))[1]["product_above"]
        for size, n in ((100, 64), (1000, 4), (1000, 16), (1000, 64), (3000, 16), (3000, 64))
    ]
    assert above == [1.0, 1.0, 0.25, 0.25, 0.25, 0.08]


def test_choice_by_itself_in_a_built_program(compiler):
    """Above and below the crossover that is chosen for 8 copies of 2 MB: the sums of rows, in their order."""
    n, n_pre, n_post = 8, 300, 900
    weights = np.random.default_rng(6).normal(0, 1, (n_pre, n_post))
    copies = Copies(Dense(weights), n)
    assert copies.cpp(np.dtype(np.float64))[1]["product_above"] == 0.25
    with brainnet.target("cpp"):
        # 5 % of the neurons spike in even steps, 45 % in odd ones.
        threshold = "uniform(1, 0, t_in_timesteps, i) < 0.05 + 0.4*(t_in_timesteps % 2)"
        before = NeuronGroup(n * n_pre, "", threshold=threshold, reset="", namespace={"uniform": uniform}, name="many")
        after = NeuronGroup(n * n_post, "v : 1", name="driven")
        joined = Projection(before, after, copies, name="chosen")
        brainnet.build(brainnet.targets.use_common_schedule(Network(before, after, joined)), 5 * defaultclock.dt).run()
        sums = np.array(after.v[:]).reshape(n, n_post)
    expected, fractions = np.zeros((n, n_post)), []
    # A spike arrives in the step after it, so those of the fifth do not.
    for step in range(4):
        fired = uniform_words(1, 0, step, n * n_pre) < (0.05 + 0.4 * (step % 2)) * 2.0**32
        fractions.append(fired.mean())
        for copy, neuron in zip(*np.nonzero(fired.reshape(n, n_pre)), strict=True):
            expected[copy] += weights[neuron]
    assert min(fractions) < 0.25 < max(fractions)
    assert np.array_equal(sums, expected)


def test_refusals():
    with pytest.raises(ProjectionError, match="no connectivity of one copy"):
        Copies(np.eye(3), 2)
    with pytest.raises(ProjectionError, match="no connectivity of one copy"):
        Copies(Copies(Dense(np.eye(3)), 2), 2)
    with pytest.raises(ProjectionError, match="at least 1"):
        Copies(Dense(np.eye(3)), 0)
    with pytest.raises(ProjectionError, match="give 0 to 1"):
        Copies(Dense(np.eye(3)), 2, product_above=2)
    with pytest.raises(ProjectionError, match="give groups of these sizes"):
        Projection(group(3, "pre"), group(3, "post"), Copies(Dense(np.eye(3)), 2))
