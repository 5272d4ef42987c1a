"""One mixed network, made on the target in force."""

import numpy as np
import pytest
from brian2 import Network, SpikeMonitor, StateMonitor, ms, mV, nA

import brainnet
from brainnet import models, uniform
from brainnet.declare import NeuronModel, Parameter
from brainnet.targets import use_common_schedule


@pytest.fixture(scope="session")
def mixed():
    """Run the network and return spikes of its populations, and random numbers as drawn in equations.

    Bernoulli sources drive LIF neurons by exponential currents, with a delay; these drive each other, with another.
    """

    def run(**options):
        rng = np.random.default_rng(2)
        with brainnet.target(**options) as target:
            source = models.bernoulli.group(20, p=0.05, seed=5)
            lif = models.lif.group(30, synapse="current", I_ext=np.linspace(0, 0.3, 30) * nA)
            connect = models.static_synapse.connect
            forward = connect(source, lif, rng.normal(0.1, 0.1, (20, 30)) * nA, onto="I_syn", delay=0.5 * ms)
            recurrent = connect(lif, lif, rng.normal(0, 2, (30, 30)) * mV, delay=1.5 * ms)
            draws = NeuronModel(
                "draws", equations="u = uniform(seed, 3, timestep(t, dt), i) : 1",
                parameters={"seed": Parameter(9, "seed")}, functions={"uniform": uniform},
            ).group(5)  # fmt: skip
            monitors = SpikeMonitor(source), SpikeMonitor(lif)
            drawn = StateMonitor(draws, "u", record=True)
            network = use_common_schedule(Network(source, lif, forward, recurrent, draws, *monitors, drawn))
            brainnet.build(network, 100 * ms).run()
            raster = []
            for monitor in monitors:
                step = np.round(np.array(monitor.t) / 1e-4).astype(int)
                order = np.lexsort((np.array(monitor.i), step))
                raster.append((step[order], np.array(monitor.i)[order]))
            return raster, np.array(drawn.u), target, lif.v.dtype

    return run


@pytest.fixture(scope="session")
def on_numpy(mixed):
    """The same on numpy, to compare with."""
    return mixed(name="numpy")
