"""Sweeps: values land where they belong, nothing that is done is lost, and a point that fails takes no other along."""

import json

import numpy as np
import pytest

import brainnet
from brainnet.cli import main
from brainnet.errors import DataError, ParameterError, ResultsError
from brainnet.sweeps import read_sweep

FILE = """
import os
import signal
from pathlib import Path

import numpy as np
import xarray as xr
from brian2 import ms

from brainnet import Parameter, Result, protocol


@protocol(
    parameters={
        "x": Parameter(1, "a number", low=0, high=100),
        "tau": Parameter(1 * ms, "a time"),
        "log": Parameter("", "file that each run is noted in"),
        "bad": Parameter("no", "what happens at x = 2", choices=("no", "raise", "die", "die once")),
    },
    results={"y": Result("ten times x and the seed", unit="1")},
)
def tenfold(x, tau, log, bad, seed):
    '''Ten times a number.'''
    if log:
        with open(log, "a") as file:
            file.write(f"{x} {seed}\\n")
    if x == 2 and bad == "raise":
        raise ValueError("two is too\\x1b[31m few; take three")
    if x == 2 and (bad == "die" or (bad == "die once" and Path(log).read_text().count("2 ") == 1)):
        os.kill(os.getpid(), signal.SIGKILL)
    return xr.Dataset(
        {"y": 10 * x + seed, "z": ("k", x * np.arange(3) + tau / ms), "ragged": ("n", np.zeros(x)), "word": f"w{x}"},
        {"k": [5, 6, 7]},
    )
"""


@pytest.fixture
def tenfold(tmp_path):
    path = tmp_path / "tenfold.py"
    path.write_text(FILE)
    return path


def runs(log):
    return sorted(log.read_text().split("\n")[:-1]) if log.exists() else []


@pytest.mark.parametrize("workers", [1, 2])
def test_every_value_lands_where_it_belongs(tenfold, tmp_path, workers):
    with brainnet.target("numpy"):
        found = brainnet.sweep(
            tenfold, {"x": "1:3:1", "tau": "1,2*ms"}, out=tmp_path / "out", repeat=2, seed=4, workers=workers,
            progress=False,
        )  # fmt: skip
    assert found.y.dims == ("x", "tau", "seed")
    for x in (1, 2, 3):
        for seed in (4, 5):
            assert (found.y.sel(x=x, seed=seed) == 10 * x + seed).all()
        for tau in (1, 2):
            assert found.z.sel(x=x, seed=4, tau=tau / 1000).values.tolist() == [tau, x + tau, 2 * x + tau]
    assert found.z.k.values.tolist() == [5, 6, 7]
    assert found.tau.attrs["units"] == "second"
    assert str(found.word.sel(x=3, tau=0.001, seed=5).values) == "w3"
    assert found.attrs == {"left_out": "ragged", "failed": ""}
    assert read_sweep(tmp_path / "out").identical(found)


def test_a_failure_is_reported_and_tried_again(tenfold, tmp_path):
    log, out = tmp_path / "log", tmp_path / "out"
    found = brainnet.sweep(tenfold, {"x": [1, 2, 3]}, out=out, log=str(log), bad="raise", progress=False)
    assert np.isnan(found.y.sel(x=2))
    assert found.y.sel(x=3) == 30
    assert "x=2" in found.attrs["failed"]
    assert "two is too" in found.attrs["failed"]
    assert "\x1b" not in found.attrs["failed"]
    assert runs(log) == ["1 0", "2 0", "3 0"]
    brainnet.sweep(tenfold, {"x": [1, 2, 3]}, out=out, log=str(log), bad="raise", progress=False)
    assert runs(log) == ["1 0", "2 0", "2 0", "3 0"]  # only what had failed
    with pytest.raises(ResultsError, match=r"all 1 points failed.*two is too"):
        brainnet.sweep(tenfold, {"x": [2]}, out=tmp_path / "none", bad="raise", progress=False)


def test_what_is_done_is_not_done_again(tenfold, tmp_path):
    log, out = tmp_path / "log", tmp_path / "out"
    brainnet.sweep(tenfold, {"x": [1, 3]}, out=out, log=str(log), progress=False)
    (out / "points" / "00001.nc").unlink()  # as if it had been stopped before
    (out / "data.nc").unlink()
    with pytest.raises(ResultsError, match="not at its end"):
        read_sweep(out)
    brainnet.sweep(tenfold, {"x": [1, 3]}, out=out, log=str(log), progress=False)
    assert runs(log) == ["1 0", "3 0", "3 0"]
    with pytest.raises(ResultsError, match=r"another sweep.*over"):
        brainnet.sweep(tenfold, {"x": [1, 4]}, out=out, log=str(log), progress=False)
    assert read_sweep(out).x.values.tolist() == [1, 3]
    brainnet.sweep(tenfold, {"x": [1, 4]}, out=out, log=str(log), progress=False, overwrite=True)
    assert read_sweep(out).x.values.tolist() == [1, 4]


