"""What stands beside a picture: how it was drawn, from which runs, and what these gave."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from brainnet.results.summary import summarise, versions

if TYPE_CHECKING:
    from brainnet.declare.figure import PublishedFigure
    from brainnet.declare.protocol import ProtocolRun

__all__ = ["figure_record", "picture_record"]

# Of a run, what holds for the whole figure too.
_SHARED = ("target", "versions", "created")


def figure_record(
    figure: PublishedFigure,
    runs: Sequence[ProtocolRun],
    *,
    quick: bool,
    seed: int,
    target: str,
    threads: int,
    dtype: str,
    wall_seconds: float,
) -> dict[str, Any]:
    """Return what can be said of a drawn figure, for a JSON file beside its picture.

    Parameters
    ----------
    figure : PublishedFigure
        That was drawn.
    runs : sequence of ProtocolRun
        What it ran, as `brainnet.declare.noted_runs` notes it.
    quick, seed, target, threads, dtype
        As it was drawn.
    wall_seconds : float
        Seconds of wall clock for everything.

    Returns
    -------
    dict
        ``figure``, ``title``, ``doi``, the settings above, ``versions``, ``created``, and ``runs``: for each run its
        ``protocol``, ``parameters``, ``seed``, ``wall_seconds`` and ``results``, the last as in summary.json.

    Raises
    ------
    ResultsError
        A result of a run is not finite, or has more than one dimension.
    """
    told = [
        summarise(
            run.protocol, run.parameters, run.dataset, seed=run.seed, target=target, wall_seconds=run.wall_seconds
        )
        for run in runs
    ]
    return {
        "figure": figure.name,
        "title": figure.title,
        "doi": figure.doi,
        "quick": quick,
        "seed": seed,
        "target": target,
        "threads": threads,
        "dtype": dtype,
        "wall_seconds": round(wall_seconds, 3),
        "versions": {name: each for name, each in versions().items() if name != "platform"},
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "runs": [{key: each for key, each in one.items() if key not in _SHARED} for one in told],
    }


def picture_record(
    run: ProtocolRun, *, quick: bool, target: str, threads: int, dtype: str, data: str | None
) -> dict[str, Any]:
    """Return what can be said of the picture of a protocol, for a JSON file beside it.

    Parameters
    ----------
    run : ProtocolRun
        That was drawn.
    quick, target, threads, dtype
        As it was run.
    data : str or None
        Name of the data set that was given.

    Returns
    -------
    dict
        As summary.json holds it, and ``quick``, ``threads``, ``dtype`` and ``data``.

    Raises
    ------
    ResultsError
        A result is not finite, or has more than one dimension.
    """
    told = summarise(
        run.protocol, run.parameters, run.dataset, seed=run.seed, target=target, wall_seconds=run.wall_seconds
    )
    told["versions"].pop("platform")
    return told | {"quick": quick, "threads": threads, "dtype": dtype, "data": data}
