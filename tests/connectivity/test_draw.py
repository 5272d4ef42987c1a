"""Who is connected to whom follows the declared law; what is drawn depends on the seed alone."""

import tracemalloc

import brian2 as b2
import numpy as np
import pytest
from brian2 import NeuronGroup, mm, ms, mV, second, um
from scipy import stats

import brainnet.connectivity
from brainnet.connectivity import (
    AllToAll,
    ByDistance,
    Clipped,
    FixedInDegree,
    FixedOutDegree,
    FixedProbability,
    Grid,
    LogNormal,
    Normal,
    OneToOne,
    Ring,
    SmallWorld,
    Uniform,
)

RULES = [
    FixedProbability(0.05, seed=3),
    FixedProbability(0.7, seed=3),
    FixedInDegree(7, seed=3),
    FixedInDegree(150, seed=3),
    FixedInDegree(7, multapses=True, seed=3),
    FixedOutDegree(7, seed=3),
    FixedOutDegree(150, seed=3, self_connections=False),
    OneToOne(seed=3),
    AllToAll(seed=3),
    ByDistance(0.5, 0.1, Ring(1.0), seed=3),
    ByDistance(0.8, 20 * um, Grid(200 * um, 200 * um, periodic=False), profile="exponential", seed=3),
    ByDistance(1.0, 1.0, Grid(14.0, 14.0), profile="box", seed=3),
    SmallWorld(6, 0.3, seed=3),
]
N = 196


def degrees(drawn):
    return np.diff(drawn.starts), np.bincount(drawn.j, minlength=drawn.shape[1])


def close(measured, mean, sd):
    """Within four standard errors: wrong in 1 of 16,000 draws."""
    return abs(measured - mean) < 4 * sd


@pytest.mark.parametrize("rule", RULES, ids=repr)
def test_what_is_drawn_is_in_order_and_depends_on_seed_and_stream(rule):
    drawn, again = rule.draw(N, N), rule.draw(N, N)
    assert np.array_equal(drawn.j, again.j)
    assert np.array_equal(drawn.i, again.i)
    flat = drawn.i.astype(np.int64) * N + drawn.j
    steps = np.diff(flat)
    assert (steps >= 0).all() if getattr(rule, "multapses", False) else (steps > 0).all()
    assert flat.min() >= 0
    assert drawn.j.max() < N
    assert len(drawn) == drawn.starts[-1]
    if type(rule) in (OneToOne, AllToAll) or getattr(rule, "profile", "") == "box":
        return
    for other in ({"seed": 4}, {"stream": 1}):
        changed = type(rule)(**{**vars(rule), **other}).draw(N, N)
        assert not np.array_equal(changed.i * N + changed.j, flat), other


@pytest.mark.parametrize("rule", RULES, ids=repr)
def test_repr_gives_it_back(rule):
    full = type(rule)(**{**vars(rule), "weights": Clipped(Normal(1 * mV, 0.3 * mV), 0 * mV, 2 * mV), "delays": 1 * ms})
    for each in (rule, full):
        assert eval(repr(each), {**vars(b2), **vars(brainnet.connectivity)}) == each
        assert hash(each) == hash(eval(repr(each), {**vars(b2), **vars(brainnet.connectivity)}))
    assert full != rule
    with pytest.raises(AttributeError):
        rule.seed = 1


@pytest.mark.parametrize("rule", [r for r in RULES if type(r) not in (OneToOne, AllToAll, SmallWorld)], ids=repr)
def test_no_neuron_is_connected_to_itself(rule):
    alone = type(rule)(**{**vars(rule), "self_connections": False})
    cells = NeuronGroup(N, "v : 1", threshold="v > 1", name="cells")
    whole = [(N, N, 0), (cells, cells, 0)]
    parts = [(cells[50:99], cells[:144], 50), (cells, cells[52:], -52)]
    if isinstance(rule, ByDistance) or getattr(rule, "k", 0) == 150:  # parts that are no sheet, or too few neurons
        parts = []
    for pre, post, own in whole + parts:
        drawn = alone.draw(pre, post)
        assert len(drawn)
        assert not (drawn.j == drawn.i + own).any()
    # Without that, neurons are connected to themselves as to any other.
    drawn = type(rule)(**{**vars(rule), "seed": 11, "self_connections": True}).draw(N, N)
    assert (drawn.j == drawn.i).any()


