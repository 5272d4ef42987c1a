"""Code objects of the C++ target: Brian2's, with the templates of this folder in front."""

from __future__ import annotations

from brainnet.brian import CLOCK, CPPStandaloneCodeObject, codegen_targets

__all__ = ["CppCodeObject"]


class CppCodeObject(CPPStandaloneCodeObject):
    """C++ code object whose source can share a translation unit with the others.

    Rooms that bring templates of their own put them in front with `templater.derive`.
    """

    templater = CPPStandaloneCodeObject.templater.derive("brainnet.targets", env_globals={"clock_class": CLOCK})


codegen_targets.add(CppCodeObject)
