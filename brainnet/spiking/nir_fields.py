"""What the nodes of a NIR file hold, checked one field at a time (format 1.0, nir.ir of the reference package)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from brainnet.errors import ModelFileError, nearest

__all__ = ["EXTENSION", "NirNode"]

# Fields of neurons that NIR has no word for: "brainnet_reset"... in the group "metadata", which others leave unread.
EXTENSION = ("reset", "subtracted", "v_init")


@dataclass(frozen=True, eq=False)
class NirNode:
    """One node of a file.

    Parameters
    ----------
    name : str
        As the file calls it: any text, for messages.
    fields : dict
        Its members.
    """

    name: str
    fields: dict[str, Any]

    @property
    def kind(self) -> str:
        """The type of the node."""
        kind = self.fields.get("type")
        return kind if isinstance(kind, str) else self.refuse("has no type; write the file again")

    @property
    def where(self) -> str:
        """What it is called in messages."""
        kind = self.fields.get("type")
        return f"node {self.name[:80]!r} ({kind[:40] if isinstance(kind, str) else '?'})"

    def check(self, known: tuple[str, ...]) -> None:
        """Refuse members that are not understood."""
        for member in self.fields:
            if member not in (*known, "type", "metadata"):
                self.refuse(f"has {member[:80]!r}, which is not understood; {nearest(member, known)}")

    def array(self, field: str, default: Any = None) -> NDArray[Any]:
        """Return an array, or the default where it is missing."""
        value = self.fields.get(field, default)
        if value is None:
            self.refuse(f"lacks {field}; write the file again")
        array = np.asarray(value)
        if array.dtype.kind not in "fiu":
            self.refuse(f": {field} is no array of numbers; write the file again")
        return array

    def whole(self, field: str, default: Any = None) -> list[int]:
        """Return a few integers."""
        array = self.array(field, default)
        if array.ndim > 1 or array.size > 8 or not np.array_equal(array, np.round(array)) or abs(array).max() >= 2**31:
            self.refuse(f": {field} is {array.tolist() if array.size <= 8 else array.shape}; give a few whole numbers")
        return [int(value) for value in array.ravel()]

    def extension(self, known: tuple[str, ...]) -> dict[str, Any]:
        """Return what our extension says, by field; only known ones may be there."""
        metadata = self.fields.get("metadata", {})
        if not isinstance(metadata, dict):
            self.refuse("has metadata that are no group; write the file again")
        found = {}
        for key, value in metadata.items():
            if not key.startswith("brainnet_"):
                continue  # free text of others
            if key.removeprefix("brainnet_") not in known:
                self.refuse(f"has the extension {key[:80]!r}, which is not understood here; update brainnet")
            if isinstance(value, np.ndarray) and value.size == 1 and value.dtype.kind in "fiu":
                value = float(value.ravel()[0])
            if not isinstance(value, str | float):
                self.refuse(f"has the extension {key} of another type; write the file again")
            found[key.removeprefix("brainnet_")] = value
        return found

    def refuse(self, reason: str) -> NoReturn:
        """Raise the error that names this node."""
        raise ModelFileError(f"{self.where}{'' if reason.startswith(':') else ' '}{reason}")
