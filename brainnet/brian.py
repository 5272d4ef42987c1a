"""All that this package takes from Brian2 beyond its documented names, in one place.

What stands here may change in any release of Brian2 without notice. It was checked, by the whole test-suite, on the
versions in `CHECKED`; setup.cfg admits them and those between. The templates in ``targets/templates`` and
``projections/templates`` stand in for Brian2's of the same names and were compared with those of the same versions.
"""

from __future__ import annotations

import itertools
import logging
import os
import re
import signal
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import brian2
import numpy as np
from brian2 import BrianObject, CodeRunner, Equations, Group, Network
from brian2.codegen.codeobject import create_runner_codeobj
from brian2.codegen.generators.cpp_generator import c_data_type
from brian2.codegen.runtime.numpy_rt import NumpyCodeObject
from brian2.codegen.targets import codegen_targets
from brian2.core import clocks
from brian2.core.base import BrianObjectException, weakproxy_with_fallback
from brian2.core.namespace import DEFAULT_CONSTANTS, DEFAULT_FUNCTIONS, DEFAULT_UNITS
from brian2.core.network import _get_all_objects
from brian2.core.variables import ArrayVariable, DynamicArrayVariable, Variables, VariableView
from brian2.devices.cpp_standalone.codeobject import CPPStandaloneCodeObject
from brian2.devices.cpp_standalone.device import CPPStandaloneDevice
from brian2.devices.device import get_device, reset_device, set_device
from brian2.equations.equations import FLOAT, INTEGER, EquationError
from brian2.groups.group import Indexing
from brian2.parsing.rendering import NumpyNodeRenderer
from brian2.parsing.sympytools import str_to_sympy
from brian2.units.allunits import all_units
from brian2.utils.stringtools import get_identifiers, word_substitute

from brainnet.errors import BrainnetError
from brainnet.uncaught import show_in_one_line

__all__ = [
    "CHECKED",
    "CLOCK",
    "DEFAULT_CONSTANTS",
    "DEFAULT_FUNCTIONS",
    "DEFAULT_UNITS",
    "FLOAT",
    "INTEGER",
    "ArrayVariable",
    "BrianObject",
    "CPPStandaloneCodeObject",
    "CPPStandaloneDevice",
    "CodeRunner",
    "EquationError",
    "Equations",
    "Group",
    "Indexing",
    "NumpyCodeObject",
    "NumpyNodeRenderer",
    "VariableView",
    "Variables",
    "all_units",
    "c_data_type",
    "codegen_targets",
    "contained_objects",
    "create_runner_codeobj",
    "get_device",
    "get_identifiers",
    "has_run",
    "in_flight",
    "is_at_start",
    "is_gone",
    "is_of_another_device",
    "own_scope",
    "own_sources",
    "put_in_flight",
    "reset_device",
    "set_device",
    "stands_still",
    "str_to_sympy",
    "told_once",
    "view_shape",
    "weakproxy_with_fallback",
    "word_substitute",
]

# Oldest and newest version that everything here was run on.
CHECKED = ("2.9.0", "2.11.0")

# setup.cfg admits no other, but an environment may have been made without asking it.
if tuple(map(int, re.findall(r"\d+", brian2.__version__)[:2])) > tuple(map(int, CHECKED[1].split(".")[:2])):
    warnings.warn(
        f"Brian2 {brian2.__version__} is newer than what brainnet was tested with, {CHECKED[0]} to {CHECKED[1]}; "
        "install one of those",
        stacklevel=2,
    )

# What `Network::add` takes in C++: 2.10 has clocks of given times beside those of given steps.
CLOCK = "BaseClock" if hasattr(clocks, "BaseClock") else "Clock"

_wrap = BrianObjectException.__init__


def _wrap_others(self: BrianObjectException, *args: Any, **more: Any) -> None:
    # What Brian2 wraps while it handles it. An error of ours says all that is needed, and is raised as what it is.
    error = sys.exc_info()[1]
    if isinstance(error, BrainnetError):
        raise error
    _wrap(self, *args, **more)


BrianObjectException.__init__ = _wrap_others
show_in_one_line()

_OWN_FOLDER = str(Path(__file__).parent) + os.sep
_make_object = BrianObject.__init__


def _make_for_user(self: BrianObject, *args: Any, **more: Any) -> None:
    # Brian2 tells where an object was made, leaving out its own files. That is a line of the user's, not one of ours.
    _make_object(self, *args, **more)
    places = self._full_creation_stack.split("\n  File '")[1:]
    theirs = [place for place in places if not place.startswith(_OWN_FOLDER)]
    if theirs:
        self._creation_stack = f"  File '{theirs[-1]}"


BrianObject.__init__ = _make_for_user

# Scopes of magic networks are numbers, which `start_scope` counts up: far apart, so that none is met twice.
_SCOPES = itertools.count(2**32, 2**32)


def leave_interrupts_ignored() -> None:
    """Ignore Ctrl-C where it was ignored before Brian2 was imported, as by jobs in the background.

    Brian2 puts itself in front of the handler that it finds, and calls it: that there is none it does not know.
    """
    handler = signal.getsignal(signal.SIGINT)
    if isinstance(handler, type(brian2._int_handler)) and handler.previous_handler in (signal.SIG_IGN, signal.SIG_DFL):
        with suppress(ValueError):  # only the main thread may
            signal.signal(signal.SIGINT, handler.previous_handler)


