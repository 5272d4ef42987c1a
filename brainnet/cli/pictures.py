"""`brainnet pictures`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from brainnet.cli.drawing import draw_many, drawing_options
from brainnet.cli.options import engine_options, on_target, picture_format, settings
from brainnet.cli.running import find_protocol
from brainnet.errors import ParameterError

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.figure import Figure

    from brainnet.declare.protocol import Protocol

__all__ = ["pictures"]


@click.command()
@click.option("--all", "everything", is_flag=True, help="Every protocol that `brainnet list protocols` knows.")
@click.option("--set", "assignments", metavar="NAME=VALUE", multiple=True, help="Set a parameter; repeatable.")
@click.option("--dpi", type=click.IntRange(30, 1200), default=100, show_default=True, help="Pixels per inch.")
@drawing_options
@picture_format
@engine_options
@click.pass_context
def pictures(
    context: click.Context,
    names: tuple[str, ...],
    assignments: tuple[str, ...],
    quick: bool,
    seed: int,
    data: str | None,
    target: str,
    threads: int,
    dtype: str,
    **options: Any,
) -> None:
    """Run many protocols, and write the picture of each into one folder as NAME.png.

    Pictures are small, for pages; NAME.json beside each is the summary of the run. If a protocol fails, the command
    says so and draws the others; the exit code is then 1. `brainnet run` writes a whole run folder, data included.
    """
    from brainnet.catalogue.content import protocols as known
    from brainnet.declare import noted_runs
    from brainnet.results import picture_record

    values = settings(assignments)
    if options["everything"] and (values or data is not None):
        what = "--set" if values else "--data"
        raise ParameterError(f"{what} does not fit every protocol; leave it out, or give names in place of --all")

    def check(declared: Protocol) -> Callable[[xr.Dataset], Figure]:
        if declared.draw is None:
            raise ParameterError(f"protocol {declared.name} declares no picture; use `brainnet run`")
        declared.bind(values, quick=quick)
        return declared.draw

    def draw(declared: Protocol) -> tuple[Figure, dict[str, Any]]:
        picture = check(declared)
        with on_target(target, threads, dtype), noted_runs() as runs:
            dataset = declared(seed=seed, data=data, quick=quick, **values)
        how: dict[str, Any] = {"target": target, "threads": threads, "dtype": dtype, "data": data and Path(data).name}
        return picture(dataset), picture_record(runs[-1], quick=quick, **how)

    given: dict[str, Any] = {"noun": "protocols", "check": check, "small": True, **options}
    context.exit(draw_many("pictures", names, known, find_protocol, draw, **given))
