"""Why a spiking Boltzmann machine of random-walk neurons learns less from faster spikes, and optima do not combine.

"Rate" is that at which a bright pixel fires while an image is shown (reported for such machines: the best near 220 Hz,
worse beyond 230 Hz). Neurons cannot fire faster than 1/t_ref, 250 Hz here. A clamp is the constant current under which
a neuron that receives nothing else has the rate; the label's neurons have the same one. Beyond 1/t_ref it is the
strongest clamp that there is. All machines of a seed see the same images in the same order, and are read out by free
energy. What is varied, the rest staying as declared:

- the rate against the brightness threshold;
- the rate against the leak (tau_m), and with another refractory time, learning rate and hidden bias: what the place of
  the optimum hangs on;
- the leak against the step of the walk at one rate, once with clamps, weights and the place of the sigmoid computed for
  these neurons, once with those of the declared neurons, as on a chip that is set up for one setting.

Of each machine of the first grid are given the rates under data and in the free run. `synchrony` is that of neurons
under the clamp alone.
"""

from itertools import pairwise, product

import numpy as np
import xarray as xr
from brian2 import Hz, ms, mV, second, volt

from brainnet import Parameter, Result, models, protocol
from brainnet.data import load
from brainnet.errors import ParameterError
from brainnet.experiment import (
    SRBM_PARAMETERS,
    Condition,
    Given,
    chosen_frequencies,
    chosen_shares,
    chosen_times,
    chosen_values,
    clamped_synchrony,
    train_conditions,
)
from brainnet.learn import sigmoid_constants
from brainnet.plot.srbm_study import draw_study

_STEP = Parameter(200 * mV, "a step", above=0 * mV)
_OWN = "neuron", "brightness", "p_on", "hidden", "b_0"
MEASURES = (
    "accuracy", "clamp", "rate_data", "rate_free", "hidden_first", "hidden_data", "hidden_free", "full", "weight",
)  # fmt: skip


