"""Sixty pairings at five frequencies: timing-dependent plasticity in slices of visual cortex."""

import numpy as np
import xarray as xr
from brian2 import Quantity, ms

from brainnet import Parameter, Result, protocol
from brainnet.experiment import (
    RULE,
    Given,
    chosen_frequencies,
    chosen_rule,
    fitted_pair_rule,
    squared_error,
    unit_pair_rules,
    weight_changes,
)
from brainnet.plot.plasticity import draw_frequency
from brainnet.results import no_value

# Change of the weight after pairing at rho, and its standard error.
RHO = (0.1, 10, 20, 40, 50)
MEASURED = {
    10: ((-0.04, 0.14, 0.29, 0.53, 0.56), (0.05, 0.10, 0.14, 0.11, 0.26)),
    -10: ((-0.29, -0.41, -0.34, 0.56, 0.75), (0.08, 0.11, 0.10, 0.32, 0.19)),
}
SOURCE = "Sjostrom, Turrigiano & Nelson 2001, Neuron 32:1149, doi:10.1016/S0896-6273(01)00542-6, figs. 1D and 7B"
# Of the triplet rule, computed from the parameters that the paper prints.
E = {
    "visual_cortex.all_to_all.full": 0.342,
    "visual_cortex.all_to_all.minimal": 0.356,
    "visual_cortex.nearest.full": 0.232,
    "visual_cortex.nearest.minimal": 0.348,
}


def reference_E(chosen):
    """E for the parameters of an experiment; None where the paper has no such fit."""
    fitted = chosen["rule"] in ("triplet", "triplet_stdp") and chosen["pairing"] == "default" and chosen["count"] == 60
    fitted = fitted and not chosen["rule_parameters"] and chosen["frequencies"] == "measured"
    parameters = "visual_cortex.all_to_all.full" if chosen["parameters"] == "default" else chosen["parameters"]
    return E.get(parameters) if fitted else None


def pairings(rho, dt, count):
    """Trains (pre, post) of `count` pairs at `rho` Hz, dt = t_post - t_pre in ms."""
    start = np.arange(count) * 1000 / rho
    return (start + max(0, -dt)) * ms, (start + max(0, dt)) * ms


@protocol(
    parameters={
        **RULE,
        "count": Parameter(60, "pairings", low=1, high=1000),
        "frequencies": Given(
            "measured", "frequencies of pairing: measured (0.1 to 50 Hz), or such as 5,30*Hz", accepts=(Quantity,)
        ),
    },
    results={
        "E": Result(
            "squared error in units of the standard error, mean of the ten points",
            "1",
            reference_E,
            0.02,
            "computed from Pfister & Gerstner 2006, doi:10.1523/JNEUROSCI.1425-06.2006, table 3",
        ),
        "prediction": Result("change of the weight, by dt and frequency"),
        "pair_E": Result("the same of the additive pair rule with the amplitudes that fit best"),
    },
    draw=draw_frequency,
    source=f"Pfister & Gerstner 2006, J. Neurosci. 26:9673, doi:10.1523/JNEUROSCI.1425-06.2006, fig. 4; "
    f"data of {SOURCE}",
)
def pairing_frequency(rule, parameters, pairing, rule_parameters, w_init, count, frequencies, seed) -> xr.Dataset:
    """Pair at each frequency with dt = +10 and -10 ms; the chosen rule, and the best pair rule beside it."""
    model = chosen_rule(rule, parameters, pairing, rule_parameters)
    as_measured = isinstance(frequencies, str) and frequencies == "measured"
    rho = RHO if as_measured else chosen_frequencies("pairing_frequency", "frequencies", frequencies)
    conditions = [(dt, each) for dt in MEASURED for each in rho]
    trains = [pairings(each, dt, count) for dt, each in conditions]
    known = {(dt, each): point for dt, rows in MEASURED.items() for each, *point in zip(RHO, *rows, strict=True)}
    measured, error = np.array([known.get(condition, (np.nan, np.nan)) for condition in conditions]).T
    scheme = model.choice("pairing") if "pairing" in model.variants else "all_to_all"
    rules = {"rule": model, **(unit_pair_rules(scheme) if as_measured else {})}
    change = weight_changes(rules, trains, w_init, random_seed=seed)
    prediction = change["rule"].relative
    if as_measured:
        pair = fitted_pair_rule({label: each.weight for label, each in change.items()}, measured, error)
        compared = {
            "pair_prediction": ("condition", pair),
            "E": squared_error(prediction, measured, error),
            "pair_E": squared_error(pair, measured, error),
        }
    else:
        none = no_value("E is over all measured frequencies; leave frequencies out")
        compared = {"E": none, "pair_E": none}
    return xr.Dataset(
        {
            "prediction": ("condition", prediction, {"change": change["rule"].words}),
            "measured": ("condition", measured),
            "standard_error": ("condition", error),
            **compared,
        },
        {
            "condition": [f"{dt:+d} ms, {each:g} Hz" for dt, each in conditions],
            "dt": ("condition", [dt for dt, _ in conditions], {"units": "ms"}),
            "rho": ("condition", [float(each) for _, each in conditions], {"units": "Hz"}),
        },
        {"rule": model.name, "parameters": parameters, "pairing": scheme, "data": SOURCE},
    )
