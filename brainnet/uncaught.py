"""What the end of a script shows of an error of brainnet: its line and where the user's code was, nothing else."""

from __future__ import annotations

import os
import sys
import traceback
from types import TracebackType

from brainnet.errors import BrainnetError

__all__ = ["show_in_one_line"]

_OURS = os.path.dirname(__file__)


def show_in_one_line() -> None:
    """Have uncaught errors of brainnet shown so, and others as before; ``BRAINNET_DEBUG=1`` shows the traceback.

    Brian2 asks to report every uncaught error as a bug of its own.
    """
    before = sys.excepthook

    def show(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if not issubclass(kind, BrainnetError):
            before(kind, error, trace)
        elif os.environ.get("BRAINNET_DEBUG", "0") not in ("", "0"):
            sys.__excepthook__(kind, error, trace)
        else:
            print(f"{kind.__name__}: {error}{_place(trace)}", file=sys.stderr)

    sys.excepthook = show


def _place(trace: TracebackType | None) -> str:
    """Return the last line of the user's own code, before it calls this package or one that is installed."""
    lines = []
    for frame in traceback.extract_tb(trace):
        if frame.filename.startswith(_OURS) or "site-packages" in frame.filename:
            break
        lines.append(f" ({frame.filename}, line {frame.lineno})")
    return lines[-1] if lines and not lines[-1].startswith(" (<") else ""
