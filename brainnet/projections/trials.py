"""Images shown one by one, again and brighter until the network answers: all of a training in one program."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from brian2 import Network, NeuronGroup, Quantity, ms, stop

from brainnet.brian import get_device
from brainnet.errors import DataError, ProjectionError, TargetError
from brainnet.projections.presented import rest_values
from brainnet.projections.runner import Runner
from brainnet.targets.device import CppDevice
from brainnet.targets.process import PROGRESS_MARK
from brainnet.targets.program import Program, build
from brainnet.targets.target import current

__all__ = ["Answers", "Trials", "most_positions"]

_MOST_STEPS = 2**31 - 1


@dataclass(frozen=True)
class Answers:
    """What a network answered.

    Parameters
    ----------
    counts : array of int32, shape (n_images, n)
        Spikes by neuron while the image was shown, at the last attempt.
    attempts : array of int32, shape (n_images,)
        How often each image was shown.
    spikes : array of int32, shape (n_images,)
        Spikes of all neurons while it was shown, in all attempts.
    """

    counts: np.ndarray
    attempts: np.ndarray
    spikes: np.ndarray


class Trials(Runner):
    """Shows image after image: for a time, then nothing for a time; again and brighter if too few spikes answer.

    The procedure of Diehl & Cook 2015, Front. Comput. Neurosci. 9:99, sec. 2.5, taken step by step within the
    program. Before each presentation the state of the network starts again, so that what an image does depends on
    the weights (and thresholds) alone; random input is drawn by the position of the image and the attempt.

    Parameters
    ----------
    source : BernoulliInput
        Its ``p`` is the image times the intensity, at most 1; 0 in the rest.
    answering : brian2 group
        Whose spikes are counted, while the image is shown.
    learning : (group, str)
        A shared variable: not 0 in a training.
    restart : mapping of group to mapping of str to Quantity or number
        Values at the begin of each presentation; neurons are also freed from their refractory time.
    shown, rest : Quantity
        How long, whole numbers of steps.
    intensity, more : float
        Of the first attempt, and what each further one has in addition.
    least : int
        Spikes that are an answer.
    attempts : int
        How often an image is shown at most.

    Attributes
    ----------
    begins : (group, str)
        A shared variable that is 1 in the first step of a new image of a training, else 0.
    """

    template = "trials"
    add_to_magic_network = True  # a plain `run()` does not leave it out: it raises

    def __init__(
        self,
        source: Any,
        answering: Any,
        learning: tuple[Any, str],
        *,
        restart: Mapping[Any, Mapping[str, Any]],
        shown: Quantity = 350 * ms,
        rest: Quantity = 150 * ms,
        intensity: float = 2.0,
        more: float = 1.0,
        least: int = 5,
        attempts: int = 20,
        name: str = "trials",
    ) -> None:
        super().__init__(clock=source.clock, when="start", order=-1, name=name)
        dt = float(source.clock.dt)
        self.shown, self.steps = (_whole_steps(name, each, dt) for each in (shown, shown + rest))
        self.intensity, self.more, self.least, self.attempts = float(intensity), float(more), int(least), int(attempts)
        self.source, self.n, self.n_input = source, len(answering), len(source)
        self.file, self.samples = f"{name}.bin", f"{name}_images"
        shared = ("n_images", "phase", "begins")
        self.settings = NeuronGroup(
            1, "\n".join(f"{each} : integer (shared, constant)" for each in shared), name=f"{name}_settings",
            clock=source.clock,
        )  # fmt: skip
        self.learning = getattr(*learning)
        self.begins = (self.settings, "begins")
        self.values: dict[str, float] = {}
        self.variables = {
            "_spikespace": answering.variables["_spikespace"],
            "learning": learning[0].variables[learning[1]],
            "timestep": source.clock.variables["timestep"],
            **{each: source.variables[each] for each in ("p", "first_step", "stream")},
            **{each: self.settings.variables[each] for each in shared},
        }
        for group, values in restart.items():
            for variable, value in rest_values(group, values).items():
                key = f"_of_{group.name}_{variable}"
                self.variables[key], self.values[key] = group.variables[variable], value
        self._contained_objects.append(self.settings)
        self.program: Program | None = None
        self._driven = False

    @property
    def most_positions(self) -> int:
        """Positions that random input can be drawn for."""
        return most_positions(self.steps)

    def template_values(self, device: CppDevice) -> dict[str, Any]:
        """Return sizes, values, and the files of images and answers."""
        return {
            "n": self.n,
            "n_input": self.n_input,
            "path": f"static_arrays/{self.samples}",
            "file": self.file,
            "mark": PROGRESS_MARK if current().progress else "",
            "steps": self.steps,
            "shown": self.shown,
            "least": self.least,
            "attempts": self.attempts,
            "intensity": repr(self.intensity),
            "more": repr(self.more),
            "values": {name: repr(value) for name, value in self.values.items()},
        }

    def build(self, *objects: Any) -> Trials:
        """Build the network of `objects` on the current target, once for all runs."""
        network = Network(self, *objects)
        self._driven = True
        try:
            self.program = build(network, _MOST_STEPS * self.source.clock.dt, progress=False)
        finally:
            self._driven = self.program is not None
        return self

    def show(
        self,
        images: np.ndarray,
        values: Mapping[Any, Any],
        *,
        learning: bool,
        phase: int = 0,
        positions: Any = None,
    ) -> Answers:
        """Show images.

        Parameters
        ----------
        images : array, shape (n_images, n_inputs)
            Probability of a spike in a step at intensity 1.
        values : mapping
            As of `Program.run`: weights, thresholds.
        learning : bool
            Whether the network learns.
        phase : int
            Random input is drawn by phase, position of the image, and attempt.
        positions : array of int, shape (n_images,), optional
            Of each image; from 0 on if not given.

        Returns
        -------
        Answers
        """
        program = self.program
        if program is None:
            raise ProjectionError(f"{self.name}: it is not built; call build(*objects) first")
        images = np.ascontiguousarray(images, dtype=float)
        if images.ndim != 2 or images.shape[1] != self.n_input or not len(images):
            raise DataError(f"images are of the shape {images.shape}; give rows of {self.n_input} numbers")
        if not (images >= 0).all():
            raise DataError("images hold NaN or numbers below 0; they are probabilities of a spike in a step")
        where = np.arange(len(images)) if positions is None else np.asarray(positions)
        if where.shape != images.shape[:1] or where.min() < 0 or where.max() >= self.most_positions:
            raise DataError(f"positions are not {len(images)} whole numbers from 0 to {self.most_positions - 1}")
        if len(images) * self.attempts * self.steps > _MOST_STEPS:
            raise DataError(
                f"{len(images)} images of {self.steps} steps are more than a run counts; show fewer at once"
            )
        program.check_context()
        state = self.settings
        new = {state.n_images: len(images), state.phase: phase}
        new |= {self.learning: int(learning), **values}
        device = get_device()
        if not isinstance(device, CppDevice):
            self._images, self._positions = images, where
            program.run(new, duration=(len(images) * self.attempts * self.steps + 1) * self.source.clock.dt)
            return _answers(np.array(self._records), len(images))
        try:
            np.column_stack([images, where]).tofile(Path(device.project_dir) / "static_arrays" / self.samples)
        except OSError as error:
            raise TargetError(f"images cannot be written ({error}); free disk space there") from error
        program.run(new)
        return _answers(np.fromfile(Path(device.results_dir) / self.file, np.int32), len(images))

    def before_run(self, run_namespace: Any) -> None:
        """Refuse a run that shows no images."""
        if not self._driven:
            raise ProjectionError(
                f"{self.name}: a plain run shows no images; call {self.name}.build(*objects), then show(images, ...)"
            )
        super().before_run(run_namespace)

    def bind(self, run_namespace: Any) -> None:
        """Begin with the first image."""
        self._records: list[np.ndarray] = []
        self._attempt = self._step = self._all = 0
        self._record = np.zeros(self.n + 2, np.int32)
        self._v = {name: variable.get_value() for name, variable in self.variables.items()}

    def step(self) -> None:
        """Do what is due before a step."""
        v, record = self._v, self._record
        v["begins"][:] = 0
        if 0 < self._step <= self.shown:
            space = v["_spikespace"]
            record[space[: space[-1]]] += 1
            record[-1] += space[-1]
            self._all += int(space[-1])
        if self._step == self.steps:
            self._step = 0
            if record[-1] < self.least and self._attempt + 1 < self.attempts:
                self._attempt += 1
            else:
                record[-2:] = self._attempt + 1, self._all
                self._records.append(record.copy())
                self._attempt = self._all = 0
        if self._step == 0:
            self._begin()
        elif self._step == self.shown:
            v["p"][:] = 0
        self._step += 1

    def _begin(self) -> None:
        v, shown = self._v, len(self._records)
        if shown == v["n_images"][0]:
            v["p"][:] = v["learning"][:] = 0
            stop()
        else:
            if self._attempt == 0:
                v["begins"][:] = v["learning"]
            intensity = self.intensity + self._attempt * self.more
            v["p"][:] = np.minimum(self._images[shown] * intensity, 1)
            v["first_step"][:] = int(self._positions[shown]) * self.steps - int(v["timestep"][0])
            v["stream"][:] = int(v["phase"][0]) * self.attempts + self._attempt
        self._record[:] = 0
        for name, value in self.values.items():
            v[name][:] = value


def most_positions(steps: int) -> int:
    """Return the positions that random input can be drawn for, where an image has so many steps."""
    return _MOST_STEPS // steps


def _answers(records: np.ndarray, n_images: int) -> Answers:
    if records.size % n_images:
        raise TargetError("the program's results are not complete; free disk space")
    records = records.reshape(n_images, -1)
    return Answers(records[:, :-2], records[:, -2], records[:, -1])


def _whole_steps(name: str, time: Any, dt: float) -> int:
    steps = float(time) / dt
    if not steps > 0.5 or abs(steps - round(steps)) > 1e-6 * steps:
        raise ProjectionError(f"{name}: {time} is no whole number of steps of {dt * 1e3:g} ms; give a multiple")
    return round(steps)
