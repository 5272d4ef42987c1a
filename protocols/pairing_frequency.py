"""Sixty pairings at five frequencies: timing-dependent plasticity in slices of visual cortex."""

import numpy as np
import xarray as xr

from brainnet import Parameter, Result, protocol
from brainnet.experiment import RULE, chosen_rule, final_weights, fitted_pair_rule, squared_error, unit_pair_rules
from brainnet.plot.plasticity import draw_frequency

# Change of the weight after pairing at rho, and its standard error.
RHO = (0.1, 10, 20, 40, 50)
MEASURED = {
    10: ((-0.04, 0.14, 0.29, 0.53, 0.56), (0.05, 0.10, 0.14, 0.11, 0.26)),
    -10: ((-0.29, -0.41, -0.34, 0.56, 0.75), (0.08, 0.11, 0.10, 0.32, 0.19)),
}
SOURCE = "Sjostrom, Turrigiano & Nelson 2001, Neuron 32:1149, doi:10.1016/S0896-6273(01)00542-6"
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
    parameters = "visual_cortex.all_to_all.full" if chosen["parameters"] == "default" else chosen["parameters"]
    return E.get(parameters) if fitted else None


def pairings(rho, dt, count):
    """Trains (pre, post) of `count` pairs at `rho` Hz, dt = t_post - t_pre in ms."""
    start = np.arange(count) * 1000 / rho
    return start + max(0, -dt), start + max(0, dt)


@protocol(
    parameters={**RULE, "count": Parameter(60, "pairings", low=1, high=1000)},
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
def pairing_frequency(rule, parameters, pairing, count, seed) -> xr.Dataset:
    """Pair at each frequency with dt = +10 and -10 ms; the chosen rule, and the best pair rule beside it."""
    model = chosen_rule(rule, parameters, pairing)
    conditions = [(dt, rho) for dt in MEASURED for rho in RHO]
    measured, error = (np.concatenate([MEASURED[dt][part] for dt in MEASURED]) for part in (0, 1))
    rules = {"rule": model(w_min=-1.0, w_max=1.0), **unit_pair_rules(model.choice("pairing"))}
    change = final_weights(rules, [pairings(rho, dt, count) for dt, rho in conditions], bound=1.0)
    pair = fitted_pair_rule(change, measured, error)
    return xr.Dataset(
        {
            "prediction": ("condition", change["rule"]),
            "pair_prediction": ("condition", pair),
            "measured": ("condition", measured),
            "standard_error": ("condition", error),
            "E": squared_error(change["rule"], measured, error),
            "pair_E": squared_error(pair, measured, error),
        },
        {
            "condition": [f"{dt:+d} ms, {rho:g} Hz" for dt, rho in conditions],
            "dt": ("condition", [dt for dt, _ in conditions], {"units": "ms"}),
            "rho": ("condition", [float(rho) for _, rho in conditions], {"units": "Hz"}),
        },
        {"rule": model.name, "parameters": parameters, "pairing": model.choice("pairing"), "data": SOURCE},
    )
