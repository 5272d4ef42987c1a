"""Plasticity against the postsynaptic rate: under Poisson spikes the triplet rule is a BCM rule."""

import numpy as np
import xarray as xr
from brian2 import Hz, ms, second

from brainnet import Parameter, Result, models, protocol
from brainnet.errors import ParameterError
from brainnet.experiment import final_weights
from brainnet.plot.plasticity import draw_bcm

STEP = 1.0  # ms: the grid that spikes are drawn on
SCALE = 1e-4


def drift(rule, rho_x, rho_y, seconds):
    """Mean dw/dt (1/s) for independent Poisson trains on the grid, all to all, in units of w_max.

    Sums over the grid stand for the integrals of the paper: exp(-s/tau) summed over s = STEP, 2 STEP, ... gives
    STEP/(exp(STEP/tau) - 1) in place of tau. Traces begin at 0 and reach 1 - exp(-t/tau) of their mean after t; with
    tau_x of up to a second that matters in short trains.
    """
    value = {name: declared.value for name, declared in rule.resolved_parameters().items()}
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


@protocol(
    parameters={
        "parameters": Parameter("visual_cortex.all_to_all.minimal", "set of parameters of the triplet rule"),
        "rate": Parameter(10 * Hz, "presynaptic rate", above=0 * Hz, high=100 * Hz),
        "points": Parameter(12, "postsynaptic rates, from 5 Hz in steps of 5 Hz", low=3, high=20, quick=6),
        "synapses": Parameter(100, "pairs of trains for each rate", low=10, high=10_000, quick=30),
        "duration": Parameter(50 * second, "of each train", low=5 * second, quick=10 * second),
    },
    results={
        "max_deviation": Result("largest distance from the closed form, in standard errors of the mean"),
        "threshold": Result(
            "postsynaptic rate at which the measured change turns positive, by a straight line through change/rate",
            "Hz",
        ),
        "closed_threshold": Result("the same by the closed form", "Hz"),
    },
    draw=draw_bcm,
    source="Pfister & Gerstner 2006, J. Neurosci. 26:9673, doi:10.1523/JNEUROSCI.1425-06.2006, "
    "fig. 5 (the rule as BCM rule)",
)
def bcm_curve(parameters, rate, points, synapses, duration, seed) -> xr.Dataset:
    """Drive the rule with independent Poisson trains; all rates and repetitions are one network."""
    rule = models.triplet_stdp(parameters=parameters)
    if rule.choice("pairing") != "all_to_all":
        raise ParameterError(f"bcm_curve: {parameters} pairs nearest spikes; choose a set with all_to_all in its name")
    rng = np.random.default_rng(seed)
    steps = int(float(duration / ms) / STEP)
    rho_x, rho_y = float(rate / Hz), 5.0 * np.arange(1, points + 1)

    def poisson(hertz):
        return STEP * np.flatnonzero(rng.random(steps) < hertz * STEP / 1000)

    trains = [(poisson(rho_x), poisson(hertz)) for hertz in rho_y for _ in range(synapses)]
    # The additive rule is linear in its amplitudes: small ones keep away from the bounds.
    names = [name for name in rule.resolved_parameters() if name.startswith("A")]
    small = rule(w_min=-1.0, **{name: SCALE * rule.resolved_parameters()[name].value for name in names})
    weights = final_weights({"rule": small}, trains)["rule"].reshape(points, synapses)
    change = weights / SCALE / float(duration / second)
    mean, error = change.mean(axis=1), change.std(axis=1, ddof=1) / np.sqrt(synapses)
    if not error.all():
        raise ParameterError(
            f"bcm_curve: at {rate} no spikes meet within {duration}; set a higher rate or a longer duration"
        )
    closed = drift(rule, rho_x, rho_y, float(duration / second))
    slope, offset = np.polyfit(rho_y, mean / rho_y, 1, w=rho_y / error)
    return xr.Dataset(
        {
            "drift": ("rho_y", mean, {"units": "1/s"}),
            "standard_error": ("rho_y", error, {"units": "1/s"}),
            "closed_form": ("rho_y", closed, {"units": "1/s"}),
            "max_deviation": np.abs((mean - closed) / error).max(),
            "threshold": -offset / slope,
            "closed_threshold": threshold(rule, rho_x, float(duration / second)),
        },
        {"rho_y": ("rho_y", rho_y, {"units": "Hz"})},
        {"rule": "triplet_stdp", "parameters": parameters, "rate": rho_x},
    )
