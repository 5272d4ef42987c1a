"""A thousand plastic synapses on one neuron: competition drives their weights to the two bounds.

Beside it, in the same build, a neuron of the same kind gets a volley of spikes again and again, each input with a
latency of its own: what comes first wins, and the neuron comes to fire earlier.

The neuron has no inhibitory inputs, which the paper's has. A_plus = 0.005 and A_minus/A_plus = 1.05 are the paper's;
the quick size learns faster, in a longer time step.
"""

import numpy as np
import xarray as xr
from brian2 import Hz, Mohm, Network, SpikeGeneratorGroup, SpikeMonitor, defaultclock, ms, mV, nS, second
from brian2 import seed as set_seed

from brainnet import Parameter, Result, build, models, protocol
from brainnet.errors import ParameterError
from brainnet.experiment import RULE, Given, assignments, chosen_rule, find_rule, is_random
from brainnet.plot.plasticity import draw_histogram

G_MAX = 0.015  # of the leak conductance
A_PLUS, RATIO = (0.005, 0.01), 1.05  # the quick size second
VOLLEY_INPUTS, PERIOD = 500, 200.0  # ms
LATENCY, SPREAD, JITTER = 50.0, 15.0, 1.0  # ms: mean and standard deviation over inputs, and from volley to volley


def volleys(rng, seconds, dt):
    """Latency of each input (ms), and the spikes (input, time in ms) of volleys one PERIOD apart."""
    latency = np.sort(np.clip(rng.normal(LATENCY, SPREAD, VOLLEY_INPUTS), 5, 2 * LATENCY))
    start = PERIOD * np.arange(max(1, int(seconds * 1000 / PERIOD)))[:, None]
    times = start + latency + np.clip(rng.normal(0, JITTER, (len(start), VOLLEY_INPUTS)), -4, 4)
    return latency, np.tile(np.arange(VOLLEY_INPUTS), len(start)), (np.round(times / dt) * dt).ravel()


def first_spikes(times, count):
    """Latency (ms) of the first spike after the start of each volley; PERIOD where there is none."""
    number, latency = np.divmod(np.asarray(times, dtype=float), PERIOD)
    found = np.full(count, PERIOD)
    for volley, each in zip(number.astype(int)[::-1], latency[::-1], strict=True):
        found[volley] = each
    return found


def measured_rule(rule, rule_parameters, A_plus, ratio):
    """Return the rule; A_plus and ratio are those of the pair rule, and of no other."""
    found = find_rule(rule)
    given = assignments(found, rule_parameters)
    if isinstance(rule, str) and rule in ("pair", "pair_stdp"):
        given = {"A_plus": A_plus, "A_minus": ratio * A_plus, **given}
    elif A_plus not in A_PLUS or ratio != RATIO:
        raise ParameterError(
            f"song_abbott: A_plus and ratio are of the pair rule; give {found.name} its rule_parameters"
        )
    model = chosen_rule(found, rule_parameters=given, potential=True)
    if len(model.bounds) < 2:
        raise ParameterError(f"song_abbott: {model.name} has no bounds, between which its synapses could compete")
    if model.bounds[1] in given:
        raise ParameterError(f"song_abbott: {model.bounds[1]} is {G_MAX} of the leak conductance here; leave it out")
    return model


