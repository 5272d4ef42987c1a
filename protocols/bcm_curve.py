"""Plasticity against the postsynaptic rate: under Poisson spikes the triplet rule is a BCM rule."""

import numpy as np
import xarray as xr
from brian2 import Hz, Quantity, ms, second

from brainnet import Parameter, Result, protocol
from brainnet.errors import ParameterError
from brainnet.experiment import (
    RULE,
    Given,
    assignments,
    chosen_frequencies,
    chosen_rule,
    find_rule,
    is_shipped,
    weight_changes,
)
from brainnet.plot.plasticity import draw_bcm
from brainnet.results import no_value

STEP = 1.0  # ms: the grid that spikes are drawn on
TRIPLET = ("triplet", "triplet_stdp")
MINIMAL = "visual_cortex.all_to_all.minimal"


def has_closed_form(rule):
    """Whether `drift` is that of `rule`: pairs or triplets, all to all, additive."""
    known = any(is_shipped(rule, name) for name in ("pair_stdp", "triplet_stdp"))
    return known and (rule.choice("pairing"), rule.choice("weight_dependence")) == ("all_to_all", "additive")


def drift(rule, rho_x, rho_y, seconds):
    """Mean dw/dt (1/s) for independent Poisson trains on the grid, all to all, in units of w_max.

    Sums over the grid stand for the integrals of the paper: exp(-s/tau) summed over s = STEP, 2 STEP, ... gives
    STEP/(exp(STEP/tau) - 1) in place of tau. Traces begin at 0 and reach 1 - exp(-t/tau) of their mean after t; with
    tau_x of up to a second that matters in short trains.
    """
    value = {name: declared.value for name, declared in rule.resolved_parameters().items()}
    if rule.name == "pair_stdp":  # a triplet rule without triplets, whose slow traces do not matter
        pairs = {f"A2_{side}": value[f"A_{side}"] for side in ("plus", "minus")}
        value |= {**pairs, "A3_plus": 0.0, "A3_minus": 0.0, "tau_x": 1 * second, "tau_y": 1 * second}
    tau = {
        name: STEP / np.expm1(STEP / float(value[f"tau_{name}"] / ms)) / 1000 for name in ("plus", "minus", "x", "y")
    }

    def short(rate):
        """Mean of exp(-rate t) over the trains."""
        return -np.expm1(-rate * seconds) / (rate * seconds)

    def grown(*names):
        """Mean over the trains of one minus that, or of the product of two."""
        rates = [1 / tau[name] for name in names]
        return 1 - sum(short(rate) for rate in rates) + (short(sum(rates)) if len(rates) == 2 else 0)

    def change(near, far, A2, A3, rho):
        return rho_x * rho_y * tau[near] * (A2 * grown(near) + A3 * tau[far] * rho * grown(near, far))

    up = change("plus", "y", value["A2_plus"], value["A3_plus"], rho_y)
    return up - change("minus", "x", value["A2_minus"], value["A3_minus"], rho_x)


def threshold(rule, rho_x, seconds):
    """Postsynaptic rate (Hz) at which depression turns into potentiation."""
    low, high = drift(rule, rho_x, 1.0, seconds), drift(rule, rho_x, 2.0, seconds) / 2
    return 1.0 - low / (high - low)  # drift/rho_y is a straight line in rho_y


def crossing(rate, change):
    """First rate at which the change, on lines between the points, rises through 0; none if it does not."""
    for place in np.flatnonzero((change[:-1] < 0) & (change[1:] >= 0)):
        part = change[place] / (change[place] - change[place + 1])
        return rate[place] + part * (rate[place + 1] - rate[place])
    return no_value("the change does not turn from negative to positive at these rates")


