"""The folder of a sweep: what is swept, a file for each point that is done, and all of them as one data set."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from brainnet.errors import ResultsError
from brainnet.guarded.limits import read_text
from brainnet.results import check_folder, read_netcdf, whole_file, whole_folder, write_netcdf, write_text

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["SweepFolder", "read_sweep"]

DESCRIPTION, DATA, POINTS = "sweep.json", "data.nc", "points"
MAX_JSON = 2**24


class SweepFolder:
    """Where the points of a sweep are kept.

    Parameters
    ----------
    path : Path
    description : dict
        What is swept, as it stands in sweep.json. A folder that holds another one's is not gone on with.
    overwrite : bool
        Whether another sweep there may be replaced.

    Raises
    ------
    ResultsError
        Something else stands there, or the folder cannot be written.
    """

    def __init__(self, path: str | Path, description: dict[str, Any], *, overwrite: bool) -> None:
        self.path = Path(path).expanduser().resolve()
        self.description = description
        found = _description(self.path)
        same = found is not None and _comparable(found) == _comparable(description)
        if found is not None and not same and not overwrite:
            odd = sorted(name for name in {*found, *description} if found.get(name) != description.get(name))
            raise ResultsError(
                f"{self.path} holds another sweep ({', '.join(odd)} differ); choose another --out or add --overwrite"
            )
        if not same or overwrite:
            check_folder(self.path, overwrite, lambda folder: _description(folder) is not None, "sweep")
            with whole_folder(self.path) as draft:
                (draft.folder / POINTS).mkdir()
                text = json.dumps(description, indent=2, ensure_ascii=False)
                (draft.folder / DESCRIPTION).write_text(text + "\n", encoding="utf-8")

    def file(self, index: int) -> Path:
        """Where the data set of a point is."""
        return self.path / POINTS / f"{index:05d}.nc"

    def done(self, count: int) -> set[int]:
        """Return the points whose data set is there."""
        return {index for index in range(count) if self.file(index).is_file()}

    def read(self, before: set[int], now: set[int]) -> tuple[dict[int, xr.Dataset], dict[int, str]]:
        """Return the data sets of points, and of those that cannot be read what is wrong with them.

        Parameters
        ----------
        before : set of int
            Points whose files were there before.
        now : set of int
            Points that this process has just written: their files are read without more ado.
        """
        sets, damaged = {}, {}
        for index in sorted(before | now):
            try:
                sets[index] = read_netcdf(self.file(index), own=index in now)
            except ResultsError as error:
                words = str(error).removesuffix("; repeat the run")
                damaged[index] = f"{words}; delete it, and the same command runs this point again"
        return sets, damaged

    def keep(self, index: int, dataset: xr.Dataset) -> None:
        """Write the data set of a point, whole or not at all.

        Raises
        ------
        ResultsError
            It holds what NetCDF cannot store, or the disk is full.
        """
        with whole_file(self.file(index)) as temporary:
            write_netcdf(dataset, temporary)
        self.file(index).with_suffix(".txt").unlink(missing_ok=True)

    def fail(self, index: int, error: str) -> None:
        """Write what went wrong with a point; it is tried again when the sweep goes on."""
        write_text(self.file(index).with_suffix(".txt"), error + "\n")

    def finish(self, dataset: xr.Dataset) -> None:
        """Write all points as one data set."""
        with whole_file(self.path / DATA) as temporary:
            write_netcdf(dataset, temporary)


def read_sweep(path: str | Path) -> xr.Dataset:
    """Return the data set of a sweep that has come to its end.

    Raises
    ------
    ResultsError
        It has not, or that is no sweep.
    """
    folder = Path(path).expanduser()
    if _description(folder) is None:
        raise ResultsError(f"{folder} holds no sweep; give the folder that `brainnet sweep` wrote")
    if not (folder / DATA).is_file():
        raise ResultsError(f"the sweep in {folder} is not at its end; repeat its command, it goes on where it was")
    return read_netcdf(folder / DATA)


def _description(path: Path) -> dict[str, Any] | None:
    file = path / DESCRIPTION
    try:
        found = json.loads(read_text(file, MAX_JSON) or "") if file.is_file() else None
    except (OSError, ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and isinstance(found.get("protocol"), str) else None


def _comparable(description: dict[str, Any]) -> dict[str, Any]:
    # Another version of Python or NumPy is no other sweep; what a point was run with stands in the description.
    return {name: value for name, value in description.items() if name != "versions"}
