"""`brainnet figure` and `brainnet figures`."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from brainnet.cli.options import default_out, engine_options, on_target, picture_format
from brainnet.errors import BrainnetError, ParameterError, one_line, printable

if TYPE_CHECKING:
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
@click.argument("names", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Every figure that `brainnet list figures` knows.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder to write  [default: runs/figures-DATE-TIME].")
@click.option("--overwrite", is_flag=True, help="Replace pictures that stand there.")
@picture_format
@engine_options
@click.pass_context
def figures(
    context: click.Context,
    names: tuple[str, ...],
    everything: bool,
    out: Path | None,
    overwrite: bool,
    kind: str | None,
    data: str | None,
    target: str,
    threads: int,
    dtype: str,
    **options: Any,
) -> None:
    """Draw many published figures into one folder, each as NAME.png.

    NAME.json beside it tells how: seed, sizes, parameters, results beside the published ones, and the time it took.
    A figure that fails is told of and loses no other. The exit code is 1 if any failed.
    """
    from brainnet.catalogue.content import figures as known
    from brainnet.declare import noted_runs
    from brainnet.results import figure_record, prepare_file, prepare_picture, write_picture, write_text

    if everything == bool(names):
        raise ParameterError("give names of figures, or --all; `brainnet list figures` names them")
    # A name that is not there is told before anything runs; shipped content that is broken is a figure that fails.
    found = {Path(name).stem: _find(name) for name in names} if names else dict.fromkeys(known)
    if names and len(found) < len(names):
        raise ParameterError("two figures have the same name; leave one out")
    folder = out or default_out("figures")
    paths = {name: prepare_picture(folder / f"{name}.{kind or 'png'}", overwrite=overwrite) for name in found}
    records = {name: prepare_file(path.with_suffix(".json"), overwrite=overwrite) for name, path in paths.items()}
    failed = []
    for name, one in found.items():
        begin = time.perf_counter()
        try:
            declared = one or known[name]
            with on_target(target, threads, dtype), noted_runs() as runs:
                drawn = declared(data=data, **options)
            seconds = time.perf_counter() - begin
            how = {"target": target, "threads": threads, "dtype": dtype, "wall_seconds": seconds, **options}
            record = (
                json.dumps(figure_record(declared, runs, **how), indent=1, allow_nan=False, ensure_ascii=False) + "\n"
            )
            write_picture(drawn, paths[name])
            write_text(records[name], record)
        except Exception as error:  # any: the others are to be drawn
            failed.append(name)
            told = "" if isinstance(error, BrainnetError) else f"{type(error).__name__}: "
            click.echo(printable(f"{name}  failed: {told}{one_line(error)}"), err=True)
        else:
            click.echo(f"{name}  {time.perf_counter() - begin:.1f} s")
    click.echo(f"{len(found) - len(failed)} of {len(found)} figures written to {folder.resolve()}")
    context.exit(1 if failed else 0)


def _find(name: str) -> PublishedFigure:
    from brainnet.catalogue import load_file
    from brainnet.catalogue.content import figures as known
    from brainnet.declare.figure import PublishedFigure

    found: PublishedFigure = load_file(name, PublishedFigure) if name.endswith(".py") else known[name]
    return found
