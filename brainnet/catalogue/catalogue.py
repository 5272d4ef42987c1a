"""Objects by name, imported when first asked for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from brainnet.catalogue.sources import Contributed, Shipped, contributed, shipped
from brainnet.errors import BrainnetError, UnknownNameError, nearest

__all__ = ["Catalogue", "UnknownEntryError", "class_names"]


class UnknownEntryError(UnknownNameError, AttributeError):
    """No content of that name; also an AttributeError, so that ``hasattr(catalogue, name)`` works."""


class Catalogue:
    """All content of one kind: shipped files and entry points, with no privileges.

    Parameters
    ----------
    kind : str
        ``"models"``, ``"protocols"`` or ``"figures"``.
    cls : type or tuple of types
        Class that the content must have.
    package : str, optional
        Package whose files are the shipped content, one object a file; ``brainnet.catalogue.<kind>``.
    group : str, optional
        Entry point group; ``brainnet.<kind>``.

    Raises
    ------
    UnknownEntryError
        From a look-up of a name that does not exist; it names the nearest.
    BrainnetError
        From a look-up of a name that exists twice, does not import, or has the wrong class.

    Examples
    --------
    >>> import brainnet
    >>> "lif" in brainnet.models, brainnet.models.lif is brainnet.models["lif"]
    (True, True)
    """

    def __init__(
        self, kind: str, cls: type | tuple[type, ...], *, package: str | None = None, group: str | None = None
    ) -> None:
        self.kind, self.__name__ = kind, f"brainnet.{kind}"
        self._cls = cls
        self._package = f"brainnet.catalogue.{kind}" if package is None else package
        self._group = f"brainnet.{kind}" if group is None else group
        self._sources: dict[str, list[Shipped | Contributed]] | None = None
        self._loaded: dict[str, Any] = {}

    def _found(self) -> dict[str, list[Shipped | Contributed]]:
        if self._sources is None:
            sources: dict[str, list[Shipped | Contributed]] = {}
            found: tuple[Shipped | Contributed, ...] = (*shipped(self._package), *contributed(self._group))
            for source in found:
                sources.setdefault(source.name, []).append(source)
            self._sources = sources
        return self._sources

    def __getitem__(self, name: str) -> Any:
        if name not in self._loaded:
            self._loaded[name] = self._load(name)
        return self._loaded[name]

    def _load(self, name: str) -> Any:
        sources = self._found().get(name, [])
        if not sources:
            raise UnknownEntryError(f"there is no {self.kind[:-1]} {name!r}; {nearest(name, self)}")
        if len(sources) > 1:
            both = " and ".join(map(str, sources))
            raise BrainnetError(f"the {self.kind[:-1]} {name!r} exists twice, as {both}; rename or uninstall one")
        found = sources[0].load()
        if not isinstance(found, self._cls):
            got, want = type(found).__name__, class_names(self._cls)
            raise BrainnetError(f"{sources[0]} gives a {got}, expected a {want}; declare it as one")
        return found

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # what copy, pickle and editors probe for is never content
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        return self[name]

    def __contains__(self, name: object) -> bool:
        return name in self._found()

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._found()))

    def __len__(self) -> int:
        return len(self._found())

    def keys(self) -> list[str]:
        """Return the names, sorted."""
        return list(self)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self]

    def __repr__(self) -> str:
        return f"<{len(self)} {self.kind}: {', '.join(self)}>"


def class_names(cls: type | tuple[type, ...]) -> str:
    """Write one or several classes in words."""
    return " or ".join(one.__name__ for one in (cls if isinstance(cls, tuple) else (cls,)))
