"""The labs that there are."""

from __future__ import annotations

import ast
import importlib
import pkgutil
from pathlib import Path

from brainnet.errors import BrainnetError, UnknownNameError, nearest

__all__ = ["lab_file", "lab_names", "lab_title", "solution_file"]

# In the order of a course.
_ORDER = (
    "lif", "coding", "pair_stdp", "pairing_schemes", "triplets", "reward", "tempotron", "resume", "spikeprop",
    "conversion", "pooling", "pruning", "mismatch", "srbm", "balance",
)  # fmt: skip
_PACKAGE = "brainnet.catalogue.labs"


def _folder() -> Path:
    try:
        return Path(next(iter(importlib.import_module(_PACKAGE).__path__)))
    except ModuleNotFoundError as error:
        if error.name not in (_PACKAGE, _PACKAGE.rpartition(".")[0]):
            raise
        raise BrainnetError(
            "there are no labs; install brainnet (pip install 'brainnet[labs]'), or start Python in a complete checkout"
        ) from None


def lab_names() -> list[str]:
    """Return the names of all labs, in the order of a course."""
    found = {each.name for each in pkgutil.iter_modules([str(_folder())]) if not each.ispkg}
    return [*(name for name in _ORDER if name in found), *sorted(found - set(_ORDER))]


def lab_file(name: str) -> Path:
    """Return the file of a lab.

    Raises
    ------
    UnknownNameError
        There is no lab of that name.
    """
    known = lab_names()
    if name not in known:
        raise UnknownNameError(f"there is no lab {name!r}; {nearest(name, known)}")
    return _folder() / f"{name}.py"


def solution_file(name: str) -> Path:
    """Return the file of a lab's solution: answers in its docstring, and the function ``estimate``.

    Raises
    ------
    UnknownNameError
        There is no lab of that name.
    """
    return lab_file(name).parent / "solutions" / f"{name}.py"


def lab_title(name: str) -> str:
    """Return the first line of a lab's docstring; the lab is read, not run.

    Raises
    ------
    UnknownNameError
        There is no lab of that name.
    """
    doc = ast.get_docstring(ast.parse(lab_file(name).read_text(encoding="utf-8"))) or ""
    return doc.partition("\n")[0].rstrip(".")
