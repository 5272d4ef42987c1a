"""The window of a rule: the change by one pair of spikes, against the time between them."""

import numpy as np
import xarray as xr
from brian2 import ms

from brainnet import Parameter, Result, protocol
from brainnet.errors import ParameterError
from brainnet.experiment import RULE, chosen_rule, is_shipped, weight_changes
from brainnet.plot.plasticity import draw_window
from brainnet.results import no_value

# Of rules whose change by one pair is an exponential: the amplitudes for dt > 0 and dt < 0.
AMPLITUDES = {"pair_stdp": ("A_plus", "A_minus"), "triplet_stdp": ("A2_plus", "A2_minus")}
KNOWN = (*AMPLITUDES, "vogels_stdp", "window_stdp")


def has_closed_form(rule):
    """Whether the formulas below are those of `rule`: unchanged, and additive."""
    additive = "weight_dependence" not in rule.variants or rule.choice("weight_dependence") == "additive"
    return additive and any(is_shipped(rule, name) for name in KNOWN)


def closed_form(rule, dt):
    """Change in units of w_max by one pair of spikes, dt = t_post - t_pre in ms, from the rule's formula."""
    value = {name: declared.value for name, declared in rule.resolved_parameters().items()}
    if rule.name == "vogels_stdp":
        near = (dt != 0) * np.exp(-np.abs(dt) / float(value["tau_stdp"] / ms))
        return value["eta"] * (near - 2 * float(value["rho_0"] * value["tau_stdp"]))
    if rule.name == "window_stdp":
        within = (dt * ms >= value["dt_min"] - 1e-9 * ms) & (dt * ms <= value["dt_max"] + 1e-9 * ms) & (dt != 0)
        return within * rule.functions["window"](np.maximum(dt * ms - value["dt_min"], 0 * ms))
    plus, minus = (value[name] for name in AMPLITUDES[rule.name])
    tau_plus, tau_minus = float(value["tau_plus"] / ms), float(value["tau_minus"] / ms)
    # dt = 0 changes nothing: coincident spikes do not pair.
    return plus * (dt > 0) * np.exp(-np.abs(dt) / tau_plus) - minus * (dt < 0) * np.exp(-np.abs(dt) / tau_minus)


@protocol(
    parameters={
        **RULE,
        "span": Parameter(100 * ms, "largest distance of the two spikes", above=0 * ms),
        "step": Parameter(1 * ms, "between one distance and the next", above=0 * ms, quick=5 * ms),
    },
    results={
        "max_error": Result(
            "largest distance from the closed form, of rules that have one", "1", 0.0, 1e-12, "the rule's own formula"
        )
    },
    draw=draw_window,
    source="Bi & Poo 1998, J. Neurosci. 18:10464, doi:10.1523/JNEUROSCI.18-24-10464.1998, fig. 7 (the experiment)",
)
def stdp_window(rule, parameters, pairing, rule_parameters, w_init, span, step, seed) -> xr.Dataset:
    """One pair of spikes at each distance; all distances in one network."""
    model = chosen_rule(rule, parameters, pairing, rule_parameters)
    count = int(float(span / step) + 1e-9)
    if count < 1:
        raise ParameterError(f"stdp_window: step = {step} is longer than span = {span}; give a shorter one")
    dt = np.arange(-count, count + 1) * float(step / ms)
    trains = [([max(0.0, -each)] * ms, [max(0.0, each)] * ms) for each in dt]
    change = weight_changes({"rule": model}, trains, w_init, random_seed=seed)["rule"]
    window = change.in_w_max
    if has_closed_form(model):
        exact = closed_form(model, dt)
        compared = {"closed_form": ("dt", exact), "max_error": np.abs(window - exact).max()}
    else:
        compared = {"max_error": no_value(f"{model.name} with these parameters has no closed form here")}
    return xr.Dataset(
        {"change": ("dt", window, {"units": "w_max"}), **compared},
        {"dt": ("dt", dt, {"units": "ms", "meaning": "t_post - t_pre"})},
        {"rule": model.name, "parameters": parameters, "pairing": pairing, "weight_at_start": change.start},
    )
