"""A network that is built once and run many times, each time from its initial state with other values."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import numpy as np
from brian2 import Network, Quantity, TimedArray, ms
from tqdm import tqdm

from brainnet.brian import get_device, told_once
from brainnet.errors import TargetError
from brainnet.targets.content import check_run
from brainnet.targets.device import REPORT_CODE, CppDevice
from brainnet.targets.newvalues import NewValue, check_values
from brainnet.targets.progress import BAR
from brainnet.targets.target import Target, current
from brainnet.values.cautions import warn_of_group
from brainnet.values.checked import CheckedNeurons

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
        self._first: dict[int, tuple[Any, np.ndarray]] = {}
        self._told: set[str] = set()  # a warning of one run is not repeated by the next
        self.compile_seconds = self.run_seconds = 0.0
        if self.target.name == "cpp":
            with told_once(self._told):
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
        if not device.run_args_applied:
            device.apply_run_args()  # before the queues of delayed spikes are made, which `network.run` asks for
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
            New contents: keys are state variables of any group or synapses (``group.I_ext``, ``synapses.w``) or a
            `TimedArray`, values one number or an array of the same shape, with unit. Parameters of a model must
            have been declared as variables (``vary=`` of `NeuronModel.group`). On C++ an array is set as a whole:
            not a subgroup's part of it, nor through the synapses of its group.
        duration : Quantity, optional
            Another duration than the one built for; not on C++, where it is part of the program.

        Raises
        ------
        ParameterError
            Wrong unit or shape, or a key that cannot be set; nothing is run. How many synapses there are only a
            C++ program knows: it stops at once when the number of values is another.
        TargetError
            The program fails.
        """
        self.check_context()
        if duration is not None and self.target.name == "cpp":
            raise TargetError("a C++ program runs for the duration that it was built for; leave duration out")
        if duration is not None:
            check_run(self.network, duration, at_once=True)
        checked = check_values(self.network, values, whole=self.target.name == "cpp")
        start = time.perf_counter()
        with told_once(self._told):
            if self.target.name == "cpp":
                _warn_of_values(checked)
                get_device().run_program(checked, self.progress)
            else:
                self._run_here(checked, self.duration if duration is None else duration)
        self.run_seconds = time.perf_counter() - start
        return self

    def _run_here(self, values: list[NewValue], duration: Quantity) -> None:
        self.network.restore("brainnet")
        # What `restore` does not know, timed arrays and (until Brian2 2.9) delays: as at build time without new values.
        for variable, content in self._first.values():
            variable.get_value()[:] = content
        arrays = [each.key.values for each in values if isinstance(each.key, TimedArray)]
        declared = [(array, array.copy()) for array in arrays]
        try:
            for new in values:
                if isinstance(new.key, TimedArray):
                    new.key.values[:] = new.value
                    continue
                variable = new.key.variable
                self._first.setdefault(id(variable), (variable, variable.get_value().copy()))
                # A bare view, `group.I_ext_`, takes bare numbers.
                new.key.set_item(slice(None), np.asarray(new.value) if new.key.dim is None else new.value)
            self._simulate(duration)
        finally:
            for array, content in declared:
                array[:] = content

    def _simulate(self, length: Quantity) -> None:
        if not self.target.progress:
            self.network.run(length, namespace=dict(self.namespace))
            return
        with tqdm(total=1, leave=False, disable=None, bar_format=BAR) as bar:

            def report(elapsed: Any, completed: float, start: Any, duration: Any) -> None:
                bar.update(completed - bar.n)

            self.network.run(length, report=report, report_period=200 * ms, namespace=dict(self.namespace))


def _warn_of_values(values: list[NewValue]) -> None:
    """Warn of neurons of a C++ program, which nothing looks at when it runs, as others are warned of."""
    by_group: dict[str, tuple[CheckedNeurons, dict[str, Any]]] = {}
    for new in values:
        owner = getattr(new.key, "group", None)
        if isinstance(owner, CheckedNeurons):
            dim = new.key.variable.dim
            by_group.setdefault(owner.name, (owner, {}))[1][new.key.name] = Quantity(np.asarray(new.value), dim=dim)
    for owner, new_values in by_group.values():
        warn_of_group(owner, new_values)


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
