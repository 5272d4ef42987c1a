"""What synapses have learned, in a file: save, and go on later as if nothing had happened.

The file is an npz of numbers in SI units: ``w``, states and traces by name; of single synapses ``i`` and ``j``; the
delay of a pathway as ``delay.pre``; spikes on their way as ``arriving.pre``, with ``arriving_counts.pre`` of them in
each step to come. ``about`` is a JSON object: the model, its choices, its code, its parameters, the units of all
arrays, and the time. Pickles are never loaded.
"""

from __future__ import annotations

import json
import numbers
import os
import re
import warnings
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from brian2 import Quantity, second

from brainnet.brian import ArrayVariable, CPPStandaloneDevice, get_device, has_run
from brainnet.errors import ModelFileError, ParameterError
from brainnet.guarded.archive import read_archive, write_archive
from brainnet.values.parameter import Parameter, unit_text

__all__ = ["Saved"]

_FORMAT = "brainnet synapses, 1"
_MOST = 40  # characters of a text of a file that a message shows
_ITS_OWN = {"projection": "a projection", "synapses": "single synapses"}


_TIME = Parameter(0 * second, "where learning goes on", low=0 * second)


class Saved:
    """Mixed into a Brian2 group of synapses, whose subclass says what there is to keep."""

    _kind: str
    name: str
    namespace: Mapping[str, Any]
    variables: Any
    clock: Any
    source: Any
    target: Any

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write weights, states, traces, delays and spikes on their way to an npz file, whole or not at all.

        On C++ after the run. There spikes on their way stay in the program, and with a delay a warning says so.

        Parameters
        ----------
        path : path
            Ending in ``.npz``; replaced if it exists.

        Raises
        ------
        ModelFileError
            The file cannot be written, or on C++ nothing has been run yet.
        """
        path = self._path(path)
        if path.suffix != ".npz":
            raise ModelFileError(f"{_shown(path)}: does not end in .npz; give it that ending")
        try:
            arrays = {name: np.array(variable.get_value()) for name, variable in self._kept().items()}
            arrays |= {name: np.array(pair) for name, pair in zip("ij", self._pairs() or (), strict=False)}
            arrays |= {f"delay.{name}": np.array(delay.get_value()) for name, delay in self._delays_kept().items()}
            time = self._now()
        except NotImplementedError:
            raise ModelFileError(
                f"{self.name}: on C++ its values are known after the run; run the program, then save"
            ) from None
        for name, steps in self._arriving().items():
            if isinstance(get_device(), CPPStandaloneDevice):
                if self._is_delayed(name):
                    self._warn_of_arriving("save")
            elif any(map(len, steps)):
                arrays[f"arriving.{name}"] = np.concatenate(list(steps)).astype(np.int32)
                arrays[f"arriving_counts.{name}"] = np.array([len(each) for each in steps])
        about = {**self._about(), "time": time, "dt": float(self.clock.dt)}
        arrays["about"] = np.array(json.dumps(about))
        write_archive(path, {name: array for name, array in arrays.items() if array.size})

    def load(self, path: str | os.PathLike[str], time: Quantity | None = None) -> None:
        """Take what `save` has written of synapses of the same model, parameters and groups' sizes.

        Times are moved to where learning goes on, so that nothing seems to have happened between. The neurons are
        not in the file: keep what they need with their own ``get_states``. Single synapses that are not connected yet
        are connected as in the file. On C++ before the network is built; spikes on their way cannot be put into a
        program, and a warning says so where there are any.

        Parameters
        ----------
        path : path
        time : Quantity, optional
            Time of the network when it runs next. If not given, what the clock of synapses that have run shows, and 0
            of new ones; a network that then stands elsewhere refuses to run.

        Raises
        ------
        ModelFileError
            The file is missing or damaged, or of other synapses; nothing is changed then.
        """
        path, device = self._path(path), get_device()
        if time is not None:
            _TIME.check(self.name, "time", time)
        if isinstance(device, CPPStandaloneDevice) and device.networks:
            raise ModelFileError(
                f"{self.name}: the C++ program has its values already; load before the network is built or run"
            )
        try:
            # What is written is never compressed: no array can be larger than the file.
            arrays = read_archive(path, _check_type, path.stat().st_size if path.is_file() else 0)
            try:
                self._take(arrays, self._now() if time is None else float(time))
            except ParameterError as error:
                raise ModelFileError(f"{_shown(path)}: {error}") from None
            except ModelFileError as error:
                raise ModelFileError(f"{_shown(path)}: {error}") from None
        except OSError as error:
            raise ModelFileError(f"{_shown(path)}: cannot be read ({error.strerror}); check the file") from None

    def before_run(self, run_namespace: Any = None) -> None:
        """Prepare a run, and refuse one that goes on elsewhere than `load` was told.

        Raises
        ------
        ModelFileError
        """
        loaded = self.__dict__.get("_loaded_for")
        if loaded is not None and not isinstance(get_device(), CPPStandaloneDevice):
            now = float(self.clock.variables["t"].get_value().item())
            if abs(now - loaded) > float(self.clock.dt) / 2:
                raise ModelFileError(
                    f"{self.name}: what was loaded goes on at {loaded:g} s, and the network stands at {now:g} s; "
                    f"write load(path, time={now:g}*second)"
                )
        self.__dict__.pop("_loaded_for", None)
        super().before_run(run_namespace)  # type: ignore[misc]

    def _path(self, path: Any) -> Path:
        if not isinstance(path, str | os.PathLike):
            raise ModelFileError(f"{self.name}: {_word(path)} is no path; give one such as 'weights.npz'")
        return Path(path)

    def _take(self, arrays: dict[str, Any], now: float) -> None:
        about = _read_about(arrays.pop("about", None))
        mine = self._about()
        self._compare(about, mine)
        pairs = self._check_pairs(arrays)
        n_synapses = len(self.source) * len(self.target) if pairs is None else len(pairs[0])
        kept, delays = self._kept(), self._delays_kept()
        sizes = {name: self._size(variable, n_synapses) for name, variable in kept.items()}
        sizes |= {f"delay.{name}": self._size(delay, n_synapses) for name, delay in delays.items()}
        sizes = {name: size for name, size in sizes.items() if size}
        flight = {name: self._read_arriving(name, arrays, n_synapses) for name in self._arriving()}
        if arrays.keys() != sizes.keys():
            name = min(arrays.keys() ^ sizes.keys())
            where = "is in the file and not here" if name in arrays else "is not in the file"
            raise ModelFileError(f"{_word(name)} {where}; load into synapses made as those that were saved")
        for name, array in arrays.items():
            if array.size != sizes[name] or array.ndim > 1:
                raise ModelFileError(
                    f"{name} has the shape {array.shape}, expected ({sizes[name]},); load into synapses made as "
                    "those that were saved"
                )
        for name, array in arrays.items():
            if array.dtype.kind == "f" and np.isnan(array).any():
                raise ModelFileError(f"{name} holds NaN; the file is damaged, save it again")
        for name in delays.keys() & {key.removeprefix("delay.") for key in arrays}:
            if not (np.isfinite(array := arrays[f"delay.{name}"]) & (array >= 0)).all():
                raise ModelFileError(f"delay.{name} holds what is no delay; the file is damaged, save it again")
        for name, variable in kept.items():
            if name in arrays:
                self.check_value(name, Quantity(arrays[name], dim=variable.dim))  # type: ignore[attr-defined]
        if any(flight.values()) and float(about["dt"]) != float(self.clock.dt):
            raise ModelFileError(
                f"spikes are on their way in steps of {float(about['dt']):g} s, and dt is {self.clock.dt}; set the same"
            )
        self._put(arrays, pairs, now - float(about["time"]))
        self.__dict__["_loaded_for"] = now
        if any(flight.values()) and isinstance(get_device(), CPPStandaloneDevice):
            self._warn_of_arriving("load")
        elif not isinstance(get_device(), CPPStandaloneDevice):
            for name, steps in flight.items():
                self._put_arriving(name, steps)

    def _put(self, arrays: Mapping[str, Any], pairs: Any, moved: float) -> None:
        if pairs is not None:
            self._join(pairs)
        times = self._times()
        for name, variable in [*self._kept().items(), *((f"delay.{n}", v) for n, v in self._delays_kept().items())]:
            if name in arrays:
                array = arrays[name] + moved if name in times and moved else arrays[name]
                variable.set_value(array.ravel().astype(variable.dtype) if array.size > 1 else array.item())

    def _now(self) -> float:
        if isinstance(get_device(), CPPStandaloneDevice):  # where a network is not told that it has run
            try:
                return float(self.clock.variables["t"].get_value().item())
            except NotImplementedError:
                return 0.0
        return float(self.clock.variables["t"].get_value().item()) if has_run(self) else 0.0

    def _about(self) -> dict[str, Any]:
        """Describe what must be the same in a file and here."""
        model = self.__dict__.get("model")
        constants = {
            name: [float(value), unit_text(Quantity(1.0, dim=Quantity(value).dim))]
            for name, value in sorted(self.namespace.items())
            if isinstance(value, (numbers.Real, Quantity)) and np.shape(np.asarray(value)) == ()
        }
        return {
            "format": _FORMAT,
            "kind": self._kind,
            "model": "" if model is None else model.name,
            "shape": [len(self.source), len(self.target)],
            "variants": {} if model is None else {name: str(each) for name, each in sorted(model.chosen.items())},
            "parameters": constants,
            "units": {name: _unit(variable) for name, variable in sorted(self._kept().items())},
            "code": self._code_kept(),
        }

    def _compare(self, file: Mapping[str, Any], mine: Mapping[str, Any]) -> None:
        if file["kind"] != mine["kind"]:
            its = _ITS_OWN.get(str(file["kind"]), "something else")
            raise ModelFileError(
                f"it holds {its}, and {self.name} is {_ITS_OWN[self._kind]}; connect with "
                f"path={'projection' if self._kind == 'synapses' else 'synapses'!r}"
            )
        for key, what in (("model", "model"), ("shape", "shape (n_pre, n_post)")):
            if file[key] != mine[key]:
                raise ModelFileError(f"the {what} is {_word(file[key])} there and {mine[key]!r} here; give the same")
        for key in ("variants", "code", "parameters", "units"):
            if not isinstance(file[key], dict):
                raise ModelFileError(f"its {key} cannot be understood; the file is damaged, save it again")
        # A choice that is spelled out is the same as one by default: the code tells.
        differing = [
            f"{'the unit of ' * (key == 'units')}{_word(name)[1:-1]} is {_said(name, file[key])} there and "
            f"{_said(name, mine[key])} here"
            for key in ("variants", "parameters", "units")
            if key != "variants" or file["code"] != mine["code"]
            for name in sorted(file[key].keys() | mine[key].keys())
            if file[key].get(name) != mine[key].get(name)
        ]
        rules = [name for name in mine["code"] if file["code"].get(name) != mine["code"][name]]
        if rules or file["code"].keys() != mine["code"].keys():
            differing.append(f"{rules[0] if rules else 'the rule'} is another one there")
        if differing:
            raise ModelFileError(f"{differing[0]}; connect with the same")

    def _check_pairs(self, arrays: dict[str, Any]) -> Any:
        if self._kind == "projection" and self._pairs() is None:  # all are joined to all
            return None
        # Without synapses there are no arrays of them.
        pairs = [arrays.pop(name, np.empty(0, dtype=int)) for name in "ij"]
        for name, pair, n in zip("ij", pairs, (len(self.source), len(self.target)), strict=True):
            if pair.ndim > 1 or (pair.size and not (pair.dtype.kind in "iu" and pair.min() >= 0 and pair.max() < n)):
                raise ModelFileError(f"{name} holds no numbers of neurons from 0 to {n - 1}; save it again")
        pairs = [pair.ravel() for pair in pairs]
        try:
            mine = self._pairs()
        except NotImplementedError:
            raise ModelFileError(
                f"which neurons {self.name} joins is known when the C++ program runs; make it without weights and do "
                "not connect it: load connects"
            ) from None
        if len(pairs[0]) != len(pairs[1]) or (mine is not None and not all(map(np.array_equal, pairs, mine))):
            raise ModelFileError(
                f"other neurons are joined there than by {self.name}; connect the same"
                + ", or nothing: load connects" * (self._kind == "synapses")
            )
        return pairs

    def _read_arriving(self, name: str, arrays: dict[str, Any], n_synapses: int) -> list[np.ndarray]:
        numbers_ = arrays.pop(f"arriving.{name}", np.empty(0, dtype=int))
        counts = arrays.pop(f"arriving_counts.{name}", np.empty(0, dtype=int))
        most = self._most_arriving(name, n_synapses)
        whole = all(each.dtype.kind in "iu" and each.ndim == 1 for each in (numbers_, counts))
        if not whole or (counts < 0).any() or counts.sum() != len(numbers_) or (numbers_ < 0).any():
            raise ModelFileError(f"arriving.{name} cannot be understood; the file is damaged, save it again")
        if numbers_.size and numbers_.max() >= most:
            raise ModelFileError(f"arriving.{name} holds more than {most} numbers; the file is damaged, save it again")
        return np.split(numbers_.astype(np.int32), np.cumsum(counts)[:-1]) if len(counts) else []

    def _warn_of_arriving(self, what: str) -> None:
        warnings.warn(
            f"{self.name}: {what} leaves out spikes that are on their way, which a C++ program keeps to itself; where "
            "they matter use the numpy or cython target, or stop when no spike is on its way",
            stacklevel=4,
        )

    # What the two kinds of synapses say of themselves.

    def _kept(self) -> dict[str, ArrayVariable]:
        own = [
            (name, variable)
            for name, variable in self.variables.items()
            if isinstance(variable, ArrayVariable) and variable.owner.name == self.name
        ]
        return {name: variable for name, variable in own if name == "lastupdate" or not variable.read_only}

    def _delays_kept(self) -> dict[str, Any]:
        """Delays that are variables, by pathway."""
        return {}

    def _size(self, variable: Any, n_synapses: int) -> int:
        raise NotImplementedError

    def _times(self) -> set[str]:
        """Names of states that are moments, not durations."""
        raise NotImplementedError

    def _pairs(self) -> Any:
        return None

    def _join(self, pairs: Any) -> None:
        """Connect, where nothing is."""

    def _code_kept(self) -> dict[str, Any]:
        raise NotImplementedError

    def _arriving(self) -> Mapping[str, Sequence[np.ndarray]]:
        raise NotImplementedError

    def _put_arriving(self, name: str, steps: list[np.ndarray]) -> None:
        raise NotImplementedError

    def _most_arriving(self, name: str, n_synapses: int) -> int:
        raise NotImplementedError

    def _is_delayed(self, name: str) -> bool:
        raise NotImplementedError


def moments(variables: Mapping[str, Any], code: Iterable[str]) -> set[str]:
    """Return the variables that code sets to the present time: moments, where other times are durations."""
    text = "\n".join(code)
    return {
        name
        for name, variable in variables.items()
        if getattr(variable, "dim", None) is second.dim and re.search(rf"(?m)\b{re.escape(name)}\s*=\s*t\b", text)
    }


def _check_type(key: str, dtype: np.dtype[Any]) -> None:
    if dtype.kind not in ("U" if key == "about" else "fiub"):
        raise ModelFileError(f"array {_word(key)} has type {dtype}; the file is damaged, save it again")


def _read_about(text: Any) -> dict[str, Any]:
    try:
        about = json.loads(str(text[()])) if text is not None else {}
        finite = isinstance(about, dict) and all(np.isfinite(float(about[key])) for key in ("time", "dt"))
    except (ValueError, TypeError, KeyError, RecursionError, IndexError, OverflowError):
        finite = False
    if not finite or about.get("format") != _FORMAT or not {"kind", "model", "shape"} <= about.keys():
        raise ModelFileError("it holds no synapses that can be read; give a file that save() of synapses has written")
    for key in ("variants", "parameters", "units", "code"):
        about.setdefault(key, {})
    return about


def _unit(variable: Any) -> str:
    return unit_text(Quantity(1.0, dim=variable.dim))


def _word(text: Any) -> str:
    """Show a word of a file, escaped and short."""
    shown = ascii(text)
    return shown if len(shown) <= _MOST else f"{shown[:_MOST]}..."


def _shown(path: Path) -> str:
    return ascii(str(path))[1:-1]


def _said(name: str, values: Mapping[str, Any]) -> str:
    """Show a value of a file or of ours, which may be absent there."""
    value = values.get(name)
    if isinstance(value, list) and len(value) == 2:
        return f"{_word(value[0])}*{_word(value[1])[1:-1]}"
    return "absent" if value is None else _word(value)
