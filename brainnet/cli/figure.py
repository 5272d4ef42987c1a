"""`brainnet figure` and `brainnet figures`."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from brainnet.cli.drawing import draw_many, drawing_options
from brainnet.cli.options import engine_options, on_target, picture_format
from brainnet.errors import ParameterError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from brainnet.declare.figure import PublishedFigure

__all__ = ["figure", "figures"]


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
@picture_format
@engine_options
def figure(
    name: str,
    out: Path | None,
    overwrite: bool,
    runs: tuple[str, ...],
    kind: str | None,
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
    from brainnet.results import prepare_picture, write_picture

    if out is not None and kind is not None and out.suffix.lower() != f".{kind}":
        raise ParameterError(f"--out {out} does not end in .{kind}; leave --format out, or change the name")
    found = _find(name)
    path = prepare_picture(out or f"{found.name}.{kind or 'png'}", overwrite=overwrite)
    with on_target(target, threads, dtype):
        drawn = found(quick=quick, seed=seed, data=data, runs=runs)
    click.echo(f"written to {write_picture(drawn, path)}")


@click.command()
@click.option("--all", "everything", is_flag=True, help="Every figure that `brainnet list figures` knows.")
@click.option("--small", is_flag=True, help="PNG files of 256 colours at most, as pages show them.")
@drawing_options
@picture_format
@engine_options
@click.pass_context
def figures(context: click.Context, data: str | None, target: str, threads: int, dtype: str, **options: Any) -> None:
    """Draw many published figures into one folder, each as NAME.png.

    NAME.json beside it tells how: seed, sizes, parameters, results beside the published ones, and the time it took.
    If a figure fails, the command says so and draws the others; the exit code is then 1.
    """
    from brainnet.catalogue.content import figures as known
    from brainnet.declare import noted_runs
    from brainnet.results import figure_record

    if options["small"] and options["kind"] not in (None, "png"):
        raise ParameterError(f"--small is for PNG files, and --format is {options['kind']}; leave one of them out")

    sizes = {name: options.pop(name) for name in ("quick", "seed")}

    def draw(declared: PublishedFigure) -> tuple[Figure, dict[str, Any]]:
        begin = time.perf_counter()
        with on_target(target, threads, dtype), noted_runs() as runs:
            drawn = declared(data=data, **sizes)
        how: dict[str, Any] = {"target": target, "threads": threads, "dtype": dtype, **sizes}
        return drawn, figure_record(declared, runs, wall_seconds=time.perf_counter() - begin, **how)

    names = options.pop("names")
    context.exit(draw_many("figures", names, known, _find, draw, noun="figures", **options))


def _find(name: str) -> PublishedFigure:
    from brainnet.catalogue import load_file
    from brainnet.catalogue.content import figures as known
    from brainnet.declare.figure import PublishedFigure

    found: PublishedFigure = load_file(name, PublishedFigure) if name.endswith(".py") else known[name]
    return found
