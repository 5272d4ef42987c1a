"""Save, and go on later as if learning had never stopped; and files that are refused."""

import json

import numpy as np
import pytest
from brian2 import BrianObjectException, Network, NeuronGroup, SpikeGeneratorGroup, defaultclock, ms, nS, second
from scipy import sparse

import brainnet
from brainnet import Parameter, SynapseModel, models
from brainnet.errors import ModelFileError, ParameterError

N_PRE, N_POST, STEPS, HALF = 5, 7, 200, 100
WEIGHTS = np.random.default_rng(3).uniform(0.1, 0.9, (N_PRE, N_POST))
CHOICES = [
    ("pair_stdp", {"pairing": "all_to_all"}, 3),
    ("pair_stdp", {"pairing": "nearest_symmetric", "delay_site": "dendritic"}, 3),
    ("pair_stdp", {"pairing": "nearest_pre_centred"}, 0),
    ("pair_stdp", {"pairing": "nearest_reduced"}, 2),
    ("triplet_stdp", {"pairing": "all_to_all"}, 0),
    ("window_stdp", {"pairing": "nearest_reduced"}, 0),
]


def train(n, seed, start, stop):
    """Random spikes of the steps from `start` to `stop`, the first of which is at time 0."""
    steps, neurons = np.nonzero(np.random.default_rng(seed).random((STEPS, n)) < 0.08)
    part = (steps >= start) & (steps < stop)
    return SpikeGeneratorGroup(n, neurons[part], (steps[part] - start) * ms)


def learn(target, path, start, stop, *, choices=CHOICES, load=None, save=None, late=True):
    """Learn from one part of the spikes; return all weights."""
    with brainnet.target(target):
        defaultclock.dt = 1 * ms
        pre, post = train(N_PRE, 1, start, stop), train(N_POST, 2, start, stop)
        learned = [
            models[name].connect(
                pre, post, WEIGHTS, onto=None, path="projection" if path == "rows" else path, name=f"{path}_{k}",
                mask=True if path != "rows" else WEIGHTS > 0.3, delay=wait * late * ms, **options,
            )
            for k, (name, options, wait) in enumerate(choices)
        ]  # fmt: skip
        for k, one in enumerate(learned):
            if load:
                one.load(load / f"{path}_{k}.npz")
        brainnet.build(Network(pre, post, *learned), (stop - start) * ms).run()
        for k, one in enumerate(learned):
            if save:
                one.save(save / f"{path}_{k}.npz")
        return [np.array(one.w[:]) for one in learned]


@pytest.mark.parametrize(
    ("target", "path"),
    [(target, path) for target in ("numpy", "cpp") for path in ("projection", "synapses")] + [("numpy", "rows")],
)
def test_learning_goes_on_as_if_it_had_never_stopped(target, path, tmp_path, request):
    if target == "cpp":
        request.getfixturevalue("compiler")
    late = target != "cpp"  # spikes on their way stay in the program
    choices = CHOICES if late else [CHOICES[2], CHOICES[5]]
    whole = learn("numpy", path, 0, STEPS, choices=choices, late=late)
    halfway = learn(target, path, 0, HALF, choices=choices, late=late, save=tmp_path)
    resumed = learn(target, path, HALF, STEPS, choices=choices, late=late, load=tmp_path)
    anew = learn("numpy", path, HALF, STEPS, choices=choices, late=late)
    for one, other, before, fresh in zip(resumed, whole, halfway, anew, strict=True):
        np.testing.assert_allclose(one, other, rtol=0, atol=1e-12)
        assert np.abs(one - before).max() > 1e-3, "the second half changes weights"
        assert np.abs(one - fresh).max() > 1e-3, "and the first half matters"


@pytest.mark.usefixtures("compiler")
def test_a_delay_on_cpp_is_warned_of_where_spikes_are_left_out(tmp_path):
    choices = CHOICES[:1]
    with pytest.warns(UserWarning, match="save leaves out spikes that are on their way"):
        learn("cpp", "projection", 0, HALF, choices=choices, save=tmp_path)
    learn("numpy", "projection", 0, HALF, choices=choices, save=tmp_path)
    with brainnet.target("numpy"):
        projection("synapses").save(joined := tmp_path / "joined.npz")
    with brainnet.target("cpp"):
        defaultclock.dt = 1 * ms
        learned = projection(delay=3 * ms)
        with pytest.warns(UserWarning, match="load leaves out spikes that are on their way"):
            learned.load(tmp_path / "projection_0.npz")
        with pytest.raises(ModelFileError, match="run the program, then save"):
            projection("synapses").save(tmp_path / "early.npz")
        guessed = projection("synapses", None)
        guessed.connect(p=0.5)
        with pytest.raises(ModelFileError, match="load connects"):
            guessed.load(joined)
        guessed = projection("synapses", None)
        guessed.load(joined)
    whole = learn("numpy", "projection", 0, STEPS, choices=choices)[0]
    resumed = learn("cython", "projection", HALF, STEPS, choices=choices, load=tmp_path)[0]
    np.testing.assert_allclose(resumed, whole, rtol=0, atol=1e-12)


