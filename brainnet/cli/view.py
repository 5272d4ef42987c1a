"""`brainnet view`."""

from __future__ import annotations

import re
from pathlib import Path

import click

from brainnet.cli.options import settings
from brainnet.errors import ParameterError

__all__ = ["view"]


@click.command()
@click.argument("what")
@click.argument("after", required=False)
@click.option("--out", type=click.Path(path_type=Path), help="Page to write  [default: NAME.html].")
@click.option("--overwrite", is_flag=True, help="Replace the page.")
@click.option("--shape", "sizes", metavar="NAME=HxW", multiple=True, help="A population that is an image; repeatable.")
@click.option("--set", "assignments", metavar="NAME=VALUE", multiple=True, help="Set a parameter of a protocol.")
@click.option("--data", metavar="DIR", help="Data set that a protocol reads.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Of a protocol.")
def view(
    what: str,
    after: str | None,
    out: Path | None,
    overwrite: bool,
    sizes: tuple[str, ...],
    assignments: tuple[str, ...],
    data: str | None,
    seed: int,
) -> None:
    """Show a network as one page that opens in a browser, without a connection (with brainnet[view]).

    WHAT is the file of a trained network (npz, onnx, nir), a run folder, or a model or protocol: a name that `brainnet
    list` knows, or the path of a .py file. With AFTER, of equal structure, both are shown side by side. A protocol runs
    in its quick size until its first network has run 1000 time steps.
    """
    from brainnet.results import prepare_file
    from brainnet.view import view

    values, shapes = settings(assignments), dict(map(_shape, sizes))
    path = prepare_file(out or f"{Path(what).stem or 'view'}.html", overwrite=overwrite)
    page = view(what, after, shapes=shapes, values=values, data=data, seed=seed)
    click.echo(f"written to {page.save(path, overwrite=overwrite)} ({page.megabytes:.1f} MB)")


def _shape(text: str) -> tuple[str, tuple[int, ...]]:
    """Return ``input=28x28`` as a name and a shape."""
    match = re.fullmatch(r"(.+)=(\d{1,6})x(\d{1,6})", text)
    if not match:
        raise ParameterError(f"--shape {text!r} is not NAME=HEIGHTxWIDTH; write e.g. --shape input=28x28")
    return match[1], (int(match[2]), int(match[3]))
