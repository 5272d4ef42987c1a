"""Teaching labs: which there are, hidden values to estimate, and the ways to open, copy and export one."""

from brainnet.labs.hidden import Hidden
from brainnet.labs.opened import exported, marimo_command, own_copy
from brainnet.labs.shipped import lab_file, lab_names, lab_title, solution_file

__all__ = [
    "Hidden",
    "exported",
    "lab_file",
    "lab_names",
    "lab_title",
    "marimo_command",
    "own_copy",
    "solution_file",
]
