"""Checkpoints: nothing is lost, nothing foreign is taken, and a kill at any moment leaves a whole file."""

import os
import signal
import subprocess
import sys
import time
import tracemalloc

import numpy as np
import pytest
from brian2 import ms

from brainnet.errors import DataError, ResultsError
from brainnet.guarded.archive import save_arrays
from brainnet.keys import fingerprint
from brainnet.learn.checkpoint import Checkpoint


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
    with pytest.raises(ResultsError, match=r"^checkpoint: cannot write .*: a part of that path is a file; rename it or "
                       "give another path$"):  # fmt: skip
        Checkpoint(path / "below" / "fit.npz", "one")
    Checkpoint(tmp_path / "new" / "fit.npz", "one")
    assert [each.name for each in tmp_path.iterdir()] == ["fit.npz"], "looking leaves nothing"


def test_fingerprint_tells_values_apart():
    a = np.arange(4)
    seen = [a, a.astype(float), a.reshape(2, 2), a + 1, [1, 2], [[1], 2], "1", 1, 1.0, None, True, 5 * ms, 6 * ms]
    assert len({fingerprint(each) for each in seen}) == len(seen)
    assert fingerprint({"a": 1, "b": a}) == fingerprint({"b": a.copy(), "a": 1})


WRITER = """
import sys
import numpy as np
from brainnet.guarded.archive import save_arrays
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


def mutants(content, count, seed):
    """Files with bytes changed, cut off, left out or written twice."""
    rng = np.random.default_rng(seed)
    for kind in rng.integers(0, 4, count):
        at, n = int(rng.integers(len(content))), int(rng.integers(1, 40))
        if kind == 0:
            yield content[:at] + rng.bytes(n) + content[at + n :]
        elif kind == 1:
            yield content[:at]
        elif kind == 2:
            yield content[:at] + content[at + n :]
        else:
            yield content[:at] + content[at : at + n] + content[at:]


def test_every_damaged_checkpoint_gives_the_error_of_the_package(tmp_path):
    path = tmp_path / "fit.npz"
    state = {"weights": np.arange(20.0), "empty": np.zeros((0, 3)), "name": "x", "epoch": 3}
    Checkpoint(path, "k").save(force=True, rng=np.random.default_rng(1), **state)
    content, refused = path.read_bytes(), 0
    for mutant in mutants(content, 400, seed=5):
        path.write_bytes(mutant)
        try:
            found = Checkpoint(path, "k").load()
        except DataError as error:
            message = str(error)
            assert len(message) <= 500
            assert message.isprintable()
            refused += 1
        else:  # what is not looked at, such as a date, was changed
            np.testing.assert_array_equal(found["weights"], state["weights"])
            assert int(found["epoch"]) == 3
    assert refused > 300


@pytest.mark.parametrize("words", ["[1]", '{"rng": 3}', '{"rng": {"bit_generator": "MT"}}', "[" * 100_000])
def test_a_checkpoint_with_the_right_key_and_strange_content(tmp_path, words):
    path = tmp_path / "fit.npz"
    np.savez(path, _key=np.asarray("k"), _random=np.asarray(words))
    with pytest.raises(DataError, match="cannot be read"):
        Checkpoint(path, "k").load()


def test_what_a_checkpoint_lacks_is_named(tmp_path):
    path = tmp_path / "fit.npz"
    Checkpoint(path, "k").save(force=True, epoch=1)
    with pytest.raises(DataError, match="holds no 'weights'; delete it"):
        Checkpoint(path, "k").load()["weights"]


def test_zeros_that_fill_a_memory_are_refused_before_they_are_unpacked(tmp_path):
    path = tmp_path / "fit.npz"
    np.savez_compressed(path, _key=np.asarray("k"), _random=np.asarray("{}"), w=np.zeros(2**28 + 1, np.uint8))
    tracemalloc.start()
    with pytest.raises(DataError, match=r"take more than 268435456 bytes; a file of \d+ bytes has no such data"):
        Checkpoint(path, "k").load()
    assert tracemalloc.get_traced_memory()[1] < 2**24
    tracemalloc.stop()


def test_the_limit_is_stated_and_can_be_set(tmp_path, monkeypatch):
    path = tmp_path / "fit.npz"
    Checkpoint(path, "k").save(force=True, w=np.zeros(1000))
    monkeypatch.setenv("BRAINNET_MAX_BYTES", "4000")
    with pytest.raises(DataError, match="more than 4000 bytes; raise max_bytes, or BRAINNET_MAX_BYTES"):
        Checkpoint(path, "k").load()
    monkeypatch.setenv("BRAINNET_MAX_BYTES", "12000")
    assert len(Checkpoint(path, "k").load()["w"]) == 1000
    monkeypatch.setenv("BRAINNET_MAX_BYTES", "much")
    with pytest.raises(DataError, match="is no number of bytes"):
        Checkpoint(path, "k").load()


def test_nothing_is_pickled(tmp_path):
    with pytest.raises(TypeError, match="give numbers and texts"):
        save_arrays(tmp_path / "a.npz", {"state": np.array([{}, None])})
    save_arrays(tmp_path / "b.npz", {"state": np.arange(3), "word": "text"})
    with np.load(tmp_path / "b.npz", allow_pickle=False) as found:
        assert sorted(found.files) == ["state", "word"]  # NumPy 2.0 would keep words of its own as arrays


def test_damage_is_told_without_the_words_of_the_libraries(tmp_path):
    path = tmp_path / "fit.npz"
    Checkpoint(path, "key").save(force=True, weights=np.arange(30.0))
    whole = path.read_bytes()
    for k in range(0, len(whole), 7):
        path.write_bytes(whole[:k] + bytes([whole[k] ^ 0xFF]) + whole[k + 1 :])
        try:
            Checkpoint(path, "key").load()
        except DataError as error:
            told = str(error)
            assert told.count(str(path)) == 1
            assert told.endswith("; delete it to start anew") or "give another path" in told
            for word in ("CRC", "header b", "magic", "\\x", "KeyError", "('_", "savez"):
                assert word not in told
    np.savez(path, other=np.zeros(3))
    with pytest.raises(DataError, match=f"checkpoint {path} cannot be read: it is damaged, or none of a training"):
        Checkpoint(path, "key").load()
