"""A device from a table that was measured: conductance against pulses, or change against time difference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from brian2 import Quantity, second, siemens
from scipy.optimize import OptimizeWarning, curve_fit

from brainnet.declare import Device, Parameter
from brainnet.errors import DataError, ParameterError
from brainnet.guarded.limits import max_bytes, read_text

__all__ = ["Fit", "fit_device"]

_FEWEST = 4  # points of a branch: two parameters, and something left to judge them by
_MOST_BYTES = 2**24
_STRAIGHT = 1e-6  # of a bend; such a curve is within 2e-7 of a straight line
_COLUMNS = {"pulses": ("direction", "pulse", "G"), "window": ("dt", "dG")}


@dataclass(frozen=True)
class Fit:
    """What `fit_device` found.

    Attributes
    ----------
    device : Device
    branches : mapping of str to (x, measured, fitted)
        ``potentiation`` and ``depression``: arrays in SI units; x are pulses or time differences.
    errors : mapping of str to float
        Standard error of each fitted parameter, in SI units.
    """

    device: Device
    branches: Mapping[str, tuple[np.ndarray, np.ndarray, np.ndarray]]
    errors: Mapping[str, float]

    @property
    def residuals(self) -> dict[str, np.ndarray]:
        """Measured minus fitted, in siemens, by branch."""
        return {name: measured - fitted for name, (_, measured, fitted) in self.branches.items()}

    @property
    def r2(self) -> dict[str, float]:
        """Share of the variance that the fit explains, by branch."""
        return {
            name: float(1 - np.sum((measured - fitted) ** 2) / np.sum((measured - measured.mean()) ** 2))
            for name, (_, measured, fitted) in self.branches.items()
        }

    def plot(self) -> Any:
        """Draw the fit above its residuals.

        Returns
        -------
        matplotlib.figure.Figure
        """
        from matplotlib.figure import Figure

        figure = Figure(figsize=(6, 5), layout="constrained")
        above, below = figure.subplots(2, 1, sharex=True, height_ratios=(2, 1))
        scale = 1 if "pulse" in self._label() else 1e6
        for number, (name, (x, measured, fitted)) in enumerate(self.branches.items()):
            order = np.argsort(x)
            above.plot(x[order] * scale, measured[order] * 1e6, f"C{number}o", ms=3, label=f"{name}, measured")
            above.plot(x[order] * scale, fitted[order] * 1e6, f"C{number}-", label=f"fit, R² = {self.r2[name]:.4f}")
            below.plot(x[order] * scale, (measured - fitted)[order] * 1e6, f"C{number}o", ms=3)
        below.axhline(0, color="0.6", lw=0.8)
        above.set_ylabel("G (µS)" if scale == 1 else "ΔG (µS)")
        below.set(ylabel="residual (µS)", xlabel=self._label())
        above.legend(fontsize="small")
        return figure

    def _label(self) -> str:
        return "time difference (µs)" if self.device.resolved("window") else "pulse"


def fit_device(
    table: Any, *, kind: str, name: str = "measured_device", G_min: Any = None, G_max: Any = None, source: str = ""
) -> Fit:
    """Fit a device to a table.

    Parameters
    ----------
    table : path of a CSV file, or mapping of column name to array
        SI units, or quantities. For ``kind="pulses"``: ``direction`` (1 for pulses that raise, -1 for those that
        lower), ``pulse`` (0, 1, 2, ... within each) and ``G``. For ``kind="window"``: ``dt`` = t_post - t_pre, of both
        signs and in order, and ``dG``.
    kind : {"pulses", "window"}
        Exponential curves of NeuroSim, G = G_min + B (1 - exp(-P/A)), or an exponential window,
        dG = A_p exp(-dt/tau_p) and -A_d exp(dt/tau_d).
    name : str
    G_min, G_max : Quantity, optional
        Range of the device; the smallest and largest conductance of the table where not given. A window needs it.
    source : str
        Where the table is from.

    Returns
    -------
    Fit

    Raises
    ------
    DataError
        The table cannot be read, lacks a column, or holds NaN, unsorted or too few points; or no curve fits it, as
        where a time constant comes out at 0 or below.
    ParameterError
        G_max is not above G_min, or kind is not known.
    """
    if kind not in _COLUMNS:
        raise ParameterError(f"fit_device: kind = {kind!r} is not known; pulses or window")
    columns = _read(name, table, _COLUMNS[kind])
    low, high = (None if G is None else _conductance(name, key, G) for key, G in (("G_min", G_min), ("G_max", G_max)))
    if kind == "pulses":
        low = float(columns["G"].min()) if low is None else low
        high = float(columns["G"].max()) if high is None else high
    if low is None or high is None:
        raise ParameterError(f"{name}: a window says nothing of the range; give G_min and G_max")
    if not 0 <= low < high:
        raise ParameterError(f"{name}: G_min = {low:g} S and G_max = {high:g} S are no range; give G_max above G_min")
    _check_size(name, kind, columns, low, high)
    fit = _fit_pulses if kind == "pulses" else _fit_window
    return fit(name, columns, low, high, source)


def _check_size(name: str, kind: str, columns: dict[str, np.ndarray], low: float, high: float) -> None:
    """Refuse what a device of that range cannot do, such as numbers in microsiemens; noise may reach beyond it."""
    slack = 0.1 * (high - low)
    G = columns["G"] if kind == "pulses" else low + np.abs(columns["dG"])
    wrong = np.flatnonzero((low - slack > G) | (high + slack < G))
    if len(wrong):
        what = f"G = {G[wrong[0]]:g}" if kind == "pulses" else f"dG = {columns['dG'][wrong[0]]:g}"
        raise DataError(
            f"{name}: {what} S at row {wrong[0] + 1} does not fit the range from {low:g} to {high:g} S; give numbers "
            "in siemens, or another G_min and G_max"
        )


def _conductance(name: str, key: str, G: Any) -> float:
    if isinstance(G, Quantity) and G.dim is not siemens.dim:
        raise ParameterError(f"{name}: {key} = {G} is not in siemens; give a conductance")
    try:
        value = float(np.asarray(G))
    except (TypeError, ValueError):
        value = np.nan
    if not np.isfinite(value):
        raise ParameterError(f"{name}: {key} = {G!r} is no finite number; give a conductance")
    return value


def _read(name: str, table: Any, wanted: tuple[str, ...]) -> dict[str, np.ndarray]:
    if isinstance(table, str | Path):
        table = _read_csv(name, Path(table).expanduser())
    if not hasattr(table, "keys"):
        raise DataError(f"{name}: {type(table).__name__} is no table; give a CSV file, or columns by name")
    for column in wanted:
        if column not in table:
            raise DataError(f"{name}: the table has no column {column!r}; it needs {', '.join(wanted)}")
    found = {}
    for column in wanted:
        unit = {"G": siemens, "dG": siemens, "dt": second}.get(column)
        given = table[column]
        if isinstance(given, Quantity) and unit is not None and given.dim is not unit.dim:
            raise DataError(f"{name}: {column} is not in {unit}; give it in {unit}, or as numbers in SI units")
        try:
            found[column] = np.array(given, dtype=float)
        except (TypeError, ValueError):
            raise DataError(f"{name}: the column {column!r} holds what is no number; give numbers") from None
        if found[column].ndim != 1 or not np.isfinite(found[column]).all():
            where = np.flatnonzero(~np.isfinite(found[column].ravel()))
            place = f"NaN or infinity at row {where[0] + 1}" if len(where) else "more than one number in a row"
            raise DataError(f"{name}: the column {column!r} holds {place}; leave such rows out")
    if len({len(each) for each in found.values()}) != 1:
        raise DataError(f"{name}: the columns have {[len(each) for each in found.values()]} rows; give as many of each")
    return found


def _read_csv(name: str, path: Path) -> dict[str, Any]:
    from io import StringIO

    try:
        text = read_text(path, max_bytes(_MOST_BYTES))
        if text is None:
            raise DataError(f"{name}: {path} is larger than {max_bytes(_MOST_BYTES)} bytes; leave points out")
        frame = pd.read_csv(StringIO(text), skipinitialspace=True, comment="#", float_precision="round_trip")
    except (OSError, ValueError) as error:
        raise DataError(f"{name}: {path} cannot be read ({error}); give a CSV file with a line of names") from error
    return {str(key): frame[key].to_numpy() for key in frame}


def _check_branch(name: str, branch: str, x: np.ndarray, what: str) -> None:
    if len(x) < _FEWEST:
        raise DataError(f"{name}: {branch} has {len(x)} points, too few for a fit; give at least {_FEWEST}")
    if not np.all(np.diff(x) > 0):
        row = int(np.flatnonzero(np.diff(x) <= 0)[0]) + 2
        raise DataError(f"{name}: {what} of {branch} is not sorted (its point {row}); sort it, each value once")


def _curve_fit(name: str, branch: str, f: Any, x: np.ndarray, y: np.ndarray, guess: list[float]) -> Any:
    """Least squares on numbers of about 1, by scipy."""
    import warnings

    try:
        with warnings.catch_warnings(), np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            warnings.simplefilter("ignore", OptimizeWarning)  # the errors it leaves out are looked at below
            found, covariance = curve_fit(f, x, y, p0=guess, method="trf", xtol=1e-15, ftol=1e-15, gtol=1e-15)
    except (RuntimeError, ValueError) as error:
        raise DataError(f"{name}: no curve fits {branch} ({error}); look at the points") from error
    if not (np.isfinite(found).all() and np.isfinite(covariance).all()):
        raise DataError(f"{name}: the points of {branch} do not settle the curve; measure more of them, or farther out")
    return found, covariance


def _share(x: np.ndarray, rate: float) -> np.ndarray:
    """Return the share of the way at x from 0 to 1, (1 - exp(-rate x))/(1 - exp(-rate))."""
    if abs(rate) < _STRAIGHT:
        return x + rate * x * (1 - x) / 2
    return np.asarray(np.expm1(-rate * x) / np.expm1(-rate))


def _fit_window(name: str, columns: dict[str, np.ndarray], low: float, high: float, source: str) -> Fit:
    dt, dG = columns["dt"], columns["dG"]
    if np.any(dt == 0):
        raise DataError(f"{name}: dt = 0 belongs to no branch; leave that row out")
    _check_branch(name, "the table", dt, "dt")
    found: dict[str, float] = {}
    errors: dict[str, float] = {}
    branches, ends = {}, []
    for branch, mark, sign in (("potentiation", "p", 1.0), ("depression", "d", -1.0)):
        chosen = sign * dt > 0
        x, y = np.abs(dt[chosen]), sign * dG[chosen]
        _check_branch(name, branch, np.sort(x), "dt")
        if y.mean() <= 0:
            raise DataError(f"{name}: {branch} has changes of the wrong sign; dt is t_post - t_pre")
        scale, size = float(x.mean()), float(np.abs(y).max())

        def curve(x: np.ndarray, A: float, rate: float) -> np.ndarray:
            return np.asarray(A * np.exp(-rate * x))

        (A, rate), covariance = _curve_fit(name, branch, curve, x / scale, y / size, [1.0, 1.0])
        dA, drate = np.sqrt(np.diag(covariance))
        tau, dtau = (1 / rate, drate / rate**2) if rate else (np.inf, np.inf)
        if not (A > 0 and rate > 0):
            raise DataError(
                f"{name}: {branch} gives A_{mark} = {A * size:.3g} S and tau_{mark} = {tau * scale:.3g} s, and both "
                "must be above 0: the changes do not fall off with the time difference"
            )
        found |= {f"A_{mark}": A * size, f"tau_{mark}": tau * scale}
        errors |= {f"A_{mark}": dA * size, f"tau_{mark}": dtau * scale}
        branches[branch] = dt[chosen], dG[chosen], sign * size * curve(x / scale, A, rate)
        ends.append((x.min(), x.max()))
    parameters = {
        "G_min": Parameter(low * siemens, "lowest conductance", low=0 * siemens),
        "G_max": Parameter(high * siemens, "highest conductance"),
        "dt_min": Parameter(max(e[0] for e in ends) * second, "shortest time difference that was fitted"),
        "dt_max": Parameter(min(e[1] for e in ends) * second, "longest time difference that was fitted"),
        "A_p": Parameter(found["A_p"] * siemens, "amplitude of potentiation", above=0 * siemens),
        "A_d": Parameter(found["A_d"] * siemens, "amplitude of depression", above=0 * siemens),
        "tau_p": Parameter(found["tau_p"] * second, "time constant of potentiation", above=0 * second),
        "tau_d": Parameter(found["tau_d"] * second, "time constant of depression", above=0 * second),
    }
    device = Device(
        name,
        "window fitted to a measured table",
        window={"potentiation": "A_p*exp(-dt/tau_p)", "depression": "-A_d*exp(dt/tau_d)"},
        parameters=parameters,
        source=source,
    )
    return Fit(device, branches, errors)


def _fit_pulses(name: str, columns: dict[str, np.ndarray], low: float, high: float, source: str) -> Fit:
    direction, pulse, G = columns["direction"], columns["pulse"], columns["G"]
    if not np.isin(direction, (-1, 1)).all():
        raise DataError(f"{name}: direction holds other numbers than 1 and -1; 1 raises the conductance")
    found: dict[str, float] = {}
    errors: dict[str, float] = {}
    branches = {}
    for branch, mark, sign in (("potentiation", "p", 1), ("depression", "d", -1)):
        x, y = pulse[direction == sign], (G[direction == sign] - low) / (high - low)
        _check_branch(name, branch, x, "pulse")
        if sign * (y[-1] - y[0]) <= 0:
            raise DataError(f"{name}: {branch} goes the wrong way; direction is 1 where pulses raise the conductance")
        length = float(x[-1] - x[0])

        # From start to end, by their share of the way: it stays a curve where the steps are equal (rate = 0), and where
        # they grow (rate < 0).
        def curve(x: np.ndarray, start: float, end: float, rate: float) -> np.ndarray:
            return np.asarray(start + (end - start) * _share(x, rate))

        guess = [float(y[0]), float(y[-1]), 0.5]
        (start, end, rate), covariance = _curve_fit(name, branch, curve, (x - x[0]) / length, y, guess)
        if abs(rate) < _STRAIGHT:
            rate = _STRAIGHT
        # Pulses stop at B, or begin there: y = B + (start - B) exp(-rate x).
        B = start + (end - start) / -np.expm1(-rate)
        first = 0.0 if sign > 0 else 1.0
        if sign * (B - first) * rate <= 0:
            raise DataError(
                f"{name}: by its fit {branch} does not move a device from {low + first * (high - low):g} S, where it "
                "begins; measure from there on, or give another G_min and G_max"
            )
        slope = np.array([1 + 1 / np.expm1(-rate), -1 / np.expm1(-rate), (end - start) * np.exp(-rate)
                          / -(np.expm1(-rate) ** 2)])  # fmt: skip
        deviations = float(np.sqrt(slope @ covariance @ slope)), float(np.sqrt(covariance[2, 2]))
        found |= {f"B_{mark}": low + B * (high - low), f"A_{mark}": length / rate}
        errors |= {f"B_{mark}": deviations[0] * (high - low), f"A_{mark}": deviations[1] * length / rate**2}
        branches[branch] = x, low + y * (high - low), low + (high - low) * curve((x - x[0]) / length, start, end, rate)
    parameters = {
        "G_min": Parameter(low * siemens, "lowest conductance", low=0 * siemens),
        "G_max": Parameter(high * siemens, "highest conductance"),
        "B_p": Parameter(found["B_p"] * siemens, "conductance at which steps that raise are 0"),
        "A_p": Parameter(found["A_p"], "pulses by which the rest falls to 1/e, up; below 0 where steps grow"),
        "B_d": Parameter(found["B_d"] * siemens, "conductance at which steps that lower are 0"),
        "A_d": Parameter(found["A_d"], "pulses by which the rest falls to 1/e, down; below 0 where steps grow"),
    }
    device = Device(
        name,
        "steps fitted to a measured table",
        potentiation="clip((B_p - G)/G_max*(1 - exp(-1/A_p)), 0, 1e9)*G_max",
        depression="-clip((G - B_d)/G_max*(1 - exp(-1/A_d)), 0, 1e9)*G_max",
        parameters=parameters,
        source=source,
    )
    return Fit(device, branches, errors)
