"""`brainnet convert`."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import click

from brainnet.cli.options import default_out, engine_options, folder_options, free_name, on_target
from brainnet.cli.running import report
from brainnet.errors import DataError, ParameterError

__all__ = ["convert"]


@click.command()
@click.argument("model", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--steps", type=click.IntRange(min=1), default=100, show_default=True, help="Time steps an image.")
@folder_options
@engine_options
def convert(
    model: Path,
    steps: int,
    values: dict[str, str],
    data: str | None,
    quick: bool,
    target: str,
    threads: int,
    dtype: str,
    seed: int,
    out: Path | None,
    overwrite: bool,
) -> None:
    """Convert a trained network to spikes and measure it on data.

    MODEL is the file of a trained network, or a spiking network in a NIR file, which runs as it is.
    """
    if data is None:
        raise DataError("convert measures on a data set; give --data DIR")
    if quick:
        raise ParameterError("convert has no quick size; leave --quick out and give fewer --steps")
    if "steps" in values:
        raise ParameterError("steps has an option of its own; write --steps instead of --set steps=")

    from brainnet.results import prepare_out, write_run

    measure = _measure(model)

    folder = prepare_out(out or default_out(model.stem), overwrite=overwrite)
    begin = time.perf_counter()
    arguments: dict[str, Any] = {"steps": steps, "settings": values, "seed": seed}
    with on_target(target, threads, dtype):
        protocol, parameters, dataset = measure(model, data, **arguments)
    written = write_run(
        # Free when it was prepared; where another run has taken it since, this one goes beside it.
        folder if overwrite else free_name(folder),
        protocol,
        parameters,
        dataset,
        seed=seed,
        target=target,
        wall_seconds=time.perf_counter() - begin,
        overwrite=overwrite,
        extra={"threads": threads, "dtype": dtype, "model": str(model), "data": data},
    )
    report(written)
    if "layer_error" in dataset:  # converted, not run as it is
        from brainnet.convert.report import report_text

        click.echo(f"\n{report_text(dataset)}")


def _measure(model: Path) -> Any:
    """Return what reads the model and measures it."""
    if model.suffix == ".nir":
        from brainnet.convert.nir_command import nir_and_report

        return nir_and_report
    from brainnet.convert.command import convert_and_report

    return convert_and_report
