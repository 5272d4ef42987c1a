"""`brainnet map`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from brainnet.cli.options import default_out
from brainnet.cli.text import table
from brainnet.errors import BrainnetError, ParameterError, one_line, printable

if TYPE_CHECKING:
    from brainnet.ann import LayerGraph
    from brainnet.hardware import CrossbarMap

__all__ = ["map_model"]

SAMPLES, CALIBRATION = 1000, 5000


@click.command("map")
@click.argument("model", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--tile", default="256x256", show_default=True, metavar="ROWSxCOLUMNS", help="Devices of a tile.")
@click.option("--device", default="ideal_device", show_default=True, metavar="NAME", help="Device of the catalogue.")
@click.option(
    "--scheme", type=click.Choice(["pairs", "reference column"]), default="pairs", show_default=True,
    help="Where negative weights come from.",
)  # fmt: skip
@click.option(
    "--convolution", type=click.Choice(["unrolled", "kernel-stationary"]), default="unrolled", show_default=True,
    help="Devices for each position, or positions in turn.",
)  # fmt: skip
@click.option("--adc-bits", type=click.IntRange(2, 24), default=8, show_default=True, help="Of the converters.")
@click.option("--data", metavar="DIR", help="Data set: energy is the mean of its first test samples, not a bound.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Of the choice of samples.")
@click.option(
    "--out", type=click.Path(path_type=Path), help="Folder of the description  [default: runs/NAME-DATE-TIME]."
)
@click.option("--overwrite", is_flag=True, help="Replace a description that stands there.")
def map_model(
    model: Path, tile: str, device: str, adc_bits: int, data: str | None, seed: int, out: Path | None, overwrite: bool,
    **settings: Any,
) -> None:  # fmt: skip
    """Lay a trained network on crossbar tiles, and write the description of the hardware.

    MODEL is the file of a trained network. The folder holds hardware.json with arrays.npz, which
    brainnet.hardware.read_description reads, and network.nir.
    """
    from brainnet.ann import read
    from brainnet.hardware import map_network, write_description
    from brainnet.hardware.description import check_description_folder

    rows = _tile(tile)
    folder = check_description_folder(out or default_out(model.stem), overwrite)
    mapped = map_network(read(model), device=device, tile=rows, **settings)
    x, calibration = _samples(mapped.graph, data, seed)
    click.echo(printable(_layers(mapped)))
    click.echo(printable(_costs(mapped, x, adc_bits)))
    spiking = _spiking(mapped, calibration, seed)
    click.echo(f"written to {write_description(mapped, folder, spiking=spiking, overwrite=overwrite)}")


def _tile(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d{1,6})x(\d{1,6})", text)
    if not found:
        raise ParameterError(f"--tile {text!r} is not ROWSxCOLUMNS; write e.g. --tile 256x256")
    return int(found[1]), int(found[2])


def _samples(graph: LayerGraph, data: str | None, seed: int) -> tuple[Any, Any]:
    """Return test samples to measure on and training samples that set scales."""
    if data is None:
        return None, None
    from brainnet.data import load

    samples = load(data, bounded=False)
    graph.samples(samples.x_test)  # told before anything is laid out
    x = samples.first_tests(min(SAMPLES, len(samples.x_test)))[0]
    return x, samples.calibration(min(CALIBRATION, len(samples.x_train)), seed)


def _layers(mapped: CrossbarMap) -> str:
    rows = [("layer", "kind", "weights", "tiles", "devices", "utilisation")]
    for name, layer in mapped.layers.items():
        tiles = mapped.of_layer(name)
        rows.append((name, layer.kind, str(layer.weights.size), str(len(tiles)), str(sum(t.devices for t in tiles)),
                     f"{100 * mapped.layer_utilisation(name):.1f} %"))  # fmt: skip
    total = str(sum(layer.weights.size for layer in mapped.layers.values()))
    rows.append(("all", "", total, str(len(mapped.tiles)), str(mapped.devices), f"{100 * mapped.utilisation:.1f} %"))
    others = [f"{each.kind} {each.name}" for each in mapped.graph.layers if each.name not in mapped.layers]
    beside = f"\n  not on tiles: biases, activations{''.join(f', {each}' for each in others)}"
    return (
        f"{mapped.tile[0]} x {mapped.tile[1]} devices ({mapped.device.name}) a tile, {mapped.scheme}, convolutions "
        f"{mapped.convolution}\n{table(rows)}{beside}"
    )


def _costs(mapped: CrossbarMap, x: Any, adc_bits: int) -> str:
    from brainnet.hardware import hardware_report

    missing = [each for each in ("read_energy", "read_time", "area") if each not in mapped.device.resolved("costs")]
    if missing:
        return f"\nno energy and area: {mapped.device.name} declares no {missing[0].replace('_', ' ')}"
    of = "every input at its largest, an upper bound" if x is None else f"mean of {len(x)} test samples"
    return f"\nper inference, {of}\n{hardware_report(mapped, x, adc_bits=adc_bits)}\n"


def _spiking(mapped: CrossbarMap, calibration: Any, seed: int) -> Any:
    """Return what network.nir holds; None, and why, where there is no such network."""
    from brainnet.convert import spiking_graph
    from brainnet.spiking import nir_graph

    normalisation = {"normalisation": "model"} if calibration is None else {"calibration": calibration}
    try:
        graph = spiking_graph(mapped.effective_graph(), seed=seed, **normalisation)
        nir_graph(graph)
    except BrainnetError as error:
        click.echo(printable(f"no network.nir: {one_line(error)}"))
        return None
    return graph