@pytest.mark.parametrize("path", ["projection", "synapses"])
def test_within_one_network_it_is_exact(path, tmp_path):
    """Loaded in the middle of a run, at the same time: to the last bit, and what had been learned since is undone."""
    with brainnet.target("numpy"):
        defaultclock.dt = 1 * ms
        pre, post = train(N_PRE, 1, 0, STEPS), train(N_POST, 2, 0, STEPS)
        one, other = (
            models.pair_stdp.connect(pre, post, weights, onto=None, path=path, delay=3 * ms)
            for weights in (WEIGHTS, WEIGHTS / 2)
        )
        network = Network(pre, post, one, other)
        network.run(HALF * ms)
        one.save(tmp_path / "w.npz")
        assert not np.array_equal(one.w[:], other.w[:])
        other.load(tmp_path / "w.npz")
        network.run((STEPS - HALF) * ms)
        assert np.array_equal(one.w[:], other.w[:])


def test_states_and_moments_of_single_synapses_go_on(tmp_path):
    """The time of the last event moves to before the new clock; unconnected synapses are connected as in the file."""
    event = "X = X*exp(-(t - t_event)/tau) + 1\nt_event = t"
    model = SynapseModel(
        name="counting", equations="w : {unit}\nX : 1\nt_event : second\nlag : second",
        on_pre=f"{event}\n{{onto}}_post += w", parameters={"tau": Parameter(50 * ms, "decay")},
    )  # fmt: skip
    ends = []
    for start, stop, load in ((0, STEPS, False), (0, HALF, False), (HALF, STEPS, True)):
        with brainnet.target("numpy"):
            defaultclock.dt = 1 * ms
            pre, post = train(N_PRE, 1, start, stop), NeuronGroup(N_POST, "v : 1")
            synapses = model.connect(pre, post[2:], None if load else sparse.csr_matrix(WEIGHTS[:, 2:] > 0.4))
            if load:
                synapses.load(tmp_path / "s.npz")
            else:
                synapses.lag = 2 * ms
            Network(pre, post, synapses).run((stop - start) * ms)
            synapses.save(tmp_path / "s.npz")
            ends.append([np.array(synapses.state(name, use_units=False)[:]) for name in ("i", "j", "w", "X", "lag")])
    assert len(ends[0][0]) == np.count_nonzero(WEIGHTS[:, 2:] > 0.4)
    for whole, resumed in zip(ends[0], ends[2], strict=True):
        np.testing.assert_allclose(resumed, whole, rtol=1e-12)
    assert ends[0][-1].tolist() == [0.002] * len(ends[0][0]), "a duration is no moment"


def projection(path="projection", weights=WEIGHTS, **options):
    pre, post = NeuronGroup(N_PRE, "v : 1", threshold="v > 1"), NeuronGroup(N_POST, "v : 1", threshold="v > 1")
    return models.pair_stdp.connect(pre, post, weights, onto=None, path=path, **options)


@pytest.fixture
def saved(tmp_path):
    projection().save(tmp_path / "w.npz")
    return tmp_path / "w.npz"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"A_plus": 0.3}, r"A_plus is .* there and 0\.3.* here"),
        ({"pairing": "nearest_symmetric"}, "pairing is absent there and 'nearest_symmetric' here"),
        ({"delay": 1 * ms}, "the delay of pre"),
        ({"path": "synapses"}, "path='projection'"),
        ({"vary": ["A_plus"]}, "A_plus is .* there and absent here"),
    ],
)
def test_other_synapses_are_refused(saved, options, words):
    with brainnet.target("numpy"):
        other = projection(**options)
    before = np.array(other.w[:])
    with pytest.raises(ModelFileError, match=words):
        other.load(saved)
    assert np.array_equal(other.w[:], before)


def test_a_choice_spelled_out_is_that_by_default(saved):
    other = projection(weights=WEIGHTS / 2, pairing="all_to_all", delay_site="axonal")
    other.load(saved)
    assert np.array_equal(other.weights, WEIGHTS)


