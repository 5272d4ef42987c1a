"""Content by name: shipped files, entry points of other packages, and files of the user's own.

Take the three instances from `brainnet` or from `brainnet.catalogue.content`: in this very namespace Python binds
the mapped packages ``brainnet.catalogue.models`` etc. once their first file is imported.
"""

from brainnet.catalogue.catalogue import Catalogue, UnknownEntryError
from brainnet.catalogue.sourcetree import find_source_tree
from brainnet.catalogue.userfile import load_all, load_file

__all__ = ["Catalogue", "UnknownEntryError", "load_all", "load_file"]

find_source_tree()
