"""Programs are compiled once, kept within bounds, and never mixed up."""

import os
import subprocess
import sys
import textwrap

import numpy as np
import pytest
from brian2 import Network, NeuronGroup, SpikeMonitor, defaultclock, ms
from brian2.devices.device import get_device

import brainnet
from brainnet.targets import cache


@pytest.fixture
def kept(tmp_path, monkeypatch):
    monkeypatch.setenv("BRAINNET_CACHE", str(tmp_path))
    return tmp_path / "programs"


def run(start, threshold=1.5, name="counted"):
    with brainnet.target("cpp"):
        group = NeuronGroup(3, "v : 1", threshold=f"v > {threshold}", reset="v = 0", name=name)
        group.v = start
        group.run_regularly("v += 1", when="start", name=f"{name}_step")
        spikes = SpikeMonitor(group, name=f"{name}_spikes")
        brainnet.build(Network(group, spikes), 5 * defaultclock.dt).run()
        return get_device().compiled, np.array(spikes.count[:])


def test_same_source_is_compiled_once_and_data_is_no_source(kept):
    first, second = run([0.0, 0.1, 0.2]), run([0.0, 1.0, 3.0])
    assert (first[0], second[0]) == (True, False)
    assert not np.array_equal(first[1], second[1])
    assert len(list(kept.iterdir())) == 1
    third = run([0.0, 0.1, 0.2], threshold=3.5)
    assert third[0]
    assert not np.array_equal(first[1], third[1])


def test_another_process_finds_it(kept):
    code = textwrap.dedent(
        """
        import sys; sys.path.insert(0, sys.argv[1])
        from test_cache import run
        print(run([0.0, 0.1, 0.2])[0])
        """
    )
    found = [
        subprocess.run(
            [sys.executable, "-c", code, os.path.dirname(__file__)],
            capture_output=True, text=True, check=True, env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout.strip()
        for seed in ("1", "2")
    ]  # fmt: skip
    assert found == ["True", "False"]


def test_least_recently_used_go_first(kept, tmp_path, monkeypatch):
    monkeypatch.setattr(cache, "MAX_PROGRAMS", 2)
    program = tmp_path / "program"
    program.write_bytes(b"x" * 10)
    for age, key in enumerate(("a", "b")):
        cache.store(key, program)
        os.utime(kept / key, (age, age))
    assert cache.fetch("a", tmp_path / "copy")  # now the younger of the two
    cache.store("c", program)
    assert sorted(file.name for file in kept.iterdir()) == ["a", "c"]
    monkeypatch.setattr(cache, "MAX_BYTES", 60)  # one program of 10 bytes with its digest of 32
    cache.store("d", program)
    assert [file.name for file in kept.iterdir()] == ["d"]


def test_a_cache_that_cannot_be_written_is_no_error(tmp_path, monkeypatch):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    monkeypatch.setenv("BRAINNET_CACHE", str(blocked))
    cache.store("key", blocked)
    assert not cache.fetch("key", tmp_path / "copy")


def test_two_clocks_keep_their_own_time():
    counts = {}
    for target in ("numpy", "cpp"):
        with brainnet.target(target):
            groups = [
                NeuronGroup(2, "v : 1", threshold="v > 2.5", reset="v = 0", dt=dt, name=name)
                for name, dt in (("quick", 0.1 * ms), ("slow", 0.3 * ms))
            ]
            for group in groups:
                group.run_regularly("v += 1", dt=group.clock.dt, when="start", name=f"{group.name}_step")
            monitors = [SpikeMonitor(group, name=f"{group.name}_spikes") for group in groups]
            brainnet.build(Network(groups, monitors), 10 * ms).run()
            counts[target] = [(np.array(m.i[:]).tolist(), np.array(m.t[:]).tolist()) for m in monitors]
    assert counts["numpy"] == counts["cpp"]
    assert counts["cpp"][0][0]


def test_damaged_program_is_compiled_again(tmp_path, monkeypatch):
    monkeypatch.setenv("BRAINNET_CACHE", str(tmp_path))
    program, again = tmp_path / "main", tmp_path / "again"
    program.write_bytes(b"machine code" * 100)
    cache.store("key", program)
    assert cache.fetch("key", again)
    assert again.read_bytes() == program.read_bytes()
    for damage in (lambda content: content[:-7], lambda content: b"", lambda content: content[:-1] + b"x"):
        cache.store("key", program)
        kept = cache.folder() / "key"
        kept.write_bytes(damage(kept.read_bytes()))
        assert not cache.fetch("key", again)
        assert not kept.exists()
