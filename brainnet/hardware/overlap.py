"""A window that comes from voltages: pulses on both terminals of a device, of which only the overlap moves it.

A spike of either side puts a lobe of height V_th and length t_l on its terminal, and then a tail of the other sign,
-V_t g((s - t_l)/tau). The device has the voltage V = V_post - V_pre, and changes where that is beyond the threshold:

    dG/dt = step(G) (|V| - V_th)/(V_t t_l)      rising for V > V_th, falling for V < -V_th

One lobe alone does not move it, nor do two tails. A lobe on a tail does: with x the integral of (|V| - V_th)/(V_t t_l),

    x(dt) = tau/t_l [Gamma(|dt|/tau) - Gamma(max(|dt| - t_l, 0)/tau)],   Gamma(z) = integral of g from 0 to z

and the change of G is that of dG/dx = step(G) from 0 to x. An exponential tail gives an exponential window.
Zamarreno-Ramos et al. 2011, Front. Neurosci. 5:26, doi:10.3389/fnins.2011.00026 (the principle; shapes as here).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from brian2 import Quantity, second, siemens, volt
from scipy.integrate import solve_ivp

from brainnet.brian import word_substitute
from brainnet.declare import Device, Parameter, SynapseModel
from brainnet.declare.evaluate import evaluate, evaluate_with_units
from brainnet.errors import ParameterError, nearest
from brainnet.hardware.curves import in_si

__all__ = ["TAILS", "overlap", "overlap_change", "overlap_synapse"]

# Tail by name: g(z) as an expression, and its integral from 0 to z.
TAILS: dict[str, tuple[str, Any]] = {
    "exponential": ("exp(-{z})", lambda z: -np.expm1(-z)),
    "rectangular": ("int({z} < 1)", lambda z: np.minimum(z, 1)),
    "triangular": ("clip(1 - {z}, 0, 1)", lambda z: np.minimum(z, 1) - np.minimum(z, 1) ** 2 / 2),
}


def _gamma(tail: str) -> Any:
    if tail not in TAILS:
        raise ParameterError(f"a pulse has no tail {tail!r}; {nearest(str(tail), TAILS)}")
    return TAILS[tail][1]


def overlap(tail: str, dt: Any, t_l: Any, tau: Any) -> np.ndarray:
    """Return x, how much of a pulse the overlap of two spikes is: the closed form above.

    Parameters
    ----------
    tail : {"exponential", "rectangular", "triangular"}
    dt : Quantity, or array in seconds
        t_post - t_pre; x does not depend on its sign.
    t_l, tau : Quantity, or seconds
        Length of the lobe, and of the tail.

    Examples
    --------
    >>> float(overlap("rectangular", 2e-6, 1e-6, 5e-6))
    1.0
    """
    times = (in_si("overlap", name, each, second) for name, each in (("dt", dt), ("t_l", t_l), ("tau", tau)))
    dt, t_l, tau = times
    if not (t_l > 0 and tau > 0):
        raise ParameterError(f"overlap: t_l = {t_l:g} s and tau = {tau:g} s must be above 0; give longer pulses")
    gamma, size = _gamma(tail), np.abs(dt)
    return np.asarray(tau / t_l * (gamma(size / tau) - gamma(np.maximum(size - t_l, 0) / tau)))


def overlap_change(device: Device, tail: str, dt: Any, t_l: Any, tau: Any, G: Any) -> np.ndarray:
    """Return the change in conductance by one pair of spikes, in siemens: dG/dx = step(G) solved from 0 to x(dt).

    Parameters
    ----------
    device : Device
        Nominal; the sign of dt says which of its steps is taken.
    tail, dt, t_l, tau
        As in `overlap`.
    G : Quantity, or number in siemens
        Conductance before.
    """
    times = np.atleast_1d(in_si(device.name, "dt", dt, second))
    x, start = overlap(tail, times, t_l, tau), float(in_si(device.name, "G", G, siemens))
    values, change = {**device.functions, **device.values()}, np.zeros(len(times))
    for sign, branch in ((1, device.resolved("potentiation")), (-1, device.resolved("depression"))):
        chosen = np.flatnonzero(np.sign(times) == sign)
        if not len(chosen):
            continue
        scale = values["G_max"] - values["G_min"]

        def rate(_: float, y: np.ndarray, text: str = branch, scale: float = scale) -> np.ndarray:
            return np.asarray(evaluate(text, {**values, "G": y * scale}) / scale) + 0 * y

        order, inverse = np.unique(x[chosen], return_inverse=True)
        solved = solve_ivp(rate, (0, max(order[-1], 1e-12)), [start / scale], t_eval=order, rtol=1e-10, atol=1e-14)
        change[chosen] = (solved.y[0] * scale - start)[inverse]
    return np.clip(start + change, values["G_min"], values["G_max"]) - start


def overlap_synapse(device: Device, tail: str) -> SynapseModel:
    """Return a synapse whose state is the device, with voltages on both terminals in simulated time.

    Its parameters are those of the device with ``dev_`` before, and V_th, V_t, t_l and tau. It drives nothing
    (``onto=None``), and G is read at the end. Pulses begin one time step after the spike, on both sides.

    Parameters
    ----------
    device : Device
        What differs between devices and cycles is left out.
    tail : {"exponential", "rectangular", "triangular"}

    Raises
    ------
    ParameterError
        The device has no step of single pulses.
    """
    _gamma(tail)
    device = device.nominal()
    for way in ("potentiation", "depression"):
        if not getattr(device, way):
            raise ParameterError(f"{device.name} declares no step of one pulse ({way}), which a voltage could be of")
    values: dict[str, Any] = {name: each.value for name, each in device.parameters.items()}
    for name, text in device.derived.items():
        values[name] = evaluate_with_units(text, {**device.functions, **values})
    names = {name: f"dev_{name}" for name in values}

    def moved(G: str) -> str:
        """Write what both ways of a pulse do at a conductance."""
        rise, fall = (
            word_substitute(getattr(device, way), {**names, "G": G}) for way in ("potentiation", "depression")
        )
        return f"rising*({rise}) + falling*({fall})"

    shape = TAILS[tail][0]

    def voltage(side: str) -> str:
        # In the middle of the time step; the step of the spike itself has passed.
        s = f"(t + 1*second - t_{side} - dt/2)"
        z = f"(({s} - t_l)/tau)"
        return f"V_th*int({s} < t_l)*int({s} > 0*second) - V_t*int({s} >= t_l)*{shape.format(z=f'clip({z}, 0, 1e3)')}"

    past = "*int(t_{0} > 0*second)"  # variables begin at 0: a spike at t is kept as t + 1 s
    return SynapseModel(
        name=f"{device.name}_overlap",
        summary=f"{device.name} between two terminals",
        # By the step in the middle of each time step.
        equations=f"""dG/dt = {moved("G_half")} : siemens (clock-driven)
                      G_half = G + dt/2*({moved("G")}) : siemens
                      rising = int(G < dev_G_max)*clip(V/V_t - V_th/V_t, 0, 1e9)/t_l : Hz
                      falling = int(G > dev_G_min)*clip(-V/V_t - V_th/V_t, 0, 1e9)/t_l : Hz
                      V = V_y - V_x : volt
                      V_x = ({voltage("x")}){past.format("x")} : volt
                      V_y = ({voltage("y")}){past.format("y")} : volt
                      t_x : second
                      t_y : second""",
        on_pre="t_x = t + 1*second",
        on_post="t_y = t + 1*second",
        method="euler",
        parameters={
            **{
                f"dev_{name}": Parameter(value if isinstance(value, Quantity) else float(value), "of the device")
                for name, value in values.items()
            },
            "V_th": Parameter(1 * volt, "threshold of the device, and height of the lobe"),
            "V_t": Parameter(0.5 * volt, "height of the tail"),
            "t_l": Parameter(1e-6 * second, "length of the lobe", above=0 * second),
            "tau": Parameter(2e-6 * second, "length of the tail", above=0 * second),
        },
        source="Zamarreno-Ramos et al. 2011, Front. Neurosci. 5:26, doi:10.3389/fnins.2011.00026",
    )