@protocol(
    parameters={
        "rule": Given("pair", RULE["rule"].meaning, accepts=RULE["rule"].accepts),
        "rule_parameters": RULE["rule_parameters"],
        "synapses": Parameter(1000, "Poisson inputs", low=10, high=100_000),
        "rate": Parameter(15 * Hz, "of each input", above=0 * Hz),
        "A_plus": Parameter(A_PLUS[0], "amplitude of potentiation, of the pair rule", above=0.0, quick=A_PLUS[1]),
        "ratio": Parameter(RATIO, "A_minus/A_plus of the pair rule, above 1 where depression dominates", above=0.0),
        "duration": Parameter(1000 * second, "of the experiment", low=0.4 * second, quick=300 * second),
        "dt": Parameter(0.1 * ms, "time step", above=0 * ms, high=1 * ms, quick=0.5 * ms),
    },
    results={
        "share_at_bounds": Result("weights in the outer fifths of their range; 0.4 at the start"),
        "share_low": Result("weights in the lowest fifth"),
        "share_high": Result("weights in the highest fifth"),
        "final_rate": Result("firing rate of the neuron in the last tenth", "Hz"),
        "latency_before": Result(
            "median latency of the first spike in the first ten volleys; 200 ms where there is none", "ms"
        ),
        "latency_after": Result("the same in the last tenth of the volleys", "ms"),
    },
    draw=draw_histogram,
    source="Song, Miller & Abbott 2000, Nat. Neurosci. 3:919, doi:10.1038/78829, figs. 2 (competition) and 4 (latency)",
)
def song_abbott(rule, rule_parameters, synapses, rate, A_plus, ratio, duration, dt, seed) -> xr.Dataset:
    """Run from uniformly distributed weights; nothing but the rule shapes them."""
    learning = measured_rule(rule, rule_parameters, A_plus, ratio)
    if rate * dt > 1:
        raise ParameterError(f"song_abbott: rate = {rate} is more than one spike in dt = {dt}; set a lower rate")
    defaultclock.dt = dt
    resistance = 100 * Mohm
    g_max = G_MAX / resistance
    inputs = models.poisson.group(synapses, rate=rate, seed=seed)
    cell = models.lif.group(
        2, synapse="conductance", tau_m=20 * ms, R_m=resistance, E_L=-70 * mV, v_th=-54 * mV, v_reset=-60 * mV,
        t_ref=0 * ms, tau_e=5 * ms, E_e=0 * mV,
    )  # fmt: skip
    rng = np.random.default_rng(seed)
    start = rng.uniform(0, float(g_max / nS), (synapses, 1)) * nS
    latency, which, when = volleys(rng, float(duration / second), float(dt / ms))
    volley = SpikeGeneratorGroup(VOLLEY_INPUTS, which, when * ms)
    if is_random(learning):
        set_seed(seed)
    learning = learning(**{learning.bounds[1]: g_max})
    plastic = learning.connect(inputs, cell[:1], start, onto="g_e")
    repeated = learning.connect(volley, cell[1:], np.full((VOLLEY_INPUTS, 1), 0.5) * g_max, onto="g_e")
    spikes = SpikeMonitor(cell)
    build(Network(inputs, volley, cell, plastic, repeated, spikes), duration).run()
    weights = np.asarray(plastic.w) / float(g_max)
    fired, steady = np.asarray(spikes.t / second), np.asarray(spikes.i) == 0
    late = steady & (fired > 0.9 * float(duration / second))
    first = first_spikes(1000 * fired[~steady], len(when) // VOLLEY_INPUTS)
    low, high = float(np.mean(weights < 0.2)), float(np.mean(weights > 0.8))
    return xr.Dataset(
        {
            "weight": ("synapse", weights, {"units": "g_max"}),
            "weight_at_start": ("synapse", np.asarray(start)[:, 0] / float(g_max), {"units": "g_max"}),
            "share_at_bounds": low + high,
            "share_low": low,
            "share_high": high,
            "first_spike": ("volley", first, {"units": "ms"}),
            "volley_weight": ("volley_input", np.asarray(repeated.w) / float(g_max), {"units": "g_max"}),
            "latency_before": np.median(first[:10]),
            "latency_after": np.median(first[-max(10, len(first) // 10) :]),
            "final_rate": late.sum() / (0.1 * float(duration / second)),
        },
        {"volley_input": ("volley_input", latency, {"units": "ms"})},
        {"rate": float(rate / Hz), "duration": float(duration / second), "A_plus": A_plus, "rule": learning.name},
    )
