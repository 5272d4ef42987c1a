"""Where content comes from: one file of a mapped package, or one entry point."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from brainnet.catalogue.failure import import_error
from brainnet.errors import BrainnetError

__all__ = ["Contributed", "Shipped", "contributed", "shipped"]


@dataclass(frozen=True)
class Shipped:
    """A file of a package; the object has the file's name."""

    package: str
    name: str

    def __str__(self) -> str:
        return f"the file {self.package.rpartition('.')[2]}/{self.name}.py"

    def load(self) -> Any:
        """Import the file and return its object.

        Raises
        ------
        BrainnetError
            The file does not import, or has no object of its own name.
        """
        try:
            module = importlib.import_module(f"{self.package}.{self.name}")
        except Exception as error:
            raise import_error(error, str(self)) from error
        try:
            return getattr(module, self.name)
        except AttributeError:
            raise BrainnetError(f"{self} has no object named {self.name}; name it as the file") from None


@dataclass(frozen=True)
class Contributed:
    """An entry point of another package."""

    entry: EntryPoint

    @property
    def name(self) -> str:
        """Name under which the package contributes the object."""
        return self.entry.name

    def __str__(self) -> str:
        owner = f" of {self.entry.dist.name}" if self.entry.dist else ""
        return f"the entry point {self.entry.name} = {self.entry.value}{owner}"

    def load(self) -> Any:
        """Import and return the object.

        Raises
        ------
        BrainnetError
            The entry point does not import.
        """
        try:
            return self.entry.load()
        except Exception as error:
            raise import_error(error, str(self), "mend or uninstall that package") from error


def shipped(package: str) -> Iterator[Shipped]:
    """Yield the files of `package`; none where it is not installed. Names that begin with ``_`` are private."""
    try:
        found = importlib.import_module(package)
    except ModuleNotFoundError as error:
        if error.name != package:  # the package is there, and broken: that is no empty catalogue
            raise
        return
    for module in pkgutil.iter_modules(found.__path__):
        if not module.ispkg and not module.name.startswith("_"):
            yield Shipped(package, module.name)


def contributed(group: str) -> Iterator[Contributed]:
    """Yield the entry points of `group`; one that is seen twice on the import path counts once."""
    seen = set()
    for entry in entry_points(group=group):
        if (entry.name, entry.value) not in seen:
            seen.add((entry.name, entry.value))
            yield Contributed(entry)