def test_another_size_and_other_pairs_are_refused(saved, tmp_path):
    pre, post = NeuronGroup(N_POST, "v : 1", threshold="v > 1"), NeuronGroup(N_PRE, "v : 1", threshold="v > 1")
    with pytest.raises(ModelFileError, match=r"shape .*\[5, 7\] there and \[7, 5\] here"):
        models.pair_stdp.connect(pre, post, WEIGHTS.T, onto=None).load(saved)
    with brainnet.target("numpy"):
        projection("synapses", mask=WEIGHTS > 0.5).save(tmp_path / "s.npz")
        with pytest.raises(ModelFileError, match="other neurons"):
            projection("synapses", mask=WEIGHTS > 0.4).load(tmp_path / "s.npz")
        projection(mask=WEIGHTS > 0.5).save(tmp_path / "s.npz")
        with pytest.raises(ModelFileError, match=r"other neurons are joined there than by .*; connect the same$"):
            projection(mask=WEIGHTS > 0.4).load(tmp_path / "s.npz")
        with pytest.raises(ModelFileError, match="'i' is in the file and not here"):
            projection().load(tmp_path / "s.npz")


def rewritten(path, **changes):
    with np.load(path) as file:
        content = {name: file[name] for name in file.files}
    content |= changes
    np.savez(path, **{name: array for name, array in content.items() if array is not None})


def with_about(path, **changes):
    with np.load(path) as file:
        about = json.loads(str(file["about"]))
    rewritten(path, about=np.array(json.dumps(about | changes)))


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(path.read_bytes()[:-200]),
        lambda path: path.write_bytes(b"nothing"),
        lambda path: path.unlink(),
        lambda path: rewritten(path, w=WEIGHTS),
        lambda path: rewritten(path, w=WEIGHTS.ravel()[1:]),
        lambda path: rewritten(path, w=np.full(N_PRE * N_POST, np.nan)),
        lambda path: rewritten(path, w=np.full(N_PRE * N_POST, 7.0)),
        lambda path: rewritten(path, w=np.array(["a"] * N_PRE * N_POST)),
        lambda path: rewritten(path, w=np.array([None] * N_PRE * N_POST)),
        lambda path: rewritten(path, _x=None),
        lambda path: rewritten(path, more=np.ones(3)),
        lambda path: rewritten(path, **{"arriving.pre": np.array([9]), "arriving_counts.pre": np.array([1])}),
        lambda path: rewritten(path, **{"arriving.pre": np.array([1]), "arriving_counts.pre": np.array([2])}),
        lambda path: rewritten(path, about=None),
        lambda path: rewritten(path, about=np.array("[" * 100000)),
        lambda path: with_about(path, time="\x1b[2J"),
        lambda path: with_about(path, time=float("nan")),
        lambda path: with_about(path, model="\x1b[2J" * 1000),
        lambda path: with_about(path, kind=["\x1b[2J"]),
        lambda path: with_about(path, parameters={"\x1b[2J": 1}),
        lambda path: with_about(path, units=[]),
        lambda path: np.savez_compressed(path, w=np.zeros(10**7)),
    ],
)
def test_damaged_files_are_refused_in_a_line_and_change_nothing(saved, damage):
    damage(saved)
    other = projection(weights=WEIGHTS / 2)
    with pytest.raises(ModelFileError) as caught:
        other.load(saved)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) <= 500
    assert np.array_equal(other.weights, WEIGHTS / 2)


def test_a_network_that_stands_elsewhere_says_so(saved):
    with brainnet.target("numpy"):
        defaultclock.dt = 1 * ms
        network = Network(pre := train(N_PRE, 1, 0, STEPS), post := train(N_POST, 2, 0, STEPS))
        network.run(10 * ms)
        late = models.pair_stdp.connect(pre, post, WEIGHTS, onto=None)
        late.load(saved)
        network.add(late)
        with pytest.raises((ModelFileError, BrianObjectException)) as caught:
            network.run(10 * ms)
        assert "time=0.01*second" in f"{caught.value}{caught.value.__cause__}"
        late.load(saved, time=0.01 * second)
        network.run(10 * ms)
        assert np.abs(late.weights - WEIGHTS).max() > 0


