"""A trained network on crossbar tiles: which conductance stands where, and the network that they make."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from brainnet.ann import LayerGraph
from brainnet.ann.layers.base import real_array
from brainnet.catalogue.content import models
from brainnet.declare import Device
from brainnet.errors import ConversionError, DataError, ParameterError, nearest
from brainnet.hardware.effective import effective_layers
from brainnet.hardware.layout import (
    CONVOLUTIONS,
    SCHEMES,
    Block,
    Weighted,
    blocks,
    connected,
    outputs_per_tile,
    tile_of,
    weights,
)

__all__ = ["CrossbarMap", "Tile", "conductance_range", "map_network", "placed"]


@dataclass(frozen=True, eq=False)
class Tile:
    """One crossbar, of which the corner next to drivers and converters is used.

    Parameters
    ----------
    block : Block
        The part of a layer that it holds.
    plus : array (rows, outputs)
        Conductances G+, in siemens.
    minus : array (rows, outputs) or (rows, 1)
        Conductances G- of the pairs, or of the reference column.
    """

    block: Block
    plus: NDArray[np.float64]
    minus: NDArray[np.float64]

    def __post_init__(self) -> None:
        for field in ("plus", "minus"):
            what = f"tile of layer {self.block.layer!r}: {field}"
            object.__setattr__(self, field, real_array(getattr(self, field), what, ("rows", "outputs")))
        n_rows, n_outputs = self.plus.shape
        if self.minus.shape not in ((n_rows, n_outputs), (n_rows, 1)):
            raise DataError(
                f"tile of layer {self.block.layer!r}: minus has the shape {self.minus.shape}; give {self.plus.shape}, "
                f"or {(n_rows, 1)} for a reference column"
            )
        if self.plus.min() < 0 or self.minus.min() < 0:
            raise DataError(f"tile of layer {self.block.layer!r} has a conductance below 0; give siemens from 0 on")

    @property
    def rows(self) -> int:
        """Rows in use."""
        return int(self.plus.shape[0])

    @property
    def columns(self) -> int:
        """Columns in use, those of G- or the reference included."""
        return int(self.plus.shape[1] + self.minus.shape[1])

    @property
    def devices(self) -> int:
        """Devices in use: rows times columns."""
        return self.rows * self.columns

    @property
    def conductances(self) -> NDArray[np.float64]:
        """Conductances as they lie, (rows, columns): G+ and G- of each output side by side; the reference last."""
        if self.minus.shape != self.plus.shape:
            return np.concatenate([self.plus, self.minus], axis=1)
        return np.stack([self.plus, self.minus], axis=2).reshape(self.rows, -1)

    def holding(self, conductances: ArrayLike) -> Tile:
        """Return the tile with other conductances, (rows, columns), as they lie."""
        given = np.asarray(conductances, dtype=np.float64)
        if given.shape != (self.rows, self.columns):
            raise DataError(
                f"tile of layer {self.block.layer!r} gets conductances of the shape {given.shape}; give "
                f"{(self.rows, self.columns)}"
            )
        if self.minus.shape != self.plus.shape:
            return replace(self, plus=given[:, :-1], minus=given[:, -1:])
        return replace(self, plus=given[:, ::2], minus=given[:, 1::2])


@dataclass(frozen=True, eq=False)
class CrossbarMap:
    """A network on tiles.

    Parameters
    ----------
    graph : LayerGraph
        The trained network. Biases, activations and pooling are computed behind the columns, from its layers.
    tiles : tuple of Tile
        Layer by layer.
    scales : mapping of str to float
        Weight that one siemens stands for, by layer: w = scale (G+ - G-).
    device : Device
    tile : (int, int)
        Rows and columns of a tile, in devices.
    scheme : {"pairs", "reference column"}
    convolution : {"unrolled", "kernel-stationary"}
    wire_resistance : float
        Ohm of a wire between two devices that the conductances are seen through; 0: those of the devices themselves.
    """

    graph: LayerGraph
    tiles: tuple[Tile, ...]
    scales: Mapping[str, float]
    device: Device
    tile: tuple[int, int]
    scheme: str
    convolution: str
    wire_resistance: float = 0.0

    @property
    def layers(self) -> dict[str, Weighted]:
        """The layers that lie on tiles, by name."""
        return {each.name: each for each in self.graph.layers if isinstance(each, Weighted)}

    @property
    def devices(self) -> int:
        """Devices in use."""
        return sum(each.devices for each in self.tiles)

    @property
    def weights(self) -> int:
        """Weights on the tiles; those of an unrolled convolution count at each position."""
        return sum(connected(self.layers[each.block.layer], each.block) for each in self.tiles)

    @property
    def tile_utilisation(self) -> NDArray[np.float64]:
        """Share of the devices of each tile that hold a weight, (tiles,)."""
        return np.array([self.used(each) for each in self.tiles]) / (self.tile[0] * self.tile[1])

    @property
    def utilisation(self) -> float:
        """Share of all devices on all tiles that hold a weight."""
        return float(self.tile_utilisation.mean())

    def used(self, tile: Tile) -> int:
        """Count the devices of a tile that hold a weight: two, or one and its share of the reference column."""
        here = connected(self.layers[tile.block.layer], tile.block)
        return 2 * here if self.scheme == "pairs" else here + tile.rows

    def of_layer(self, name: str) -> list[Tile]:
        """Return the tiles of a layer.

        Raises
        ------
        ParameterError
            It is no layer on tiles.
        """
        found = [each for each in self.tiles if each.block.layer == name]
        if not found:
            raise ParameterError(f"{name!r} is no layer on tiles; {nearest(name, self.layers)}")
        return found

    def layer_utilisation(self, name: str) -> float:
        """Share of all devices on the tiles of a layer that hold a weight.

        Raises
        ------
        ParameterError
            It is no layer on tiles.
        """
        tiles = self.of_layer(name)
        return sum(map(self.used, tiles)) / (len(tiles) * self.tile[0] * self.tile[1])

    def check_devices(self, what: str) -> None:
        """Refuse a map whose conductances are not those of devices.

        Raises
        ------
        ParameterError
            It is one seen through wires.
        """
        if self.wire_resistance:
            raise ParameterError(
                f"{what}: the conductances of this map are those seen through wires, not those of devices; give the "
                "map that it was made of"
            )

    def effective_weights(self, tile: Tile) -> NDArray[np.float64]:
        """Return scale (G+ - G-) of a tile, (rows, outputs)."""
        return self.scales[tile.block.layer] * (tile.plus - tile.minus)

    def effective_graph(self) -> LayerGraph:
        """Return the network that the conductances make, for `brainnet.convert.convert` and all that takes one.

        An unrolled convolution whose weights differ from position to position becomes a dense layer.

        Raises
        ------
        ConversionError
            Pooling follows such a convolution, or it would take more than 1 GiB.
        """
        parts = [(each.block, self.effective_weights(each)) for each in self.tiles]
        return replace(self.graph, layers=tuple(effective_layers(self.graph, parts)))

    def with_conductances(
        self, change: Callable[[NDArray[np.float64]], ArrayLike] | Sequence[ArrayLike]
    ) -> CrossbarMap:
        """Return the map with other conductances.

        Parameters
        ----------
        change : callable or sequence of arrays
            Gives for the conductances of a tile, (rows, columns) in siemens, others; or these, tile by tile.

        Raises
        ------
        DataError
            A shape does not fit, or a conductance is negative or not finite.
        """
        given = [change(each.conductances) for each in self.tiles] if callable(change) else list(change)
        if len(given) != len(self.tiles):
            raise DataError(f"conductances of {len(given)} tiles for {len(self.tiles)}; give one array a tile")
        return replace(self, tiles=tuple(t.holding(g) for t, g in zip(self.tiles, given, strict=True)))


def map_network(
    graph: LayerGraph,
    *,
    device: str | Device = "ideal_device",
    tile: tuple[int, int] = (256, 256),
    scheme: str = "pairs",
    convolution: str = "unrolled",
) -> CrossbarMap:
    r"""Lay the weights of a network on crossbar tiles.

    Pairs: :math:`w = s (G^+ - G^-)`, one of the two at its lowest, with :math:`s = \max|w| / (G_{max} - G_{min})`.
    Reference column: :math:`w = s (G - G_{ref})` with :math:`G_{ref} = (G_{min} + G_{max}) / 2` on every row, so that a
    weight has half the range: :math:`s = 2 \max|w| / (G_{max} - G_{min})`. s is one number a layer.

    Parameters
    ----------
    graph : LayerGraph
        From `brainnet.ann.read` or `brainnet.compress`.
    device : Device or str
        Or its name; its G_min and G_max are the range.
    tile : (int, int)
        Rows and columns of a tile, in devices.
    scheme : {"pairs", "reference column"}
        Two columns an output, or one beside a column that all outputs of the tile share.
    convolution : {"unrolled", "kernel-stationary"}
        Unrolled: every position has devices of its own, all at once. Kernel-stationary: the kernels lie there once and
        the positions take turns.

    Returns
    -------
    CrossbarMap

    Raises
    ------
    ParameterError
        A setting is not valid, or a tile is smaller than a kernel.
    UnknownNameError
        There is no such device.
    ConversionError
        The network has no weights, or a layer none but zeros.
    """
    device = _device(device)
    low, high = conductance_range(device)
    layout, scales, tiles = placed(graph, tile, scheme, convolution), {}, []
    layers = {each.name: each for each in graph.layers if isinstance(each, Weighted)}
    for name, layer in layers.items():
        largest = float(np.abs(layer.weights).max())
        if not largest:
            raise ConversionError(f"layer {name!r} has no weight but zero; leave it out, or prune less")
        scales[name] = largest / (high - low) * (1 if scheme == "pairs" else 2)
        if not 0 < scales[name] < np.inf:
            raise ConversionError(f"layer {name!r} has the largest weight {largest:g}; scale it to be near 1")
    for block in layout:
        wanted = weights(layers[block.layer], block) / scales[block.layer]
        tiles.append(Tile(block, *_conductances(wanted, low, high, scheme)))
    return CrossbarMap(graph, tuple(tiles), scales, device, tile_of(tile), scheme, convolution)


def placed(graph: LayerGraph, tile: tuple[int, int], scheme: str, convolution: str) -> list[Block]:
    """Return what lies on which tile; it follows from these alone.

    Raises
    ------
    ParameterError, ConversionError
        As from `map_network`.
    """
    rows, columns = tile_of(tile)
    for what, value, known in (("scheme", scheme, SCHEMES), ("convolution", convolution, CONVOLUTIONS)):
        if value not in known:
            raise ParameterError(f"{what} = {value!r} is not known; {nearest(value, known)}")
    if not isinstance(graph, LayerGraph):
        raise ConversionError(f"a {type(graph).__name__} is no layer graph; read it with brainnet.ann.read first")
    layers = [each for each in graph.layers if isinstance(each, Weighted)]
    if not layers:
        raise ConversionError(f"network {graph.name!r} has no weights, and nothing to lay on tiles")
    outputs = outputs_per_tile(columns, scheme)
    return [block for layer in layers for block in blocks(layer, rows, outputs, convolution)]


def conductance_range(device: Device) -> tuple[float, float]:
    """Return lowest and highest conductance in siemens."""
    values = device.values()
    return float(values["G_min"]), float(values["G_max"])


def _device(given: Any) -> Device:
    found = models[given] if isinstance(given, str) else given
    if not isinstance(found, Device):
        raise ParameterError(f"device = {given!r} is no Device; give one, or the name of one, such as 'pcm'")
    return found


def _conductances(
    wanted: NDArray[np.float64], low: float, high: float, scheme: str
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return G+ and G- of differences of conductance; rounding does not leave the range."""
    if scheme == "pairs":
        return np.minimum(low + wanted.clip(0), high), np.minimum(low + (-wanted).clip(0), high)
    reference = (low + high) / 2
    return (reference + wanted).clip(low, high), np.full((len(wanted), 1), reference)
