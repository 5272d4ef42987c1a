"""Deprecation warnings of other packages are for their authors; in a terminal they hide what the user asked for."""

from __future__ import annotations

import logging
import re
import warnings
from pathlib import Path

__all__ = ["quiet_others"]

# As `warnings.formatwarning` writes it.
_WARNING = re.compile(r"(?P<file>.+?):\d+: (?P<category>\w+): ")
_OWN = Path(__file__).parents[1]


def quiet_others() -> None:
    """Keep deprecation warnings of installed packages out of the terminal; all others, and our own, stay.

    Python hides them, until some import sets its filters back. Brian2 hands warnings on to a logger, which stays.
    """
    warnings.filterwarnings("ignore", category=DeprecationWarning)
    warnings.filterwarnings("ignore", category=PendingDeprecationWarning)
    warnings.filterwarnings("default", category=DeprecationWarning, module=r"brainnet(\.|$)")
    logger = logging.getLogger("py.warnings")
    if _concerns_the_user not in logger.filters:
        logger.addFilter(_concerns_the_user)


def _concerns_the_user(record: logging.LogRecord) -> bool:
    found = _WARNING.match(record.getMessage())
    if found is None or not found["category"].endswith("DeprecationWarning"):
        return True
    path = Path(found["file"])
    return _OWN in path.parents or not {"site-packages", "dist-packages"} & set(path.parts)
