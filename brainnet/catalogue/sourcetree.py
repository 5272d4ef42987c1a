"""The content of a source tree, where the folder `brainnet` is imported from a checkout that is not installed.

An installation puts models, protocols, figures and labs into this package; a checkout has them beside the package
folder. Both are imported under the same names, so that pickles and worker processes agree.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_file_location
from pathlib import Path
from types import ModuleType

__all__ = ["find_source_tree"]

ROOMS = ("figures", "labs", "models", "protocols")


class SourceTree(MetaPathFinder):
    """Finds the rooms of content, and nothing else, in the root of a checkout."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Say where a room is; None for every other module."""
        package, _, room = fullname.rpartition(".")
        if package != "brainnet.catalogue" or room not in ROOMS:
            return None
        folder = self.root / room
        return spec_from_file_location(fullname, folder / "__init__.py", submodule_search_locations=[str(folder)])


def find_source_tree() -> None:
    """Let Python find the rooms of the checkout that this file lies in; nothing where it lies in none.

    Asked after every other finder, so that an installation, editable ones included, comes first.
    """
    root = Path(__file__).resolve().parents[2]
    complete = all((root / room / "__init__.py").is_file() for room in ROOMS) and (root / "pyproject.toml").is_file()
    if complete and not any(isinstance(finder, SourceTree) for finder in sys.meta_path):
        sys.meta_path.append(SourceTree(root))
