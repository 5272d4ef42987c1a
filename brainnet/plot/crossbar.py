"""A network on crossbars: what wires and converters cost in accuracy, and where a tile loses its current."""

from __future__ import annotations

from typing import TYPE_CHECKING

from brainnet.plot.style import new_figure

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.figure import Figure

__all__ = ["draw_crossbar"]


def draw_crossbar(dataset: xr.Dataset) -> Figure:
    """Draw accuracy against the resistance of wires and against bits, and one tile."""
    names = ("wires", "bits", "tile")
    figure, ((wires, bits, tile),) = new_figure(1, 3, figsize=(13, 4), names=names)
    trained = 100 * float(dataset.accuracy_trained)
    spikes = f"spikes (first {dataset.attrs['spiking_samples']} images)"
    for values, label, marker in (("accuracy_by_wire", "currents", "o"), ("snn_accuracy_by_wire", spikes, "s")):
        wires.plot(dataset.wire, 100 * dataset[values], marker, linestyle="-", label=label, gid=values)
    wires.set(xlabel="resistance of a wire (ohm)", ylabel="test accuracy (%)", title="wires")
    wires.set_xscale("symlog", linthresh=1.0)  # from 0 on
    wires.set_xticks(dataset.wire.values, [f"{each:g}" for each in dataset.wire.values])
    wires.minorticks_off()
    for values, along, label, marker in (
        ("accuracy_by_adc_bits", "adc_bits", "ADC", "o"), ("accuracy_by_dac_bits", "dac_bits", "DAC", "s"),
    ):  # fmt: skip
        bits.plot(dataset[along], 100 * dataset[values], marker, linestyle="-", label=label, gid=values)
    bits.set(xlabel="bits", title="converters")
    for axis in (wires, bits):
        axis.axhline(trained, color="black", linestyle="--", linewidth=0.8, label="trained network")
        axis.legend(fontsize=8)
    shown = tile.imshow(100 * dataset.across, aspect="auto", vmax=100, interpolation="nearest", gid="across")
    figure.colorbar(shown, ax=tile, label="voltage across the device (%)")
    tile.set(xlabel="column (drivers on the left)", ylabel="row (converters below)",
             title=f"a tile, all rows driven, wires of {dataset.attrs['example_wire']:g} ohm")  # fmt: skip
    tile.grid(False)
    return figure
