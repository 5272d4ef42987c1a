"""Four pairing schemes on the same spikes: the weights that pair STDP, or another rule, ends at."""

from dataclasses import replace

import numpy as np
import xarray as xr
from brian2 import ms

from brainnet import Parameter, Result, protocol
from brainnet.errors import BrainnetError, ParameterError
from brainnet.experiment import RULE, Given, assignments, chosen_rule, chosen_trains, final_weights, find_rule
from brainnet.pairing import PAIRING, WEIGHT_DEPENDENCE
from brainnet.plot.plasticity import draw_schemes
from brainnet.results import no_value

# nest-simulator, testsuite/pytests/synapses/test_stdp_nn_synapses.py: these spikes, with a dendritic delay of 0.1 ms
NEST = ([1, 5, 6, 7, 9, 11, 12, 13], [2.1, 3.1, 4.1, 8.1, 9.1, 10.1, 12.1])
# NEST's spikes give 7A and 7B the same pairs; these tell all four schemes apart.
DISCRIMINATING = ([10, 20, 30, 60, 61, 90], [25, 35, 36, 70, 95])
MAX_SPIKES = 2000
TRAINS = {"discriminating": DISCRIMINATING, "nest": NEST}
SOURCE = (
    "computed from the definitions in Morrison, Diesmann & Gerstner 2008, Biol. Cybern. 98:459, "
    "doi:10.1007/s00422-008-0233-1, fig. 7"
)
REFERENCE = {
    "discriminating": (0.522986557, 0.514885395, 0.517497823, 0.511936684),
    "nest": (0.455838994, 0.508148716, 0.508148716, 0.505509727),
}
OWN = {
    "weight_dependence": Parameter("additive", "of the pair rule", choices=tuple(WEIGHT_DEPENDENCE)),
    "tau_plus": Parameter(16.8 * ms, "time constant of potentiation", above=0 * ms),
    "tau_minus": Parameter(33.7 * ms, "time constant of depression", above=0 * ms),
    "A_plus": Parameter(0.01, "amplitude of potentiation"),
    "A_minus": Parameter(0.0085, "amplitude of depression"),
}


def published(value):
    """Reference of a weight as a function of the parameters; None for another experiment."""

    def reference(chosen):
        pair = chosen["rule"] in ("pair", "pair_stdp") and not chosen["rule_parameters"]
        same = all(chosen[name] == OWN[name].value for name in OWN) and chosen["w_init"] == W_INIT
        return value if pair and same and chosen["trains"] == "both" else None

    return reference


W_INIT = 0.5
RESULTS = {
    f"{scheme}{'' if name == 'discriminating' else f'_{name}'}": Result(
        f"final weight, {scheme}, {name} trains{' or your own' if name == 'discriminating' else ''}",
        "1",
        published(value),
        1e-8,
        f"{SOURCE}; with the default parameters",
    )
    for name, row in REFERENCE.items()
    for scheme, value in zip(PAIRING, row, strict=True)
}
RESULTS["as_declared"] = Result("final weight with the pairing that the rule has by itself, of the same trains")


def measured_rule(rule, rule_parameters, own):
    """Return the rule; the pair rule has the values of this experiment, another one only those that were given."""
    pair = isinstance(rule, str) and rule in ("pair", "pair_stdp")
    values = {name: value for name, value in own.items() if pair or value != OWN[name].value}
    return chosen_rule(rule, rule_parameters={**values, **assignments(find_rule(rule), rule_parameters)})


def by_scheme(model):
    """Return the rule under each pairing scheme, or why there is none."""
    if "pairing" not in model.variants:
        return dict.fromkeys(PAIRING, f"{model.name} has no choice of pairing; see as_declared")
    found = {}
    for scheme in PAIRING:
        try:
            found[scheme] = model(pairing=scheme)
        except BrainnetError as error:
            found[scheme] = str(error)
    return found


@protocol(
    parameters={
        "rule": replace(RULE["rule"], value="pair"),
        "rule_parameters": RULE["rule_parameters"],
        **OWN,
        "w_init": Parameter(W_INIT, "weight at the start", low=0.0, high=1.0),
        "trains": Given(
            "both", "both (discriminating and nest), a file (npz, csv), or a pair of Quantity", accepts=(tuple, list)
        ),
    },
    results=RESULTS,
    draw=draw_schemes,
    source="Morrison, Diesmann & Gerstner 2008, Biol. Cybern. 98:459, doi:10.1007/s00422-008-0233-1, fig. 7",
)
def pairing_schemes(rule, rule_parameters, w_init, trains, seed, **own) -> xr.Dataset:
    """Run a rule on two hand-made pairs of trains, or on yours, under each pairing scheme, up to each spike."""
    model = measured_rule(rule, rule_parameters, own)
    if isinstance(trains, str) and trains == "both":
        used = {name: tuple(side * ms for side in pair) for name, pair in TRAINS.items()}
    else:
        used = {"given": chosen_trains("pairing_schemes", trains)}
    times = {name: np.unique(np.concatenate([np.asarray(side) for side in pair])) for name, pair in used.items()}
    # One synapse for each spike of the experiment, which sees the spikes up to it: the course of the weight.
    parts = [tuple(side[np.asarray(side) <= t] for side in used[name]) for name in used for t in times[name]]
    if len(parts) > MAX_SPIKES:
        raise ParameterError(
            f"pairing_schemes: {len(parts)} spikes; give at most {MAX_SPIKES}, of which it draws the course"
        )
    schemes = by_scheme(model)
    rules = {scheme: found for scheme, found in schemes.items() if not isinstance(found, str)}
    weights = final_weights({**rules, "as_declared": model}, parts, w=w_init, random_seed=seed)
    attributes = {"rule": model.name, "weight_dependence": own["weight_dependence"], "w_init": w_init}
    data = xr.Dataset({}, {"scheme": list(rules) or ["as_declared"]}, attributes)
    start = 0
    for place, (name, (pre, post)) in enumerate(used.items()):
        course = {label: weights[label][start : start + len(times[name])] for label in weights}
        start += len(times[name])
        data[f"{name}_weight"] = (("scheme", f"{name}_time"), np.array([course[each] for each in data.scheme.values]))
        data[f"{name}_time"] = (f"{name}_time", np.round(times[name] * 1000, 9), {"units": "ms"})
        for side, spikes in (("pre", pre), ("post", post)):
            data[f"{name}_{side}"] = (f"{name}_{side}_spike", np.round(np.asarray(spikes) * 1000, 9), {"units": "ms"})
        for scheme, found in schemes.items():
            value = no_value(found) if isinstance(found, str) else course[scheme][-1]
            data[f"{scheme}{'' if place == 0 else f'_{name}'}"] = value
        if place == 0:
            data["as_declared"] = course["as_declared"][-1]
    if "nest" not in used:
        data = data.assign({f"{scheme}_nest": no_value("trains are your own; leave trains out") for scheme in PAIRING})
    return data
