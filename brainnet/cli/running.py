"""`brainnet run` and `brainnet demo`."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from brainnet.cli.options import default_out, engine_options, folder_options, on_target
from brainnet.cli.text import results_table
from brainnet.errors import printable

if TYPE_CHECKING:
    import xarray as xr

    from brainnet.declare.protocol import Protocol

__all__ = ["demo", "find_protocol", "run", "run_protocol", "tell"]


@click.command()
@click.argument("protocol")
@folder_options
@engine_options
def run(protocol: str, **options: Any) -> None:
    """Run an experiment and write its run folder.

    PROTOCOL is a name that `brainnet list protocols` knows, or the path of a .py file.
    """
    run_protocol(find_protocol(protocol), **options)


@click.command()
@folder_options
@engine_options
def demo(**options: Any) -> None:
    """A trained network becomes spikes: 8x8 digits, generated code, results and a picture."""
    run_protocol(find_protocol("digits_conversion"), **options)


def find_protocol(name: str) -> Protocol:
    """Return the protocol of that name, or the one in a .py file."""
    if name.endswith(".py"):
        from brainnet.catalogue import load_file
        from brainnet.declare.protocol import Protocol

        return load_file(name, Protocol)
    from brainnet.catalogue.content import protocols

    return protocols[name]


def run_protocol(
    protocol: Protocol,
    *,
    values: dict[str, Any],
    data: str | None,
    target: str,
    threads: int,
    dtype: str,
    seed: int,
    out: Path | None,
    overwrite: bool,
    quick: bool = False,
    name: str = "",
) -> xr.Dataset:
    """Check everything, run, write, report; `name` begins that of the run folder where `out` gives none."""
    from brainnet.results import prepare_out, write_run

    parameters = protocol.bind(values, quick=quick)
    folder = prepare_out(out or default_out(name or protocol.name), overwrite=overwrite)
    begin = time.perf_counter()
    with on_target(target, threads, dtype):
        dataset = protocol(seed=seed, data=data, quick=quick, **values)
    written = write_run(
        folder,
        protocol,
        parameters,
        dataset,
        seed=seed,
        target=target,
        wall_seconds=time.perf_counter() - begin,
        overwrite=overwrite,
        beside=not overwrite,  # free when it was prepared; another run may have taken it since
        extra={"threads": threads, "dtype": dtype, "quick": quick, "data": data},
    )
    if written != folder:
        click.echo(f"another run has written {folder} meanwhile; this one stands beside it")
    report(written)
    return dataset


def report(folder: Path) -> None:
    """Print the results of a run and where they are."""
    from brainnet.results import read_summary

    click.echo(printable(results_table(read_summary(folder)["results"])))
    click.echo(f"written to {folder}")


@click.command("report")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def tell(folder: Path) -> None:
    """Tell what a conversion did: layers, accuracy by step, operations, energy, and what to try.

    FOLDER is the run folder of `brainnet convert`, or of a protocol that converts.
    """
    from brainnet.measure import report_text
    from brainnet.results import read_run

    click.echo(printable(report_text(read_run(folder)[1])))
