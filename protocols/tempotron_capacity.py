"""How many random spike patterns a Tempotron learns without error, per synapse.

Each input fires once in a trial, at a random time; labels are random. The load is the number of patterns over that of
synapses. In the control the times are removed: half of the inputs fire together, and the neuron is a perceptron, whose
load cannot exceed 2 where there are many synapses; what linear programming can separate is that limit.

With --quick, two tasks at two loads: too few to rank anything or to tell a capacity.

Deviation: the learning rate starts at three times the published one and halves every 600 epochs, which solves higher
loads than a constant one.
"""

import numpy as np
import xarray as xr
from brian2 import Quantity, ms, second
from scipy.optimize import linprog

from brainnet import Parameter, Result, protocol
from brainnet.coding import SpikePatterns, random_latency_patterns
from brainnet.learn import Tempotron, published_rate, time_to_peak
from brainnet.plot.tempotron import draw_capacity


@protocol(
    parameters={
        "n": Parameter(200, "synapses", low=2, high=10_000, quick=100),
        "load_first": Parameter(1.5, "lowest load, in patterns per synapse", above=0.0, quick=1.0),
        "load_step": Parameter(0.4, "between loads", above=0.0, quick=1.25),
        "loads": Parameter(5, "how many loads", low=1, high=100, quick=2),
        "tasks": Parameter(10, "random tasks at each load", low=1, high=1000, quick=2),
        "max_epochs": Parameter(2000, "passes through the patterns before a task counts as unsolved", low=1, quick=250),
        "control_epochs": Parameter(1000, "the same, for the control", low=1, quick=100),
        "rate": Parameter(3.0, "learning rate at the start, in units of the published one", above=0.0),
        "half_life": Parameter(600.0, "of the learning rate, in epochs", above=0.0),
        "momentum": Parameter(0.99, "of the rule", low=0.0, below=1.0),
        "duration": Parameter(500 * ms, "of a trial", above=0 * ms),
        "tau": Parameter(15 * ms, "membrane time constant", above=0 * ms),
        "tau_s": Parameter(3.75 * ms, "decay of the synaptic current", above=0 * ms),
    },
    results={
        "highest_load": Result("highest load up to which most tasks are solved at every load", reference=3.0,
                       source="Gütig & Sompolinsky 2006, doi:10.1038/nn1643, fig. 3: about 3 for many synapses"),
        "control_load": Result("the same without spike times", reference=2.0, tolerance=0.5,
                               source="Cover 1965, doi:10.1109/PGEC.1965.264137, abstract: 2 for many synapses"),
        "separable_load": Result("highest load up to which most control tasks could be solved at all", reference=2.0,
                                 tolerance=0.5,
                                 source="Cover 1965, doi:10.1109/PGEC.1965.264137, abstract: 2 for many synapses"),
    },
    draw=draw_capacity,
    source="Gütig & Sompolinsky 2006, Nat. Neurosci. 9:420, doi:10.1038/nn1643, fig. 3",
)  # fmt: skip
def tempotron_capacity(
    n,
    load_first,
    load_step,
    loads,
    tasks,
    max_epochs,
    control_epochs,
    rate,
    half_life,
    momentum,
    duration,
    tau,
    tau_s,
    seed,
) -> xr.Dataset:
    """Learn random tasks at each load, with spike times and without."""
    shares = load_first + load_step * np.arange(loads)
    taus = {"tau": float(tau), "tau_s": float(tau_s)}
    step = rate * published_rate(n, float(duration), **taus)
    shape = (loads, tasks)
    solved, control, separable = (np.zeros(shape, bool) for _ in range(3))
    epochs, control_used = np.zeros(shape, int), np.zeros(shape, int)
    for at in np.ndindex(shape):
        count = max(round(shares[at[0]] * n), 2)
        rng = np.random.default_rng([seed, *at])
        how = {"tau": tau, "tau_s": tau_s, "learning_rate": step, "half_life": half_life,
               "momentum": momentum, "random_state": int(rng.integers(2**31))}  # fmt: skip
        task = latency_task(count, n, duration=duration, rng=rng)
        learned = Tempotron(**how, max_epochs=max_epochs).fit(*task)
        solved[at], epochs[at] = learned.converged_, learned.n_epochs_
        task = timeless_task(count, n, **taus, rng=rng)
        separable[at] = is_separable(*task)
        learned = Tempotron(**how, max_epochs=control_epochs).fit(*task)
        control[at], control_used[at] = learned.converged_, learned.n_epochs_
    over = ("load_axis", "task")
    return xr.Dataset(
        {
            "highest_load": highest(shares, solved),
            "control_load": highest(shares, control),
            "separable_load": highest(shares, separable),
            "solved": (over, solved),
            "epochs": (over, epochs),
            "control_solved": (over, control),
            "control_epochs": (over, control_used),
            "control_separable": (over, separable),
        },
        coords={"load_axis": shares, "task": np.arange(tasks)},
        attrs={"n": n},
    )


def highest(loads: np.ndarray, solved: np.ndarray) -> float:
    """Highest load up to which more than half of the tasks are solved at every load; 0 if not at the first."""
    most = np.minimum.accumulate(solved.mean(axis=1) > 0.5)
    return float(loads[most].max(initial=0.0))


def latency_task(
    patterns: int, n: int, *, duration: Quantity, rng: np.random.Generator
) -> tuple[SpikePatterns, np.ndarray]:
    """Draw patterns in which each input fires once, uniformly in [0, T), and labels 0 or 1 of equal probability.

    References
    ----------
    Gütig & Sompolinsky 2006, Nat. Neurosci. 9:420, fig. 3.
    """
    made = random_latency_patterns(patterns, n, duration=duration, rng=rng)
    return made, _labels(patterns, rng)


def timeless_task(
    patterns: int, n: int, *, tau: float, tau_s: float, rng: np.random.Generator
) -> tuple[SpikePatterns, np.ndarray]:
    """Draw patterns in which half of the inputs, drawn at random, fire together, and labels 0 or 1.

    The trial ends where the potential is highest, so that V_max is the sum of the weights of those inputs: the
    Tempotron is a perceptron.
    """
    half = max(n // 2, 1)
    neurons = np.concatenate([rng.permutation(n)[:half] for _ in range(patterns)])
    end = time_to_peak(tau, tau_s)
    offsets = half * np.arange(patterns + 1)
    return SpikePatterns(neurons, np.zeros(len(neurons)), offsets, n, end * second), _labels(patterns, rng)


def is_separable(patterns: SpikePatterns, y: np.ndarray) -> bool:
    """Whether weights exist with which the sum over the inputs of a pattern tells its label by a threshold above 0.

    Decided by linear programming: the limit of what any rule could learn from inputs without times.
    """
    x = np.zeros(patterns.shape)
    x[np.repeat(np.arange(len(patterns)), np.diff(patterns.offsets)), patterns.neurons] = 1
    sign = np.where(y == 1, 1.0, -1.0)
    # sign (w x - threshold) >= 1; the threshold is scaled to 1 afterwards, and must be positive.
    columns = np.column_stack([-sign[:, None] * x, sign])
    bounds = [(None, None)] * patterns.n + [(1e-3, None)]
    found = linprog(np.zeros(patterns.n + 1), A_ub=columns, b_ub=-np.ones(len(y)), bounds=bounds, method="highs")
    return bool(found.status == 0)


def _labels(patterns: int, rng: np.random.Generator) -> np.ndarray:
    labels = rng.integers(0, 2, patterns)
    while patterns > 1 and labels.min() == labels.max():  # nothing to tell apart
        labels = rng.integers(0, 2, patterns)
    return labels
