"""How samples go into the graph of a NIR file, step by step, and what comes out of its last node."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from brainnet.coding.readout import decisions_from_potential, decisions_from_spikes
from brainnet.errors import DataError
from brainnet.spiking.inputs import without_unit
from brainnet.spiking.neurons import Neurons
from brainnet.spiking.nir_graph import NirGraph
from brainnet.spiking.nir_paths import FIRING, values
from brainnet.spiking.readouts import counted
from brainnet.spiking.response import Response

if TYPE_CHECKING:
    from brainnet.spiking.graph import SpikingGraph

__all__ = ["Frames", "LastNode"]


@dataclass(frozen=True, eq=False)
class Frames:
    """Samples are what flows into a NIR graph in each step; linear layers before neurons are computed in NumPy.

    Parameters
    ----------
    graph : NirGraph
    steps : int
    dt : float
        Time step in seconds.
    fed : tuple of str
        Layers of neurons whose input depends on the sample.
    """

    graph: NirGraph
    steps: int
    dt: float
    fed: tuple[str, ...]
    by_step: ClassVar[bool] = True

    def checked(self, x: Any) -> NDArray[np.float64]:
        """Return samples as (n, steps, \\*input_shape).

        Raises
        ------
        DataError
            Another shape, or no finite numbers.
        """
        samples, shape = without_unit(x), (self.steps, *self.graph.input_shape)
        if samples.dtype.kind not in "fiub" or samples.shape[1:] != shape or not len(samples):
            raise DataError(f"samples are {samples.dtype} of the shape {samples.shape}; give numbers (n, *{shape})")
        samples = samples.astype(float)
        if not np.isfinite(samples).all():
            raise DataError("samples hold NaN or infinity; correct them")
        return samples

    def constant(self, x: Any) -> NDArray[np.float64]:
        """Return samples (n, ...) held throughout all steps."""
        samples, shape = without_unit(x), self.graph.input_shape
        if samples[0].size != int(np.prod(shape)):
            raise DataError(
                f"samples of the shape {samples[0].shape} do not fit the input {shape}; give a network for them"
            )
        return np.broadcast_to(samples.reshape(len(samples), 1, *shape), (len(samples), self.steps, *shape))

    def presented(self, samples: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what flows into the neurons that are fed, (n, steps, neurons)."""
        rows = []
        for sample in samples:
            given = (
                values(self.graph, {"input": sample}, self.graph.layer[name].inputs[0], self.dt)[0] for name in self.fed
            )
            rows.append(np.concatenate([each.reshape(self.steps, -1) for each in given], axis=1))
        return np.array(rows)


@dataclass(frozen=True, eq=False)
class LastNode:
    """What the last node of a NIR graph gives: most spikes, the highest potential or the highest sum decide.

    Parameters
    ----------
    graph : NirGraph
    dt : float
        Time step in seconds.
    """

    graph: NirGraph
    dt: float

    @property
    def n_out(self) -> int:
        """Number of values of the last node."""
        return self.graph.layers[-1].n_out

    def read(self, graph: SpikingGraph, records: Mapping[str, np.ndarray], x: np.ndarray, first: int) -> Response:
        """Return the response to samples x (n, steps, \\*input_shape)."""
        last, steps, layers = self.graph.layers[-1], x.shape[1], self.graph.layer
        outputs = []
        for k, sample in enumerate(x):
            known = {
                name: kept[k].astype(float).reshape(steps, *layers[name].output_shape) for name, kept in records.items()
            }
            output = values(self.graph, {"input": sample, **known}, last.name, self.dt)[0]
            outputs.append(np.broadcast_to(output, (steps, *output.shape[1:])))
        output = np.array(outputs)
        flat = output.reshape(*output.shape[:2], -1)
        if isinstance(last, FIRING):
            decisions = decisions_from_spikes(flat.astype(np.int32))
        else:
            decisions = decisions_from_potential(flat if isinstance(last, Neurons) else flat.cumsum(axis=1))
        return Response(decisions, **counted(graph, records), output=output)
