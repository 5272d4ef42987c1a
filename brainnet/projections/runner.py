"""What projections, random input and presentations share: NumPy code here, a code object on C++."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from brainnet.brian import BrianObject, CPPStandaloneDevice, get_device, weakproxy_with_fallback
from brainnet.errors import ProjectionError
from brainnet.projections.codeobject import ProjectionCodeObject
from brainnet.targets.device import CppDevice

__all__ = ["Runner"]


class Runner(BrianObject):
    """A Brian2 object that does one thing a step.

    Subclasses set ``template`` and ``variables`` (name to brian2 Variable) and define `template_values` for C++, `bind`
    and `step` for NumPy.
    """

    template: str
    variables: Any
    _codeobj: Any = None

    def template_values(self, device: CppDevice) -> dict[str, Any]:
        """Return what the C++ template is written with."""
        return {}

    def make_code(self, device: CppDevice, run_namespace: Any) -> Any:
        """Return the C++ code object."""
        return device.code_object(
            self,
            f"{self.name}_codeobject*",
            {None: ""},
            dict(self.variables),
            self.template,
            defaultdict(lambda: "_idx"),
            codeobj_class=ProjectionCodeObject,
            template_kwds=self.template_values(device),
        )

    def bind(self, run_namespace: Any) -> None:
        """Look up what `step` needs, before a run."""

    def step(self) -> None:
        """Do the work of one step."""
        raise NotImplementedError

    def before_run(self, run_namespace: Any) -> None:
        """Make the code object on C++, the NumPy form elsewhere."""
        device = get_device()
        if isinstance(device, CppDevice):
            self._codeobj = self.make_code(device, run_namespace)
            self._code_objects = [weakproxy_with_fallback(self._codeobj)]
        elif isinstance(device, CPPStandaloneDevice):
            raise ProjectionError(
                f"{self.name}: Brian2's own C++ device cannot run it; use brainnet.target('cpp') instead"
            )
        else:
            self.bind(run_namespace)
        super().before_run(run_namespace)

    def run(self) -> None:
        """Do the work of one step; on C++ the program does it."""
        if self._codeobj is None:
            self.step()
