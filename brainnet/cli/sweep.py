"""`brainnet sweep`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from brainnet.cli.options import default_out, engine_options, folder_options, on_target, settings
from brainnet.errors import printable

__all__ = ["sweep"]


@click.command()
@click.argument("protocol")
@click.option(
    "--over",
    "varied",
    metavar="NAME=VALUES",
    multiple=True,
    help="Vary a parameter: rule=pair,triplet or rho=10:50:10*Hz (first, last, step); repeatable.",
)
@click.option("--repeat", type=click.IntRange(min=1), default=1, show_default=True, help="Seeds for each combination.")
@click.option("--workers", type=click.IntRange(min=1), default=1, show_default=True, help="Processes on this machine.")
@click.option("--scheduler", metavar="ADDRESS", help="Dask scheduler whose workers run the points.")
@folder_options
@engine_options
def sweep(
    protocol: str,
    varied: tuple[str, ...],
    repeat: int,
    workers: int,
    scheduler: str | None,
    values: dict[str, Any],
    data: str | None,
    target: str,
    threads: int,
    dtype: str,
    seed: int,
    out: Path | None,
    overwrite: bool,
    quick: bool,
) -> None:
    """Run an experiment at many values, and gather the results in one data set.

    PROTOCOL is a name that `brainnet list protocols` knows, or the path of a .py file. What is done is kept: the same
    command, with the same --out, goes on with a sweep that was stopped.
    """
    from brainnet.sweeps import sweep as run_sweep

    folder = (out or default_out(f"sweep-{Path(protocol).stem}")).resolve()
    try:
        with on_target(target, threads, dtype):
            dataset = run_sweep(
                protocol, settings(varied, "--over"), out=folder, repeat=repeat, seed=seed, workers=workers,
                scheduler=scheduler, quick=quick, data=data, overwrite=overwrite, **values,
            )  # fmt: skip
    except (KeyboardInterrupt, SystemExit) as error:
        kept = len(list(folder.glob("points/*.nc")))
        without = ", without --overwrite," if overwrite else ""
        click.echo(
            f"brainnet: stopped; {kept} points are kept in {folder}; the same command{without} with that --out goes on",
            err=True,
        )
        sys.exit(error.code if isinstance(error, SystemExit) else 130)
    click.echo(printable(_told(dict(dataset.sizes), dataset.attrs)))
    click.echo(f"written to {folder}")


def _told(sizes: dict[object, int], attributes: dict[str, str]) -> str:
    lines = ["  ".join(f"{name}: {size}" for name, size in sizes.items())]
    if attributes["left_out"]:
        lines.append(f"differing in shape, unit or index, so only in the files of the points: {attributes['left_out']}")
    failures = attributes["failed"].splitlines()
    if failures:
        lines += [
            f"{len(failures)} points failed; the same command with this --out tries them again",
            *(f"  {each}" for each in failures),
        ]
    return "\n".join(lines)
