"""How large a network is: connections, levels and bits, layer by layer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from brainnet.ann import LayerGraph
from brainnet.compress.layers import weighted

__all__ = ["LayerSize", "sizes"]


@dataclass(frozen=True)
class LayerSize:
    """The weights of one layer.

    Attributes
    ----------
    weights : int
        All of them.
    connections : int
        Those that are not zero.
    levels : int
        Values that they take, zero among them where one is zero.
    """

    weights: int
    connections: int
    levels: int

    @property
    def connectivity(self) -> float:
        """Fraction of the weights that are not zero."""
        return self.connections / self.weights

    @property
    def bits(self) -> int:
        """Bits that tell the levels apart."""
        return max(1, int(np.ceil(np.log2(self.levels))))


def sizes(graph: LayerGraph) -> dict[str, LayerSize]:
    """Count connections and levels of each layer with weights, by name; biases are not counted.

    Raises
    ------
    CompressionError
        The network has no weights.

    Examples
    --------
    >>> from brainnet.ann import Dense
    >>> network = LayerGraph((Dense("out", [[1.0, 0.0], [-1.0, 0.0]], [0.0, 0.0], "identity"),), (2,), "net", "by hand")
    >>> sizes(network)
    {'out': LayerSize(weights=4, connections=2, levels=3)}
    """
    return {
        name: LayerSize(layer.weights.size, int(np.count_nonzero(layer.weights)), len(np.unique(layer.weights)))
        for name, layer in weighted(graph).items()
    }
