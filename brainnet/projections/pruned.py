"""Synapses of a plastic projection that are gone: which are left, and what that costs."""

from __future__ import annotations

from typing import Any

import numpy as np

from brainnet.brian import weakproxy_with_fallback
from brainnet.errors import ProjectionError
from brainnet.projections.runner import Runner

__all__ = ["FEW", "Cleaner", "check_kept", "left_by_neuron"]

# Where at most this share of the synapses is left, C++ walks lists of them, else whole rows and columns. Measured with
# 784 to 400 neurons and the rules of `benchmarks/pruned.py`.
FEW = 0.25


class Cleaner(Runner):
    """Sets the weights of pruned synapses to 0 in the first step of a C++ program. Made by `PlasticProjection.prune`.

    NumPy does so when it looks up which synapses are left.
    """

    template = "clean"

    def __init__(self, owner: Any) -> None:
        super().__init__(clock=owner.clock, when="before_start", order=0, name=f"{owner.name}_clean")
        self.owner = weakproxy_with_fallback(owner)
        self.variables = {name: owner.variables[name] for name in ("w", "kept")}

    def step(self) -> None:
        """Do nothing."""


def check_kept(name: str, kept: Any, gone: np.ndarray) -> None:
    """Refuse new values of ``kept`` that bring a pruned synapse back, or leave none.

    Parameters
    ----------
    name : str
        Of the projection.
    kept : array of bool, shape (n,), or bool
    gone : array of bool, shape (n,)

    Raises
    ------
    ProjectionError
    """
    kept = np.broadcast_to(np.asarray(kept, dtype=bool).ravel(), gone.shape)
    if not kept.any():
        raise ProjectionError(f"{name}: every synapse would be gone; keep some, or leave the projection out")
    if back := int((kept & gone).sum()):
        raise ProjectionError(
            f"{name}: {back} pruned synapse{'s' * (back > 1)} would come back, and pruned ones are gone for good; "
            "give kept & p.kept, or make the projection anew"
        )


def left_by_neuron(kept: np.ndarray) -> tuple[list[np.ndarray], list[np.ndarray]] | None:
    """Return the columns that are left of each row, and the rows of each column; None where all are left.

    Parameters
    ----------
    kept : array of bool, shape (n_pre, n_post)
    """
    if kept.all():
        return None
    return [np.flatnonzero(row) for row in kept], [np.flatnonzero(column) for column in kept.T]
