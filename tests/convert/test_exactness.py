"""One neuron under constant input z, T steps: closed forms, through `convert`."""

from fractions import Fraction
from math import ceil, floor

import numpy as np
import pytest

import brainnet
from brainnet.convert import convert

# Below 0, at 0, at 1 and above: multiples of 1/64, whose sums are exact, and hundredths, whose sums are rounded.
FRACTIONS = [Fraction(k, 64) for k in range(-16, 97)] + [Fraction(k, 100) for k in range(101)]
Z = np.array([float(z) for z in FRACTIONS])
T = 100


def closed_form(reset, v_init):
    """In whole numbers and fractions: nothing is rounded."""
    start = Fraction(1, 2) if v_init == "half" else Fraction(0)
    if reset == "zero":
        # From v0 the first spike comes after ceil((1 - v0)/z) steps, the next ones every ceil(1/z).
        first = [ceil((1 - start) / z) if z > 0 else T + 1 for z in FRACTIONS]
        return [(T - f) // ceil(1 / z) + 1 if f <= T else 0 for f, z in zip(first, FRACTIONS, strict=True)]
    return [min(max(floor(T * z + start), 0), T) for z in FRACTIONS]


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
        for z, count in zip(FRACTIONS, counts, strict=True):
            assert z <= 0 or count == T // ceil(1 / z)


@pytest.mark.parametrize("steps", [1, 7, 100])
def test_regular_input_carries_floor_of_t_times_p(identity, steps):
    p = np.arange(65) / 64
    with brainnet.target("numpy"):
        network = convert(identity(65), normalisation="none", steps=steps, coding="regular")
        response = network.run(np.stack([p, p[::-1]]))
    for name in ("input", "out"):
        np.testing.assert_array_equal(response.counts[name], np.floor(steps * np.stack([p, p[::-1]])))
