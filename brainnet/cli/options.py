"""Options that several commands share, and what is made of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import Any

import click

from brainnet.errors import ParameterError

__all__ = [
    "default_out",
    "engine_options",
    "folder_options",
    "free_name",
    "on_target",
    "picture_format",
    "settings",
]

_ENGINE = (
    click.option("--data", metavar="DIR", help="Data set to read: a folder, a file, or a name."),
    click.option("--quick", is_flag=True, help="The small size: minutes become seconds, numbers become rough."),
    click.option(
        "--target",
        type=click.Choice(["numpy", "cython", "cpp"]),
        default="cpp",
        show_default=True,
        help="What code is generated; numpy needs no compiler.",
    ),
    click.option("--threads", type=click.IntRange(min=1), default=1, show_default=True, help="Threads (cpp)."),
    click.option(
        "--dtype",
        type=click.Choice(["float32", "float64"]),
        default="float64",
        show_default=True,
        help="Precision of state variables.",
    ),
    click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Of all random numbers."),
)
_SET = click.option(
    "--set",
    "assignments",
    metavar="NAME=VALUE",
    multiple=True,
    help="Set a parameter, such as tau_m=20*ms; repeatable.",
)
_OUT = click.option(
    "--out", type=click.Path(path_type=Path), help="Run folder to write  [default: runs/NAME-DATE-TIME]."
)
_OVERWRITE = click.option("--overwrite", is_flag=True, help="Replace what an earlier run wrote there.")

picture_format = click.option(
    "--format", "kind", type=click.Choice(["png", "svg", "pdf"]), help="Of the picture  [default: png]."
)


def _stack(options: tuple[Callable[..., Any], ...], function: Callable[..., Any]) -> Callable[..., Any]:
    for option in reversed(options):
        function = option(function)
    return function


def engine_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add --data --quick --target --threads --dtype --seed."""
    return _stack(_ENGINE, function)


def folder_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add --set --out --overwrite; the function gets --set as the dict ``values`` of text."""

    @wraps(function)
    def with_values(*args: Any, assignments: tuple[str, ...], **options: Any) -> Any:
        return function(*args, values=settings(assignments), **options)

    return _stack((_SET, _OUT, _OVERWRITE), with_values)


def settings(assignments: tuple[str, ...], option: str = "--set") -> dict[str, str]:
    """Return ``("a=1", ...)`` as a dict of text.

    Raises
    ------
    ParameterError
        No ``=``, no name or no value, or a name twice.

    Examples
    --------
    >>> settings(("steps=100", "tau=20*ms"))
    {'steps': '100', 'tau': '20*ms'}
    """
    values: dict[str, str] = {}
    for assignment in assignments:
        name, equals, value = (part.strip() for part in assignment.partition("="))
        if not (name and equals and value):
            raise ParameterError(f"{option} {assignment!r} is not NAME=VALUE; write e.g. {option} steps=100")
        if name in values:
            raise ParameterError(f"{option} {name} is given twice, as {values[name]} and {value}; leave one out")
        values[name] = value
    return values


def default_out(name: str) -> Path:
    """Return ``runs/<name>-<YYYYmmdd-HHMMSS>`` below the current folder, as a free name."""
    return free_name(Path("runs") / f"{name}-{datetime.now():%Y%m%d-%H%M%S}")


def free_name(path: Path) -> Path:
    """Return `path`, or with -2, -3 ... where a run of the same second took that name."""
    free, count = path, 1
    while free.exists():
        count += 1
        free = path.with_name(f"{path.name}-{count}")
    return free


@contextmanager
def on_target(name: str, threads: int, dtype: str) -> Iterator[None]:
    """Run the body on a target, with a progress bar."""
    from brainnet.targets import target

    with target(name, threads=threads, dtype=dtype, progress=True):
        yield