@protocol(
    parameters={
        **RULE,
        "parameters": Parameter("default", f"set of parameters of the rule; of the triplet rule {MINIMAL}"),
        "rate": Parameter(10 * Hz, "presynaptic rate", above=0 * Hz, high=100 * Hz),
        "points": Parameter(12, "postsynaptic rates, from 5 Hz in steps of 5 Hz", low=3, high=20, quick=6),
        "rates": Given(
            "default", "postsynaptic rates of your own in place of points, such as 3,7.5,20*Hz", accepts=(Quantity,)
        ),
        "synapses": Parameter(100, "pairs of trains for each rate", low=10, high=10_000, quick=30),
        "duration": Parameter(50 * second, "of each train", low=5 * second, quick=10 * second),
    },
    results={
        "max_deviation": Result("largest distance from the closed form, in standard errors of the mean"),
        "threshold": Result(
            "postsynaptic rate at which the measured change turns positive, by a straight line through change/rate "
            "where theory says that it is one (triplets), else by lines between the points",
            "Hz",
        ),
        "closed_threshold": Result("the same by the closed form", "Hz"),
    },
    draw=draw_bcm,
    source="Pfister & Gerstner 2006, J. Neurosci. 26:9673, doi:10.1523/JNEUROSCI.1425-06.2006, "
    "fig. 5 (the rule as BCM rule)",
)
def bcm_curve(
    rule, parameters, pairing, rule_parameters, w_init, rate, points, rates, synapses, duration, seed
) -> xr.Dataset:
    """Drive the rule with independent Poisson trains; all rates and repetitions are one network."""
    triplet = isinstance(rule, str) and rule in TRIPLET
    if triplet and parameters == "default" and "parameters" not in assignments(find_rule(rule), rule_parameters):
        parameters = MINIMAL
    model = chosen_rule(rule, parameters, pairing, rule_parameters)
    rng = np.random.default_rng(seed)
    steps = int(float(duration / ms) / STEP)
    rho_x, rho_y = float(rate / Hz), 5.0 * np.arange(1, points + 1)
    if not (isinstance(rates, str) and rates == "default"):
        rho_y = chosen_frequencies("bcm_curve", "rates", rates)
    if max(rho_x, *rho_y) * STEP > 100:
        raise ParameterError(
            f"bcm_curve: {max(rho_x, *rho_y):g} Hz; spikes are drawn in steps of 1 ms, give at most 100*Hz"
        )

    def poisson(hertz):
        return STEP * np.flatnonzero(rng.random(steps) < hertz * STEP / 1000) * ms

    trains = [(poisson(rho_x), poisson(hertz)) for hertz in rho_y for _ in range(synapses)]
    done = weight_changes({"rule": model}, trains, w_init, bounded=False, random_seed=seed)["rule"]
    change = done.in_w_max.reshape(len(rho_y), synapses) / float(duration / second)
    mean, error = change.mean(axis=1), change.std(axis=1, ddof=1) / np.sqrt(synapses)
    if not error.all():
        raise ParameterError(
            f"bcm_curve: at {rate} no spikes meet within {duration}; set a higher rate or a longer duration"
        )
    if has_closed_form(model):
        closed = drift(model, rho_x, rho_y, float(duration / second))
        compared = {
            "closed_form": ("rho_y", closed, {"units": "1/s"}),
            "max_deviation": np.abs((mean - closed) / error).max(),
        }
    else:
        none = no_value(f"{model.name} with these parameters has no closed form here")
        compared = {"max_deviation": none}
    if has_closed_form(model) and model.name == "triplet_stdp" and len(rho_y) > 1:
        slope, offset = np.polyfit(rho_y, mean / rho_y, 1, w=rho_y / error)
        compared |= {
            "threshold": -offset / slope,
            "closed_threshold": threshold(model, rho_x, float(duration / second)),
        }
    else:
        compared |= {
            "threshold": crossing(rho_y, mean),
            "closed_threshold": no_value("only triplets have one in theory"),
        }
    return xr.Dataset(
        {
            "drift": ("rho_y", mean, {"units": "1/s"}),
            "standard_error": ("rho_y", error, {"units": "1/s"}),
            **compared,
        },
        {"rho_y": ("rho_y", rho_y, {"units": "Hz"})},
        {"rule": model.name, "parameters": parameters, "rate": rho_x, "weight_at_start": done.start},
    )