def test_a_failed_write_leaves_the_old_file(saved, monkeypatch):
    before = saved.read_bytes()

    def fails(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez", fails)
    with pytest.raises(ModelFileError, match="No space left"):
        projection().save(saved)
    assert saved.read_bytes() == before
    assert [each.name for each in saved.parent.iterdir()] == [saved.name]
    with pytest.raises(ModelFileError, match="npz"):
        projection().save(saved.with_suffix(".nc"))


@pytest.mark.parametrize("path", ["projection", "synapses"])
@pytest.mark.parametrize("target", ["numpy", "cpp"])
def test_w_takes_the_matrix_that_connect_takes(target, path):
    with brainnet.target(target):
        one = projection(path)
        one.w = WEIGHTS / 2
        one.w[:] = WEIGHTS / 3
        with pytest.raises(ParameterError, match="transpose"):
            one.w = WEIGHTS.T
    with brainnet.target("numpy"):
        one = projection(path)
        one.w = WEIGHTS / 2
        assert np.array_equal(one.w[:], WEIGHTS.ravel() / 2)
        with pytest.raises(ParameterError, match="w_max"):
            one.w = WEIGHTS * 10
        with pytest.raises(ParameterError, match="array" if path == "projection" else "joins other neurons"):
            one.w = sparse.csr_matrix(np.eye(N_PRE, N_POST))


def test_sparse_synapses_take_their_matrix_with_its_unit():
    with brainnet.target("numpy"):
        pre = NeuronGroup(2, "v : 1", threshold="v > 1")
        post = NeuronGroup(3, "g : siemens")
        matrix = sparse.coo_matrix(([1.0, 2.0, 3.0], ([1, 0, 0], [0, 2, 1])), shape=(2, 3))
        one = models.static_synapse.connect(pre, post, (matrix, nS), onto="g", path="synapses")
        one.w = (2 * matrix, nS)
        assert np.array_equal(one.w / nS, 2 * matrix.toarray()[one.i[:], one.j[:]])
        one.w = np.arange(6).reshape(2, 3) * nS
        np.testing.assert_allclose(one.w / nS, np.arange(6).reshape(2, 3)[one.i[:], one.j[:]], rtol=1e-15)
        with pytest.raises(ParameterError, match="unit"):
            one.w = matrix


def test_two_contacts_of_a_pair_are_two_synapses():
    """An additive rule changes each contact: twice of what one synapse of their summed weight learns."""
    twice = sparse.coo_matrix(([0.3, 0.2, 0.4], ([0, 0, 1], [1, 1, 0])), shape=(2, 2))
    with brainnet.target("numpy"):
        defaultclock.dt = 1 * ms
        pre, post = SpikeGeneratorGroup(2, [0], [1] * ms), SpikeGeneratorGroup(2, [1], [3] * ms)
        learned = models.pair_stdp.connect(pre, post, twice, onto=None)
        assert list(zip(learned.i[:], learned.j[:], learned.w[:], strict=True)) == [
            (0, 1, 0.3),
            (0, 1, 0.2),
            (1, 0, 0.4),
        ]
        single = models.pair_stdp.connect(pre, post, twice.tocsr(), onto=None)
        Network(pre, post, learned, single).run(10 * ms)
        gain = single.w[0] - 0.5
        assert gain > 0
        np.testing.assert_allclose(learned.w[:], [0.3 + gain, 0.2 + gain, 0.4], rtol=1e-12)


def test_bounds_are_those_of_a_contact():
    twice = sparse.coo_matrix(([0.8, 0.7], ([0, 0], [1, 1])), shape=(2, 2))
    with brainnet.target("numpy"):
        pre, post = (NeuronGroup(2, "v : 1", threshold="v > 1") for _ in range(2))
        assert len(models.pair_stdp.connect(pre, post, twice, onto=None, w_max=1.0)) == 2


def test_contacts_of_a_static_projection_add_up():
    twice = sparse.coo_matrix(([0.25, 0.5, 1.0], ([0, 0, 1], [1, 1, 0])), shape=(2, 2))
    driven = {}
    for path in ("synapses", "projection"):
        with brainnet.target("numpy"):
            defaultclock.dt = 1 * ms
            pre, post = SpikeGeneratorGroup(2, [0, 1], [1, 2] * ms), NeuronGroup(2, "v : 1")
            Network(pre, post, models.static_synapse.connect(pre, post, twice, path=path)).run(5 * ms)
            driven[path] = np.array(post.v[:])
    assert driven["synapses"].tolist() == driven["projection"].tolist() == [1.0, 0.75]


@pytest.mark.parametrize("path", [None, 3, b"w.npz", ["w.npz"]])
def test_what_is_no_path(path):
    learned = projection()
    for use in (learned.save, learned.load):
        with pytest.raises(ModelFileError, match=r"is no path; give one such as 'weights\.npz'"):
            use(path)


def test_a_sparse_mask_is_named():
    with pytest.raises(ParameterError, match=r"mask is a sparse matrix; give mask\.toarray"):
        projection(mask=sparse.csr_matrix(np.eye(2)))
