"""A small protocol with every kind of result."""

import numpy as np
import pytest
import xarray as xr
from brian2 import ms
from matplotlib.figure import Figure

from brainnet.declare.protocol import Protocol, Result
from brainnet.values.parameter import Parameter


def _experiment(tau, n, coding, seed):
    """A small experiment."""
    return xr.Dataset(
        {
            "accuracy": 0.75,
            "by_step": ("step", np.array([0.25, 0.5])),
            "by_layer": ("layer", np.array([3, 4])),
            "raw": ("free", np.array([1.5, 2.5])),
            "spikes": (("step", "layer"), np.zeros((2, 2))),
        },
        {"step": [1, 10], "layer": ["hidden", "output"]},
    )


@pytest.fixture
def protocol():
    def draw(dataset):
        figure = Figure()
        figure.subplots().plot(dataset["by_step"])
        return figure

    return Protocol(
        "experiment",
        _experiment,
        {"tau": Parameter(20 * ms, "time constant"), "n": Parameter(3, "how many"), "coding": Parameter("a", "how")},
        {
            "accuracy": Result("accuracy", reference=0.8, tolerance=0.1, source="Somebody 2001, table 1"),
            "by_step": Result("accuracy by step"),
            "by_layer": Result("spikes", unit="spikes"),
            "raw": Result("raw"),
        },
        draw,
    )


@pytest.fixture
def dataset(protocol):
    return protocol()


@pytest.fixture
def how():
    return {"seed": 7, "target": "numpy", "wall_seconds": 1.25}
