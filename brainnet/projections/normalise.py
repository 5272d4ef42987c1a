"""Normalisation of weights during a run."""

from __future__ import annotations

from typing import Any

import numpy as np
from brian2 import Clock, Quantity, have_same_dimensions, second

from brainnet.brian import ArrayVariable, weakproxy_with_fallback
from brainnet.errors import ProjectionError
from brainnet.projections.pruned import FEW
from brainnet.projections.runner import Runner
from brainnet.targets.device import CppDevice

__all__ = ["Normaliser"]


class Normaliser(Runner):
    """Scales the weights of each postsynaptic neuron to a given sum. Made by `PlasticProjection.normalise`."""

    template = "normalise"

    def __init__(self, owner: Any, total: Any, every: Quantity, when: str, order: int, gate: Any = None) -> None:
        steps = _steps(owner, every)
        variable = None
        if isinstance(total, tuple) and len(total) == 2 and isinstance(total[1], str):
            variable, total = _sums(owner, *total)
        w = owner.variables["w"]
        if not have_same_dimensions(total, Quantity(1.0, dim=w.dim)):
            raise ProjectionError(f"{owner.name}: total = {total} must have the unit of the weights")
        values = np.asarray(total, dtype=float)
        if values.shape not in ((), (owner.shape[1],)) or not (np.isfinite(values) & (values > 0)).all():
            raise ProjectionError(
                f"{owner.name}: total = {total} is no sum to scale to; give one above 0, or {owner.shape[1]} of them"
            )
        super().__init__(clock=Clock(steps * owner.clock.dt), when=when, order=order, name=f"{owner.name}_normalise*")
        self.owner, self.total = weakproxy_with_fallback(owner), np.broadcast_to(values, owner.shape[1:]).copy()
        self.variables = {"w": w} | ({} if gate is None else {"_gate": gate})
        if owner.layout.pairs is not None:
            self.variables["_j_of"] = owner.variables["_j_of"]
        if variable is not None:
            self.variables["total"] = variable

    def template_values(self, device: CppDevice) -> dict[str, Any]:
        """Return sizes and sums."""
        n_pre, n_post = self.owner.shape
        total = ", ".join(repr(float(value)) for value in self.total)
        form = self.owner.layout.form
        return {"n_pre": n_pre, "n_post": n_post, "total": total, "few": FEW, "form": form, "n": self.owner.layout.n}

    def step(self) -> None:
        """Scale."""
        if "_gate" in self.variables and not self.variables["_gate"].get_value()[0]:
            return
        self.owner.left()  # what is pruned has no weight
        w = self.variables["w"].get_value()
        sums = self.owner.layout.column_sums(w)
        total = self.variables["total"].get_value() if "total" in self.variables else self.total
        self.owner.layout.scale_columns(w, np.divide(total, sums, out=np.ones_like(sums), where=sums > 0))


def _sums(owner: Any, group: Any, name: str) -> tuple[Any, Any]:
    """Return the variable that holds the sums, and what it holds at first."""
    variable = getattr(group, "variables", {}).get(name)
    if not isinstance(variable, ArrayVariable) or variable.size != owner.shape[1] or variable.dtype != np.float64:
        raise ProjectionError(
            f"{owner.name}: {name!r} is no variable of {getattr(group, 'name', group)} with {owner.shape[1]} numbers; "
            "declare it there with one for each postsynaptic neuron"
        )
    return variable, Quantity(variable.get_value(), dim=variable.dim)


def _steps(owner: Any, every: Any) -> int:
    if not isinstance(every, Quantity) or not have_same_dimensions(every, second) or np.ndim(every):
        raise ProjectionError(f"{owner.name}: every = {every} is no time; write e.g. every=500*ms")
    steps = float(every) / float(owner.clock.dt)
    if not steps > 0.5 or abs(steps - round(steps)) > 1e-6 * steps:
        raise ProjectionError(f"{owner.name}: every = {every} is no whole number of steps of {owner.clock.dt}")
    return round(steps)
