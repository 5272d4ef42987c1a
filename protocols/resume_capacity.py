"""How many target spikes ReSuMe can learn, and how far the learned response stands jitter of the input."""

import numpy as np
import xarray as xr
from brian2 import Hz, ms

from brainnet import Parameter, Result, protocol
from brainnet.coding import jittered, poisson_patterns, random_train, thinned
from brainnet.learn import ReSuMe
from brainnet.plot.spike_trains import draw_resume_capacity

RATES = np.array([25.0, 50.0, 100.0, 150.0, 200.0, 250.0, 300.0])  # Hz
JITTERS = np.array([0.0, 0.25, 0.5, 1.0, 2.0, 4.0])  # ms
DT = 0.1 * ms  # of the neuron; an input fires once in it at most
# Shortest interval of a target: above the refractory time of 2 ms.
INTERVAL = 3 * ms


@protocol(
    parameters={
        "inputs": Parameter(400, "input neurons", low=10, high=100_000, quick=200),
        "input_rate": Parameter(5 * Hz, "of each input", above=0 * Hz, high=1000 * Hz, quick=10 * Hz),
        "duration": Parameter(400 * ms, "of the pattern", above=50 * ms, quick=200 * ms),
        "max_epochs": Parameter(150, "passes through the patterns, at most", low=1, quick=30),
        "runs": Parameter(10, "patterns and targets of each rate", low=1, quick=2),
        "repeats": Parameter(20, "jittered patterns of each size", low=1, quick=3),
        "reached": Parameter(0.95, "correlation that counts as learned", above=0.0, high=1.0),
    },
    results={
        "capacity": Result("largest number of target spikes that was learned on at least half of the runs"),
        "tolerated_jitter": Result("largest jitter that leaves the median correlation above 0.8", unit="ms"),
        "correlation_by_rate": Result("median of the best correlation of a training, by target rate"),
        "correlation_by_jitter": Result("median correlation of the trained neuron with the target, by jitter"),
    },
    draw=draw_resume_capacity,
    source="Ponulak & Kasinski 2010, Neural Comput. 22:467, doi:10.1162/neco.2009.11-08-901, "
    "secs. 3.2 (capacity) and 3.3 (noise)",
)
def resume_capacity(inputs, input_rate, duration, max_epochs, runs, repeats, reached, seed) -> xr.Dataset:
    """Learn targets of rising rates; show jittered patterns to the neurons that learned the target of 100 Hz."""
    best, spikes = np.zeros((len(RATES), runs)), np.zeros((len(RATES), runs))
    by_jitter = np.zeros((len(JITTERS), runs, repeats))
    for (r, rate), run in ((r, run) for r in enumerate(RATES) for run in range(runs)):
        rng = np.random.default_rng([seed, r, run])
        pattern = thinned(poisson_patterns(1, inputs, rate=input_rate, duration=duration, rng=rng), DT)
        target = random_train(rate * Hz, duration, first=20 * ms, interval=INTERVAL, rng=rng)
        neuron = ReSuMe(max_epochs=max_epochs, goal=0.99, random_state=int(rng.integers(2**31)))
        neuron.fit(pattern, [target])
        best[r, run], spikes[r, run] = neuron.correlations_.max(), len(target)
        if rate == 100:
            for j, run_of in np.ndindex(len(JITTERS), repeats):
                shaken = thinned(jittered(pattern, JITTERS[j] * ms, rng=rng), DT)
                by_jitter[j, run, run_of] = neuron.score(shaken, [target])
    learned = (best >= reached).mean(axis=1) >= 0.5
    medians = np.median(by_jitter, axis=(1, 2))
    return xr.Dataset(
        {
            "capacity": spikes.mean(axis=1)[learned].max(initial=0.0),
            "tolerated_jitter": JITTERS[medians > 0.8].max(initial=0.0),
            "correlation_by_rate": ("rate", np.median(best, axis=1)),
            "correlation_by_jitter": ("jitter", medians),
            "best": (("rate", "run"), best),
            "target_spikes": (("rate", "run"), spikes),
            "jittered": (("jitter", "trial"), by_jitter.reshape(len(JITTERS), -1)),
        },
        {"rate": ("rate", RATES, {"units": "Hz"}), "jitter": ("jitter", JITTERS, {"units": "ms"})},
        {"reached": reached, "inputs": inputs, "duration": float(duration / ms)},
    )
