"""Code objects of the C++ target: Brian2's, with the templates of this folder in front."""

from __future__ import annotations

from brian2.codegen.targets import codegen_targets
from brian2.devices.cpp_standalone.codeobject import CPPStandaloneCodeObject

__all__ = ["CppCodeObject"]


class CppCodeObject(CPPStandaloneCodeObject):
    """C++ code object whose source can share a translation unit with the others.

    Rooms that bring templates of their own put them in front with `templater.derive`.
    """

    templater = CPPStandaloneCodeObject.templater.derive("brainnet.targets")


codegen_targets.add(CppCodeObject)
