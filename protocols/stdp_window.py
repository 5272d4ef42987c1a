"""The window of a rule: the change by one pair of spikes, against the time between them."""

import numpy as np
import xarray as xr
from brian2 import ms, us

from brainnet import Parameter, Result, protocol
from brainnet.errors import ParameterError
from brainnet.experiment import RULE, chosen_rule, final_weights
from brainnet.plot.plasticity import draw_window

# Of rules whose change by one pair is an exponential: the amplitudes for dt > 0 and dt < 0.
AMPLITUDES = {"pair_stdp": ("A_plus", "A_minus"), "triplet_stdp": ("A2_plus", "A2_minus")}
KNOWN = (*AMPLITUDES, "vogels_stdp", "window_stdp")


def closed_form(rule, dt):
    """Change in units of w_max by one pair of spikes, dt = t_post - t_pre in ms, from the rule's formula."""
    if rule.name not in KNOWN:
        raise ParameterError(f"the window of {rule.name} has no closed form here; known: {', '.join(KNOWN)}")
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
    results={"max_error": Result("largest distance from the closed form", "1", 0.0, 1e-12, "the rule's own formula")},
    draw=draw_window,
    source="Bi & Poo 1998, J. Neurosci. 18:10464, doi:10.1523/JNEUROSCI.18-24-10464.1998 (the experiment)",
)
def stdp_window(rule, parameters, pairing, span, step, seed) -> xr.Dataset:
    """One pair of spikes at each distance; all distances in one network."""
    model = chosen_rule(rule, parameters, pairing)
    count = int(float(span / step) + 1e-9)
    if count < 1:
        raise ParameterError(f"stdp_window: step = {step} is longer than span = {span}; give a shorter one")
    if abs(step / us - round(step / us)) > 1e-6:
        raise ParameterError(f"stdp_window: step = {step} is no whole number of microseconds; round it")
    dt = np.arange(-count, count + 1) * float(step / ms)
    exact = closed_form(model, dt)
    trains = [([max(0.0, -each)], [max(0.0, each)]) for each in dt]
    change = final_weights({"rule": model(w_min=-1.0, w_max=1.0)}, trains)["rule"]
    return xr.Dataset(
        {"change": ("dt", change), "closed_form": ("dt", exact), "max_error": np.abs(change - exact).max()},
        {"dt": ("dt", dt, {"units": "ms", "meaning": "t_post - t_pre"})},
        {"rule": model.name, "parameters": parameters, "pairing": pairing},
    )
