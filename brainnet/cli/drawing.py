"""What `brainnet figures` and `brainnet pictures` share: many pictures, and how each was drawn."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from brainnet.cli.options import default_out
from brainnet.errors import BrainnetError, ParameterError, one_line, printable

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["draw_many", "drawing_options"]


def drawing_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add NAMES --out --overwrite."""
    out = click.option(
        "--out", type=click.Path(path_type=Path), help="Folder to write  [default: runs/COMMAND-DATE-TIME]."
    )
    overwrite = click.option("--overwrite", is_flag=True, help="Replace pictures that stand there.")
    return click.argument("names", nargs=-1)(out(overwrite(function)))


def draw_many(
    command: str,
    names: Iterable[str],
    known: Iterable[str],
    find: Callable[[str], Any],
    draw: Callable[[Any], tuple[Figure, Mapping[str, Any]]],
    *,
    noun: str,
    everything: bool,
    out: Path | None,
    overwrite: bool,
    kind: str | None,
    check: Callable[[Any], object] | None = None,
    **style: Any,
) -> int:
    """Draw each, write NAME.png (or another kind) and NAME.json, and say what was done; draw the others if one fails.

    Parameters
    ----------
    command, noun : str
        Of whom, and of what there are many.
    names : iterable of str
        What is drawn; all that are `known` where `everything` is asked for.
    find : callable
        Gives what is declared under a name, or in a file.
    draw : callable
        Draws what is declared; gives the picture and its record.
    check : callable, optional
        Raises for what cannot be drawn; asked about all that have names, before the first is drawn.
    style
        Of the pictures: arguments of `write_picture`.

    Returns
    -------
    int
        Exit code: 1 if any failed.

    Raises
    ------
    ParameterError
        Neither names nor everything are asked for, or both, or a name twice.
    """
    from brainnet.results import prepare_file, prepare_picture, write_picture, write_text

    names = list(names)
    if everything == bool(names):
        raise ParameterError(f"give names of {noun}, or --all; `brainnet list {noun}` names them")
    # A name that is not there is told before anything runs; shipped content that is broken is one that fails.
    found = {Path(name).stem: find(name) for name in names} if names else dict.fromkeys(known)
    if names and len(found) < len(names):
        raise ParameterError(f"two {noun} have the same name; leave one out")
    folder = out or default_out(command)
    paths = {name: prepare_picture(folder / f"{name}.{kind or 'png'}", overwrite=overwrite) for name in found}
    records = {name: prepare_file(path.with_suffix(".json"), overwrite=overwrite) for name, path in paths.items()}
    failed = []

    def tell(name: str, error: Exception) -> None:
        failed.append(name)
        told = "" if isinstance(error, BrainnetError) else f"{type(error).__name__}: "
        click.echo(printable(f"{name}  failed: {told}{one_line(error)}"), err=True)

    for name, one in found.items():
        try:
            if check is not None and one is not None:
                check(one)
        except BrainnetError as error:
            tell(name, error)
    for name, one in found.items():
        if name in failed:
            continue
        begin = time.perf_counter()
        try:
            drawn, record = draw(one or find(name))
            text = json.dumps(record, indent=1, allow_nan=False, ensure_ascii=False) + "\n"
            write_picture(drawn, paths[name], **style)
            write_text(records[name], text)
        except Exception as error:  # any: the others are to be drawn
            tell(name, error)
        else:
            click.echo(f"{name}  {time.perf_counter() - begin:.1f} s")
    click.echo(f"{len(found) - len(failed)} of {len(found)} {command} written to {folder.resolve()}")
    return 1 if failed else 0
