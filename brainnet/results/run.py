"""Write and read a run folder."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from brainnet.errors import ResultsError
from brainnet.guarded.limits import read_text
from brainnet.results.atomic import whole_folder
from brainnet.results.netcdf import read_netcdf, write_netcdf
from brainnet.results.picture import save
from brainnet.results.summary import summarise

if TYPE_CHECKING:
    import xarray as xr

    from brainnet.declare.protocol import Protocol

__all__ = ["check_folder", "prepare_out", "read_run", "read_summary", "write_run"]

SUMMARY, DATA, PICTURE = "summary.json", "data.nc", "figure.png"
MAX_JSON = 2**24
RESULT = {"value", "unit", "reference", "tolerance", "source"}


def write_run(
    out: str | Path,
    protocol: Protocol,
    parameters: Mapping[str, Any],
    dataset: xr.Dataset,
    *,
    seed: int,
    target: str,
    wall_seconds: float,
    overwrite: bool = False,
    beside: bool = False,
    extra: Mapping[str, Any] | None = None,
) -> Path:
    """Write the run folder; on any failure nothing is left and what was there stays.

    Parameters
    ----------
    out : str or Path
        The folder; it must not exist, be empty, or be a run folder that `overwrite` allows to replace.
    protocol : Protocol
        Declares the results and the picture.
    parameters : mapping
        The values that were used, with units.
    dataset : xarray.Dataset
        What the protocol returned.
    seed, target, wall_seconds
        How it was run; seconds of wall clock.
    beside : bool
        Where `out` holds something that may not be replaced, write NAME-2 beside it; else that is an error.
    extra : mapping, optional
        More for summary.json, such as the data folder.

    Returns
    -------
    Path
        Absolute path of the folder; NAME-2 beside `out` if another run has written that meanwhile.

    Raises
    ------
    ResultsError
        A result is missing or not finite, the disk is full, or the folder cannot be written.
    """
    target_folder = Path(out).expanduser().resolve() if beside else check_folder(out, overwrite)
    summary = summarise(protocol, parameters, dataset, seed=seed, target=target, wall_seconds=wall_seconds)
    text = json.dumps({**summary, **(extra or {})}, indent=2, allow_nan=False, ensure_ascii=False)
    with whole_folder(target_folder, replace=overwrite) as draft:
        (draft.folder / SUMMARY).write_text(text + "\n", encoding="utf-8")
        write_netcdf(dataset, draft.folder / DATA)
        if protocol.draw is not None:
            save(protocol.draw(dataset), draft.folder / PICTURE)
    return draft.placed


def prepare_out(out: str | Path, *, overwrite: bool = False) -> Path:
    """Check, before the experiment, that the run folder can be written; leave nothing.

    Returns
    -------
    Path
        Absolute path for `write_run`.

    Raises
    ------
    ResultsError
        `out` is a file, holds something, or cannot be made.
    """
    path = check_folder(out, overwrite)
    try:
        with whole_folder(path):
            raise _Enough
    except _Enough:
        return path


class _Enough(Exception):
    """Leaves a trial before anything is put in place."""


def check_folder(
    out: str | Path, overwrite: bool, is_ours: Callable[[Path], bool] | None = None, what: str = "run"
) -> Path:
    """Return the absolute path of a folder that may be written: new, empty, or ours and `overwrite`.

    Raises
    ------
    ResultsError
        It is a file, or holds something else.
    """
    path = Path(out).expanduser().resolve()
    try:
        if not path.exists():
            return path
        if not path.is_dir():
            raise ResultsError(f"{path} is a file; choose another --out")
        # The run folder is put in place by renaming it, which must not pull away where the user stands.
        if path == Path.cwd() or os.path.ismount(path):
            raise ResultsError(f"{path} cannot be replaced; name a folder in it, such as --out {path / 'run'}")
        if not any(path.iterdir()):
            return path
    except OSError as error:
        if isinstance(error, ResultsError):
            raise
        raise ResultsError(f"cannot look at {path}: {error.strerror}; choose another --out") from error
    if not (is_ours or _is_run)(path):
        raise ResultsError(f"{path} is not empty and holds no {what} of brainnet; choose another --out")
    if not overwrite:
        raise ResultsError(f"{path} holds a {what} already; choose another --out or add --overwrite")
    return path


def _is_run(path: Path) -> bool:
    try:
        read_summary(path)
    except ResultsError:
        return False
    return True


def read_run(path: str | Path) -> tuple[dict[str, Any], xr.Dataset]:
    """Read a run folder.

    Returns
    -------
    summary : dict
        Content of summary.json.
    dataset : xarray.Dataset
        Content of data.nc, in memory.

    Raises
    ------
    ResultsError
        No run folder, or a damaged one.
    """
    path = Path(path).expanduser()
    return read_summary(path), read_netcdf(path / DATA)


def _instead(path: Path) -> str:
    """Say what to give or do where a folder has no summary."""
    if not path.is_dir():
        return "give the folder of a run, which `brainnet run` names at its end"
    if (path / DATA).exists():
        return "it was removed, or the files were copied without it: copy it too, or repeat the run"
    runs = sorted(each.name for each in path.iterdir() if (each / SUMMARY).is_file())
    if runs:
        return f"give one of the {len(runs)} runs in that folder, such as {path / runs[-1]}"
    return "give the folder that `brainnet run` or `brainnet convert` wrote: it holds summary.json and data.nc"


def read_summary(path: str | Path) -> dict[str, Any]:
    """Read summary.json of a run folder.

    Raises
    ------
    ResultsError
        It is missing, damaged, or of something else.
    """
    file = Path(path) / SUMMARY
    try:
        if not file.exists():
            raise ResultsError(f"there is no {file}; {_instead(Path(path))}")
        text = read_text(file, MAX_JSON)
        if text is None:
            raise ResultsError(f"{file} has more than {MAX_JSON} bytes, which no summary has; repeat the run")
        summary = json.loads(text)
    except ResultsError:
        raise
    except OSError as error:
        raise ResultsError(f"{file} cannot be read: {error.strerror}; give the folder of a run") from None
    except (ValueError, RecursionError) as error:
        raise ResultsError(f"{file} is damaged ({error}); repeat the run") from None
    if not isinstance(summary, dict) or not isinstance(summary.get("protocol"), str):
        raise ResultsError(f"{file} is no summary of brainnet; give the folder of a run")
    results = summary.get("results", {})
    if not isinstance(results, dict) or not all(
        isinstance(each, dict) and each.keys() >= RESULT for each in results.values()
    ):
        raise ResultsError(f"{file} is damaged (its results lack {', '.join(sorted(RESULT))}); repeat the run")
    return summary