def test_a_damaged_file_is_told_and_takes_no_other_point_along(tenfold, tmp_path):
    out = tmp_path / "out"
    brainnet.sweep(tenfold, {"x": [1, 3]}, out=out, progress=False)
    damaged = out / "points" / "00000.nc"
    damaged.write_bytes(damaged.read_bytes()[:300])
    found = brainnet.sweep(tenfold, {"x": [1, 3]}, out=out, progress=False)
    assert np.isnan(found.y.sel(x=1))
    assert found.y.sel(x=3) == 30
    assert "delete it" in found.attrs["failed"]
    damaged.unlink()
    assert brainnet.sweep(tenfold, {"x": [1, 3]}, out=out, progress=False).y.values.tolist() == [10, 30]


def test_a_process_that_is_killed_takes_no_other_point_along(tenfold, tmp_path):
    found = brainnet.sweep(tenfold, {"x": "0:6:1"}, out=tmp_path / "out", bad="die", workers=2, progress=False)
    assert np.isnan(found.y).values.tolist() == [x == 2 for x in range(7)]
    assert "was killed" in found.attrs["failed"]
    assert (tmp_path / "out" / "points" / "00002.txt").exists()


def test_a_cluster_runs_on_when_a_worker_is_killed(tenfold, tmp_path):
    distributed = pytest.importorskip("distributed", reason="Dask is an extra")
    log = tmp_path / "log"
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, local_directory=tmp_path, silence_logs=50
    ) as cluster:
        found = brainnet.sweep(
            tenfold, {"x": "0:5:1"}, out=tmp_path / "out", scheduler=cluster.scheduler_address, log=str(log),
            bad="die once", progress=False,
        )  # fmt: skip
    assert found.y.values.tolist() == [0, 10, 20, 30, 40, 50]
    assert runs(log).count("2 0") == 2


def test_what_is_refused_before_anything_runs(tenfold, tmp_path):
    with pytest.raises(ParameterError, match="workers = 0"):
        brainnet.sweep(tenfold, {"x": [1]}, out=tmp_path / "out", workers=0)
    with pytest.raises(ParameterError, match="leave workers out"):
        brainnet.sweep(tenfold, {"x": [1]}, out=tmp_path / "out", workers=2, scheduler="tcp://127.0.0.1:1")
    with pytest.raises(ParameterError, match="reads no data set"):
        brainnet.sweep(tenfold, {"x": [1]}, out=tmp_path / "out", data=tmp_path)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("all of it")
    for overwrite in (False, True):
        with pytest.raises(ResultsError, match="holds no sweep"):
            brainnet.sweep(tenfold, {"x": [1]}, out=tmp_path / "mine", overwrite=overwrite)
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "all of it"
    assert not (tmp_path / "out").exists()


def test_no_scheduler_there(tenfold, tmp_path):
    pytest.importorskip("distributed", reason="Dask is an extra")
    with pytest.raises(DataError, match="no Dask scheduler at nowhere"):
        brainnet.sweep(tenfold, {"x": [1]}, out=tmp_path / "out", scheduler="nowhere")
    assert not (tmp_path / "out").exists()


def test_on_the_command_line(tenfold, tmp_path, capsys):
    words = ["sweep", str(tenfold), "--over", "x=1:3:1", "--over", "tau=1,2*ms", "--set", "bad=raise",
             "--target", "numpy", "--out", str(tmp_path / "out")]  # fmt: skip
    with pytest.raises(SystemExit) as ended:
        main(words)
    said = capsys.readouterr().out
    assert ended.value.code == 0
    assert "x: 3  tau: 2" in said
    assert "2 points failed" in said
    assert said.count("take three") == said.count("x=2") == 2
    assert "x=2" in said
    described = json.loads((tmp_path / "out" / "sweep.json").read_text())
    assert described["over"] == {"x": [1, 2, 3], "tau": ["1*ms", "2*ms"]}
    with pytest.raises(SystemExit) as ended:
        main([*words[:2], "--over", "x", "--out", str(tmp_path / "other")])
    assert ended.value.code == 2
    assert "--over" in capsys.readouterr().err
