"""Given trains: units, the time step that holds them, and rules integrated in steps."""

import numpy as np
import pytest
from brian2 import ms, second, us

import brainnet
from brainnet import models
from brainnet.errors import ParameterError
from brainnet.experiment import final_weights
from brainnet.experiment.grid import SHIFT, spike_times, time_step

PAIR = {"pair": models.pair_stdp(w_min=-1.0)}


def final(trains, rules=PAIR, **options):
    with brainnet.target("numpy"):
        return final_weights(rules, trains, **options)


def test_bare_numbers_are_refused():
    with pytest.raises(ParameterError, match=r"spike times \[10, 60\] carry no unit of time; write e.g."):
        final([([10, 60], [20, 70] * ms)])


def test_thirty_hertz_is_exact_and_short():
    """Sixty pairs at 30 Hz, 10 ms apart: the sum over all pairs, and a step of 1/300 s."""
    pre = np.arange(60) * 1000 / 30
    post = pre + 10
    assert time_step([pre / 1000, post / 1000]) == pytest.approx(1 / 300, rel=1e-15)
    lag = post[:, None] - pre
    want = 0.005 * np.exp(-lag[lag > 0] / 20).sum() - 0.00525 * np.exp(lag[lag < 0] / 20).sum()
    got = final([(pre * ms, post * ms)])["pair"]
    assert got[0] == pytest.approx(want, abs=1e-12)


def test_other_times_move_by_half_a_microsecond_at_most():
    rng = np.random.default_rng(1)
    trains = [0.005 * np.arange(4) + rng.uniform(0, 0.003, 4) for _ in range(2)]
    step = time_step(trains)
    assert step == pytest.approx(1e-6)
    for train in trains:
        assert np.abs(np.round(train / step) * step - train).max() <= SHIFT * (1 + 1e-9)
    pre, post = trains
    lag = 1000 * (post[:, None] - pre)
    exact = 0.005 * np.exp(-lag[lag > 0] / 20).sum() - 0.00525 * np.exp(lag[lag < 0] / 20).sum()
    # 32 pairs, each wrong by at most 1 us/tau of an amplitude.
    assert final([(pre * second, post * second)])["pair"][0] == pytest.approx(exact, abs=16 * 0.00525 * 1e-6 / 0.02)
    coarse = final([(pre * second, post * second)], dt=100 * us)["pair"][0]
    assert 0 < abs(coarse - exact) < 16 * 0.00525 * 100e-6 / 0.02


def test_whole_microseconds_keep_their_longest_step():
    assert time_step([np.array([0.010, 0.025])]) == 5 * 1e-3
    assert time_step([np.zeros(0)]) == 1e-3


@pytest.mark.parametrize("bad", [[1, 1] * ms, [1, 1.0001] * ms])
def test_two_spikes_at_once_are_refused(bad):
    with pytest.raises(ParameterError, match="two spikes of a train are less than"):
        final([(bad, [3] * ms)])


def test_times_are_times():
    for bad in ([np.nan] * ms, [-1] * ms, [[1]] * ms, 3 * ms):
        with pytest.raises(ParameterError, match="spike times"):
            spike_times("here", bad)
    assert spike_times("here", [3, 1] * ms).tolist() == [0.001, 0.003]
    assert spike_times("here", []).tolist() == []


def test_a_rule_integrated_in_steps_gets_short_ones():
    trains = [([10, 40] * ms, [20, 50] * ms)]
    well = {"well": models.calcium_stdp(drift="double_well", sigma=0.0)}
    got = final(trains, well, w=0.4)["well"]
    assert got == pytest.approx(final(trains, {"exact": models.calcium_stdp})["exact"] * 0 + 0.4, abs=0.1)
    fine = final(trains, well, w=0.4, dt=20 * us)["well"]
    assert got == pytest.approx(fine, rel=1e-3)
    noisy = {"noisy": models.calcium_stdp(drift="double_well")}
    one, same, other = (final(trains, noisy, w=0.4, random_seed=seed)["noisy"] for seed in (1, 1, 2))
    assert one == same
    assert one != other


def test_each_rule_may_have_its_own_start():
    rules = {name: models.pair_stdp(weight_dependence="multiplicative") for name in ("low", "high")}
    got = final([([10] * ms, [20] * ms)], rules, w={"low": 0.1, "high": 0.9})
    for name, start in (("low", 0.1), ("high", 0.9)):
        assert got[name][0] == pytest.approx(start + 0.005 * (1 - start) * np.exp(-0.5), abs=1e-15)
    with pytest.raises(ParameterError, match="w_max"):
        final([([10] * ms, [20] * ms)], rules, w=2.0)
