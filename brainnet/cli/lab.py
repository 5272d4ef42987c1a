"""`brainnet lab`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click

from brainnet.cli.text import table
from brainnet.errors import ParameterError

__all__ = ["lab"]


@click.command()
@click.argument("name", required=False)
@click.option(
    "--edit",
    "copy",
    metavar="FILE.py",
    type=click.Path(path_type=Path),
    help="Open a copy of your own, to change; it is made where there is none, and never overwritten.",
)
@click.option(
    "--export",
    "out",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write a Jupyter notebook (.ipynb) or a page with outputs (.html) instead of opening.",
)
@click.option("--overwrite", is_flag=True, help="Replace the exported file.")
@click.option("--solution", is_flag=True, help="Print the answers instead of opening.")
@click.option("--port", type=click.IntRange(1, 65535), help="Of the browser's page  [default: a free one].")
@click.option("--browser/--no-browser", default=True, help="Whether to open a browser.")
def lab(
    name: str | None,
    copy: Path | None,
    out: Path | None,
    overwrite: bool,
    solution: bool,
    port: int | None,
    browser: bool,
) -> None:
    """List the teaching labs, or open one in a browser (with brainnet[labs]).

    Without NAME all labs are listed. Ctrl-C ends a lab that is open.
    """
    from brainnet.labs import exported, lab_file, lab_names, lab_title, marimo_command, own_copy, solution_file

    chosen = [option for option, given in (("--edit", copy), ("--export", out), ("--solution", solution)) if given]
    if len(chosen) > 1:
        raise ParameterError(f"{' and '.join(chosen)} are different things to do; choose one")
    if overwrite and not out:
        raise ParameterError("--overwrite acts only with --export; leave it out")
    if (port or not browser) and (name is None or out or solution):
        raise ParameterError("--port and --no-browser act only where a lab is opened; leave them out")
    if name is None:
        if chosen:
            raise ParameterError(f"{chosen[0]} needs the name of a lab; `brainnet lab` lists them")
        click.echo(table([(each, lab_title(each)) for each in lab_names()]))
        return
    if solution:
        click.echo(solution_file(name).read_text(encoding="utf-8"), nl=False)
        return
    if out:
        click.echo(f"written to {exported(name, out, overwrite=overwrite)}")
        return
    options = [*(["--port", str(port)] if port else []), *([] if browser else ["--headless"])]
    if copy:
        command = marimo_command("edit", "--skip-update-check", *options)
        file, made = own_copy(name, copy)
        click.echo(f"your copy is {file}" if made else f"your copy is there already, and is opened: {file}")
    else:
        command, file = marimo_command("run", "--include-code", *options), lab_file(name)
    _become([*command, str(file)])


def _become(command: list[str]) -> None:
    """Let marimo take the place of this process, so that its own Ctrl-C works."""
    sys.stdout.flush()
    if os.name == "posix":
        os.execv(command[0], command)
    raise SystemExit(subprocess.call(command))
