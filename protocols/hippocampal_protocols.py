"""Pairs, triplets and quadruplets of spikes at 1 Hz: timing-dependent plasticity in hippocampal culture."""

import numpy as np
import xarray as xr
from brian2 import ms

from brainnet import Parameter, Result, protocol
from brainnet.experiment import RULE, chosen_rule, final_weights, fitted_pair_rule, squared_error, unit_pair_rules
from brainnet.plot.plasticity import draw_hippocampal

SOURCE = "Wang, Gerkin, Nauen & Bi 2005, Nat. Neurosci. 8:187, doi:10.1038/nn1387"
# Kind, times in ms, change of the weight, its standard error. dt = t_post - t_pre of the two pairs in a triplet.
POINTS = (
    ("pair", (10,), 0.25, 0.05), ("pair", (-10,), -0.17, 0.05),
    ("pre-post-pre", (5, -5), -0.01, 0.04), ("pre-post-pre", (10, -10), 0.03, 0.04),
    ("pre-post-pre", (15, -5), 0.01, 0.03), ("pre-post-pre", (5, -15), 0.24, 0.06),
    ("post-pre-post", (-5, 5), 0.33, 0.04), ("post-pre-post", (-10, 10), 0.34, 0.04),
    ("post-pre-post", (-5, 15), 0.22, 0.08), ("post-pre-post", (-15, 5), 0.29, 0.05),
    ("quadruplet", (-88.5,), -0.003, 0.03), ("quadruplet", (83.7,), 0.06, 0.04), ("quadruplet", (20,), 0.21, 0.04),
)  # fmt: skip
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


def repeated(kind, times, count):
    """Trains (pre, post) of `count` repetitions at 1 Hz."""
    return tuple((1000 * np.arange(count)[:, None] + side).ravel() for side in once(kind, times))


@protocol(
    parameters={
        **RULE,
        "count": Parameter(60, "repetitions, one a second", low=1, high=1000),
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
def hippocampal_protocols(rule, parameters, pairing, count, T_step, seed) -> xr.Dataset:
    """Repeat each group of spikes at 1 Hz; the chosen rule, and the best pair rule beside it."""
    if rule in TRIPLET and parameters == "default":
        parameters = "hippocampus.all_to_all.full"
    model = chosen_rule(rule, parameters, pairing)
    half = np.arange(10, 101, float(T_step / ms))
    curve = np.concatenate([-half[::-1], half])
    trains = [repeated(kind, times, count) for kind, times, *_ in POINTS]
    trains += [repeated("quadruplet", (T,), count) for T in curve]
    rules = {"rule": model(w_min=-1.0, w_max=1.0), **unit_pair_rules(model.choice("pairing"))}
    change = final_weights(rules, trains, bound=1.0)
    measured, error = (np.array([point[part] for point in POINTS]) for part in (2, 3))
    points = {label: values[: len(POINTS)] for label, values in change.items()}
    pair = fitted_pair_rule(points, measured, error)
    return xr.Dataset(
        {
            "prediction": ("condition", points["rule"]),
            "pair_prediction": ("condition", pair),
            "measured": ("condition", measured),
            "standard_error": ("condition", error),
            "quadruplet_curve": ("T", change["rule"][len(POINTS) :]),
            "E": squared_error(points["rule"], measured, error),
            "pair_E": squared_error(pair, measured, error),
        },
        {
            "condition": [f"{kind} {', '.join(f'{t:g}' for t in times)}" for kind, times, *_ in POINTS],
            "kind": ("condition", [kind for kind, *_ in POINTS]),
            "T": ("T", curve, {"units": "ms"}),
        },
        {"rule": model.name, "parameters": parameters, "pairing": model.choice("pairing"), "data": SOURCE},
    )
