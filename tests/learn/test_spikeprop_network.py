"""Spikes and derivatives of the spike response network: references, closed forms, finite differences."""

import itertools
import sys
from pathlib import Path

import numpy as np
import pytest

from brainnet.learn.spikeprop.crossing import first_crossing
from brainnet.learn.spikeprop.rule import Layer, backward, forward

sys.path.insert(0, str(Path(__file__).parents[1] / "reference"))
import spikeprop as reference

DELAYS = np.arange(1.0, 6.0)


def _network(rng, *, sizes=(3, 4, 2), own_delays=False, scale=0.25):
    layers = []
    for before, after in itertools.pairwise(sizes):
        delays = DELAYS[None, None] + (rng.uniform(-0.5, 0.5, (after, before, 5)) if own_delays else 0)
        layers.append(
            Layer(
                rng.uniform(-0.4, 1, (after, before, 5)) * scale,
                delays,
                rng.uniform(4, 8, after),
                rng.uniform(0.8, 1.2, after),
            )
        )
    return layers


def _error(layers, inputs, targets, end=60.0, least_slope=0.01):
    times = forward(layers, inputs, end, least_slope)[-1].times
    return 0.5 * ((times - targets) ** 2).sum()


def test_one_alpha_function_crosses_where_its_inverse_says():
    # u = w x e^(1-x): at x = 1/2 it is w sqrt(e)/2; the threshold there gives t = a + tau/2.
    w = 1.7
    found = first_crossing(
        np.array([[[3.0]]]), np.array([[w]]), np.array([4.0]), np.array([w * np.sqrt(np.e) / 2]), 50.0
    )
    assert found.fires.all()
    assert found.at[0, 0] == pytest.approx(5.0, abs=1e-12)


def test_threshold_just_below_and_above_the_peak():
    def fires(theta):
        return first_crossing(np.array([[[3.0]]]), np.array([[1.0]]), np.array([4.0]), np.array([theta]), 50.0)

    assert fires(1 - 1e-12).at[0, 0] == pytest.approx(7.0, abs=1e-4)
    silent = fires(1 + 1e-12)
    assert not silent.fires.any()
    assert silent.at[0, 0] == pytest.approx(7.0)
    assert silent.potential[0, 0] == pytest.approx(1.0)


def test_short_excursion_between_two_grid_points_is_found():
    # An inhibitory spike ends the excursion 1 us after it began: a grid would have to be that fine.
    at = first_crossing(np.array([[[0.0]]]), np.array([[2.0]]), np.array([5.0]), np.array([1.0]), 50.0).at[0, 0]
    found = first_crossing(np.array([[[0.0, at + 1e-3]]]), np.array([[2.0, -50.0]]), np.array([5.0]), np.ones(1), 50.0)
    assert found.at[0, 0] == pytest.approx(at, abs=1e-12)
    found = first_crossing(np.array([[[0.0, at - 1e-3]]]), np.array([[2.0, -50.0]]), np.array([5.0]), np.ones(1), 50.0)
    assert not found.fires.any()


@pytest.mark.parametrize("seed", range(6))
def test_spikes_and_weight_gradients_equal_the_reference(seed):
    rng = np.random.default_rng(seed)
    layers = [
        Layer(each.weights, each.delays, np.full(len(each.taus), 5.0), np.ones(len(each.taus)))
        for each in _network(rng, scale=0.5)
    ]
    inputs, targets = rng.uniform(0, 6, (1, 3)), np.array([12.0, 18.0])
    passed = forward(layers, inputs, 60.0, 1e-9)
    if not all(each.fires.all() for each in passed):
        silent = [
            reference.firing_time(list(inputs[0]), w, [list(DELAYS)] * 3, 5.0, 1.0, 60.0) is None
            for w in layers[0].weights
        ]
        np.testing.assert_array_equal(silent, ~passed[0].fires[0])
        return
    gradients = backward(layers, passed, passed[-1].times - targets)
    hidden, outputs, hidden_gradient, output_gradient = reference.weight_gradients(
        list(inputs[0]), layers[0].weights, layers[1].weights, list(DELAYS), 5.0, 1.0, targets, 60.0
    )
    np.testing.assert_allclose(passed[0].times[0], hidden, rtol=0, atol=1e-10)
    np.testing.assert_allclose(passed[1].times[0], outputs, rtol=0, atol=1e-10)
    np.testing.assert_allclose(gradients[0]["weights"], hidden_gradient, rtol=1e-8, atol=1e-10)
    np.testing.assert_allclose(gradients[1]["weights"], output_gradient, rtol=1e-8, atol=1e-10)


