"""The Brian2 objects that a presentation is made of."""

from __future__ import annotations

from typing import Any

import numpy as np
from brian2.codegen.generators.cpp_generator import c_data_type
from brian2.core.variables import Variables

from brainnet.errors import ProjectionError
from brainnet.projections.runner import Runner

__all__ = ["Count", "Feed", "Restart"]


class Feed(Runner):
    """Writes the next sample into a variable of a group."""

    template = "feed"

    def __init__(self, group: Any, variable: str, factor: float, samples: np.ndarray, steps: int) -> None:
        super().__init__(clock=group.clock, when="start", order=-1, name=f"{group.name}_feed")
        self.samples, self.steps = samples, steps
        self.factor = factor / 255 if samples.dtype == np.uint8 else factor
        self._own = Variables(self)
        self._own.add_array("first", size=1, dtype=np.int32, scalar=True, constant=True)
        clock = group.clock.variables["timestep"]
        self.variables = {"_variable": group.variables[variable], "first": self._own["first"], "timestep": clock}

    def template_values(self, device: Any) -> dict[str, Any]:
        """Return sizes, and the file of samples."""
        samples, byte = self.samples, self.samples.dtype == np.uint8
        path = device.file_array(f"{self.name}_samples", samples)
        kind = "uint8_t" if byte else c_data_type(samples.dtype)
        return {
            "steps": self.steps,
            "n": samples.shape[1],
            "samples": len(samples),
            "path": path,
            "row_type": kind,
            "factor": repr(self.factor),
        }

    def step(self) -> None:
        """Write the sample at its first step."""
        sample, step = divmod(int(self.variables["timestep"].get_value()[0]), self.steps)
        if not step:
            array = self.variables["_variable"].get_value()
            array[:] = self.samples[sample].astype(np.float64) * self.factor if sample < len(self.samples) else 0


class Restart(Runner):
    """Starts the state of a layer again with each sample."""

    template = "restart"

    def __init__(self, group: Any, layer: int, steps: int, values: dict[str, Any]) -> None:
        for name in values:
            if name not in group.variables or group.variables[name].read_only:
                raise ProjectionError(
                    f"Presentation: {name!r} is no state variable of {group.name}; name one of its own"
                )
        super().__init__(clock=group.clock, when="start", order=-1, name=f"{group.name}_restart")
        self.layer, self.steps = layer, steps
        self.values = {name: float(value) for name, value in values.items()}
        self.variables = {name: group.variables[name] for name in values} | {
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


class Count(Runner):
    """Records the spikes of a layer, sample by sample."""

    template = "count"

    def __init__(self, group: Any, layer: int, steps: int, key: str, by_step: bool) -> None:
        super().__init__(clock=group.clock, when="end", name=f"{group.name}_count*")
        self.layer, self.steps, self.key, self.by_step, self.n = layer, steps, key, by_step, len(group)
        self.file = f"{self.name}.bin"
        self.variables = {"_spikespace": group.variables["_spikespace"], "timestep": group.clock.variables["timestep"]}
        self.records: list[bytes] = []

    def template_values(self, device: Any) -> dict[str, Any]:
        """Return sizes and the name of the file."""
        return {"steps": self.steps, "layer": self.layer, "n": self.n, "by_step": self.by_step, "file": self.file}

    def bind(self) -> None:
        """Forget an earlier run."""
        self.records.clear()
        self._record = np.zeros((self.steps, self.n), np.uint8) if self.by_step else np.zeros(1, np.int64)

    def step(self) -> None:
        """Count, and keep the record at the last step of a sample."""
        step = int(self.variables["timestep"].get_value()[0]) - self.layer
        if step < 0:
            return
        space = self.variables["_spikespace"].get_value()
        if self.by_step:
            self._record[step % self.steps, space[: space[-1]]] += 1
        else:
            self._record[0] += space[-1]
        if step % self.steps == self.steps - 1:
            self.records.append(self._record.tobytes())
            self._record[:] = 0

    def result(self, data: bytes) -> np.ndarray:
        """Give bytes back their shape."""
        if self.by_step:
            return np.frombuffer(data, np.uint8).reshape(-1, self.steps, self.n)
        return np.frombuffer(data, np.int64)
