"""Errors that a user can mend: one line, the cause first, then the remedy."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

__all__ = [
    "BrainnetError",
    "ConversionError",
    "DataError",
    "MissingExtraError",
    "ModelFileError",
    "ParameterError",
    "ProjectionError",
    "ResultsError",
    "TargetError",
    "UnknownNameError",
    "nearest",
]


class BrainnetError(Exception):
    """Base of every error that brainnet raises on purpose."""


class ParameterError(BrainnetError, ValueError):
    """A parameter has the wrong unit, type or range."""


class UnknownNameError(BrainnetError, LookupError):
    """A model, protocol, figure or parameter of that name does not exist."""


class DataError(BrainnetError, ValueError):
    """A data set is missing, damaged or does not fit."""


class MissingExtraError(BrainnetError, ImportError):
    """A package is not installed that only a part of brainnet needs."""


class ModelFileError(BrainnetError, ValueError):
    """A trained network cannot be read, or holds something that is not understood."""


class ConversionError(BrainnetError, ValueError):
    """A layer graph cannot become a spiking network as asked."""


class ProjectionError(BrainnetError, ValueError):
    """A structured connection does not fit its groups, or is asked for what only single synapses can do."""


class TargetError(BrainnetError, RuntimeError):
    """A target cannot run what it was asked to run."""


class ResultsError(BrainnetError, OSError):
    """A run folder cannot be written or read."""


def nearest(name: str, known: Iterable[str]) -> str:
    """Say which known name is meant, or list them all.

    Examples
    --------
    >>> nearest("lifs", ["lif", "poisson"])
    "did you mean 'lif'?"
    """
    known = sorted(known)
    close = difflib.get_close_matches(str(name), known, n=1, cutoff=0.5)
    if close:
        return f"did you mean {close[0]!r}?"
    return f"known: {', '.join(known)}" if known else "none is known"
