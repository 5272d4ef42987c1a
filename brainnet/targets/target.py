"""The context manager that chooses where Brian2 code runs and leaves everything as it was."""

from __future__ import annotations

import atexit
import gc
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from brian2 import defaultclock, prefs

from brainnet.brian import own_scope, reset_device, set_device
from brainnet.errors import ParameterError, TargetError, nearest
from brainnet.leftovers import temporary_folder
from brainnet.targets.compiler import COMPILE_ARGS, require_compiler
from brainnet.targets.device import CppDevice

__all__ = ["TARGETS", "Target", "current", "fresh", "target"]

TARGETS = {
    "numpy": "interpreted, needs no compiler",
    "cython": "compiled piece by piece, run from Python",
    "cpp": "one generated C++ program",
}
_DTYPES = {"float64": np.float64, "float32": np.float32}
_PREFS = (
    "codegen.target",
    "core.default_float_dtype",
    "core.stop_on_keyboard_interrupt",
    "codegen.cpp.extra_compile_args_gcc",
    "devices.cpp_standalone.openmp_threads",
)


@dataclass(frozen=True)
class Target:
    """Where code runs now.

    Parameters
    ----------
    name : {"numpy", "cython", "cpp"}
    threads : int
        OpenMP threads of a C++ program.
    dtype : {"float64", "float32"}
        Type of state variables.
    progress : bool
        Whether long runs show a progress bar.
    directory : Path or None
        Build folder; None where nothing is built into one.
    """

    name: str = "numpy"
    threads: int = 1
    dtype: str = "float64"
    progress: bool = False
    directory: Path | None = None


_active: list[Target] = []
_open: list[ExitStack] = []


def current() -> Target:
    """Return the target in force; outside of any context that of Brian2's own preferences, else numpy."""
    if _active:
        return _active[-1]
    return Target("cython" if prefs.codegen.target == "cython" else "numpy")


@contextmanager
def target(
    name: str = "numpy",
    *,
    threads: int = 1,
    dtype: str = "float64",
    progress: bool = False,
    directory: str | Path | None = None,
) -> Iterator[Target]:
    """Run what is built inside the context on a target.

    Results must be read inside the context: a temporary build folder is removed at its end.

    Parameters
    ----------
    name : {"numpy", "cython", "cpp"}
    threads : int
        OpenMP threads; C++ only.
    dtype : {"float64", "float32"}
        Type of state variables.
    progress : bool
        Show a progress bar on long runs (on a terminal).
    directory : path, optional
        Keep generated code here instead of in a temporary folder; C++ only. The folder must be new or empty.

    Raises
    ------
    TargetError
        Unknown target, no compiler, or an option that the target does not have.

    Examples
    --------
    >>> import brainnet
    >>> with brainnet.target("numpy") as target:
    ...     print(target.name)
    numpy
    """
    if name not in TARGETS:
        raise TargetError(f"unknown target {name!r}; {nearest(name, TARGETS)}")
    if isinstance(threads, bool) or not isinstance(threads, int) or threads < 1:
        raise ParameterError(f"threads = {threads!r} is out of range; give a whole number of at least 1")
    if dtype not in _DTYPES:
        raise ParameterError(f"dtype = {dtype!r} is not known; {nearest(dtype, _DTYPES)}")
    if name != "cpp" and (threads != 1 or directory is not None):
        raise TargetError(f"target {name} has no option {'threads' if threads != 1 else 'directory'}; use target cpp")
    if name != "numpy":
        require_compiler(name)
    if name == "cpp":
        gc.collect()  # what waits to be collected keeps its name, and other names mean another program to compile
    with ExitStack() as stack:
        _open.append(stack)
        stack.callback(_open.remove, stack)
        folder = _build_folder(directory, stack) if name == "cpp" else None
        if name == "cpp":
            # A later plain `run()` must not take what belongs to this program, nor this one what was made before it.
            stack.enter_context(own_scope())
        stack.callback(_set_back, {key: prefs[key] for key in _PREFS}, defaultclock.dt)
        prefs["codegen.target"] = "cython" if name == "cython" else "numpy"
        prefs["core.default_float_dtype"] = _DTYPES[dtype]
        # Brian2 would return from an interrupted run as if it had ended.
        prefs["core.stop_on_keyboard_interrupt"] = False
        prefs["codegen.cpp.extra_compile_args_gcc"] = COMPILE_ARGS
        prefs["devices.cpp_standalone.openmp_threads"] = threads if threads > 1 else 0
        # A device of its own for each context: contexts can be nested, and results of the outer one stay.
        # A plain `run()` builds and runs, as with Brian2's own device; `brainnet.build` does so step by step.
        if folder is None:
            set_device("runtime")
        else:
            set_device(CppDevice(progress), directory=str(folder))
        stack.callback(reset_device)
        now = Target(name, threads, dtype, progress, folder)
        _active.append(now)
        stack.callback(_active.remove, now)
        yield now


def _set_back(saved: dict[str, Any], dt: Any) -> None:
    for key, value in saved.items():
        prefs[key] = value
    defaultclock.dt = dt


@atexit.register
def _close() -> None:
    """Close what the interpreter's end leaves open, while there are modules to do it with."""
    for stack in _open[::-1]:
        stack.close()


def fresh() -> AbstractContextManager[Target]:
    """Open the current target anew, for one more program: a C++ context builds one.

    Examples
    --------
    >>> import brainnet
    >>> with brainnet.target("numpy"), fresh() as inner:
    ...     print(inner.name)
    numpy
    """
    now = current()
    return target(now.name, threads=now.threads, dtype=now.dtype, progress=now.progress)


def _build_folder(directory: str | Path | None, stack: ExitStack) -> Path:
    if directory is None:
        return stack.enter_context(temporary_folder())
    folder = Path(directory)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise TargetError(f"build folder {folder} is not empty; give a new one, or empty it")
    except OSError as error:
        raise TargetError(f"build folder {folder} cannot be used ({error.strerror}); give another directory") from error
    return folder.resolve()
