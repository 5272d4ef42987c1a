"""ReSuMe learns to fire one given spike train in response to one given pattern of many inputs."""

import numpy as np
import xarray as xr
from brian2 import Hz, ms

from brainnet import Parameter, Result, protocol
from brainnet.coding import poisson_patterns, random_train, thinned
from brainnet.errors import MissingExtraError
from brainnet.learn import NEURON, ReSuMe
from brainnet.measure import van_rossum_distance, victor_purpura_distance
from brainnet.plot.spike_trains import draw_spike_train
from brainnet.results import no_value

DT = 0.1 * ms  # of the neuron; an input fires once in it at most
T_REF = NEURON.resolved_parameters()["t_ref"].value


def median_distance(distance, pairs):
    """Median distance of trains; none without the package that computes it."""
    try:
        return np.median([distance(*pair) for pair in pairs])
    except MissingExtraError as error:
        return no_value(str(error))


@protocol(
    parameters={
        "inputs": Parameter(400, "input neurons", low=10, high=100_000),
        "input_rate": Parameter(5 * Hz, "of each input", above=0 * Hz, high=1000 * Hz),
        "duration": Parameter(400 * ms, "of the pattern", above=10 * ms, quick=200 * ms),
        "target_rate": Parameter(100 * Hz, "of the target", above=0 * Hz, high=250 * Hz),
        "max_epochs": Parameter(150, "passes through the patterns, at most", low=1, quick=40),
        "runs": Parameter(10, "patterns and targets, each learned by itself", low=1, quick=2),
        "reached": Parameter(0.95, "correlation that counts as learned", above=0.0, high=1.0),
        "update": Parameter("spike", "when weights change", choices=("spike", "trial")),
        "A": Parameter(0.01, "amplitude of the learning window, in w_max", low=0.0),
        "a": Parameter(0.0005, "change by each spike, in w_max", low=0.0),
        "tau": Parameter(7 * ms, "time constant of the learning window", above=0 * ms),
        "sigma": Parameter(2 * ms, "width of the Gaussian in the correlation", above=0 * ms),
    },
    results={
        "correlation": Result("median over runs of the correlation in the last epoch (Schreiber, no mean removed)"),
        "best_correlation": Result("median over runs of the largest correlation"),
        "epochs": Result("median over runs of the epoch that first reached `reached`; none where most never did"),
        "van_rossum": Result("median distance in the end, of a time constant of 10 ms (elephant; 1: one spike more)"),
        "victor_purpura": Result("median distance in the end, at a cost of 1/(10 ms) (elephant)"),
        "brian2_difference": Result("spikes of run 0 that Brian2 fires and the fast form does not, or the reverse"),
    },
    draw=draw_spike_train,
    source="Ponulak & Kasinski 2010, Neural Comput. 22:467, doi:10.1162/neco.2009.11-08-901, sec. 3.1 (the task); "
    "Schreiber et al. 2003, doi:10.1016/S0925-2312(02)00838-X, abstract (correlation)",
)
def resume_spike_train(
    inputs,
    input_rate,
    duration,
    target_rate,
    max_epochs,
    runs,
    reached,
    update,
    A,
    a,
    tau,
    sigma,
    seed,
) -> xr.Dataset:
    """Draw a pattern and a target for each run, learn, and run the first trained neuron as Brian2 equations."""
    courses, pairs = [], []
    for run in range(runs):
        rng = np.random.default_rng([seed, run])
        pattern = thinned(poisson_patterns(1, inputs, rate=input_rate, duration=duration, rng=rng), DT)
        # Later than the first inputs can make the neuron fire, and with room for its refractory time.
        target = random_train(target_rate, duration, first=20 * ms, interval=2 * T_REF, rng=rng)
        neuron = ReSuMe(A=A, a=a, tau=tau, sigma=sigma, update=update, max_epochs=max_epochs, keep_spikes=True,
                        random_state=int(rng.integers(2**31)))  # fmt: skip
        neuron.fit(pattern, [target])
        fired = neuron.predict(pattern)[0][0]
        courses.append(neuron.correlations_[:, 0, 0])
        pairs.append((fired, target))
        if run == 0:
            raster, first_target, same = neuron.raster_, target / ms, neuron.present(pattern)[0][0]
            steps = [set(np.round(np.asarray(each) * 1e4).astype(int)) for each in (fired, same)]
            difference = len(steps[0] ^ steps[1])
    course = np.array(courses)
    first = np.where((course >= reached).any(axis=1), (course >= reached).argmax(axis=1) + 1.0, np.inf)
    reached_at = np.median(first)
    return xr.Dataset(
        {
            "correlation": np.median(course[:, -1]),
            "best_correlation": np.median(course.max(axis=1)),
            "epochs": reached_at if np.isfinite(reached_at) else no_value(f"most runs never reached {reached:g}"),
            "van_rossum": median_distance(van_rossum_distance, pairs),
            "victor_purpura": median_distance(victor_purpura_distance, pairs),
            "brian2_difference": difference,
            "course": (("run", "epoch"), course),
            "first_reached": ("run", first),
            "raster_epoch": ("spike", raster[:, 0].astype(int) + 1),
            "raster_time": ("spike", 1e3 * raster[:, 3], {"units": "ms"}),
            "target_time": ("target_spike", first_target, {"units": "ms"}),
        },
        {"epoch": np.arange(1, max_epochs + 1)},
        {
            "reached": reached,
            "duration": float(duration / ms),
            "inputs": inputs,
            "target_rate": float(target_rate / Hz),
        },
    )
