"""Threshold balancing: scale factors from the input that each layer receives as spikes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import numpy as np
from brian2 import Hz, Quantity, ms

from brainnet.convert.given import check_calibration
from brainnet.convert.plan import Plan, PlannedPopulation
from brainnet.convert.settings import PARAMETERS
from brainnet.errors import ConversionError
from brainnet.spiking.inputs import Rates, as_samples
from brainnet.spiking.stem import before_activation

__all__ = ["balance_thresholds"]

# What a spike leaves of the potential above the threshold, by reset.
_KEPT = {"subtract": 1.0, "zero": 0.0, "average": 0.5}


def balance_thresholds(
    plan: Plan,
    calibration: Any,
    *,
    steps: int,
    coding: str = "constant",
    max_rate: Quantity = 500 * Hz,
    dt: Quantity = 1 * ms,
    reset: str = "subtract",
    v_init: float = 0.0,
    shift: float = 0.0,
    input_scale: float = 1.0,
    seed: int = 0,
) -> dict[str, float]:
    r"""Find the largest input that each population receives in one step, and make it its threshold.

    Population by population, with spikes of those before it whose thresholds are found already. In the scales that
    `normalise` returns, that threshold is :math:`\lambda_l`, where a spike of population m is worth :math:`\lambda_m`.

    Parameters
    ----------
    plan : Plan
    calibration : array (n, ...)
        Samples; a few are enough. Spikes of every step are kept, one bit each.
    steps : int
    coding, max_rate, dt, reset, v_init, shift, input_scale
        As the network will have them. Spikes of the input are drawn with NumPy, not those of a later run.
    seed : int

    Returns
    -------
    dict of str to float
        lambda of "input" and of each population by name.

    Raises
    ------
    ConversionError
        No samples; neurons in pairs for values of either sign, or gates of max pooling; a layer that no sample drives.

    DataError, ParameterError
        Samples that do not fit the network or the coding; a wrong setting.

    References
    ----------
    Diehl et al. 2016, ICRC; Sengupta et al. 2019, Front. Neurosci. 13:95, algorithm 1 (Spike-Norm).
    """
    check_calibration(calibration, "threshold balancing")
    own = {name: PARAMETERS[name].check("balance_thresholds", name, value)
           for name, value in (("steps", steps), ("coding", coding), ("reset", reset))}  # fmt: skip
    steps, coding, reset = own["steps"], own["coding"], own["reset"]
    inputs = Rates(plan.graph.input_shape, coding, max_rate, dt)
    x = inputs.checked(as_samples(calibration, math.prod(plan.graph.input_shape), "calibration samples"))
    other = [each.name for each in plan.populations if len(each.halves) > 1 or each.gated]
    if other or plan.signed_input:
        raise ConversionError(f"layer {[*other, 'input'][0]!r} has neurons in pairs or is a gate, which threshold "
                              "balancing does not know; use normalisation='data'")  # fmt: skip
    kept: dict[str, np.ndarray] = {}
    scales = {"input": input_scale}
    for each in plan.populations:
        # twice: first for the threshold, then for the spikes, so that what is received need not be kept
        received = partial(_received, plan, each, x, steps, inputs, kept, scales, seed)
        scale = each.limit or max(float(z.max()) for z in received())
        if scale <= 0:
            raise ConversionError(
                f"layer {each.name!r} is never driven by the calibration samples; give samples that drive it"
            )
        scales[each.name] = scale
        if each is not plan.populations[-1]:
            kept[each.name] = np.stack([*_fired(received(), scale, reset, 0.5 if each.half else v_init, shift)])
    return scales


def _received(
    plan: Plan, population: PlannedPopulation, x: np.ndarray, steps: int, inputs: Rates,
    kept: Mapping[str, np.ndarray], scales: Mapping[str, float], seed: int,
) -> Iterator[np.ndarray]:  # fmt: skip
    """Yield what a population receives, (n, values), step by step."""
    layers, rng = plan.graph.layer, np.random.default_rng(seed)  # the same input spikes for every population
    for step in range(steps):
        frame = _frame(x, step, inputs, rng) * scales["input"]
        worth: dict[str, Any] = {"input": frame.reshape(len(x), *plan.graph.input_shape)}
        for name, packed in kept.items():
            shape = plan.population[name].shape
            fired = np.unpackbits(packed[step], axis=1, count=int(np.prod(shape)))
            worth[name] = scales[name] * fired.reshape(len(x), *shape)
        yield _value(layers, population.name, worth).reshape(len(x), -1)


def _value(layers: Mapping[str, Any], name: str, worth: dict[str, np.ndarray]) -> np.ndarray:
    """Compute a layer without its activation from what is known before it."""
    sources = layers[name].inputs
    return before_activation(
        layers[name], [worth[each] if each in worth else _value(layers, each, worth) for each in sources]
    )


def _frame(x: np.ndarray, step: int, inputs: Rates, rng: np.random.Generator) -> np.ndarray:
    """Return what the input gives in one step."""
    if inputs.coding == "constant":
        return x
    if inputs.coding == "regular":
        return np.floor((step + 1) * x) - np.floor(step * x)
    return (rng.random(x.shape) < inputs.presented(x)).astype(float)


def _fired(
    received: Iterator[np.ndarray], scale: float, reset: str, v_init: float, shift: float
) -> Iterator[np.ndarray]:
    """Yield the spikes of every step, eight in a byte."""
    v: Any = v_init
    for z in received:
        v = v + z / scale + shift
        fired = v >= 1 - 1e-9
        v = np.where(fired, _KEPT[reset] * (v - 1), v)
        yield np.packbits(fired, axis=1)
