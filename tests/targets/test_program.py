"""Built programs: new values, failures, and processes side by side."""

import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from brian2 import Function, Network, SpikeMonitor, TimedArray, ms, mV

import brainnet
from brainnet import models
from brainnet.declare import NeuronModel
from brainnet.errors import ParameterError, TargetError
from brainnet.targets import use_common_schedule

FIRST, SECOND = np.array([[0.25, 0.5, 0.125]] * 20), np.arange(60).reshape(20, 3) / 64


def make(values, v_init):
    table = TimedArray(values, dt=1 * ms)
    group = models.integrate_and_fire.group(
        3, I="table(t, i)", vary=["v_init"], v_init=v_init, namespace={"table": table}, dt=1 * ms
    )
    monitor = SpikeMonitor(group)
    return brainnet.build(use_common_schedule(Network(group, monitor)), 20 * ms), group, table, monitor


def read(group, monitor):
    return np.array(group.v).tolist(), np.array(monitor.i).tolist(), np.array(monitor.t / ms).round(6).tolist()


@pytest.mark.parametrize("target_name", ["numpy", "cpp"])  # cython takes the values as numpy does
def test_new_values(target_name, request):
    if target_name == "cpp":
        request.getfixturevalue("compiler")
    with brainnet.target("numpy"):
        *_, group, _, monitor = first = make(FIRST, 0.0)
        first[0].run()
        wanted_first = read(group, monitor)
        # The layout of the new values does not matter.
        program, group, _, monitor = make(SECOND, 0.0)
        program.run({group.v_init: 0.5, group.v: 0.5})
        wanted_second = read(group, monitor)
    assert wanted_first != wanted_second
    with brainnet.target(target_name):
        program, group, table, monitor = make(FIRST, 0.0)
        new = {table: np.asfortranarray(SECOND), group.v_init: 0.5, group.v: 0.5}
        for _ in range(2):
            assert program.run() is program
            assert read(group, monitor) == wanted_first
            program.run(new)
            assert read(group, monitor) == wanted_second
        program.run({table: 0})
        assert read(group, monitor) == ([0.0] * 3, [], [])
        for values, message in [
            ({group.v: 1 * mV}, "new value of .*v has the wrong unit"),
            ({group.v: [1, 2]}, r"has the shape \(2,\); give \(3,\) or one value"),
            ({table: np.ones((3, 20))}, r"has the shape \(3, 20\)"),
            ({"v": 1}, "'v' is no state variable or TimedArray"),
        ]:
            with pytest.raises(ParameterError, match=message):
                program.run(values)
        if target_name == "cpp":
            with pytest.raises(TargetError, match="has built its program"):
                brainnet.build(program.network, 1 * ms)


def broken(code):
    function = Function(lambda x: x, arg_units=[1], return_unit=1)
    function.implementations.add_implementation("cpp", code, name="f")
    return NeuronModel("broken", equations="dv/dt = f(v)/second : 1", functions={"f": function})


@pytest.mark.usefixtures("compiler")
def test_the_compiler_is_quoted():
    code = "static inline double f(double x) { return nowhere; }"
    words = r"does not compile; the compiler says: .*nowhere.*was not declared"
    with brainnet.target("cpp") as target, pytest.raises(TargetError, match=words):
        brainnet.build(Network(broken(code).group(1)), 1 * ms)
    assert not target.directory.exists()


@pytest.mark.usefixtures("compiler")
def test_a_program_that_dies():
    code = "#include <cstdlib>\nstatic inline double f(double x) { abort(); return x; }"
    with brainnet.target("cpp") as target:
        program = brainnet.build(Network(broken(code).group(1)), 1 * ms)
        with pytest.raises(TargetError, match=r"stopped with status -6 .*use --target numpy"):
            program.run()
    assert not target.directory.exists()


SCRIPT = """
import pathlib, sys
import brainnet
from brian2 import Network, SpikeMonitor, ms
with brainnet.target(sys.argv[1]):
    source = brainnet.models.bernoulli.group(5, p=0.2, seed=int(sys.argv[2]))
    monitor = SpikeMonitor(source)
    program = brainnet.build(Network(source, monitor), float(sys.argv[3]) * ms)
    pathlib.Path(sys.argv[4]).touch()
    program.run()
    print(monitor.i[:].tolist(), (monitor.t / ms).round(6).tolist())
"""


def start(folder, target, seed, duration):
    folder.mkdir(exist_ok=True)
    arguments = [target, str(seed), str(duration), str(folder / "built")]
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT, *arguments], cwd=folder, text=True,
        env={**os.environ, "TMPDIR": str(folder)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


@pytest.mark.usefixtures("compiler")
def test_two_processes_side_by_side(tmp_path):
    seeds = 1, 2
    together = [start(tmp_path, "cpp", seed, 20) for seed in seeds]
    outputs = [process.communicate(timeout=300) for process in together]
    alone = [start(tmp_path, "numpy", seed, 20).communicate(timeout=300)[0] for seed in seeds]
    assert [out for out, _ in outputs] == alone, outputs
    assert alone[0] != alone[1]
    assert len(alone[0]) > 100
    assert [path.name for path in tmp_path.iterdir()] == ["built"]


def children(pid):
    """Commands of the processes whose parent is `pid`, from /proc."""
    found = []
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                with open(f"/proc/{entry}/stat") as stat:
                    fields = stat.read().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[1]) == pid:
                found.append(int(entry))
    return found


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="looks at /proc")
@pytest.mark.usefixtures("compiler")
def test_interruption_leaves_nothing(tmp_path):
    folder = tmp_path / "run"
    with start(folder, "cpp", 1, 1e8) as process:
        deadline = time.monotonic() + 300
        running = []
        while not running and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.1)
            running = children(process.pid) if (folder / "built").exists() else []
        process.send_signal(signal.SIGINT)
        _, error = process.communicate(timeout=60)
    assert running
    assert process.returncode == -signal.SIGINT, error
    assert not any(os.path.exists(f"/proc/{pid}") for pid in running)
    assert [path.name for path in folder.iterdir()] == ["built"]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="read from /proc")
def test_memory_of_the_program_itself(compiler):
    n = 500_000
    with brainnet.target("numpy"):
        assert make(FIRST, 0.0)[0].run().peak_memory == 0
    held = np.ones(100_000_000, np.uint8)  # of this process, and none of the program's
    with brainnet.target("cpp"):
        group = models.integrate_and_fire.group(n, dt=1 * ms)
        program = brainnet.build(use_common_schedule(Network(group)), 2 * ms)
        assert program.peak_memory == 0
        program.run()
    # v, I and when each neuron last fired, 8 bytes each; at most as much again for what has been spiking and the rest
    assert 3 * 8 * n <= program.peak_memory <= 6 * 8 * n + 10_000_000 < held.nbytes