@pytest.mark.parametrize(("own_delays", "seed"), [(False, 0), (True, 5)])
def test_all_derivatives_equal_finite_differences(own_delays, seed):
    rng = np.random.default_rng(seed)
    layers = _network(rng, own_delays=own_delays)
    inputs, targets = rng.uniform(0, 6, (4, 3)), rng.uniform(10, 20, (4, 2))
    inputs[2, 1] = np.inf  # a silent input
    passed = forward(layers, inputs, 60.0, 0.01)
    # The least slope changes no derivative of these spikes, and one output is silent in one pattern at least.
    assert all(each.fires.any() and (each.slope[each.fires] > 0.01).all() for each in passed)
    assert not passed[0].fires.all(), "a silent hidden neuron belongs to the test"
    gradients = backward(layers, passed, passed[-1].times - targets)
    # Rounding of E ~ 1000 in double precision against truncation: both about 1e-6 of the largest derivative.
    step = 1e-5
    for number, layer in enumerate(layers):
        for name, array in layer.arrays().items():
            numeric = np.zeros_like(array)
            for index in np.ndindex(array.shape):
                for sign in (1, -1):
                    moved = array.copy()
                    moved[index] += sign * step
                    changed = [*layers[:number], layer.changed(**{name: moved}), *layers[number + 1 :]]
                    numeric[index] += sign * _error(changed, inputs, targets) / (2 * step)
            scale = np.abs(numeric).max()
            np.testing.assert_allclose(gradients[number][name], numeric, rtol=1e-5, atol=1e-5 * scale, err_msg=name)


def test_derivative_of_a_silent_output_raises_its_potential():
    layer = Layer(np.full((1, 2, 5), 0.05), DELAYS[None, None], np.array([5.0]), np.ones(1))
    inputs, targets = np.array([[0.0, 3.0]]), np.array([[10.0]])
    (passed,) = forward([layer], inputs, 60.0, 0.1)
    assert not passed.fires.any()
    (gradient,) = backward([layer], [passed], passed.times - targets)
    assert (gradient["weights"] < 0).all()  # descent raises all weights
    step = 1e-6
    for index in np.ndindex(layer.weights.shape):
        plus, minus = layer.weights.copy(), layer.weights.copy()
        plus[index] += step
        minus[index] -= step
        numeric = (
            _error([layer.changed(weights=plus)], inputs, targets, least_slope=0.1)
            - _error([layer.changed(weights=minus)], inputs, targets, least_slope=0.1)
        ) / (2 * step)
        assert gradient["weights"][index] == pytest.approx(numeric, rel=1e-5)


def test_grazing_spike_keeps_the_derivative_finite():
    layer = Layer(np.ones((1, 1, 1)), np.ones((1, 1, 1)), np.array([4.0]), np.array([1 - 1e-14]))
    (passed,) = forward([layer], np.zeros((1, 1)), 60.0, 0.1)
    assert passed.fires.all()
    (gradient,) = backward([layer], [passed], np.ones((1, 1)))
    assert gradient["weights"].item() == pytest.approx(-1 / 0.1, rel=1e-6)  # -eps/m at the peak


def test_no_nan_where_nothing_arrives():
    layers = _network(np.random.default_rng(1))
    passed = forward(layers, np.full((1, 3), np.inf), 60.0, 0.1)
    assert not any(each.fires.any() for each in passed)
    for gradient in backward(layers, passed, passed[-1].times - 10):
        assert all(np.isfinite(each).all() for each in gradient.values())
        assert not gradient["weights"].any()
