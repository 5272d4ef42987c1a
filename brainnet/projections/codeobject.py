"""Code objects of projections on the C++ target: the target's, with the templates of this folder in front."""

from __future__ import annotations

from brainnet.targets.codeobject import CppCodeObject

__all__ = ["ProjectionCodeObject"]


class ProjectionCodeObject(CppCodeObject):
    """C++ code object that finds the templates of projections."""

    templater = CppCodeObject.templater.derive("brainnet.projections")
