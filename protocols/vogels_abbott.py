"""The sparse network that keeps itself active: benchmarks 1 (COBA) and 3 (COBAHH) of the review of simulators.

4,000 neurons, four fifths of them excitatory, of which any drives any other with probability 2 %, without delay: 6 nS
by excitatory and 67 nS by inhibitory spikes, in conductances that decay within 5 and 10 ms. Neurons are
integrate-and-fire neurons with a leak of 10 nS (conductance_lif, whose conductances are in units of that), or have
channels (traub_miles). There is no input: conductances at the start are large, drawn from normal distributions (in a
few neurons below zero, as in the released programs), and set off irregular activity that goes on by itself. Spikes take
a step to arrive. Channels start as they rest at E_L; the released program, COBAHH.py, starts with all gates m, h and n
at 0.

With fewer neurons the probability is larger, so that each has as many synapses; small networks fall silent (1,000
integrate-and-fire neurons within 50 ms).
"""

import numpy as np
import xarray as xr
from brian2 import Network, SpikeMonitor, defaultclock, ms, mV, nS, second

from brainnet import Parameter, Result, build, models, protocol
from brainnet.connectivity import FixedProbability
from brainnet.errors import ParameterError
from brainnet.measure import variability
from brainnet.plot.plastic_networks import draw_activity
from brainnet.results import no_value

IN_DEGREE = 0.02 * 4000
W_E, W_I, G_L = 6 * nS, 67 * nS, 10 * nS
SHOWN = 100  # neurons of the raster
LONGEST = 0.15  # ms, time step that channels bear
LIF = {
    "tau_m": 20 * ms, "tau_e": 5 * ms, "tau_i": 10 * ms, "E_L": -60 * mV, "E_e": 0 * mV, "E_i": -80 * mV,
    "v_th": -50 * mV, "v_reset": -60 * mV, "t_ref": 5 * ms,
}  # fmt: skip


def make_cells(neuron, neurons, seed):
    """Neurons at their start, and what a weight of 1 nS is in the unit of their conductances."""
    rng = np.random.default_rng(seed)
    v = -60 + rng.normal(-5, 5, neurons)
    if neuron == "traub_miles":
        cells, unit = models.traub_miles.group(neurons, name="cells"), 1
    else:
        cells, unit = models.conductance_lif.group(neurons, name="cells", **LIF), 1 / G_L
        v = np.minimum(v, -50)  # none above the threshold
    cells.v = v * mV
    cells.g_e = rng.normal(4, 1.5, neurons) * G_L * unit
    cells.g_i = rng.normal(20, 12, neurons) * G_L * unit
    return cells, unit


@protocol(
    parameters={
        "neuron": Parameter(
            "conductance_lif", "benchmark 1, or 3: with channels", choices=("conductance_lif", "traub_miles")
        ),
        "neurons": Parameter(4000, "four fifths of them excitatory", low=100, high=1_000_000),
        "duration": Parameter(1 * second, "time that is simulated", low=10 * ms, quick=0.2 * second),
        "dt": Parameter(0.1 * ms, "time step", above=0 * ms, high=0.5 * ms),
    },
    results={
        "rate": Result("firing rate of a neuron, after the first 50 ms", "Hz"),
        "cv": Result("coefficient of variation of the intervals, mean over neurons that fire often enough"),
        "last_spike": Result("time of the last spike", "s"),
    },
    draw=draw_activity,
    source="Brette et al. 2007, J. Comput. Neurosci. 23:349, doi:10.1007/s10827-007-0038-6, app. 2 (benchmarks 1 "
    "and 3), after Vogels & Abbott 2005, J. Neurosci. 25:10786, doi:10.1523/JNEUROSCI.3508-05.2005; values and "
    "start: brian-team/brian2, examples/COBAHH.py, and brian-team/brian, docs_sphinx/examples-misc_COBA.txt",
)
def vogels_abbott(neuron, neurons, duration, dt, seed) -> xr.Dataset:
    """Let a sparse network with conductances go on by itself; look at rates and regularity."""
    if neuron == "traub_miles" and dt > LONGEST * ms:
        raise ParameterError(f"vogels_abbott: dt = {dt} is too long for action potentials; give at most {LONGEST} ms")
    defaultclock.dt = dt
    cells, unit = make_cells(neuron, neurons, seed)
    excitatory = neurons * 4 // 5
    p = min(1.0, IN_DEGREE / neurons)
    sides = ((cells[:excitatory], "g_e", W_E), (cells[excitatory:], "g_i", W_I))
    connected = [
        models.static_synapse.connect(
            part, cells, FixedProbability(p, weights=weight * unit, seed=seed, stream=stream), onto=onto
        )
        for stream, (part, onto, weight) in enumerate(sides)
    ]
    spikes = SpikeMonitor(cells)
    build(Network(cells, *connected, spikes), duration).run()
    time, fired = np.asarray(spikes.t / second), np.asarray(spikes.i)
    seconds, step = float(duration / second), float(dt / second)
    bins = round(seconds / step)
    activity = np.bincount(np.minimum((time / step + 0.5).astype(int), bins - 1), minlength=bins)
    settled = min(0.05, seconds / 2)
    each = variability(fired[time >= settled], time[time >= settled])
    shown = fired < SHOWN
    return xr.Dataset(
        {
            "activity": ("time", activity / (neurons * step), {"units": "Hz"}),
            "count": ("neuron", np.bincount(fired, minlength=neurons)),
            "spike_time": ("spike", time[shown], {"units": "s"}),
            "spike_neuron": ("spike", fired[shown]),
            "rate": np.sum(time >= settled) / neurons / (seconds - settled),
            "cv": each.mean() if len(each) else no_value("no neuron fires often enough"),
            "last_spike": time.max() if len(time) else no_value("no neuron fires"),
        },
        {"time": ("time", np.arange(bins) * step, {"units": "s"})},
        {"neuron": neuron, "neurons": neurons, "excitatory": excitatory},
    )