def test_fixed_probability_has_binomial_degrees():
    n, m, p = 800, 500, 0.03
    drawn = FixedProbability(p, seed=5).draw(n, m)
    out, into = degrees(drawn)
    assert close(len(drawn), n * m * p, np.sqrt(n * m * p * (1 - p)))
    for degree, trials in ((out, m), (into, n)):
        variance = trials * p * (1 - p)
        # Variance of the sample variance, by the fourth moment of the binomial distribution.
        fourth = variance * (1 + 3 * (trials - 2) * p * (1 - p))
        sd = np.sqrt((fourth - variance**2 * (len(degree) - 3) / (len(degree) - 1)) / len(degree))
        assert close(degree.var(ddof=1), variance, sd)
    # No place is preferred: the columns are uniform (chi-squared, 4 standard deviations of 499 degrees of freedom).
    assert close(stats.chisquare(into).statistic / (1 - p), m - 1, np.sqrt(2 * (m - 1)))
    assert not len(FixedProbability(0.0).draw(n, m))
    assert len(FixedProbability(1.0).draw(n, m)) == n * m
    assert len(FixedProbability(1e-300).draw(n, m)) == 0


@pytest.mark.parametrize("k", [1, 20, 120])
@pytest.mark.parametrize("multapses", [False, True])
def test_fixed_degrees_are_exact_and_the_other_side_is_random(k, multapses):
    n, m = 160, 400
    out, into = degrees(FixedInDegree(k, multapses=multapses, seed=6).draw(n, m))
    assert (into == k).all()
    out_2, into_2 = degrees(FixedOutDegree(k, multapses=multapses, seed=6).draw(m, n))
    assert (out_2 == k).all()
    for free in (out, into_2):
        assert free.sum() == k * m
        # Each neuron is one of the k of each of m others: binomial, with replacement k times as many trials.
        p, trials = (1 / n, k * m) if multapses else (k / n, m)
        variance = trials * p * (1 - p)
        # The degrees add up to k m: any two of them have the covariance -variance/(n - 1). The error of a sample
        # variance is that of normal numbers, and a fifth more where the mean is as small as here.
        assert close(free.var(ddof=1), variance * n / (n - 1), 1.2 * variance * np.sqrt(2 / (n - 1)))


def test_subsets_are_drawn_alike():
    drawn = FixedInDegree(2, seed=7).draw(5, 20_000)
    order = np.argsort(drawn.j, kind="stable")
    chosen = drawn.i[order].reshape(-1, 2)
    counts = np.bincount(chosen[:, 0] * 5 + chosen[:, 1], minlength=25)
    counts = counts[counts > 0]
    assert len(counts) == 10
    assert close(stats.chisquare(counts).statistic, 9, np.sqrt(18))


@pytest.mark.parametrize("space", [Ring(2 * mm), Grid(2 * mm, 2 * mm), Grid(2 * mm, 2 * mm, periodic=False)], ids=repr)
@pytest.mark.parametrize(("n", "m"), [(400, 400), (400, 1600), (1600, 400)])
@pytest.mark.parametrize("profile", ["gaussian", "exponential", "box"])
def test_the_probability_follows_the_distance(space, n, m, profile):
    rule = ByDistance(0.6, 0.15 * mm, space, profile=profile, seed=8)
    drawn = rule.draw(n, m)

    def places(count):
        if isinstance(space, Ring):
            return (np.arange(count) + 0.5)[:, None] / count * 2e-3
        side = round(np.sqrt(count))
        return (np.stack(np.divmod(np.arange(count), side), axis=1) + 0.5) / side * 2e-3

    apart = np.abs(places(n)[:, None] - places(m)[None])
    if space.periodic:
        apart = np.minimum(apart, 2e-3 - apart)
    distance = np.sqrt((apart**2).sum(axis=2))
    there = np.zeros((n, m))
    there[drawn.i, drawn.j] = 1
    x = distance / 0.15e-3
    p = 0.6 * {"gaussian": np.exp(-x * x / 2), "exponential": np.exp(-x), "box": (x <= 1 + 1e-9) * 1.0}[profile]
    for low, high in ((0, 0.5), (0.5, 1.0), (1.0, 2.0), (2.0, 4.0), (4.0, 40.0)):
        chosen = (x >= low) & (x < high)
        expected, variance = p[chosen].sum(), (p * (1 - p))[chosen].sum()
        assert close(there[chosen].sum(), expected, np.sqrt(variance) + 1e-9), (low, high)
    assert close(there.sum(), p.sum(), np.sqrt((p * (1 - p)).sum()))
    if n == m:
        assert rule.expected(n, m) == pytest.approx(p.sum(), rel=1e-9)