@protocol(
    parameters={
        **{name: one for name, one in SRBM_PARAMETERS.items() if name not in _OWN},
        "hidden": Parameter(100, "hidden neurons", low=1, high=100_000, quick=20),
        "b_0": Parameter(-2.0, "bias of hidden neurons at first"),
        "rates": Given("150, 180, 210, 230, 245, 260 Hz", "of bright pixels", quick="180, 230, 260 Hz"),
        "thresholds": Given("0, 0.2, 0.5, 0.7", "of brightness", quick="0.2, 0.5"),
        "leaks": Given("4, 8, 16, 32 ms", "membrane time constants", quick="4, 16 ms"),
        "steps": Given("100, 200, 400, 800 mV", "of the walk", quick="100, 400 mV"),
        "threshold": Parameter(0.5, "of brightness, where the rate is varied with something else", low=0.0, high=1.0),
        "base_rate": Parameter(180 * Hz, "one of rates: where thresholds are compared with `threshold`", above=0 * Hz),
        "rate": Parameter(210 * Hz, "of bright pixels, where leak and step are varied", above=0 * Hz),
        "other_t_ref": Parameter(3 * ms, "another refractory time; rates are as much higher", above=0 * ms),
        "share": Parameter(0.5, "of the learning rate, where it is varied", above=0.0),
        "other_b_0": Parameter(-4.0, "bias of hidden neurons at first, where it is varied"),
        "task": Parameter("mnist", "what is learned: MNIST (or --data), or 8 x 8 digits", choices=("mnist", "digits"),
                          quick="digits"),
        "train_images": Parameter(1500, "images to learn from, once, from the first on", low=2, quick=200),
        "images": Parameter(10_000, "test images, from the first on", low=1, quick=300),
    },
    results={
        "best_accuracy": Result("of all rates and thresholds"),
        "best_rate": Result("where that is", unit="Hz"),
        "best_threshold": Result("where that is"),
        "accuracy_standard_error": Result("of that, from the number of test images"),
        "gain_rate": Result("of the best rate at `threshold` over `base_rate`"),
        "gain_threshold": Result("of the best threshold at `base_rate` over `threshold`"),
        "gain_both": Result("of that rate and that threshold together"),
        "fall": Result("accuracy at the best rate less that at the highest one, at `threshold`"),
        "fall_share": Result("the same with `share` of the learning rate"),
        "fall_b_0": Result("the same with the other hidden bias"),
        "fall_t_ref": Result("the same with the other refractory time, at as large a part of the largest rate"),
        "machines": Result("that were trained"),
    },
    draw=draw_study,
    source="random-walk neurons on phase-change memory: Ishii et al. 2019, IEDM, "
    "doi:10.1109/IEDM19573.2019.8993466 (abstract); the machine: Neftci, Das, Pedroni, Kreutz-Delgado & Cauwenberghs "
    "2014, Front. Neurosci. 7:272, doi:10.3389/fnins.2013.00272, fig. 7",
)  # fmt: skip
def srbm_rate_study(
    rates, thresholds, leaks, steps, threshold, base_rate, rate, other_t_ref, share, other_b_0, task, train_images,
    images, seed, data=None, **settings,
) -> xr.Dataset:  # fmt: skip
    """Train machines over rates and thresholds, leaks and steps, and measure what they fire."""
    owner, cell = "srbm_rate_study", models.random_walk
    rates = chosen_frequencies(owner, "rates", rates)
    thresholds, leaks = chosen_shares(owner, "thresholds", thresholds), chosen_times(owner, "leaks", leaks)
    steps = chosen_values(owner, "steps", steps, _STEP, what="steps", example="write e.g. steps=100,200*mV")
    rate, base = float(rate), float(base_rate)
    for name, one, several in (("threshold", threshold, thresholds), ("base_rate", base, rates)):
        if not np.isclose(several, one).any():
            raise ParameterError(f"{owner}: {name} = {one:g} is not compared with others; give one of {several}")
    part = load(data or task).first(train_images, images)
    settings = {**settings, "neuron": "random_walk"}
    dt, t_ref = float(settings["dt"]), float(cell.parameters["t_ref"].value)

    grid = [Condition(one, limit) for limit, one in product(thresholds, rates)]
    biased = [Condition(one, threshold, b_0=other_b_0) for one in rates]
    slower = [Condition(one, threshold, share) for one in rates]
    by_leak = [Condition(one, threshold, values={"tau_m": leak * second}) for leak, one in product(leaks, rates)]
    walks = [{"tau_m": leak * second, "step": step * volt} for leak, step in product(leaks, steps)]
    by_walk = [
        Condition(rate, threshold, values=values, calibrated=known) for known in (True, False) for values in walks
    ]
    groups = grid, slower, biased, by_leak, by_walk
    found = train_conditions(part, [each for group in groups for each in group], settings, seed)
    edges = np.cumsum([0, *map(len, groups)])
    on_grid, on_slower, on_biased, on_leak, on_walk = (found[a:b] for a, b in pairwise(edges))
    factor = t_ref / float(other_t_ref)
    others = [Condition(one * factor, threshold) for one in rates]
    on_other = train_conditions(part, others, settings, seed, cell=cell(t_ref=other_t_ref))

    shape = len(thresholds), len(rates)
    by_name = {name: np.reshape([each[name] for each in on_grid], shape) for name in MEASURES}
    accuracy = by_name["accuracy"]
    row, column = np.abs(thresholds - threshold).argmin(), np.abs(rates - base).argmin()
    by_rate, by_threshold, start = accuracy[row], accuracy[:, column], accuracy[row, column]
    best = np.unravel_index(accuracy.argmax(), shape)

    def accuracies(of: list[dict[str, float]], *lengths: int) -> np.ndarray:
        return np.reshape([each["accuracy"] for each in of], lengths)

    beta = [sigmoid_constants(cell(**values), dt).beta for values in walks]
    falls = {
        name: values.max() - values[-1]
        for name, values in (
            ("fall", by_rate), ("fall_share", accuracies(on_slower, -1)), ("fall_b_0", accuracies(on_biased, -1)),
            ("fall_t_ref", accuracies(on_other, -1)),
        )
    }  # fmt: skip
    top = float(accuracy.max())
    return xr.Dataset(
        {
            "best_accuracy": top,
            "best_rate": rates[best[1]],
            "best_threshold": thresholds[best[0]],
            "accuracy_standard_error": np.sqrt(top * (1 - top) / len(part.x_test)),
            "gain_rate": by_rate.max() - start,
            "gain_threshold": by_threshold.max() - start,
            "gain_both": accuracy[by_threshold.argmax(), by_rate.argmax()] - start,
            **falls,
            "machines": len(found) + len(on_other),
            **{f"{name}_of_rate": (("threshold", "rate"), values) for name, values in by_name.items()},
            "bright": ("threshold", [each["bright"] for each in on_grid[:: len(rates)]]),
            "accuracy_of_share": ("rate", accuracies(on_slower, -1)),
            "accuracy_of_b_0": ("rate", accuracies(on_biased, -1)),
            "accuracy_of_t_ref": ("rate", accuracies(on_other, -1)),
            "accuracy_of_leak": (("tau_m", "rate"), accuracies(on_leak, len(leaks), len(rates))),
            "clamp_of_leak": (("tau_m", "rate"), np.reshape([each["clamp"] for each in on_leak], (len(leaks), -1))),
            "full_of_leak": (("tau_m", "rate"), np.reshape([each["full"] for each in on_leak], (len(leaks), -1))),
            "accuracy_of_walk": (
                ("calibrated", "tau_m", "step"), accuracies(on_walk, 2, len(leaks), len(steps)),
            ),
            "beta_of_walk": (("tau_m", "step"), np.reshape(beta, (len(leaks), -1))),
            "synchrony": ("rate", clamped_synchrony(cell, dt, float(settings["cycle"]) / 2, rates, seed)),
        },
        {"rate": rates, "threshold": thresholds, "tau_m": leaks, "step": steps, "calibrated": [True, False]},
        {
            "train_images": len(part.x_train), "test_images": len(part.x_test), "largest_rate": 1 / t_ref,
            "shown_threshold": float(threshold), "share": float(share),
            "other_b_0": float(other_b_0), "other_t_ref": float(other_t_ref),
            "t_ref": t_ref, "tau_m": float(cell.parameters["tau_m"].value), "rate": rate,
            "beta": sigmoid_constants(cell, dt).beta,
        },
    )  # fmt: skip
