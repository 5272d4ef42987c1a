"""`brainnet figure`."""

from __future__ import annotations

from pathlib import Path

import click

from brainnet.cli.options import engine_options, on_target

__all__ = ["figure"]


@click.command()
@click.argument("name")
@click.option("--out", type=click.Path(path_type=Path), help="Picture to write  [default: NAME.png].")
@click.option("--overwrite", is_flag=True, help="Replace the picture.")
@click.option(
    "--run",
    "runs",
    metavar="FOLDER",
    multiple=True,
    help="Draw an earlier run as well, in place of a new one of that size; repeatable, where a figure takes any.",
)
@engine_options
def figure(
    name: str,
    out: Path | None,
    overwrite: bool,
    runs: tuple[str, ...],
    data: str | None,
    quick: bool,
    target: str,
    threads: int,
    dtype: str,
    seed: int,
) -> None:
    """Draw a published figure: ours and theirs in one picture.

    NAME is a name that `brainnet list figures` knows, or the path of a .py file.
    """
    from brainnet.catalogue import load_file
    from brainnet.catalogue.content import figures
    from brainnet.declare.figure import PublishedFigure
    from brainnet.results import prepare_picture, write_picture

    found = load_file(name, PublishedFigure) if name.endswith(".py") else figures[name]
    path = prepare_picture(out or f"{found.name}.png", overwrite=overwrite)
    with on_target(target, threads, dtype):
        drawn = found(quick=quick, seed=seed, data=data, runs=runs)
    click.echo(f"written to {write_picture(drawn, path)}")
