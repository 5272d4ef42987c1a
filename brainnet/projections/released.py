"""Static weights times what the presynaptic neuron releases: short-term plasticity, with states once a neuron."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from brian2 import Quantity, Synapses, second
from scipy import sparse

from brainnet.errors import ProjectionError
from brainnet.projections.projection import Projection
from brainnet.projections.sparse import SparseRows

__all__ = ["Release", "ReleasedProjection"]


@dataclass(frozen=True)
class Release:
    """What a presynaptic spike does to the states of its neuron.

    Parameters
    ----------
    equations : str
        Of the states; none of them reads the weight or the postsynaptic neuron.
    on_pre : str
    factor : str
        State that the weights are multiplied by, as it is after `on_pre`.
    method : str
        Of integration, as of `brian2.Synapses`.
    initial : mapping of str to str
        Expression for the first value of a state.
    namespace : mapping
        What these texts need.
    """

    equations: str
    on_pre: str
    factor: str
    method: str
    initial: Mapping[str, str]
    namespace: Mapping[str, Any]


class ReleasedProjection(Projection):
    """A static projection whose weights are multiplied, at each spike, by a state of the presynaptic neuron.

    The states are those of `brian2.Synapses` from each neuron to itself, `release`, which act when the spike arrives,
    just before the weights are added. Cost: one synapse a neuron, besides that of a static projection; where delays
    differ, one for each delay of a neuron.

    Parameters
    ----------
    source, target : brian2 groups or subgroups
    connectivity : Dense, SparseRows, or one of brainnet.connectivity
    release : Release
    onto, delay, when, order, name
        As of `Projection`.

    Raises
    ------
    ProjectionError
        As of `Projection`; or the connectivity is one of convolutions, copies or integers.
    """

    def __init__(self, source: Any, target: Any, connectivity: Any, *, release: Release, **options: Any) -> None:
        matrix = getattr(connectivity, "matrix", None)
        if isinstance(matrix, np.ndarray):
            rows = np.arange(matrix.shape[0] + 1) * matrix.shape[1]
            columns = np.tile(np.arange(matrix.shape[1]), matrix.shape[0])  # a zero is a synapse, too
            whole = sparse.csr_matrix((matrix.ravel(), columns, rows), shape=matrix.shape)
            connectivity = SparseRows(whole, Quantity(1.0, dim=connectivity.dim))
        super().__init__(source, target, connectivity, **options)
        if not isinstance(self.connectivity, SparseRows):
            raise ProjectionError(
                f"{self.name}: short-term plasticity multiplies rows of a matrix, not a "
                f"{type(connectivity).__name__}; give an array or a sparse matrix"
            )
        bundles = self._arrivals.bundles
        self._release = Synapses(
            source,
            source,
            release.equations,
            on_pre=release.on_pre,
            method=release.method,
            delay=None if bundles else self.delay,
            namespace=dict(release.namespace),
            name=f"{self.name}_release",
        )
        if bundles is None:
            self._release.connect(j="i")
        else:
            self._release.connect(i=bundles.neuron, j=bundles.neuron)
            self._release.delay = Quantity(bundles.steps * bundles.dt, dim=second.dim)
        self._release.pre.when, self._release.pre.order = self.when, self.order - 1
        for _key, _expression in release.initial.items():
            setattr(self._release, _key, _expression)
        self._contained_objects.append(self._release)
        self.variables["_factor"] = self._release.variables[release.factor]

    @property
    def release(self) -> Synapses:
        """The states, one of each presynaptic neuron, or of each of its delays: ``projection.release.x[:]``."""
        return self._release

    def bind(self, run_namespace: Any) -> None:
        """Look up the driven array and the factor, and make the NumPy form of the connectivity."""
        super().bind(run_namespace)
        add, factor = self._carried.adder(np.dtype(self.variables["_onto"].dtype)), self.variables["_factor"]
        self._add = lambda v, spikes: add(v, spikes, factor.get_value())

    def template_values(self, device: Any) -> dict[str, Any]:
        """Return sizes and files, and that there is a factor."""
        return {**super().template_values(device), "scaled": True}
