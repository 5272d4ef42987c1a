"""Code objects of projections: those of the target, with the templates of this folder in front."""

from __future__ import annotations

from brainnet.brian import NumpyCodeObject
from brainnet.targets.codeobject import CppCodeObject

__all__ = ["NumpyProjectionCodeObject", "ProjectionCodeObject"]


class ProjectionCodeObject(CppCodeObject):
    """C++ code object that finds the templates of projections."""

    templater = CppCodeObject.templater.derive("brainnet.projections")


class NumpyProjectionCodeObject(NumpyCodeObject):
    """NumPy code object that finds the templates of projections."""

    templater = NumpyCodeObject.templater.derive("brainnet.projections")
