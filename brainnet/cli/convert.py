"""`brainnet convert`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from brainnet.cli.options import engine_options, folder_options
from brainnet.cli.running import run_protocol
from brainnet.errors import DataError, ParameterError, printable

__all__ = ["convert"]


@click.command()
@click.argument("model", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--steps", type=click.IntRange(min=1), default=100, show_default=True, help="Time steps per image.")
@folder_options
@engine_options
def convert(model: Path, steps: int, values: dict[str, Any], data: str | None, quick: bool, **options: Any) -> None:
    """Convert a trained network to spikes and measure it on data.

    MODEL is the file of a trained network, or a spiking network in a NIR file, which runs as it is: the protocols
    convert_model and run_nir.
    """
    if data is None:
        raise DataError("convert measures on a data set; give --data DIR")
    if quick:
        raise ParameterError("convert has no quick size; leave --quick out and give fewer --steps")
    if "steps" in values:
        raise ParameterError("steps has an option of its own; write --steps instead of --set steps=")

    from brainnet.catalogue.content import protocols

    protocol = protocols["run_nir" if model.suffix == ".nir" else "convert_model"]
    values = {**values, "model": str(model), "steps": str(steps)}
    dataset = run_protocol(protocol, values=values, data=data, name=model.stem, **options)
    if "layer_error" in dataset:  # converted, not run as it is
        from brainnet.measure import report_text

        click.echo(printable(f"\n{report_text(dataset)}"))
