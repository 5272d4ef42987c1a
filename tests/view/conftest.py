"""Networks that are looked at, and a browser to look at their pages with."""

import numpy as np
import pytest
from brian2 import Network, NeuronGroup, PoissonGroup, SpikeMonitor, Synapses, ms, mV, prefs
from brian2.units import Hz


@pytest.fixture
def network():
    """Make a small network with every kind of difficulty: subgroups, delays, plasticity, a loop; run for 50 ms."""

    def make(run=True):
        prefs.codegen.target = "numpy"
        rng = np.random.default_rng(0)
        source = PoissonGroup(16, 100 * Hz, name="source")
        exc = NeuronGroup(12, "dv/dt = -v/(10*ms) : volt", threshold="v > 5*mV", reset="v = 0*mV", method="exact",
                          name="exc")  # fmt: skip
        stdp = Synapses(source, exc, "w : volt", on_pre="v_post += w", on_post="w = clip(w + 0.1*mV, 0*mV, 3*mV)",
                        name="stdp")  # fmt: skip
        pre, post = np.nonzero(rng.random((16, 12)) < 0.5)
        stdp.connect(i=pre, j=post)
        stdp.w = rng.uniform(0.5, 2.0, len(pre)) * mV
        stdp.pre.delay = rng.uniform(1, 5, len(pre)) * ms
        loop = Synapses(exc[2:8], exc[4:], on_pre="v_post -= 1*mV", delay=1.5 * ms, name="loop")
        loop.connect(i=[0, 0, 5], j=[0, 0, 7])
        made = Network(source, exc, stdp, loop, SpikeMonitor(exc, name="spikes"))
        if run:
            made.run(50 * ms)
        return made

    before = prefs.codegen.target
    yield make
    prefs.codegen.target = before
