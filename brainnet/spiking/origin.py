"""What a spiking graph was converted from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from brainnet.ann import LayerGraph

__all__ = ["Origin"]


@dataclass(frozen=True, eq=False)
class Origin:
    """The network of analog values behind a spiking graph.

    Parameters
    ----------
    trained : LayerGraph
    scales : dict of str to float or array (channels,)
        Activation that became the rate 1, or the earliest spike, for "input" and each population.
    settings : dict
        Of the conversion, defaults filled in.
    macs : mapping of str to int
        Multiply-accumulates of the layers that samples pass as numbers, by layer, for one sample.
    changes : tuple of str
        Where the spiking network is that of another network than `trained`, in words.
    channels : bool
        Whether there are layers that may have one scale for each channel.
    """

    trained: LayerGraph
    scales: Mapping[str, Any]
    settings: Mapping[str, Any] = field(default_factory=dict)
    macs: Mapping[str, int] = field(default_factory=dict)
    changes: tuple[str, ...] = ()
    channels: bool = False