leave_interrupts_ignored()


@contextmanager
def own_scope() -> Iterator[None]:
    """Let magic networks within see what is made within only, and those after it nothing of that."""
    outer = BrianObject._scope_current_key
    BrianObject._scope_current_key = next(_SCOPES)
    try:
        yield
    finally:
        BrianObject._scope_current_key = outer


def own_sources() -> set[str]:
    """Return the source files of Brian2 itself that a C++ program is compiled from, besides generated ones."""
    # Until 2.9 the spike queue is a header.
    return set() if brian2.__version__.startswith("2.9.") else {"brianlib/spikequeue.cpp"}


def contained_objects(network: Network) -> list[BrianObject]:
    """Return all objects of a network, with those that they contain."""
    return list(_get_all_objects(network.objects))


def is_gone(owner: Any) -> bool:
    """Return whether the owner of a variable, to which Brian2 keeps a weak reference, has been removed."""
    try:
        return owner.name is None
    except ReferenceError:
        return True


def is_of_another_device(one: BrianObject, device: Any) -> bool:
    """Return whether an object's variables are kept elsewhere than in `device`, as after another context."""
    own = (each for each in getattr(one, "variables", {}).values() if isinstance(each, ArrayVariable))
    return any(each.device is not device for each in own if not isinstance(each.owner, clocks.Clock))


def view_shape(view: VariableView) -> tuple[int, ...] | None:
    """Return the shape of a state variable: ``()`` of one that a whole group shares, None where it is not known yet."""
    if view.variable.scalar:
        return ()
    if isinstance(view.variable, DynamicArrayVariable):  # a number per synapse, where Brian2 asks a group in vain
        return None if isinstance(get_device(), CPPStandaloneDevice) else np.shape(view.variable.get_value())
    return tuple(view.shape)


def has_run(one: BrianObject) -> bool:
    """Whether the object has been part of a run; until then its clock may show the time of another network."""
    return one._network is not None


def stands_still(clock: Any) -> bool:
    """Whether the run that begins, on a runtime target, has no step of this clock."""
    return int(clock._i_end) <= int(clock.variables["timestep"].get_value().item())


def is_at_start(group: BrianObject) -> bool:
    """Whether the run that begins is the first one of the group, with values that are still those that were set."""
    if isinstance(get_device(), CPPStandaloneDevice):
        return not get_device().has_been_run
    return int(group.clock.variables["timestep"].get_value().item()) == 0


@contextmanager
def told_once(told: set[str]) -> Iterator[None]:
    """Let nothing be said, by Python's warnings or by Brian2's log, that is in `told`; what is said is added to it."""
    before, handlers = warnings.showwarning, logging.getLogger("brian2").handlers

    def is_new(text: str) -> bool:
        new = text not in told
        told.add(text)
        return new

    def show(message: Warning | str, category: type[Warning], *where: Any) -> None:
        if is_new(f"{category.__name__}: {message}"):
            before(message, category, *where)

    def is_shown(record: logging.LogRecord) -> bool:
        if record.levelno < logging.WARNING:
            return True
        # A record comes to several handlers: it is new to all of them or to none.
        about = record.__dict__
        if "is_new" not in about:
            about["is_new"] = is_new(f"{record.levelname}: {record.getMessage()}")
        return bool(about["is_new"])

    warnings.showwarning = show  # type: ignore[assignment]
    for handler in handlers:
        handler.addFilter(is_shown)
    try:
        yield
    finally:
        warnings.showwarning = before
        for handler in handlers:
            handler.removeFilter(is_shown)


def in_flight(pathway: Any) -> list[np.ndarray]:
    """Return the synapses that spikes are on their way to, step by step, as runtime targets keep them."""
    state = None if pathway.queue is None else pathway.queue._full_state()
    if state is None:
        return []
    if len(state) == 2:  # the compiled queue: a ring, and where it begins
        start, ring = state
        return [np.array(ring[(start + k) % len(ring)], dtype=np.int32) for k in range(len(ring))]
    _, spikes, (n_steps, _) = state
    return [spikes[spikes[:, 0] == k, 1].astype(np.int32) for k in range(n_steps)]


def put_in_flight(pathway: Any, steps: Sequence[np.ndarray]) -> None:
    """Put spikes on their way, in place of those that are."""
    if pathway.queue is None:
        pathway.queue = get_device().spike_queue(pathway.source.start, pathway.source.stop)
    if not hasattr(pathway.queue, "X"):
        pathway.queue._restore_from_full_state((0, [each.tolist() for each in steps]))
        return
    pairs = [(k, synapse) for k, each in enumerate(steps) for synapse in each]
    shape = (max(len(steps), 1), max([1, *map(len, steps)]))
    spikes = np.array(pairs, dtype=int).reshape(-1, 2)
    pathway.queue._restore_from_full_state((pathway.source.clock.dt_, spikes, shape))
