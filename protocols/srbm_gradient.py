"""What event-driven contrastive divergence learns, against the exact gradient, in machines small enough to compute it.

Machines of 5 + 5 neurons with random weights (W from N(-0.75, 1.5), b from N(-1.5, 0.5), as in the paper) see three
random patterns in turn, while weights change too slowly to matter. What pairs of spikes have changed per cycle and
learning rate is compared with <v h>_data - <v h>_model, computed from all 1,024 states; under data a visible unit has
the logarithm of the odds of its clamp beside its bias, as its neuron has.

The free run begins at the data. How far it gets from there depends on the weights: they are measured at several sizes,
all multiplied by the same factor, and with longer cycles. Where the free run does not get away, states that the
machine prefers and data do not show are not unlearned.
"""

import numpy as np
import xarray as xr
from brian2 import ms
from scipy.special import logit

from brainnet import Parameter, Result, protocol
from brainnet.experiment import ecd_gradients, exact_gradient
from brainnet.learn import NEURONS
from brainnet.plot.srbm import draw_gradient

N = 5  # neurons of each layer, as in the paper


def relative_error(measured, exact):
    """Root mean square of the difference, over that of the exact gradient."""
    return np.sqrt(np.mean((measured - exact) ** 2) / np.mean(exact**2))


@protocol(
    parameters={
        "neuron": Parameter("noisy_lif", "model of the neurons", choices=NEURONS),
        "dt": Parameter(0.5 * ms, "time step", above=0 * ms),
        "cycles": Parameter(3000, "images per machine and size of its weights", low=3, quick=300),
        "machines": Parameter(5, "machines of random weights", low=1, high=100, quick=2),
        "longer": Parameter(4, "how many times as long the longer cycles are", low=2, high=100),
    },
    results={
        "slope": Result("of the measured change over the exact gradient, weights of their own size"),
        "correlation": Result("of the two, weights of their own size"),
        "error": Result("root mean square of the difference, in parts of the gradient's, weights of their own size"),
        "error_longer": Result("the same with longer cycles"),
        "error_large_weights": Result("of weights three times as large"),
        "error_large_weights_longer": Result("of weights three times as large, with longer cycles"),
    },
    draw=draw_gradient,
    source="Neftci, Das, Pedroni, Kreutz-Delgado & Cauwenberghs 2014, Front. Neurosci. 7:272, "
    "doi:10.3389/fnins.2013.00272, eqs. 5 to 12; constants of fig. 4",
)  # fmt: skip
def srbm_gradient(neuron, dt, cycles, machines, longer, seed) -> xr.Dataset:
    """Measure what spikes learn in small machines, with weights of several sizes and cycles of two lengths."""
    sizes, cycle = np.array([0.25, 0.5, 1, 2, 3]), 140 * ms
    rng = np.random.default_rng(seed)
    patterns = rng.permutation(2**N)[:3, None] >> np.arange(N) & 1
    clamps = logit(np.where(patterns, 0.98, 1e-5))
    drawn = [(rng.normal(-0.75, 1.5, (N, N)), rng.normal(-1.5, 0.5, 2 * N)) for _ in range(machines)]
    scaled = [(size * W, size * b) for size in sizes for W, b in drawn]
    exact = np.array([exact_gradient(W, b, clamps) for W, b in scaled])
    matrices = [np.block([[W, b[:N, None]], [b[None, N:], np.zeros((1, 1))]]) for W, b in scaled]
    measured = np.array([
        ecd_gradients(matrices, clamps, cycles, seed, neuron=neuron, dt=dt, cycle=each)
        for each in (cycle, longer * cycle)
    ])  # fmt: skip
    shape = len(sizes), machines, N + 1, N + 1
    measured, exact = measured.reshape(2, *shape), exact.reshape(shape)
    error = np.array([[relative_error(a, b) for a, b in zip(each, exact, strict=True)] for each in measured])
    at = [int(np.flatnonzero(sizes == size)[0]) for size in (1, 3)]
    own, wanted = measured[0, at[0]].ravel(), exact[at[0]].ravel()
    return xr.Dataset(
        {
            "slope": own @ wanted / (wanted @ wanted),
            "correlation": np.corrcoef(own, wanted)[0, 1],
            "error": error[0, at[0]],
            "error_longer": error[1, at[0]],
            "error_large_weights": error[0, at[1]],
            "error_large_weights_longer": error[1, at[1]],
            "error_by_size": (("cycle", "size"), error),
            "measured": (("cycle", "size", "machine", "visible", "hidden"), measured),
            "exact": (("size", "machine", "visible", "hidden"), exact),
        },
        {"size": sizes, "cycle": [float(cycle), float(longer * cycle)]},
    )
