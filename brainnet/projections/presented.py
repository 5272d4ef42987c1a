"""The Brian2 objects that a presentation is made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from brian2 import NeuronGroup, Quantity, have_same_dimensions

from brainnet.brian import c_data_type
from brainnet.errors import ProjectionError
from brainnet.projections.runner import Runner
from brainnet.targets.process import PROGRESS_MARK

__all__ = ["Feed", "Record", "Restart", "rest_values"]


class Feed(Runner):
    """Writes the next sample into a variable of a group, and ends the program after the last one."""

    template = "feed"

    def __init__(self, group: Any, variable: str, steps: int, layer: int = 0) -> None:
        super().__init__(clock=group.clock, when="start", order=-1, name=f"{group.name}_feed")
        self.group, self.steps, self.layer = group, steps, layer
        self.depth, self.n, self.progress = 0, len(group), False
        self.dtype = np.dtype(group.variables[variable].dtype)
        self.samples = np.zeros((0, self.n))
        self.file = f"{self.name}_samples"
        own = "first : integer (shared, constant)\nend : integer (shared, constant)"
        self.rows = NeuronGroup(1, own, clock=group.clock, name=f"{self.name}_rows")
        self._contained_objects.append(self.rows)
        self.variables = {
            "_variable": group.variables[variable],
            "first": self.rows.variables["first"],
            "end": self.rows.variables["end"],
            "timestep": group.clock.variables["timestep"],
        }

    def check(self, samples: np.ndarray) -> None:
        """Refuse samples that the variable cannot be; groups of a declared model know it."""
        variable, check = self.variables["_variable"], getattr(self.group, "check_value", None)
        if check is not None:
            check(variable.name, Quantity(samples.astype(float), dim=variable.dim))

    def template_values(self, device: Any) -> dict[str, Any]:
        """Return sizes, and the file of samples."""
        return {
            "steps": self.steps,
            "layer": self.layer,
            "depth": self.depth,
            "n": self.n,
            "path": f"static_arrays/{self.file}",
            "row_type": c_data_type(self.dtype),
            "mark": PROGRESS_MARK if self.progress else "",
        }

    def step(self) -> None:
        """Write the sample at its first step."""
        sample, step = divmod(int(self.variables["timestep"].get_value()[0]) - self.layer, self.steps)
        if not step and sample >= 0:
            array = self.variables["_variable"].get_value()
            array[:] = self.samples[sample] if sample < len(self.samples) else 0


class Restart(Runner):
    """Starts the state of a layer again with each sample."""

    template = "restart"

    def __init__(self, group: Any, layer: int, steps: int, values: dict[str, Any]) -> None:
        super().__init__(clock=group.clock, when="start", order=-1, name=f"{group.name}_restart")
        self.layer, self.steps = layer, steps
        self.values = rest_values(group, values)
        self.variables = {name: group.variables[name] for name in self.values} | {
            "timestep": group.clock.variables["timestep"]
        }

    def template_values(self, device: Any) -> dict[str, Any]:
        """Return the layer and its values."""
        return {
            "steps": self.steps,
            "layer": self.layer,
            "values": {name: repr(value) for name, value in self.values.items()},
        }

    def step(self) -> None:
        """Write the values at the first step of a sample."""
        step = int(self.variables["timestep"].get_value()[0]) - self.layer
        if step >= 0 and step % self.steps == 0:
            for name, value in self.values.items():
                self.variables[name].get_value()[:] = value


def rest_values(group: Any, values: Mapping[str, Any]) -> dict[str, float]:
    """Return the values that variables of a group start again with, in SI units; neurons may fire at once.

    Raises
    ------
    ProjectionError
    """
    for name, value in values.items():
        if name not in group.variables or group.variables[name].read_only:
            raise ProjectionError(f"Presentation: {name!r} is no state variable of {group.name}; name one of its own")
        unit = Quantity(1.0, dim=group.variables[name].dim)
        if np.ndim(value) or not np.isfinite(float(value)) or not have_same_dimensions(value, unit):
            raise ProjectionError(
                f"Presentation: {name} = {value} is no value of {group.name}.{name}; give one number, in {unit}"
            )
    found = {name: float(value) for name, value in values.items()}
    if "lastspike" in group.variables:  # no refractory time from the sample before
        found |= {"lastspike": -1e4, "not_refractory": 1}
    return found


class Record(Runner):
    """Keeps what a layer did, sample by sample.

    Parameters
    ----------
    variable : str
        State variable to keep at every step; spikes if empty.
    by_step : bool
        Spikes by step and neuron, or by neuron only.
    bursts : str
        Variable that says how many spikes each one stands for.
    """

    template = "count"

    def __init__(
        self,
        group: Any,
        layer: int,
        steps: int,
        key: str,
        *,
        variable: str = "",
        by_step: bool = False,
        bursts: str = "",
    ) -> None:
        super().__init__(clock=group.clock, when="end", name=f"{group.name}_record*")
        self.layer, self.steps, self.key, self.n = layer, steps, key, len(group)
        self.every_step = bool(by_step or variable)
        self.rows = steps if self.every_step else 1
        self.file = f"{self.name}.bin"
        self.variables = {"timestep": group.clock.variables["timestep"]}
        if variable:
            self.variables["_variable"] = group.variables[variable]
            self.dtype = np.dtype(group.variables[variable].dtype)
        else:
            self.variables["_spikespace"] = group.variables["_spikespace"]
            self.dtype = np.dtype(np.uint8 if by_step and not bursts else np.int32)
            if bursts:
                self.variables["_bursts"] = group.variables[bursts]
        self.records: list[np.ndarray] = []

    def template_values(self, device: Any) -> dict[str, Any]:
        """Return sizes and the name of the file."""
        # Brian2 knows no bytes, in which rasters are kept.
        kind = "uint8_t" if self.dtype == np.uint8 else c_data_type(self.dtype)
        return {
            "steps": self.steps,
            "layer": self.layer,
            "n": self.n,
            "rows": self.rows,
            "record_type": kind,
            "file": self.file,
        }

    def bind(self, run_namespace: Any) -> None:
        """Forget an earlier run."""
        self.records.clear()
        self._record = np.zeros((self.rows, self.n), self.dtype)

    def step(self) -> None:
        """Add this step, and keep the record at the last one of a sample."""
        step = int(self.variables["timestep"].get_value()[0]) - self.layer
        if step < 0:
            return
        if "_variable" in self.variables:
            self._record[step % self.rows] = self.variables["_variable"].get_value()
        else:
            space = self.variables["_spikespace"].get_value()
            spikes = space[: space[-1]]
            each = self.variables["_bursts"].get_value()[spikes] if "_bursts" in self.variables else 1
            self._record[step % self.rows, spikes] += np.asarray(each, self.dtype)
        if step % self.steps == self.steps - 1:
            self.records.append(self._record.copy())
            self._record[:] = 0

    def result(self, records: Any, n: int) -> np.ndarray:
        """Return the records of the first n samples: shape (n, n_neurons), or (n, steps, n_neurons).

        Raises
        ------
        ValueError
            There are fewer.
        """
        shaped = np.asarray(records).reshape(-1, self.rows, self.n)[:n]
        if len(shaped) < n:
            raise ValueError(f"{len(shaped)} records of {n}")
        return shaped if self.every_step else shaped[:, 0]
