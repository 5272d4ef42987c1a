"""Content from a file of the user's own."""

from __future__ import annotations

import hashlib
import importlib.util
import sys
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from brainnet.catalogue.catalogue import class_names
from brainnet.catalogue.failure import import_error
from brainnet.errors import UnknownNameError

__all__ = ["load_all", "load_file"]


class _Uncached(SourceFileLoader):
    """Reads the source each time: no ``__pycache__`` beside the user's file, and never a stale one."""

    def get_code(self, fullname: str) -> CodeType | None:
        return self.source_to_code(self.get_data(self.path), self.path)


def load_file(path: str | Path, cls: type | tuple[type, ...]) -> Any:
    """Import a Python file and return the object of class `cls` that it defines.

    Parameters
    ----------
    path : str or Path
        A file that ends in ``.py``.
    cls : type or tuple of types
        Class of the object. Of several, the one that has the file's name is meant.

    Raises
    ------
    UnknownNameError
        No such file, or none or several objects of that class in it.
    BrainnetError
        The file does not import; the message gives its line.
    """
    path = Path(path).expanduser().absolute()
    found = _objects(path, cls)
    if path.stem in found:
        return found[path.stem]
    if len({id(value) for value in found.values()}) == 1:
        return next(iter(found.values()))
    what, names = class_names(cls), ", ".join(sorted(found))
    raise UnknownNameError(f"{path} defines several objects of class {what} ({names}); name the one to use {path.stem}")


def load_all(path: str | Path, cls: type | tuple[type, ...]) -> list[Any]:
    """Import a Python file and return every object of class `cls` that it defines, in the order of the file.

    Parameters
    ----------
    path, cls
        As for `load_file`.

    Raises
    ------
    UnknownNameError
        No such file, or no object of that class in it.
    BrainnetError
        The file does not import; the message gives its line.
    """
    return list({id(value): value for value in _objects(Path(path).expanduser().absolute(), cls).values()}.values())


def _objects(path: Path, cls: type | tuple[type, ...]) -> dict[str, Any]:
    """Public objects of class `cls` that a file defines, by name."""
    if path.suffix != ".py" or not path.is_file():
        raise UnknownNameError(f"{path} is not a Python file; give the path of an existing .py file")
    module = _import(path)
    found = {
        name: value
        for name, value in vars(module).items()
        if isinstance(value, cls) and not name.startswith("_") and _defined_in(module, value)
    }
    if not found:
        raise UnknownNameError(f"{path} defines no {class_names(cls)}; define one, named {path.stem}")
    return found


def _import(path: Path) -> ModuleType:
    # Two files of the same name in two folders are two modules.
    name = f"brainnet_user_{path.stem}_{hashlib.sha256(str(path).encode()).hexdigest()[:12]}"
    loader = _Uncached(name, str(path))
    spec = importlib.util.spec_from_file_location(name, path, loader=loader)
    assert spec is not None  # a loader was given
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # before execution: dataclasses and pickle look their module up there
    try:
        loader.exec_module(module)
    except (Exception, SystemExit) as error:
        del sys.modules[name]
        raise import_error(error, str(path), file=str(path)) from error
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _defined_in(module: ModuleType, value: Any) -> bool:
    """Whether `value` was made here; what was made from a function of another module was imported."""
    function = getattr(value, "function", None)
    return getattr(function, "__module__", module.__name__) == module.__name__
