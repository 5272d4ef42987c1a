"""Checkpoints: nothing is lost, nothing foreign is taken, and a kill at any moment leaves a whole file."""

import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from brian2 import ms

from brainnet.errors import DataError, ResultsError
from brainnet.learn.checkpoint import Checkpoint, fingerprint


def test_state_comes_back_bit_by_bit(tmp_path):
    rng = np.random.default_rng(5)
    rng.standard_normal(7)
    weights = rng.standard_normal((3, 4))
    Checkpoint(tmp_path / "a" / "fit.npz", "k").save(force=True, epoch=4, weights=weights, rng=rng, name="x")
    state = Checkpoint(tmp_path / "a" / "fit.npz", "k").load()
    np.testing.assert_array_equal(state["weights"], weights)
    assert int(state["epoch"]) == 4
    assert str(state["name"]) == "x"
    np.testing.assert_array_equal(state["rng"].standard_normal(5), rng.standard_normal(5))


def test_interval_and_no_path(tmp_path):
    waiting = Checkpoint(tmp_path / "fit.npz", "k", interval=1000)
    waiting.save(epoch=1)
    assert waiting.load() is None
    waiting.save(force=True, epoch=2)
    assert int(waiting.load()["epoch"]) == 2
    nowhere = Checkpoint(None, "k")
    nowhere.save(force=True, epoch=1)
    assert nowhere.load() is None


def test_foreign_and_damaged_files_are_refused_and_left_alone(tmp_path):
    path = tmp_path / "fit.npz"
    Checkpoint(path, "one").save(force=True, epoch=1)
    with pytest.raises(DataError, match="other data or parameters"):
        Checkpoint(path, "two").load()
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DataError, match="delete it"):
        Checkpoint(path, "one").load()
    np.savez(path, epoch=1)
    with pytest.raises(DataError, match="cannot be read"):
        Checkpoint(path, "one").load()
    np.savez(path, _key=np.array(["x", None], dtype=object))  # a pickle
    with pytest.raises(DataError, match="cannot be read"):
        Checkpoint(path, "one").load()
    with pytest.raises(ResultsError, match="folder"):
        Checkpoint(tmp_path, "one")


def test_fingerprint_tells_values_apart():
    a = np.arange(4)
    seen = [a, a.astype(float), a.reshape(2, 2), a + 1, [1, 2], [[1], 2], "1", 1, 1.0, None, True, 5 * ms, 6 * ms]
    assert len({fingerprint(each) for each in seen}) == len(seen)
    assert fingerprint({"a": 1, "b": a}) == fingerprint({"b": a.copy(), "a": 1})


WRITER = """
import sys
import numpy as np
from brainnet.learn.checkpoint import Checkpoint
kept = Checkpoint(sys.argv[1], "k", interval=0)
for epoch in range(10**6):
    kept.save(epoch=epoch, weights=np.full(100_000, epoch))
"""


@pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL")
def test_a_killed_writer_leaves_a_whole_file(tmp_path):
    path = tmp_path / "fit.npz"
    for pause in (0.003, 0.011):
        writer = subprocess.Popen([sys.executable, "-c", WRITER, str(path)])
        try:
            end = time.monotonic() + 60
            while not path.exists() and time.monotonic() < end:
                time.sleep(0.01)
            time.sleep(pause)
        finally:
            writer.send_signal(signal.SIGKILL)
            writer.wait()
        state = Checkpoint(path, "k").load()
        assert (state["weights"] == state["epoch"]).all()
