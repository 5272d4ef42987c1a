"""What the converter makes spiking layers of: anything else is refused by name, and nothing is left out."""

from __future__ import annotations

from brainnet.ann import Dense, LayerGraph
from brainnet.errors import ConversionError

__all__ = ["CONVERTED", "check_convertible"]

CONVERTED = (Dense,)


def check_convertible(graph: LayerGraph) -> None:
    """Refuse a network with layers that are not converted yet.

    Parameters
    ----------
    graph : LayerGraph

    Raises
    ------
    ConversionError
        Names every such layer, and what is converted.
    """
    converted = ", ".join(cls.__name__ for cls in CONVERTED)
    refused = [f"{layer.name!r} ({layer.kind})" for layer in graph.layers if not isinstance(layer, CONVERTED)]
    if refused:
        raise ConversionError(
            f"network {graph.name!r}: not converted yet: layer {', '.join(refused)}; converted: chains of {converted}"
        )
    if not graph.is_chain:
        raise ConversionError(f"network {graph.name!r} is no chain; converted: chains of {converted}")
