"""A run folder is written whole or not at all."""

import dataclasses
import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from brainnet.errors import ResultsError
from brainnet.results import prepare_out, prepare_picture, read_run, run, write_picture, write_run


def tree(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def raising(error):
    def fail(*_, **__):
        raise error

    return fail


@pytest.mark.parametrize("error", [KeyboardInterrupt(), RuntimeError("cannot draw"), MemoryError()])
def test_a_failure_while_drawing_leaves_nothing(tmp_path, protocol, dataset, how, error):
    with pytest.raises(type(error)):
        write_run(tmp_path / "a" / "run", dataclasses.replace(protocol, draw=raising(error)), {}, dataset, **how)
    assert tree(tmp_path) == []


def test_a_full_disk_leaves_nothing(tmp_path, protocol, dataset, how, monkeypatch):
    monkeypatch.setattr(run, "write_netcdf", raising(OSError(errno.ENOSPC, "No space left on device")))
    with pytest.raises(
        ResultsError, match=r"^no space left on the device that holds .*run; free some or choose another"
    ):
        write_run(tmp_path / "run", protocol, {}, dataset, **how)
    assert tree(tmp_path) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_device_that_is_really_full(tmp_path, protocol, dataset, how, monkeypatch):
    monkeypatch.setattr(run, "DATA", "/dev/full")  # an absolute name replaces the folder that it is joined to
    with pytest.raises(ResultsError, match="no space left on the device"):
        write_run(tmp_path / "run", protocol, {}, dataset, **how)
    assert tree(tmp_path) == []


@pytest.mark.skipif(sys.platform == "win32", reason="needs setrlimit")
def test_the_kernel_refuses_in_the_middle_of_a_file(tmp_path):
    script = """
import resource, signal, sys
import numpy as np, xarray as xr
from brainnet.errors import ResultsError
from brainnet.results import write_run
from brainnet.declare.protocol import Protocol
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    write_run(sys.argv[1], Protocol("p", lambda seed: None, {}, {}), {}, xr.Dataset({"a": ("x", np.ones(100_000))}),
              seed=0, target="numpy", wall_seconds=0)
except ResultsError as error:
    sys.exit(f"one line: {error}")
"""
    command = [sys.executable, "-c", script, str(tmp_path / "run")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 1, done.stderr  # no crash in HDF5 at exit
    assert done.stderr.startswith("one line: no space left on the device that holds")
    assert tree(tmp_path) == []


@pytest.mark.parametrize(
    ("code", "remedy"),
    [
        (errno.EACCES, "permission denied; change its permissions or choose"),
        (errno.EROFS, "read-only"),
        (errno.EIO, "correct"),
    ],
)
def test_a_folder_that_cannot_be_written(tmp_path, monkeypatch, code, remedy):
    monkeypatch.setattr("brainnet.leftovers.tempfile.mkdtemp", raising(OSError(code, os.strerror(code))))
    with pytest.raises(ResultsError, match=remedy):
        prepare_out(tmp_path / "a" / "run")
    assert tree(tmp_path) == []


@pytest.mark.skipif(getattr(os, "geteuid", lambda: 0)() == 0, reason="root may write anywhere")
def test_a_folder_without_permission(tmp_path):
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    with pytest.raises(ResultsError, match="permission denied"):
        prepare_out(locked / "run")


def test_preparing_leaves_nothing(tmp_path):
    out = prepare_out(tmp_path / "a" / "b" / "run")
    assert out == tmp_path.resolve() / "a" / "b" / "run"
    assert tree(tmp_path) == []


def test_a_path_through_a_file(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ResultsError, match="is a file; choose another --out"):
        prepare_out(tmp_path / "file")
    with pytest.raises(ResultsError, match=r"a part of that path is a file|cannot look at"):
        prepare_out(tmp_path / "file" / "run")


def test_where_the_user_stands_is_not_pulled_away(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ResultsError, match=r"cannot be replaced; name a folder in it"):
        prepare_out(".")


def test_a_folder_of_something_else_is_never_replaced(tmp_path):
    (tmp_path / "thesis.tex").write_text("years of work")
    for overwrite in (False, True):
        with pytest.raises(ResultsError, match="is not empty and holds no run of brainnet"):
            prepare_out(tmp_path, overwrite=overwrite)


def test_an_empty_folder_is_used(tmp_path, protocol, dataset, how):
    (tmp_path / "run").mkdir()
    assert read_run(write_run(tmp_path / "run", protocol, {}, dataset, **how))
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_overwriting_swaps_when_the_new_run_is_complete(tmp_path, protocol, dataset, how, monkeypatch):
    out = write_run(tmp_path / "run", protocol, {}, dataset, **how)
    with pytest.raises(ResultsError, match="holds a run already; choose another --out or add --overwrite"):
        write_run(out, protocol, {}, dataset, **how)
    before = tree(tmp_path)
    broken = dataclasses.replace(protocol, draw=raising(KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        write_run(out, broken, {}, dataset, overwrite=True, **{**how, "seed": 8})
    assert tree(tmp_path) == before
    rename, calls = os.rename, []

    def interrupted_once(source, target):
        calls.append(source)
        if len(calls) == 3:  # the old folder is out of the way, the new one not yet in place
            raise KeyboardInterrupt
        rename(source, target)

    with monkeypatch.context() as patch:
        patch.setattr("brainnet.results.atomic.exchange", lambda *_: False)  # a system that cannot
        patch.setattr("brainnet.results.atomic.os.rename", interrupted_once)
        with pytest.raises(KeyboardInterrupt):
            write_run(out, protocol, {}, dataset, overwrite=True, **{**how, "seed": 8})
    assert tree(tmp_path) == before
    assert read_run(out)[0]["seed"] == 7
    write_run(out, protocol, {}, dataset, overwrite=True, **{**how, "seed": 8})
    assert tree(tmp_path) == before
    assert read_run(out)[0]["seed"] == 8
    monkeypatch.setattr("brainnet.results.atomic.exchange", lambda *_: False)
    write_run(out, protocol, {}, dataset, overwrite=True, **{**how, "seed": 9})
    assert tree(tmp_path) == before
    assert read_run(out)[0]["seed"] == 9


def test_a_picture_is_whole_or_not_there(tmp_path, protocol, dataset):
    path = prepare_picture(tmp_path / "a" / "fig.png")
    assert tree(tmp_path) == []
    figure = protocol.draw(dataset)
    write_picture(figure, path)
    assert tree(tmp_path) == ["a", "a/fig.png"]
    with pytest.raises(ResultsError, match="exists; choose another --out or add --overwrite"):
        prepare_picture(path)
    assert prepare_picture(path, overwrite=True) == path
    before = path.read_bytes()
    figure.savefig = raising(OSError(errno.ENOSPC, "full"))
    with pytest.raises(ResultsError, match="no space left"):
        write_picture(figure, path)
    assert (path.read_bytes(), tree(tmp_path)) == (before, ["a", "a/fig.png"])


def test_a_picture_of_unknown_format_or_a_folder(tmp_path):
    with pytest.raises(ResultsError, match=r"is no picture file; end it with \.png"):
        prepare_picture(tmp_path / "fig.doc")
    (tmp_path / "fig.png").mkdir()
    with pytest.raises(ResultsError, match="is a folder"):
        prepare_picture(tmp_path / "fig.png", overwrite=True)
