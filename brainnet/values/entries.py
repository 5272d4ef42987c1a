"""Several values in one text, such as ``5, 30*Hz``."""

from __future__ import annotations

__all__ = ["listed"]


def listed(text: str) -> list[str]:
    """Return the entries of a text; a number without a unit has that of the next one that has one.

    Raises
    ------
    ValueError
        An entry is empty.

    Examples
    --------
    >>> listed("5, 30*Hz")
    ['5 *Hz', '30*Hz']
    """
    entries = [part.strip() for part in text.split(",")] if text.strip() else []
    if not all(entries):
        raise ValueError(f"{text!r} has an empty entry")
    found, unit = [], ""
    for part in reversed(entries):
        own = part.lstrip("0123456789.eE+- ")
        unit = own or unit
        found.append(part if own else f"{part} {unit}".strip())
    return found[::-1]
