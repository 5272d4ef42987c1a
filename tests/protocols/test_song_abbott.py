"""Competition of synapses under pair STDP."""

import numpy as np
import pytest
from brian2 import Hz, second

import brainnet
from brainnet import protocols


@pytest.fixture(scope="module")
def experiment():
    with brainnet.target("cpp"):
        return protocols.song_abbott(quick=True, seed=1)


def test_weights_end_in_two_groups(experiment):
    # At the start each fifth holds 0.2, with a standard error of sqrt(0.2*0.8/1000) = 0.013.
    middle = float(np.mean((experiment.weight > 0.4) & (experiment.weight < 0.6)))
    assert float(experiment.share_low) > middle + 4 * 0.013
    assert float(experiment.share_high) > middle + 4 * 0.013
    assert float(experiment.share_at_bounds) == pytest.approx(float(experiment.share_low + experiment.share_high))


def test_weights_stay_within_bounds_and_the_neuron_fires(experiment):
    assert experiment.weight.min() >= 0
    assert experiment.weight.max() <= 1
    assert float(experiment.final_rate) > 1


def test_the_neuron_comes_to_respond_earlier_as_early_inputs_win(experiment):
    assert float(experiment.latency_after) < float(experiment.latency_before) - 5
    early = experiment.volley_weight[experiment.volley_input < float(experiment.latency_after) - 5]
    late = experiment.volley_weight[experiment.volley_input > float(experiment.latency_before) + 10]
    assert min(len(early), len(late)) > 50
    assert float(early.mean()) > 0.8
    assert float(late.mean()) < 0.2


def test_numpy_and_cpp_agree():
    runs = []
    for target in ("numpy", "cpp"):
        with brainnet.target(target):
            runs.append(protocols.song_abbott(quick=True, synapses=300, rate=50 * Hz, duration=0.4 * second))
    assert float((runs[0].weight != runs[0].weight_at_start).mean()) > 0.5
    assert runs[0].weight.values == pytest.approx(runs[1].weight.values, rel=1e-9)
    assert runs[0].volley_weight.values == pytest.approx(runs[1].volley_weight.values, rel=1e-9)
    assert runs[0].first_spike.values == pytest.approx(runs[1].first_spike.values)


def test_a_rate_beyond_the_time_step_is_refused():
    with pytest.raises(brainnet.BrainnetError, match=r"more than one spike in dt = 0.5 ms; set a lower rate"):
        protocols.song_abbott(quick=True, rate=5000 * Hz)
