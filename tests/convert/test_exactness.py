"""One neuron under constant input z, T steps: closed forms, through `convert`."""

import numpy as np
import pytest

import brainnet
from brainnet.convert import convert

# z of exact sums (multiples of 1/64), below 0, at 0, at 1 and above.
Z = np.arange(-16, 97) / 64
T = 100


def closed_form(reset, v_init):
    if reset == "zero":
        # From v0 the first spike comes after ceil((1 - v0)/z) steps, the next ones every ceil(1/z).
        start = 0.5 if v_init == "half" else 0.0
        with np.errstate(divide="ignore", invalid="ignore"):
            first, period = np.ceil((1 - start) / Z), np.ceil(1 / Z)
            return np.where((Z > 0) & (first <= T), (T - first) // period + 1, 0)
    if v_init == "half":
        return np.clip(np.floor(T * Z + 0.5), 0, T)
    return np.clip(np.floor(T * Z), 0, T)


@pytest.mark.parametrize(
    ("target", "reset", "v_init"),
    [
        ("numpy", "subtract", "zero"),
        ("numpy", "subtract", "half"),
        ("numpy", "zero", "zero"),
        ("numpy", "zero", "half"),
        ("cython", "subtract", "zero"),
        ("cpp", "subtract", "half"),
    ],
)
def test_constant_input(identity, target, reset, v_init):
    with brainnet.target(target):
        network = convert(identity(len(Z)), normalisation="none", steps=T, reset=reset, v_init=v_init)
        counts = network.run(Z[None]).counts["out"][0]
    wanted = closed_form(reset, v_init)
    np.testing.assert_array_equal(counts, wanted)
    if (reset, v_init) == ("zero", "zero"):  # the rate of the literature, 1/ceil(1/z), to the last whole spike
        positive = Z > 0
        np.testing.assert_array_equal(counts[positive], T // np.ceil(1 / Z[positive]))


@pytest.mark.parametrize("steps", [1, 7, 100])
def test_regular_input_carries_floor_of_t_times_p(identity, steps):
    p = np.arange(65) / 64
    with brainnet.target("numpy"):
        network = convert(identity(65), normalisation="none", steps=steps, coding="regular")
        response = network.run(np.stack([p, p[::-1]]))
    for name in ("input", "out"):
        np.testing.assert_array_equal(response.counts[name], np.floor(steps * np.stack([p, p[::-1]])))
