"""Errors that a user can correct: one line, the cause first, then the remedy."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

__all__ = [
    "BrainnetError",
    "CompressionError",
    "ConversionError",
    "DataError",
    "FixedParameterError",
    "MissingExtraError",
    "ModelFileError",
    "ParameterError",
    "ProjectionError",
    "ResultsError",
    "TargetError",
    "UnknownNameError",
    "nearest",
    "one_line",
    "printable",
]


_FEW = 5  # names that are a help together
LONGEST = 500  # characters of a message


class BrainnetError(Exception):
    """Base of every error that brainnet raises on purpose; its text is one line, short, and safe to print."""

    def __str__(self) -> str:
        return one_line(super().__str__())


class ParameterError(BrainnetError, ValueError):
    """A parameter has the wrong unit, type or range."""


class UnknownNameError(BrainnetError, LookupError):
    """A model, protocol, figure or parameter of that name does not exist."""


class FixedParameterError(BrainnetError, AttributeError):
    """A parameter is a constant of its group, and is read or changed like a variable."""


class DataError(BrainnetError, ValueError):
    """A data set is missing, damaged or does not fit."""


class MissingExtraError(BrainnetError, ImportError):
    """A package is not installed that only a part of brainnet needs."""


class ModelFileError(BrainnetError, ValueError):
    """A trained network cannot be read, or holds something that is not understood."""


class CompressionError(BrainnetError, ValueError):
    """A layer graph cannot be made smaller as asked."""


class ConversionError(BrainnetError, ValueError):
    """A layer graph cannot become a spiking network as asked."""


class ProjectionError(BrainnetError, ValueError):
    """A structured connection does not fit its groups, or is asked for what only single synapses can do."""


class TargetError(BrainnetError, RuntimeError):
    """A target cannot run what it was asked to run."""


class ResultsError(BrainnetError, OSError):
    """A run folder cannot be written or read."""


def printable(text: str) -> str:
    r"""Return text with control characters and the like escaped, save line ends: it may come from any file.

    Examples
    --------
    >>> printable("a\x1b[2Jb")
    'a\\x1b[2Jb'
    """
    return "".join(each if each.isprintable() or each == "\n" else _escaped(each) for each in text)


def one_line(text: object) -> str:
    """Return text as one printable line of 500 characters at most: the middle goes, cause and remedy stay."""
    line = " ".join(printable(str(text)[: 100 * LONGEST].expandtabs(1).replace("\r", "\n")).split())
    if len(line) <= LONGEST:
        return line
    tail = LONGEST // 3
    return f"{line[: LONGEST - tail - 5]} ... {line[-tail:]}"


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode() if character != "\xa0" else " "


def nearest(name: str, known: Iterable[str]) -> str:
    """Say which known name is meant, or which few hold what was written; else list them all.

    `known` is what fits where the name stands, not all names that there are.

    Examples
    --------
    >>> nearest("lifs", ["lif", "poisson"])
    "did you mean 'lif'?"
    >>> nearest("nearest", ["all_to_all", "nearest_symmetric", "nearest_reduced"])
    "did you mean 'nearest_reduced' or 'nearest_symmetric'?"
    """
    name, known = str(name), sorted(known)
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    holding = [each for each in known if len(name) > 2 and name.lower() in each.lower()]
    # A slip of a letter or two has one meaning, a part of names as many as there are.
    slip = any(abs(len(each) - len(name)) <= 1 for each in close)
    meant = holding if 0 < len(holding) <= _FEW and not slip else close
    if meant:
        *first, last = (repr(each) for each in meant)
        return f"did you mean {', '.join(first)}{' or ' if first else ''}{last}?"
    return f"known: {', '.join(known)}" if known else "none is known"
