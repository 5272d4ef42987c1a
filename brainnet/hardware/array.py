"""Many devices of one kind: each with its own parameters, all written and read together."""

from __future__ import annotations

from typing import Any

import numpy as np
from brian2 import Quantity, joule, second, siemens

from brainnet.declare import Device
from brainnet.declare.evaluate import evaluate
from brainnet.errors import ParameterError
from brainnet.hardware.curves import change_of_pair, change_of_pulse, check_difference, in_si
from brainnet.seeds import check_seed

__all__ = ["DeviceArray"]

# One stream of random numbers for each purpose: a read does not change what the next pulse does.
_SPREAD, _STUCK, _CYCLE, _PROGRAM, _DRAWN, _READ = range(6)


class DeviceArray:
    """State of many devices.

    Parameters
    ----------
    device : Device
    shape : int or tuple of int
    seed : int
        Of variation, stuck cells and all noise; each has a stream of its own.
    G : array in siemens, or Quantity, optional
        Conductances at the start, of that shape, or one for all; the lowest of each cell where not given.

    Attributes
    ----------
    parameters : dict of str to float or ndarray
        Parameters in SI units; one value a cell, of that shape, where devices differ.
    stuck : ndarray of bool
        Cells that do not move.
    pulses : int
        Pulses (or pairs) given so far, summed over cells.
    rounds : int
        The same, where what one call gives to many cells at once counts once.

    Raises
    ------
    ParameterError
        Wrong shape, seed, unit, or a conductance outside [G_min, G_max].

    Examples
    --------
    >>> from brainnet import models
    >>> cells = DeviceArray(models.ideal_device, (2, 3), seed=1)
    >>> cells.pulse(True, 2)
    >>> cells.pulses, cells.rounds
    (12, 2)
    """

    def __init__(self, device: Device, shape: int | tuple[int, ...], seed: int, *, G: Any = None) -> None:
        if not isinstance(device, Device):
            raise ParameterError(f"DeviceArray: {device!r} is no Device; give one, such as brainnet.models.pcm")
        self.device, self.shape = device, _shape(device, shape)
        seed = check_seed(device.name, seed)
        self._random = [np.random.default_rng([seed, stream]) for stream in range(6)]
        self.parameters = self._parameters()
        self._low, self._high = (np.broadcast_to(self.parameters[name], self.shape) for name in ("G_min", "G_max"))
        if np.any(self._low >= self._high):
            raise ParameterError(
                f"{device.name}: devices differ so much that G_min is above G_max in {np.sum(self._low >= self._high)} "
                "cells; give a smaller spread"
            )
        self._names = {**device.functions, **device.completed(self.parameters)}
        self._shift = {name: self._random[_DRAWN].standard_normal(self.shape) for name in device.resolved("drawn")}
        self._G = self._start(G)
        self.stuck = self._draw_stuck()
        self.pulses = self.rounds = 0
        self._energy = self._time = 0.0

    def _parameters(self) -> dict[str, Any]:
        values: dict[str, Any] = {name: float(p.value) for name, p in self.device.resolved_parameters().items()}
        nominal = {**self.device.functions, **self.device.values()}
        for name, text in self.device.resolved("spread").items():
            draws = self._random[_SPREAD].standard_normal(self.shape)
            width = np.sqrt(np.log1p(evaluate(text, nominal) ** 2))
            if width:
                values[name] = values[name] * np.exp(width * draws - width**2 / 2)
        return values

    def _start(self, G: Any) -> np.ndarray:
        if G is None:
            return self._low.copy()
        given = in_si(self.device.name, "G", G, siemens)
        if given.shape not in ((), self.shape):
            raise ParameterError(
                f"{self.device.name}: G has the shape {given.shape}; give one value, or an array of shape {self.shape}"
            )
        self._check_conductance(given)
        return np.clip(np.broadcast_to(given, self.shape), self._low, self._high)

    def _check_conductance(self, given: np.ndarray) -> None:
        low, high = (self.device.resolved_parameters()[name] for name in ("G_min", "G_max"))
        # What was computed from the bounds may miss them by a rounding.
        slack = 1e-12 * float(high.value)
        wrong = (given < float(low.value) - slack) | (given > float(high.value) + slack)
        if np.any(wrong):
            raise ParameterError(
                f"{self.device.name}: G = {given[wrong].flat[0]:g} S is outside the range of the device; "
                f"give conductances from {low.text()} to {high.text()}"
            )

    def _draw_stuck(self) -> np.ndarray:
        stuck = np.zeros(self.shape, bool)
        draws, start = self._random[_STUCK].random(self.shape), 0.0
        for text, chance in self.device.resolved("stuck").items():
            end = start + float(evaluate(chance, self._names))
            if end > 1:
                raise ParameterError(f"{self.device.name}: more than all cells are stuck; give smaller probabilities")
            here = (draws >= start) & (draws < end)
            self._G[here] = np.broadcast_to(evaluate(text, self._names), self.shape)[here]
            stuck |= here
            start = end
        return stuck

    @property
    def G(self) -> np.ndarray:
        """Conductances as written, in siemens; a view that cannot be written to."""
        view = self._G.view()
        view.flags.writeable = False
        return view

    @property
    def energy(self) -> Quantity:
        """Energy of all pulses so far.

        Raises
        ------
        ParameterError
            The device declares no energy of a write.
        """
        self.device.cost("write_energy")
        return self._energy * joule

    @property
    def time(self) -> Quantity:
        """Time of all writes so far: pulses of one call go to all its cells at once, and calls follow each other.

        Raises
        ------
        ParameterError
            The device declares no time of a write.
        """
        self.device.cost("write_time")
        return self._time * second

    def pulse(self, mask: Any, count: Any) -> None:
        """Give pulses.

        Parameters
        ----------
        mask : array of bool that broadcasts to the shape, or True
            Cells that are written.
        count : int, or array of int that broadcasts to the shape
            Positive potentiates, negative depresses.

        Raises
        ------
        ParameterError
            No whole numbers, or a shape that does not fit; nothing is written then.
        """
        where = self._where(mask)
        count = np.asarray(count)
        if count.dtype.kind not in "iu":
            raise ParameterError(f"{self.device.name}: count = {count!r} are no numbers of pulses; give whole numbers")
        counts = self._broadcast("count", count).ravel()[where]
        for up in (True, False):
            if np.any(counts > 0 if up else counts < 0):
                change_of_pulse(self.device, {**self._names, "G": self._low}, up)  # raises before anything is written
        for done in range(int(np.abs(counts).max(initial=0))):
            still = np.abs(counts) > done
            times = [0.0]
            for up in (True, False):
                cells = where[still & ((counts > 0) == up)]
                if len(cells):
                    names = self._at(cells)
                    times.append(self._move(cells, names, change_of_pulse(self.device, names, up), up))
            self._time += max(times)
            self.rounds += 1

    def pair(self, mask: Any, dt: Any) -> None:
        """Give one pair of pulses.

        Parameters
        ----------
        mask : array of bool that broadcasts to the shape, or True
        dt : Quantity, or array in seconds, that broadcasts to the shape
            t_post - t_pre; positive potentiates, negative depresses, 0 does nothing.

        Raises
        ------
        ParameterError
            The device has no window, or dt is outside the range in which it was fitted; nothing is written then.
        """
        where = self._where(mask)
        differences = self._broadcast("dt", in_si(self.device.name, "dt", dt, second)).ravel()[where]
        change_of_pair(self.device, {**self._names, "G": self._low}, np.zeros(self.shape))
        check_difference(self.device, differences)
        times = [0.0]
        for up in (True, False):
            chosen = differences > 0 if up else differences < 0
            cells = where[chosen]
            if len(cells):
                names = self._at(cells)
                times.append(self._move(cells, names, change_of_pair(self.device, names, differences[chosen]), up))
        self._time += max(times)
        self.rounds += bool(np.any(differences != 0))

    def program(self, G: Any, mask: Any = True) -> None:
        """Write conductances to a target, as write and verify leaves them: with the programming noise.

        Parameters
        ----------
        G : array in siemens, or Quantity, that broadcasts to the shape
        mask : array of bool that broadcasts to the shape, or True

        Raises
        ------
        ParameterError
            A target outside [G_min, G_max].
        """
        where = self._where(mask)
        target = self._broadcast("G", in_si(self.device.name, "G", G, siemens)).ravel()[where]
        self._check_conductance(target)
        if text := self.device.resolved("programming_noise"):
            deviation = evaluate(text, {**self._at(where), "G": target})
            target = target + deviation * self._random[_PROGRAM].standard_normal(len(where))
        self._put(where, target)

    def read(self, after: Any = 0 * second) -> np.ndarray:
        """Read all cells.

        Parameters
        ----------
        after : Quantity, or seconds
            Time since they were written.

        Returns
        -------
        ndarray of float64, in siemens
            With retention, drift and the noise of this read; not below 0. The cells stay as they are.

        Raises
        ------
        ParameterError
            A time below 0.
        """
        time = in_si(self.device.name, "after", after, second)
        if time.ndim or not 0 <= time < np.inf:
            raise ParameterError(f"{self.device.name}: after = {after} is no time since writing; give one, from 0*s on")
        names = {**self._names, "G": self._G, "t": float(time)}
        for name, (mean, deviation) in self.device.resolved("drawn").items():
            names[name] = evaluate(mean, names) + evaluate(deviation, names) * self._shift[name]
        now = self._G.copy()
        for kind in ("retention", "drift"):
            if text := self.device.resolved(kind):
                now = evaluate(text, {**names, "G": now}) + np.zeros(self.shape)
        if text := self.device.resolved("read_noise"):
            deviation = evaluate(text, {**names, "G_t": now})
            now = now + deviation * self._random[_READ].standard_normal(self.shape)
        return np.maximum(now, 0.0)

    def _where(self, mask: Any) -> np.ndarray:
        mask = np.asarray(mask)
        if mask.dtype != bool:
            raise ParameterError(f"{self.device.name}: mask is no array of bool; give True, or one value a cell")
        return np.flatnonzero(self._broadcast("mask", mask))

    def _broadcast(self, name: str, array: np.ndarray) -> np.ndarray:
        try:
            return np.broadcast_to(array, self.shape)
        except ValueError:
            raise ParameterError(
                f"{self.device.name}: {name} has the shape {array.shape}, which does not fit the cells {self.shape}"
            ) from None

    def _at(self, cells: np.ndarray) -> dict[str, Any]:
        """Names with their values in chosen cells."""
        names = {
            name: value.ravel()[cells] if isinstance(value, np.ndarray) and value.ndim else value
            for name, value in self._names.items()
        }
        return {**names, "G": self._G.ravel()[cells]}

    def _move(self, cells: np.ndarray, names: dict[str, Any], change: Any, up: bool) -> float:
        """Change conductances, with the noise of a step; return the time of the pulse."""
        change = change + np.zeros(len(cells))
        if text := self.device.resolved("cycle_noise"):
            deviation = evaluate(text, {**names, "dG": change})
            change = change + deviation * self._random[_CYCLE].standard_normal(len(cells))
        before = names["G"]
        self._put(cells, before + change)
        self.pulses += len(cells)
        costs = self.device.resolved("costs")
        kind = "write" if up else "erase"
        spent = {**names, "G": (before + self._G.ravel()[cells]) / 2}
        energy, time = (costs.get(f"{kind}_{each}") or costs.get(f"write_{each}") for each in ("energy", "time"))
        if energy:
            self._energy += float(np.sum(evaluate(energy, spent) + np.zeros(len(cells))))
        return float(np.max(evaluate(time, spent))) if time else 0.0

    def _put(self, cells: np.ndarray, G: np.ndarray) -> None:
        flat, free = self._G.reshape(-1), ~self.stuck.ravel()[cells]
        flat[cells[free]] = np.clip(G, self._low.ravel()[cells], self._high.ravel()[cells])[free]

    def __repr__(self) -> str:
        return f"<DeviceArray of {self.device.name}, shape {self.shape}, {self.pulses} pulses so far>"


def _shape(device: Device, shape: Any) -> tuple[int, ...]:
    sizes = shape if isinstance(shape, tuple | list) else (shape,)
    if not sizes or not all(isinstance(n, int | np.integer) and not isinstance(n, bool) and n > 0 for n in sizes):
        raise ParameterError(f"{device.name}: shape = {shape!r} is no shape; give whole numbers of at least 1")
    return tuple(int(n) for n in sizes)
