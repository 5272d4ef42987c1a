"""Where content comes from: one file of a mapped package, or one entry point."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
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
            raise import_error(error, str(self), "correct or uninstall that package") from error


def shipped(package: str) -> Iterator[Shipped]:
    """Yield the files of `package`. Names that begin with ``_`` are private.

    Raises
    ------
    BrainnetError
        There is no such package, or no file in it: content is missing, which no caller should take for "nothing known".
    """
    where, kind = Path(__file__).parent, package.rpartition(".")[2]
    try:
        found = importlib.import_module(package)
    except ModuleNotFoundError as error:
        if error.name not in (package, package.partition(".")[0]):  # the package is there, and broken
            raise
        raise BrainnetError(
            f"the catalogue of {kind} is empty: no package {package} beside {where}; install brainnet "
            f"(pip install .), or start Python in a complete checkout, with {kind}/ beside brainnet/"
        ) from None
    names = [module.name for module in pkgutil.iter_modules(found.__path__) if not module.ispkg]
    public = [name for name in names if not name.startswith("_")]
    if not public:
        places = ", ".join(found.__path__)
        raise BrainnetError(f"the catalogue of {kind} is empty: no files in {places}; install brainnet again")
    for name in public:
        yield Shipped(package, name)


def contributed(group: str) -> Iterator[Contributed]:
    """Yield the entry points of `group`; one that is seen twice on the import path counts once."""
    seen = set()
    for entry in entry_points(group=group):
        if (entry.name, entry.value) not in seen:
            seen.add((entry.name, entry.value))
            yield Contributed(entry)
