"""A mapped network computes: tile by tile, with converters on both sides."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from brainnet.ann import Dense
from brainnet.ann.layers.window import pad, windows
from brainnet.errors import DataError, ParameterError
from brainnet.hardware.converters import Converters
from brainnet.hardware.crossbar import CrossbarMap, Tile

__all__ = ["accuracy", "converter_ranges", "outputs", "rows_of"]

_BATCH = 256
Array = NDArray[np.float64]


def outputs(mapped: CrossbarMap, x: ArrayLike, converters: Converters | None = None) -> Array:
    """Compute the output of a mapped network, (n, classes), tile by tile.

    Every tile sums its columns, an ADC reads each sum (of G+ minus that of G-), and the sums of tiles that share an
    output are added with the bias, as numbers.

    Parameters
    ----------
    mapped : CrossbarMap
    x : array (n, ...)
        Samples.
    converters : Converters, optional
        Without: no quantisation, as `effective_graph` computes.

    Raises
    ------
    DataError
        The samples do not fit the network.
    ParameterError
        A layer has no range.
    """
    converters = converters or Converters()
    samples = mapped.graph.samples(x)
    made = [
        _forward(mapped, samples[k : k + _BATCH], converters, lambda *_: None) for k in range(0, len(samples), _BATCH)
    ]
    return np.concatenate(made)


def accuracy(mapped: CrossbarMap, x: ArrayLike, y: ArrayLike, converters: Converters | None = None) -> float:
    """Compute the fraction of samples of which the largest output is y, integers (n,).

    Raises
    ------
    DataError, ParameterError
        As `outputs`, or the labels do not fit.
    """
    labels = np.asarray(y)
    decisions = outputs(mapped, x, converters).argmax(axis=1)
    mapped.graph.check_labels(labels, len(decisions))
    return float(np.mean(decisions == labels))


def converter_ranges(
    mapped: CrossbarMap, x: ArrayLike, *, dac_bits: int | None = 8, adc_bits: int | None = 8, percentile: float = 100.0
) -> Converters:
    """Choose the ranges of converters from samples.

    Parameters
    ----------
    mapped : CrossbarMap
    x : array (n, ...)
        Samples, such as some of the training set.
    dac_bits, adc_bits : int or None
        Bits.
    percentile : float
        Of the sizes of the sums of each tile; the largest over the tiles of a layer is its range. Less than 100 cuts
        rare sums off for finer steps.

    Returns
    -------
    Converters

    Raises
    ------
    DataError
        The samples do not fit the network, or a layer gets nothing but zeros.
    ParameterError
        Bits or percentile are out of range.
    """
    if isinstance(percentile, bool) or not isinstance(percentile, int | float) or not 50 <= percentile <= 100:
        raise ParameterError(f"percentile = {percentile!r}; give 50 to 100")
    Converters(dac_bits, adc_bits)  # told before anything is computed
    inputs: dict[str, tuple[float, float]] = {}
    sums: dict[str, float] = {}

    def look(name: str, values: Array, of_tile: Array | None) -> None:
        if of_tile is None:
            low, high = inputs.get(name, (0.0, 0.0))
            high = max(high, float(np.abs(values).max()))
            inputs[name] = (-high if low < 0 or values.min() < 0 else 0.0, high)
        else:
            size = np.abs(of_tile)
            largest = size.max() if percentile == 100 else np.percentile(size, percentile)
            sums[name] = max(sums.get(name, 0.0), float(largest))

    samples = mapped.graph.samples(x)
    for start in range(0, len(samples), _BATCH):
        _forward(mapped, samples[start : start + _BATCH], Converters(), look)
    for name in mapped.layers:
        if not inputs[name][1] or not sums[name]:
            raise DataError(f"layer {name!r} gets or gives nothing but zeros on these samples; give others")
    return Converters(dac_bits, adc_bits, inputs, sums)


def _forward(mapped: CrossbarMap, samples: NDArray[Any], converters: Converters, look: Callable[..., None]) -> Array:
    """Compute the output of a few samples."""
    values = samples.reshape(len(samples), *mapped.graph.input_shape).astype(np.float64)
    if not np.isfinite(values).all():
        raise DataError("samples hold NaN or infinite values; remove or replace them")
    known = {"input": values}
    for layer in mapped.graph.layers:
        given = [known[source] for source in layer.inputs]
        if layer.name in mapped.layers:
            look(layer.name, given[0], None)
            values = _on_tiles(mapped, layer, converters.to_rows(layer.name, given[0]), converters, look)
        else:
            values = layer.forward(*given)
        known[layer.name] = values
    return values.reshape(len(values), -1)


def _on_tiles(mapped: CrossbarMap, layer: Any, x: Array, converters: Converters, look: Callable[..., None]) -> Array:
    total = np.zeros((len(x), *layer.output_shape))
    for tile, rows in rows_of(mapped, layer, x):
        sums = rows @ mapped.effective_weights(tile)
        look(layer.name, x, sums)
        read = converters.from_columns(layer.name, sums)
        place = (slice(None), *(slice(*each) for each in tile.block.outputs))
        if rows.ndim > 2:  # (n, *positions, outputs)
            read = np.moveaxis(read, -1, 1)
        total[place] += read.reshape(total[place].shape)
    total += layer.bias.reshape(-1, *(1,) * (total.ndim - 2))
    return np.maximum(total, 0.0) if layer.activation == "relu" else total


def rows_of(mapped: CrossbarMap, layer: Any, x: Array) -> Iterator[tuple[Tile, Array]]:
    """Yield the tiles of a layer and what drives their rows, (n, rows); of kernels in turn (n, \\*positions, rows)."""
    tiles = mapped.of_layer(layer.name)
    if isinstance(layer, Dense):
        flat = x.reshape(len(x), -1)
        yield from ((tile, flat[:, slice(*tile.block.inputs[0])]) for tile in tiles)
        return
    stationary = len(tiles[0].block.inputs) == 1
    view = windows(pad(x, layer.padding), layer.kernel, layer.stride, layer.dilation) if stationary else x
    for tile in tiles:
        seen = view[(slice(None), *(slice(*each) for each in tile.block.inputs))]
        if stationary:  # (n, channels, *positions, *kernel)
            seen = np.moveaxis(seen, 1, 1 + layer.rank)
            yield tile, seen.reshape(*seen.shape[: 1 + layer.rank], -1)
        else:
            yield tile, seen.reshape(len(x), -1)
