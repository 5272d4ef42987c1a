"""Energy, time and area of a network: digital, on crossbars, and as spikes on crossbars."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from brainnet.ann import Dense
from brainnet.errors import DataError, ParameterError
from brainnet.hardware.crossbar import CrossbarMap, Tile
from brainnet.hardware.inference import rows_of
from brainnet.hardware.layout import Weighted
from brainnet.hardware.periphery import ISAAC, Periphery
from brainnet.hardware.pulses import writing
from brainnet.measure import EnergyTable, energy_table
from brainnet.spiking import Response, SpikingNetwork

__all__ = ["Cost", "HardwareReport", "hardware_report"]

DIGITAL, CROSSBAR, SPIKING, WRITING = "digital", "crossbar", "spiking crossbar", "writing"


@dataclass(frozen=True)
class Cost:
    """One line of a report.

    Attributes
    ----------
    of : str
        "digital", "crossbar", "spiking crossbar" or "writing".
    what : str
    count : float
        Mean over samples, per inference; of writing, all.
    energy : float
        In joule.
    formula, source : str
    """

    of: str
    what: str
    count: float
    energy: float
    formula: str
    source: str


@dataclass(frozen=True)
class HardwareReport:
    """Costs of one inference and of writing.

    Attributes
    ----------
    costs : tuple of Cost
    times : dict of str to float
        Seconds, of what has a time: a digital network has none without a machine.
    areas : dict of str to float
        Square metres by part of the tiles; neurons and wires between tiles are left out.
    """

    costs: tuple[Cost, ...]
    times: Mapping[str, float]
    areas: Mapping[str, float]

    def energy(self, of: str) -> float:
        """Sum of joules of one of the networks, or of writing."""
        return sum(each.energy for each in self.costs if each.of == of)

    def __str__(self) -> str:
        """Say all of it as a table."""
        frame = pd.DataFrame(
            [
                (each.of, each.what, f"{each.count:.5g}", f"{1e9 * each.energy:.4g}", each.formula)
                for each in self.costs
            ],
            columns=["of", "what", "count", "energy (nJ)", "formula"],
        )
        sums = dict.fromkeys(each.of for each in self.costs)
        lines = [frame.to_string(index=False), ""]
        for of in sums:
            time = f", time {1e6 * self.times[of]:.4g} us" if of in self.times else ""
            lines.append(f"{of}: energy {1e9 * self.energy(of):.4g} nJ{time}")
        parts = ", ".join(f"{part} {1e6 * area:.4g} mm2" for part, area in self.areas.items())
        lines.append(f"area of the tiles: {1e6 * sum(self.areas.values()):.4g} mm2 ({parts})")
        lines += [f"source: {each}" for each in dict.fromkeys(each.source for each in self.costs)]
        return "\n".join(lines)


def hardware_report(
    mapped: CrossbarMap,
    x: Any,
    *,
    spiking: tuple[SpikingNetwork, Response] | None = None,
    table: str | EnergyTable = "fp32",
    periphery: Periphery = ISAAC,
    adc_bits: int = 8,
) -> HardwareReport:
    r"""Count what one inference takes, and what that costs.

    - Digital: multiply-accumulates times the table's energy.
    - Crossbar: an input is a pulse whose length is its share of the largest input, up to the device's time of a read,
      on its row; a read of a device takes :math:`E_r(G)` of the table that its `Device` declares. The column's charge
      is converted once, and added to what other tiles give.
    - Spiking crossbar: each spike is a whole read of its row, in each tile that has it. A tile converts its columns in
      each step in which a spike arrives, in at most as many steps as spikes arrive. Layers that get constant currents
      read once, as a crossbar does. Every neuron is updated in every step.
    - Time: layers one after the other, all tiles of a layer at once, one converter a tile; the positions of a
      kernel-stationary convolution one after the other. Spiking: all layers at once, the slowest sets the step; a tile
      counts in each step as if a spike arrived.

    Parameters
    ----------
    mapped : CrossbarMap
    x : array (n, ...) or None
        Samples, of which the mean is reported. None: every input of every layer at its largest, an upper bound.
    spiking : (SpikingNetwork, Response), optional
        The converted network and its response to these samples.
    table : str or EnergyTable
        Of the digital network, as `brainnet.measure.energy_table` takes it.
    periphery : Periphery
    adc_bits : int
        Bits of the converters.

    Raises
    ------
    ParameterError
        The device declares no energy or time of a read or no area; the bits are out of range; there are spikes and no
        samples; or the map is one seen through wires.
    DataError
        Samples do not fit the network, or the response is not to them.
    """
    if isinstance(adc_bits, bool) or not isinstance(adc_bits, int) or not 2 <= adc_bits <= 24:
        raise ParameterError(f"adc_bits = {adc_bits!r}; give 2 to 24")
    mapped.check_devices("hardware_report")
    if x is None and spiking is not None:
        raise ParameterError("spiking = a response, and x = None; give the samples that it is the response to")
    digital = energy_table(table)
    device = f"{mapped.device.name}: {mapped.device.source}"
    around = f"{periphery.name}: {periphery.source}"
    convert = periphery.adc_energy * periphery.at(adc_bits)

    def tiles(of: str, counts: _Counts, updates: float) -> Iterator[Cost]:
        yield Cost(of, "device reads", counts.reads, counts.read_energy, "sum of drive E_r(G)", device)
        yield Cost(of, "drives of rows", counts.drives, counts.drives * periphery.driver_energy,
                   f"drives {periphery.driver_energy:.3g} J", around)  # fmt: skip
        yield Cost(of, "conversions", counts.conversions, counts.conversions * convert,
                   f"conversions {convert:.3g} J ({adc_bits} bits)", around)  # fmt: skip
        yield Cost(of, "additions", counts.conversions, counts.conversions * periphery.add_energy,
                   f"additions {periphery.add_energy:.3g} J", around)  # fmt: skip
        yield Cost(of, "neuron updates", updates, updates * periphery.neuron_energy,
                   f"updates {periphery.neuron_energy:.3g} J", around)  # fmt: skip

    macs = mapped.graph.macs
    costs = [Cost(DIGITAL, "multiply-accumulates", macs, macs * digital.mac, f"MAC {digital.mac:.3g} J",
                  f"{digital.name}: {digital.source}")]  # fmt: skip
    values = _analog(mapped, x)
    outputs = sum(layer.n_out for layer in mapped.layers.values())
    costs += tiles(CROSSBAR, _counted(mapped, values, {}), outputs)
    per_layer = {name: _layer_time(mapped, name, periphery) for name in mapped.layers}
    times = {CROSSBAR: sum(per_layer.values())}
    if spiking is not None:
        network, response = spiking
        steps = network.graph.steps
        arriving = _arriving(mapped, network, response, len(mapped.graph.samples(x)))
        analog = {name: values[name] for name in mapped.layers if name not in arriving}
        updates = float(sum(each.n for each in network.graph.populations) * steps)
        costs += tiles(SPIKING, _counted(mapped, {**analog, **arriving}, dict.fromkeys(arriving, steps)), updates)
        times[SPIKING] = steps * max(per_layer.values())
    written = writing(mapped)
    if written.energy is not None:
        formula = f"sum of E_w(G); off by {written.error:.2g} S at most"
        costs.append(Cost(WRITING, "pulses", written.pulses, written.energy, formula, device))
    if written.time is not None:
        times[WRITING] = written.time
    n, (rows, columns) = len(mapped.tiles), mapped.tile
    areas = {
        "devices": n * rows * columns * float(mapped.device.cost("area")),
        "drivers": n * rows * periphery.driver_area,
        "converters": n * periphery.adc_area * periphery.at(adc_bits),
    }
    return HardwareReport(tuple(costs), times, areas)


@dataclass
class _Counts:
    """Sums over tiles, the mean over samples."""

    reads: float = 0.0
    read_energy: float = 0.0
    drives: float = 0.0
    conversions: float = 0.0


def _counted(mapped: CrossbarMap, values: Mapping[str, NDArray[Any]], steps: Mapping[str, int]) -> _Counts:
    """Count what values on rows take: in whole reads, or, of layers that `steps` names, spikes."""
    total = _Counts()
    for name, given in values.items():
        for tile, rows in rows_of(mapped, mapped.graph.layer[name], given):
            by_row = rows.reshape(-1, tile.rows).sum(axis=0) / len(rows)
            total.reads += float(by_row.sum()) * tile.columns
            total.read_energy += float(by_row @ _row_energy(mapped, tile))
            if name in steps:
                total.drives += float(by_row.sum())
                converted = float(np.minimum(rows.sum(axis=-1), steps[name]).sum()) / len(rows)
            else:
                total.drives += float(np.count_nonzero(rows)) / len(rows)
                converted = float(math.prod(rows.shape[1:-1]))
            total.conversions += converted * tile.plus.shape[1]
    return total


def _row_energy(mapped: CrossbarMap, tile: Tile) -> NDArray[np.float64]:
    """Energy of reading each row of a tile once."""
    each = np.asarray(mapped.device.cost("read_energy", tile.conductances), dtype=np.float64)
    return np.asarray(np.broadcast_to(each, (tile.rows, tile.columns)).sum(axis=1))


def _layer_time(mapped: CrossbarMap, name: str, periphery: Periphery) -> float:
    """Seconds of a read of all tiles of a layer."""
    layer, tiles = mapped.graph.layer[name], mapped.of_layer(name)
    stationary = not isinstance(layer, Dense) and len(tiles[0].block.inputs) == 1
    turns = math.prod(layer.output_shape[1:]) if stationary else 1
    converting = max(each.plus.shape[1] for each in tiles) * periphery.adc_time
    return float(turns * (float(mapped.device.cost("read_time")) + converting))


def _analog(mapped: CrossbarMap, x: Any) -> dict[str, NDArray[Any]]:
    """Return what arrives at each layer, in shares of the largest."""
    if x is None:
        return {name: np.ones((1, *layer.input_shapes[0])) for name, layer in mapped.layers.items()}
    samples = mapped.graph.samples(x)
    sources = {name: layer.inputs[0] for name, layer in mapped.layers.items()}
    kept = [each.name for each in mapped.graph.layers if each.name in set(sources.values())]
    known = dict(zip(kept, mapped.graph.activations(samples, of=kept), strict=True))
    known["input"] = samples.reshape(len(samples), *mapped.graph.input_shape).astype(np.float64)
    found = {}
    for name, source in sources.items():
        sizes = np.abs(known[source])
        if not sizes.max():
            raise DataError(f"layer {name!r} gets nothing but zeros on these samples; give others")
        found[name] = sizes / sizes.max()
    return found


def _arriving(
    mapped: CrossbarMap, network: SpikingNetwork, response: Response, samples: int
) -> dict[str, NDArray[Any]]:
    """Return the spikes that arrive at each layer that gets some, (n, \\*input_shape)."""
    found = {}
    for name, layer in mapped.layers.items():
        source = layer.inputs[0]
        while source not in response.counts and source != "input":
            before = mapped.graph.layer[source]  # such as a ReLU, whose neurons are called after what it follows
            if before.joins or isinstance(before, Weighted) or before.n_out != math.prod(before.input_shapes[0]):
                break
            source = before.inputs[0]
        if source == "input" and source not in response.counts:
            continue  # constant currents
        shape = layer.input_shapes[0]
        spikes = response.counts.get(source)
        if spikes is None or len(spikes) != samples or spikes[0].size != math.prod(shape):
            raise DataError(
                f"the response of {network.graph.name!r} has no spikes of {samples} samples that arrive at layer "
                f"{name!r} as they are; give the response to these samples, and merge pooling into weights "
                "(brainnet.ann.merge_pooling)"
            )
        found[name] = spikes.reshape(samples, *shape)
    return found
