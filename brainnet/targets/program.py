"""A network that is built once and run many times, each time from its initial state with other values."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import numpy as np
from brian2 import Network, Quantity, TimedArray, ms
from brian2.units.fundamentalunits import DimensionMismatchError, fail_for_dimension_mismatch
from tqdm import tqdm

from brainnet.brian import VariableView, get_device, view_shape
from brainnet.errors import ParameterError, TargetError
from brainnet.targets.content import as_numbers, check_content, check_run
from brainnet.targets.device import REPORT_CODE, CppDevice
from brainnet.targets.progress import BAR
from brainnet.targets.target import Target, current
from brainnet.values.checked import Checked

__all__ = ["Program", "build"]


class Program:
    """A built network. Made by `build`.

    Attributes
    ----------
    target : Target
    compile_seconds : float
        Time that generating and compiling took; 0 where nothing is built beforehand.
    run_seconds : float
        Time that the last run took.
    """

    def __init__(self, network: Network, duration: Quantity, namespace: Mapping[str, Any], progress: bool) -> None:
        check_run(network, duration)
        self.network, self.duration, self.namespace, self.progress = network, duration, namespace, progress
        self.target: Target = current()
        self._device = get_device()
        self.compile_seconds = self.run_seconds = 0.0
        if self.target.name == "cpp":
            self._compile()
        else:
            network.store("brainnet")

    def _compile(self) -> None:
        device = get_device()
        if not isinstance(device, CppDevice):
            raise TargetError("the network was not made inside `with brainnet.target('cpp')`; make it there")
        if device.networks:
            raise TargetError("this C++ context has built its program; open another one with brainnet.targets.fresh()")
        start = time.perf_counter()
        device.build_on_run = False
        report = REPORT_CODE if self.progress else None
        self.network.run(self.duration, report=report, report_period=200 * ms, namespace=dict(self.namespace))
        try:
            device.build(directory=str(self.target.directory), compile=True, run=False)
        except OSError as error:
            raise TargetError(
                f"the program cannot be written to {self.target.directory} ({error}); free disk space there, or have "
                "TMPDIR name another folder"
            ) from error
        self.compile_seconds = time.perf_counter() - start

    @property
    def peak_memory(self) -> int:
        """Most memory that a process of the program has taken so far, in bytes; 0 where it is not known.

        It is known on C++ under Linux.
        """
        return self._device.peak_memory if isinstance(self._device, CppDevice) else 0

    def check_context(self) -> None:
        """Refuse to run outside of the context that the network was built in.

        Raises
        ------
        TargetError
        """
        if get_device() is not self._device:
            raise TargetError(
                f"the network was built inside `with brainnet.target({self.target.name!r})`; run it and read its "
                "results there too"
            )

    def run(self, values: Mapping[Any, Any] | None = None, duration: Quantity | None = None) -> Program:
        """Run from the state at build time.

        Parameters
        ----------
        values : mapping, optional
            New contents: keys are state variables (``group.I_ext``) or a `TimedArray`, values one number or an
            array of the same shape, with unit. State variables that are read during the run must have been
            declared as such (``vary=`` of `NeuronModel.group`).
        duration : Quantity, optional
            Another duration than the one built for; not on C++, where it is part of the program.

        Raises
        ------
        ParameterError
            Wrong unit or shape; nothing is run.
        TargetError
            The program fails.
        """
        self.check_context()
        if duration is not None and self.target.name == "cpp":
            raise TargetError("a C++ program runs for the duration that it was built for; leave duration out")
        if duration is not None:
            check_run(self.network, duration)
        checked = {key: _check_value(key, value) for key, value in (values or {}).items()}
        start = time.perf_counter()
        if self.target.name == "cpp":
            get_device().run_program(checked, self.progress)
        else:
            self._run_here(checked, self.duration if duration is None else duration)
        self.run_seconds = time.perf_counter() - start
        return self

    def _run_here(self, values: Mapping[Any, Any], duration: Quantity) -> None:
        self.network.restore("brainnet")
        # What `restore` does not know: a later run without new values sees the array as it was declared.
        declared = {key: key.values.copy() for key in values if isinstance(key, TimedArray)}
        try:
            for key, value in values.items():
                if isinstance(key, TimedArray):
                    key.values[:] = value
                else:
                    key.set_item(slice(None), value)
            self._simulate(duration)
        finally:
            for key, content in declared.items():
                key.values[:] = content

    def _simulate(self, length: Quantity) -> None:
        if not self.target.progress:
            self.network.run(length, namespace=dict(self.namespace))
            return
        with tqdm(total=1, leave=False, disable=None, bar_format=BAR) as bar:

            def report(elapsed: Any, completed: float, start: Any, duration: Any) -> None:
                bar.update(completed - bar.n)

            self.network.run(length, report=report, report_period=200 * ms, namespace=dict(self.namespace))


def build(
    network: Network,
    duration: Quantity,
    namespace: Mapping[str, Any] | None = None,
    progress: bool | None = None,
) -> Program:
    """Build `network` on the current target for runs of `duration`.

    Parameters
    ----------
    network : brian2.Network
        Made inside the target's context. On C++ one program is built in a context.
    duration : Quantity
        Length of each run (time).
    namespace : mapping, optional
        What equations refer to and groups do not hold themselves. The caller's variables are not searched.
    progress : bool, optional
        Whether a C++ program reports its progress; that of the target if not given.

    Returns
    -------
    Program
    """
    return Program(network, duration, namespace or {}, current().progress if progress is None else progress)


def _check_value(key: Any, value: Any) -> Any:
    if isinstance(key, TimedArray):
        name, shape, dim = key.name, key.values.shape, key.dim
    elif isinstance(key, VariableView):
        name, shape, dim = f"{key.group_name}.{key.name}", view_shape(key), key.dim
    else:
        raise ParameterError(f"{key!r} is no state variable or TimedArray; use e.g. {{group.I_ext: 1*nA}} as the key")
    if isinstance(key, VariableView) and isinstance(key.group, Checked):
        value = key.group.one_each(key.name, value)
    try:
        value = as_numbers(name, value)
        fail_for_dimension_mismatch(Quantity(1.0, dim=dim), value)
    except DimensionMismatchError as error:
        raise ParameterError(f"new value of {name} has the wrong unit; give one in {Quantity(1.0, dim=dim)}") from error
    if np.ndim(value) and np.shape(value) != shape:
        raise ParameterError(f"new value of {name} has the shape {np.shape(value)}; give {shape} or one value")
    check_content(key, name, value)
    # In the order in which a program reads it.
    return value if np.ndim(value) == 0 else Quantity(np.ascontiguousarray(value), dim=dim)
