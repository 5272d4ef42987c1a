"""Run a protocol at many values: in this process, in several, or on a cluster."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from joblib import Parallel, delayed, parallel_config
from joblib.externals.loky import get_reusable_executor
from joblib.externals.loky.process_executor import TerminatedWorkerError
from tqdm import tqdm

from brainnet.errors import DataError, MissingExtraError, ParameterError, ResultsError, one_line
from brainnet.results import parameter_text, versions
from brainnet.sweeps.combine import combined
from brainnet.sweeps.folder import SweepFolder
from brainnet.sweeps.grid import Grid, make_grid
from brainnet.sweeps.work import Done, How, find_protocol, name_of, run_point
from brainnet.targets.target import current
from brainnet.values.parameter import Parameter, unit_text

if TYPE_CHECKING:
    import xarray as xr

    from brainnet.declare import Protocol

__all__ = ["sweep"]

_DEATHS = 2  # of worker processes, after which points run one at a time: the next one that dies is known by name


def sweep(
    protocol: Protocol | str | Path,
    over: Mapping[str, Any] | None = None,
    *,
    out: str | Path,
    repeat: int = 1,
    seed: int = 0,
    workers: int = 1,
    scheduler: str | None = None,
    quick: bool = False,
    data: str | Path | None = None,
    overwrite: bool = False,
    progress: bool = True,
    **fixed: Any,
) -> xr.Dataset:
    """Run a protocol at every combination of values, each point once, on the current target.

    What is done is kept: a sweep that was stopped, or of which points failed, is gone on with by the same call.

    Parameters
    ----------
    protocol : Protocol, str or path
        A protocol, its name, or the .py file that it stands in.
    over : mapping of str to sequence or text
        Values of each parameter that is varied: ``[10, 20] * Hz``, ``["pair", "triplet"]``, ``"pair,triplet"``, or
        ``"10:50:10*Hz"``, first, last and step.
    out : path
        Folder: ``points/`` holds a file for each point, ``data.nc`` all of them in the end.
    repeat, seed : int
        Each combination is run with the seeds seed, seed + 1, ...
    workers : int
        Processes; with 1, this one.
    scheduler : str, optional
        Address of a Dask scheduler, such as ``"tcp://node1:8786"``, whose workers run the points. Needs
        ``brainnet[dask]``.
    quick, data
        As a protocol takes them.
    overwrite : bool
        Begin anew where `out` holds a sweep.
    progress : bool
        Show a bar, on a terminal.
    **fixed
        Parameters that are the same at all points.

    Returns
    -------
    xarray.Dataset
        What the protocol returns, along the axes of the sweep; NaN where a point failed, with the errors in the
        attribute ``failed``, a line each. Variables whose shape, unit or index differs from point to point are in the
        files of the points only (attribute ``left_out``). An axis is named ``swept_NAME`` where the protocol returns
        something of its name.

    Raises
    ------
    UnknownNameError, ParameterError
        A parameter or a value does not fit: before anything runs.
    ResultsError
        `out` holds something else, or all points failed.
    MissingExtraError, DataError
        There is no Dask, or no scheduler at that address.
    """
    name = name_of(protocol)
    found = find_protocol(name)
    grid = make_grid(found, over or {}, fixed, repeat=repeat, seed=seed, quick=quick)
    if isinstance(workers, bool) or not isinstance(workers, int) or workers < 1:
        raise ParameterError(f"workers = {workers!r} is out of range; give a whole number of at least 1")
    if scheduler is not None and workers != 1:
        raise ParameterError("workers are those of the scheduler; leave workers out")
    if data is not None and not found.takes_data:
        raise ParameterError(f"protocol {found.name} reads no data set; leave data out")
    now = current()
    place = None if data is None else str(Path(data).expanduser().absolute())
    how = How(name, place, quick, now.name, now.threads, now.dtype)
    points = grid.points()
    failed: dict[int, str] = {}
    with ExitStack() as stack:
        if scheduler is not None:
            stack.enter_context(_cluster(scheduler))
        folder = SweepFolder(out, _described(found, how, grid), overwrite=overwrite)
        before = folder.done(len(points))
        left = [index for index in range(len(points)) if index not in before]
        bar = tqdm(total=len(points), initial=len(points) - len(left), disable=None if progress else True, unit="point")
        stack.callback(bar.close)
        for done in _run(how, points, left, workers if scheduler is None else -1):
            failed[done.index] = _kept(folder, done)
            bar.update()
    failed = {index: error for index, error in failed.items() if error}
    if len(failed) == len(points):
        raise ResultsError(f"all {len(points)} points failed, the first with {failed[min(failed)]}; correct the values")
    sets, damaged = folder.read(before, folder.done(len(points)) - before)
    failed |= damaged
    if not sets:
        raise ResultsError(f"no point can be read, the first with {failed[min(failed)]}")
    dataset = combined(found.results, _axes(found, grid), _shape(grid), sets)
    dataset.attrs["failed"] = "\n".join(f"{_named(found, *points[index])}: {failed[index]}" for index in sorted(failed))
    folder.finish(dataset)
    return dataset


def _kept(folder: SweepFolder, done: Done) -> str:
    """Write what has come of a point, and return what went wrong: nothing, as a rule."""
    error = done.error
    if done.dataset is not None:
        try:
            folder.keep(done.index, done.dataset)
        except ResultsError as refused:
            error = one_line(refused)
    if error:
        folder.fail(done.index, error)
    return error


def _run(how: How, points: list[tuple[dict[str, Any], int]], left: list[int], workers: int) -> Iterator[Done]:
    """Yield points as they are done. One whose process dies is run again, and given up when it dies alone, twice."""
    left, deaths, alone = list(left), 0, 0
    while left:
        now = left if deaths < _DEATHS else left[:1]
        # A process of its own also for a single point, once some have died.
        count = workers if not deaths or workers < 0 else max(2, workers)
        try:
            parallel = Parallel(n_jobs=count, return_as="generator_unordered", batch_size=1, pre_dispatch="2*n_jobs")
            for done in parallel(delayed(run_point)(how, index, *points[index]) for index in list(now)):
                left.remove(done.index)
                alone = 0
                yield done
        except TerminatedWorkerError:
            get_reusable_executor().shutdown(wait=True, kill_workers=True)  # what is left of it
            deaths += 1
            alone += len(now) == 1
            if alone == _DEATHS:
                alone = 0
                yield Done(left.pop(0), None, "its process was killed, by a signal or for want of memory")


def _cluster(address: str) -> Any:
    """Let joblib run on a Dask cluster.

    Raises
    ------
    MissingExtraError, DataError
    """
    try:
        from distributed import Client
    except ImportError:
        raise MissingExtraError(
            "a scheduler needs Dask, which is not installed; pip install 'brainnet[dask]', or give workers instead"
        ) from None
    try:
        # Not the default: xarray would ask the cluster for a lock on each file that is written here.
        client = Client(address, timeout=10, set_as_default=False)
    except (OSError, ValueError) as error:
        raise DataError(
            f"there is no Dask scheduler at {address} ({type(error).__name__}); start one with `dask scheduler`, or "
            "give workers instead"
        ) from None
    stack = ExitStack()
    stack.callback(client.close)
    stack.enter_context(parallel_config(backend="dask", client=client, wait_for_workers_timeout=60))
    return stack


def _described(protocol: Protocol, how: How, grid: Grid) -> dict[str, Any]:
    def text(name: str, value: Any) -> Any:
        return parameter_text(protocol.parameters.get(name), value)

    return {
        "protocol": how.protocol,
        "over": {name: [text(name, value) for value in values] for name, values in grid.axes.items()},
        "seeds": grid.seeds,
        "parameters": {name: text(name, value) for name, value in grid.fixed.items()},
        "quick": how.quick,
        "data": how.data,
        "target": how.target,
        "threads": how.threads,
        "dtype": how.dtype,
        "versions": versions(),
    }


def _shape(grid: Grid) -> tuple[int, ...]:
    return grid.shape if len(grid.seeds) > 1 else grid.shape[:-1]


def _axes(protocol: Protocol, grid: Grid) -> dict[str, tuple[list[Any], str]]:
    axes = {name: _coordinate(protocol.parameters[name], values) for name, values in grid.axes.items()}
    return axes | ({"seed": (list(grid.seeds), "")} if len(grid.seeds) > 1 else {})


def _coordinate(declared: Parameter, values: list[Any]) -> tuple[list[Any], str]:
    """Return values as numbers in SI units, or as texts."""
    if all(isinstance(value, str) for value in values):
        return values, ""
    if isinstance(declared.value, str) or any(np.ndim(value) for value in values):
        return [str(parameter_text(declared, value)) for value in values], ""
    return [float(value) if declared.has_unit else value for value in values], unit_text(declared.value)


def _named(protocol: Protocol, values: Mapping[str, Any], seed: int) -> str:
    texts = [f"{name}={parameter_text(protocol.parameters.get(name), value)}" for name, value in values.items()]
    return ", ".join([*texts, f"seed={seed}"])
