"""The network with delays and derivatives of weights against the program's rules, ms by ms; rhythms of known trains."""

import numpy as np
import pytest
from brian2 import Network, SpikeMonitor, ms, second

import brainnet
from brainnet import figures, protocols
from brainnet.plot import part
from brainnet.random import uniform
from tests.reference import polychronous

NEURONS, FAN_OUT, SECONDS, SEED = 60, 30, 3, 4


@pytest.fixture(scope="module")
def expected():
    """What is drawn, and what the reference makes of it, as it is and with the sides swapped."""
    module = protocols.polychronisation.module
    with brainnet.target("numpy"):
        cells, plastic, _, delays = module.assemble(NEURONS, FAN_OUT, SEED, "False")
        excitation, _, inhibition = (each.tocoo() for each in module.connections(cells, 48, FAN_OUT, SEED))
        assert np.array_equal(plastic.j, excitation.col)
    pre = np.concatenate([excitation.row, inhibition.row + 48])
    post = np.concatenate([excitation.col, inhibition.col])
    late = np.concatenate([delays.data, np.ones(inhibition.nnz)])
    w = np.concatenate([excitation.data, inhibition.data])
    # As many spikes from outside as a network of 1000 gets, or nothing would be learned in 3 s.
    steps = np.arange(SECONDS * 1000)
    struck = np.array([int(NEURONS * uniform.pyfunc(SEED, 0, step, 0)) for step in steps])
    return [
        polychronous.run(pre, post, w, late, 48, NEURONS, struck, swapped) for swapped in (False, True)
    ], excitation.nnz


@pytest.mark.parametrize("target", ["numpy", "cpp"])
def test_spikes_and_weights_are_those_of_the_program(expected, target, request):
    if target != "numpy":
        request.getfixturevalue("compiler")
    ((spikes, w, sd), (_, wrong, _)), n = expected
    module = protocols.polychronisation.module
    with brainnet.target(target):
        cells, plastic, objects, _ = module.assemble(NEURONS, FAN_OUT, SEED, "False", reach=NEURONS)
        fired = SpikeMonitor(cells)
        # Without the last tick, in which arrives what moves neurons later.
        brainnet.build(Network(objects, fired), SECONDS * second - 0.5 * ms).run()
        times = np.round(np.asarray(fired.t / ms)).astype(int)
        ours = sorted(zip(times.tolist(), np.asarray(fired.i).tolist(), strict=True))
        assert len(ours) > 500
        assert ours == sorted((when, neuron) for neuron, when in spikes)
        np.testing.assert_allclose(plastic.w / module.UNIT, w[:n], rtol=0, atol=1e-12)
        np.testing.assert_allclose(plastic.sd / module.UNIT, sd[:n], rtol=0, atol=1e-12)
        assert np.ptp(w[:n]) > 1
        assert np.abs(np.asarray(plastic.w / module.UNIT) - wrong[:n]).max() > 0.1


def test_rhythm_of_known_trains():
    module = protocols.polychronisation.module
    rng, ms_each = np.random.default_rng(3), np.arange(60_000)
    steady = np.repeat(ms_each, rng.poisson(2.0, len(ms_each))) / 1000
    waves = 2 * (1 + 0.5 * np.sin(2 * np.pi * 3 * ms_each / 1000)) + 0.5 * np.sin(2 * np.pi * 40 * ms_each / 1000)
    rhythmic = np.repeat(ms_each, rng.poisson(waves)) / 1000
    frequency, found = module.power(steady, 60.0)
    # Of independent neurons each of 119 pieces, overlapping by half, has a power of 1 with a standard deviation of 1.
    assert found[2:-2].mean() == pytest.approx(1, abs=4 / np.sqrt(60 * 496))
    frequency, found = module.power(rhythmic, 60.0)
    assert module.in_band(frequency, found, "delta")[0] == 3
    assert module.in_band(frequency, found, "gamma")[0] == 40
    # One frequency out of four, in a window of 1 s (Hann: 1.5 frequencies wide): variance 0.5 in units of 2/ms.
    assert module.in_band(frequency, found, "delta")[1] > 20


def test_all_targets_agree_and_draw(request, monkeypatch):
    request.getfixturevalue("compiler")
    small = {"neurons": 60, "fan_out": 30, "duration": 2 * second, "window": 1 * second}
    runs = []
    for target in ("numpy", "cpp"):
        with brainnet.target(target):
            runs.append(protocols.polychronisation(seed=2, **small))
    for name in ("weight_course", "rate_course", "spectrum", "neuron_after"):
        np.testing.assert_allclose(runs[0][name], runs[1][name], rtol=0, atol=1e-9)
    assert float(runs[0].groups) == 0  # no weight has grown to the bound yet
    drawn = protocols.polychronisation.draw(runs[0])
    assert "no groups" in [each.get_text() for each in part(drawn, "group").texts]
    monkeypatch.setattr(type(protocols.polychronisation), "__call__", lambda *_, **given: runs[1])
    with brainnet.target("cpp"):
        drawn = figures.izhikevich_2006_polychronisation()
    assert part(drawn, "group").get_title("left") == "0 groups in 60 neurons; theirs: more groups than neurons"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"fan_out": 160}, "not below the 160 excitatory"),
        ({"window": 50 * second}, "do not fit into 90. s"),
        ({"strong": 1.0}, "strong"),
        ({"duration": 1 * second}, "duration"),
    ],
)
def test_what_is_refused_before_anything_is_built(given, words, monkeypatch):
    monkeypatch.setattr(protocols.polychronisation.module, "assemble", None)
    with pytest.raises(brainnet.BrainnetError, match=words), brainnet.target("numpy"):
        protocols.polychronisation(quick=True, **given)