def test_small_world_replaces_neighbours():
    n, k, p = 500, 10, 0.2
    drawn = SmallWorld(k, p, seed=9).draw(n, n)
    step = (drawn.j.astype(int) - drawn.i) % n
    near = (step <= k // 2) | (step >= n - k // 2)
    assert (degrees(drawn)[0] == k).all()
    assert (step > 0).all()
    assert close(near.sum(), n * k * (1 - p), np.sqrt(n * k * p * (1 - p)))
    far = np.bincount(step[~near], minlength=n)[k // 2 + 1 : n - k // 2]
    assert close(stats.chisquare(far).statistic, len(far) - 1, np.sqrt(2 * len(far)))
    regular = SmallWorld(k, 0.0).draw(n, n)
    assert {*np.unique((regular.j.astype(int) - regular.i) % n)} == {*range(1, 6), *range(n - 5, n)}


def test_weights_and_delays_have_the_declared_moments_and_units():
    n = 200_000
    rule = FixedOutDegree(1000, weights=Normal(0.4 * mV, 0.1 * mV), delays=Uniform(1 * ms, 3 * ms), seed=2)
    drawn = rule.draw(200, 5000)
    weights, delays = np.asarray(drawn.weights / mV), np.asarray(drawn.delays / ms)
    assert close(weights.mean(), 0.4, 0.1 / np.sqrt(n))
    assert close(weights.var(), 0.01, 0.01 * np.sqrt(2 / n))
    assert close(delays.mean(), 2, 2 / np.sqrt(12 * n))
    assert 1 <= delays.min() < delays.max() < 3
    assert abs(np.corrcoef(weights, delays)[0, 1]) < 4 / np.sqrt(n)
    assert drawn.matrix.nnz == n
    assert np.array_equal(drawn.matrix.data, np.asarray(drawn.weights))
    skewed = LogNormal(0.5 * mV, 0.8).draw(np.random.default_rng(1), n) / 1e-3
    assert close(np.log(skewed).mean(), np.log(0.5), 0.8 / np.sqrt(n))
    cut = Clipped(Normal(0.0, 1.0), -1.0, 2.0).draw(np.random.default_rng(1), n)
    exact = stats.truncnorm(-1, 2)
    assert close(cut.mean(), exact.mean(), exact.std() / np.sqrt(n))
    held = Clipped(Normal(0.0, 1.0), -1.0, 2.0, again=False).draw(np.random.default_rng(1), n)
    assert close((held == -1).mean(), stats.norm.cdf(-1), np.sqrt(0.16 * 0.84 / n))
    pure = OneToOne(weights=0.5).draw(3, 3)
    assert np.array_equal(pure.weights, [0.5, 0.5, 0.5])
    # A change of one leaves the others alone.
    other = FixedOutDegree(1000, weights=1 * mV, delays=Uniform(1 * ms, 3 * ms), seed=2).draw(200, 5000)
    assert np.array_equal(other.j, drawn.j)
    assert np.array_equal(other.delays, drawn.delays)


def test_the_draw_is_the_one_that_was_documented():
    """Seeds go on meaning what they meant: integers of NumPy's PCG64 are the same on every platform."""
    drawn = FixedInDegree(3, seed=42, stream=1, self_connections=False).draw(8, 8)
    order = np.argsort(drawn.j, kind="stable")
    before = [[2, 3, 6], [3, 4, 5], [0, 3, 4], [2, 6, 7], [5, 6, 7], [0, 2, 7], [0, 2, 4], [2, 5, 6]]
    assert drawn.i[order].reshape(8, 3).tolist() == before


BAD = {
    "probability": (lambda: FixedProbability(1.5), "at most 1"),
    "negative": (lambda: FixedProbability(-0.1), "at least 0"),
    "in_degree": (lambda: FixedInDegree(11).draw(10, 5), r"k = 11, and a neuron has 10 .* multapses=True"),
    "in_degree_self": (lambda: FixedInDegree(10, self_connections=False).draw(10, 10), "has 9 others"),
    "out_degree": (lambda: FixedOutDegree(6).draw(10, 5), "has 5 others"),
    "many": (lambda: AllToAll().draw(60_000, 60_000), r"2\*\*31 - 1"),
    "self": (lambda: FixedProbability(0.1, self_connections=False).draw(10, 20), "different neurons"),
    "one_to_one": (lambda: OneToOne().draw(10, 20), "populations of one size"),
    "itself": (lambda: OneToOne(self_connections=False).draw(10, 10), "each neuron with itself"),
    "odd": (lambda: SmallWorld(3, 0.1), "even number"),
    "small": (lambda: SmallWorld(6, 0.1).draw(10, 10), "at least 13"),
    "parts": (lambda: small_world_of_two_parts(), "give the same part"),
    "shape": (lambda: ByDistance(0.1, 1.0, Grid(3.0, 3.0)).draw(10, 10), "no rows and columns"),
    "scale": (lambda: ByDistance(0.1, 1.0, Ring(3 * mm)), "another unit"),
    "profile": (lambda: ByDistance(0.1, 1.0, Ring(3.0), profile="gauss"), "did you mean 'gaussian'"),
    "delay_unit": (lambda: FixedProbability(0.1, delays=3 * mV), "no times"),
    "delay": (lambda: FixedProbability(0.1, delays=-3 * ms), "below 0"),
    "delay_range": (lambda: FixedProbability(0.1, delays=Uniform(-1 * ms, 2 * ms)), "below 0"),
    "weights": (lambda: FixedProbability(0.1, weights=[1, 2]), "not one finite number"),
    "nan": (lambda: FixedProbability(0.1, weights=np.nan * mV), "not one finite number"),
    "units": (lambda: Normal(1 * mV, 1.0), "different units"),
    "sd": (lambda: Normal(1 * mV, -1 * mV), "below 0"),
    "median": (lambda: LogNormal(0 * mV, 1.0), "above 0"),
    "order": (lambda: Uniform(2, 1), "exchange them"),
    "bounds": (lambda: Clipped(Normal(0.0, 1.0), 40.0, 41.0).draw(np.random.default_rng(0), 2000), "lie beyond"),
    "clip_unit": (lambda: Clipped(Normal(0.0, 1.0), 0 * mV, 1.0), "another unit"),
    "size": (lambda: FixedProbability(0.1).draw(0, 10), "no population"),
    "seed": (lambda: FixedProbability(0.1, seed=-1), "seed = -1"),
    "unweighted": (lambda: FixedProbability(0.1).draw(9, 9).weights, "weights=0.1"),
}


def small_world_of_two_parts():
    cells = NeuronGroup(40, "v : 1", threshold="v > 1")
    return SmallWorld(4, 0.1, self_connections=False).draw(cells[:20], cells[10:30])


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_refused_with_a_remedy(case):
    make, remedy = BAD[case]
    with pytest.raises(brainnet.BrainnetError, match=remedy):
        make()


def test_memory_that_will_not_do_is_refused_before_it_is_taken(monkeypatch):
    monkeypatch.setattr("brainnet.connectivity.memory.available_memory", lambda: 2**30)
    with pytest.raises(brainnet.BrainnetError, match=r"take 2\.33 GiB to draw, and 1 GiB are free"):
        FixedInDegree(1000, weights=Normal(1.0, 0.1), delays=Uniform(0 * second, 1 * second)).draw(10**5, 10**5)
    assert len(FixedInDegree(1, weights=Normal(1.0, 0.1)).draw(10, 10)) == 10


@pytest.mark.parametrize(
    "rule",
    [
        FixedProbability(0.05),
        FixedInDegree(50),
        FixedOutDegree(50),
        AllToAll(),
        ByDistance(0.4, 0.1, Grid(1.0, 1.0)),
        SmallWorld(50, 0.3),
    ],
    ids=repr,
)
def test_no_more_memory_is_taken_than_was_said(rule):
    drawn_from = Normal(1.0, 0.1), Uniform(1 * ms, 2 * ms)
    declared = type(rule)(**{**vars(rule), **dict(zip(("weights", "delays"), drawn_from, strict=True))})
    declared.draw(225, 225)
    tracemalloc.start()
    count = len(declared.draw(1600, 1600))
    taken = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count > 50_000
    assert taken < declared.bytes_each * count + 2**18, "besides, what does not grow with them"
