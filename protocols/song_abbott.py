"""A thousand plastic synapses on one neuron: competition drives their weights to the two bounds.

The neuron has no inhibitory inputs, which the paper's has. A_plus = 0.005 and A_minus/A_plus = 1.05 are the paper's;
the quick size learns faster, in a longer time step.
"""

import numpy as np
import xarray as xr
from brian2 import Hz, Mohm, Network, SpikeMonitor, defaultclock, ms, mV, nS, second

from brainnet import Parameter, Result, build, models, protocol
from brainnet.plot.plasticity import draw_histogram

G_MAX = 0.015  # of the leak conductance


@protocol(
    parameters={
        "synapses": Parameter(1000, "Poisson inputs", low=10, high=100_000),
        "rate": Parameter(15 * Hz, "of each input", above=0 * Hz),
        "A_plus": Parameter(0.005, "amplitude of potentiation", above=0.0, quick=0.01),
        "ratio": Parameter(1.05, "A_minus/A_plus, above 1 where depression dominates", above=0.0),
        "duration": Parameter(1000 * second, "of the experiment", above=0 * second, quick=300 * second),
        "dt": Parameter(0.1 * ms, "time step", above=0 * ms, quick=0.5 * ms),
    },
    results={
        "share_at_bounds": Result("weights in the outer fifths of their range; 0.4 at the start"),
        "share_low": Result("weights in the lowest fifth"),
        "share_high": Result("weights in the highest fifth"),
        "final_rate": Result("firing rate of the neuron in the last tenth", "Hz"),
    },
    draw=draw_histogram,
    source="Song, Miller & Abbott 2000, Nat. Neurosci. 3:919, fig. 2",
)
def song_abbott(synapses, rate, A_plus, ratio, duration, dt, seed) -> xr.Dataset:
    """Run from uniformly distributed weights; nothing but the rule shapes them."""
    defaultclock.dt = dt
    resistance = 100 * Mohm
    g_max = G_MAX / resistance
    inputs = models.poisson.group(synapses, rate=rate, seed=seed)
    cell = models.lif.group(
        1, synapse="conductance", tau_m=20 * ms, R_m=resistance, E_L=-70 * mV, v_th=-54 * mV, v_reset=-60 * mV,
        t_ref=0 * ms, tau_e=5 * ms, E_e=0 * mV,
    )  # fmt: skip
    start = np.random.default_rng(seed).uniform(0, float(g_max / nS), (synapses, 1)) * nS
    rule = models.pair_stdp(A_plus=A_plus, A_minus=ratio * A_plus, w_max=g_max)
    plastic = rule.connect(inputs, cell, start, onto="g_e")
    spikes = SpikeMonitor(cell)
    build(Network(inputs, cell, plastic, spikes), duration).run()
    weights = np.asarray(plastic.w) / float(g_max)
    late = np.asarray(spikes.t / second) > 0.9 * float(duration / second)
    low, high = float(np.mean(weights < 0.2)), float(np.mean(weights > 0.8))
    return xr.Dataset(
        {
            "weight": ("synapse", weights, {"units": "g_max"}),
            "weight_at_start": ("synapse", np.asarray(start)[:, 0] / float(g_max), {"units": "g_max"}),
            "share_at_bounds": low + high,
            "share_low": low,
            "share_high": high,
            "final_rate": late.sum() / (0.1 * float(duration / second)),
        },
        attrs={"rate": float(rate / Hz), "duration": float(duration / second), "A_plus": A_plus},
    )
