"""Pairs, triplets and quadruplets of spikes at 1 Hz: timing-dependent plasticity in hippocampal culture."""

import numpy as np
import xarray as xr
from brian2 import Hz, ms

from brainnet import Parameter, Result, protocol
from brainnet.experiment import RULE, chosen_rule, fitted_pair_rule, squared_error, unit_pair_rules, weight_changes
from brainnet.plot.plasticity import draw_hippocampal
from brainnet.results import no_value

SOURCE = "Wang, Gerkin, Nauen & Bi 2005, Nat. Neurosci. 8:187, doi:10.1038/nn1387, figs. 6C and 7"
# Kind, times in ms, change of the weight, its standard error. dt = t_post - t_pre of the two pairs in a triplet.
POINTS = (
    ("pair", (10,), 0.25, 0.05), ("pair", (-10,), -0.17, 0.05),
    ("pre-post-pre", (5, -5), -0.01, 0.04), ("pre-post-pre", (10, -10), 0.03, 0.04),
    ("pre-post-pre", (15, -5), 0.01, 0.03), ("pre-post-pre", (5, -15), 0.24, 0.06),
    ("post-pre-post", (-5, 5), 0.33, 0.04), ("post-pre-post", (-10, 10), 0.34, 0.04),
    ("post-pre-post", (-5, 15), 0.22, 0.08), ("post-pre-post", (-15, 5), 0.29, 0.05),
    ("quadruplet", (-88.5,), -0.003, 0.03), ("quadruplet", (83.7,), 0.06, 0.04), ("quadruplet", (20,), 0.21, 0.04),
)  # fmt: skip
MEASURED_AT = 1 * Hz
TRIPLET = ("triplet", "triplet_stdp")
# Of that rule, computed from the parameters that the paper prints.
E = {
    "hippocampus.all_to_all.full": 2.83,
    "hippocampus.all_to_all.minimal": 3.27,
    "hippocampus.nearest.full": 2.72,
    "hippocampus.nearest.minimal": 2.71,
}


def reference_E(chosen):
    """E for the parameters of an experiment; None where the paper has no such fit."""
    fitted = chosen["rule"] in TRIPLET and chosen["pairing"] == "default" and chosen["count"] == 60
    fitted = fitted and not chosen["rule_parameters"] and chosen["frequency"] == MEASURED_AT
    parameters = "hippocampus.all_to_all.full" if chosen["parameters"] == "default" else chosen["parameters"]
    return E.get(parameters) if fitted else None


def once(kind, times):
    """Spikes (pre, post) of one repetition, in ms from the first spike on."""
    if kind == "pair":
        return [max(0, -times[0])], [max(0, times[0])]
    if kind == "pre-post-pre":
        return [0, times[0] - times[1]], [times[0]]
    if kind == "post-pre-post":
        return [-times[0]], [0, times[1] - times[0]]
    # Two pairs of 5 ms whose middles are T apart: T > 0 post-pre and then pre-post, T < 0 pre-post and then post-pre.
    outer, inner = [0, abs(times[0]) + 5], [5, abs(times[0])]
    return (inner, outer) if times[0] > 0 else (outer, inner)


def repeated(kind, times, count, frequency=MEASURED_AT):
    """Trains (pre, post) of `count` repetitions."""
    period = float(1 / frequency / ms)
    return tuple((period * np.arange(count)[:, None] + side).ravel() * ms for side in once(kind, times))


@protocol(
    parameters={
        **RULE,
        "count": Parameter(60, "repetitions", low=1, high=1000),
        "frequency": Parameter(MEASURED_AT, "of the repetitions, which last 110 ms", above=0 * Hz, high=9 * Hz),
        "T_step": Parameter(5 * ms, "between the quadruplets of the curve", low=1 * ms, high=50 * ms, quick=15 * ms),
    },
    results={
        "E": Result(
            "squared error in units of the standard error, mean of the 13 points",
            "1",
            reference_E,
            0.1,
            "computed from Pfister & Gerstner 2006, doi:10.1523/JNEUROSCI.1425-06.2006, table 4",
        ),
        "prediction": Result("change of the weight at the 13 points"),
        "quadruplet_curve": Result("change of the weight against T, in ms"),
        "pair_E": Result("E of the additive pair rule with the amplitudes that fit best"),
    },
    draw=draw_hippocampal,
    source=f"Pfister & Gerstner 2006, J. Neurosci. 26:9673, doi:10.1523/JNEUROSCI.1425-06.2006, figs. 2 and 3; "
    f"data of {SOURCE}",
)
def hippocampal_protocols(
    rule, parameters, pairing, rule_parameters, w_init, count, frequency, T_step, seed
) -> xr.Dataset:
    """Repeat each group of spikes; the chosen rule, and the best pair rule beside it."""
    if isinstance(rule, str) and rule in TRIPLET and parameters == "default" and "parameters" not in rule_parameters:
        parameters = "hippocampus.all_to_all.full"
    model = chosen_rule(rule, parameters, pairing, rule_parameters)
    half = np.arange(10, 101, float(T_step / ms))
    curve = np.concatenate([-half[::-1], half])
    trains = [repeated(kind, times, count, frequency) for kind, times, *_ in POINTS]
    trains += [repeated("quadruplet", (T,), count, frequency) for T in curve]
    scheme = model.choice("pairing") if "pairing" in model.variants else "all_to_all"
    change = weight_changes({"rule": model, **unit_pair_rules(scheme)}, trains, w_init, random_seed=seed)
    measured, error = (np.array([point[part] for point in POINTS]) for part in (2, 3))
    points = {label: each.relative[: len(POINTS)] for label, each in change.items()}
    pair = fitted_pair_rule(points, measured, error)
    other = None if frequency == MEASURED_AT else no_value(f"E is held against data of {MEASURED_AT}")
    return xr.Dataset(
        {
            "prediction": ("condition", points["rule"], {"change": change["rule"].words}),
            "pair_prediction": ("condition", pair),
            "measured": ("condition", measured),
            "standard_error": ("condition", error),
            "quadruplet_curve": ("T", change["rule"].relative[len(POINTS) :]),
            "E": squared_error(points["rule"], measured, error) if other is None else other,
            "pair_E": squared_error(pair, measured, error) if other is None else other,
        },
        {
            "condition": [f"{kind} {', '.join(f'{t:g}' for t in times)}" for kind, times, *_ in POINTS],
            "kind": ("condition", [kind for kind, *_ in POINTS]),
            "T": ("T", curve, {"units": "ms"}),
        },
        {"rule": model.name, "parameters": parameters, "pairing": scheme, "data": SOURCE},
    )
