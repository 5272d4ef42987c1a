"""A notebook session: cells in one namespace, mixing targets, mistakes and reruns."""

import os
import subprocess
import sys

import pytest

# Each cell with the error that it ends with, or nothing.
CELLS = [
    ("from brian2 import *; import numpy as np; import brainnet; from brainnet import models", ""),
    ("prefs.codegen.target = 'numpy'; one = np.ones((2, 3)); start_scope()", ""),
    ("""def make(**more):
    source = SpikeGeneratorGroup(2, [0, 1], [1, 2]*ms)
    cells = NeuronGroup(3, 'v : 1', threshold='v > 9')
    return source, cells, models.static_synapse.connect(source, cells, one, **more)""", ""),
    ("source, cells, wires = make()", ""),
    ("run(4*ms); assert cells.v[:].tolist() == [2, 2, 2]", ""),
    ("run(4*ms); assert cells.v[:].tolist() == [2, 2, 2]", ""),  # the spikes are gone
    ("wires = models.static_synapse.connect(source, cells, np.ones((3, 2)))", "ParameterError"),
    ("del source, cells, wires", ""),
    ("""with brainnet.target('cpp'):
    source, cells, wires = make(path='synapses')
    run(4*ms); assert np.array(cells.v).tolist() == [2, 2, 2]""", ""),
    ("run(4*ms)", ""),
    ("source, cells, wires = make(); run(4*ms); assert cells.v[:].tolist() == [2, 2, 2]", ""),
    ("""with brainnet.target('cpp'):
    source = SpikeGeneratorGroup(2, [0, 1], [1, 2]*ms)
    cells = NeuronGroup(3, 'v : 1', threshold='v > 9')
    try:
        wires = models.pair_stdp.connect(source, cells, one, onto='u')
    except brainnet.BrainnetError as error:
        said = str(error)
    wires = models.static_synapse.connect(source, cells, one, path='synapses')
    run(4*ms); assert np.array(cells.v).tolist() == [2, 2, 2]""", ""),
    ("""with brainnet.target('cpp'):
    source = SpikeGeneratorGroup(2, [0, 1], [1, 2]*ms)
    cells = NeuronGroup(3, 'v : 1', threshold='v > 9')
    wires = Synapses(source, cells, 'w : 1', on_pre='v_post += w')
    try:
        wires.connect(i=[0, 7], j=[0, 1])
    except IndexError:
        wires = Synapses(source, cells, 'w : 1', on_pre='v_post += w')
        wires.connect(i=[0, 1], j=[0, 1]); wires.w = 1
    run(4*ms); assert np.array(cells.v).tolist() == [1, 1, 0]""", ""),
    ("""with brainnet.target('cpp'):
    for again in range(2):
        source, cells, wires = make(path='synapses')
    run(4*ms); assert np.array(cells.v).tolist() == [2, 2, 2]
    run(4*ms)""", "TargetError"),
    ("assert brainnet.targets.current().name == 'numpy' and get_device() is all_devices['runtime']", ""),
    ("source, cells, wires = make(); run(4*ms); assert cells.v[:].tolist() == [2, 2, 2]", ""),
    ("with brainnet.target('cpu'): pass", "TargetError"),
    ("lif = models.lif.group(2, tau=3*ms)", "UnknownNameError"),
    ("lif = models.lif.group(2, tau_m=3*mV)", "ParameterError"),
    ("lif = models.lif.group(2, tau_m=3*ms)", ""),
    ("net = Network(lif); program = brainnet.build(net, 2*ms); program.run()", ""),
    ("program.run({lif.tau_m: 2*ms})", "FixedParameterError"),
    ("program.run({lif.v: 2*ms})", "ParameterError"),
    ("program.run({lif.v: -80*mV})", ""),
    ("""with brainnet.target('cpp'):
    lif = models.lif.group(2, vary=['tau_m'])
    program = brainnet.build(Network(lif), 2*ms)
    program.run({lif.tau_m: 5*ms}); first = np.array(lif.v)""", ""),
    ("program.run()", "TargetError"),
    ("""with brainnet.target('cpp'):
    with brainnet.target('numpy'):
        source, cells, wires = make(); run(4*ms); assert cells.v[:].tolist() == [2, 2, 2]
    source, cells, wires = make(); run(4*ms); assert np.array(cells.v).tolist() == [2, 2, 2]""", ""),
    ("""with brainnet.target('cython', dtype='float32'):
    raise KeyboardInterrupt""", "KeyboardInterrupt"),
    ("assert prefs.core.default_float_dtype is np.float64 and prefs.codegen.target == 'numpy'", ""),
    ("source, cells, wires = make(); run(4*ms); assert cells.v[:].tolist() == [2, 2, 2]; run(1*ms)", ""),
]  # fmt: skip


@pytest.mark.usefixtures("compiler")
def test_a_notebook_session(tmp_path):
    script = tmp_path / "session.py"
    # As in a notebook: the last error and its frames stay until the next one.
    script.write_text(
        f"import sys\nscope = {{'__name__': '__main__'}}\n"
        f"for number, (cell, wanted) in enumerate({CELLS!r}):\n"
        "    raised = ''\n"
        "    try:\n"
        "        exec(compile(cell, f'cell {number}', 'exec'), scope)\n"
        "    except BaseException as error:\n"
        "        raised, sys.last_value = type(error).__name__, error\n"
        "        said = str(error)\n"
        "    if raised != wanted:\n"
        "        sys.exit(f'cell {number}: {raised} {said if raised else wanted}')\n"
    )
    ended = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False, timeout=500)
    assert ended.returncode == 0, ended.stderr
    assert "Traceback" not in ended.stderr


OPEN = """
import brainnet, contextlib, sys
from brian2 import NeuronGroup, ms, run
stack = contextlib.ExitStack()
outer = brainnet.target("numpy")
outer.__enter__()
inner = stack.enter_context(brainnet.target({name!r}))
cells = NeuronGroup(1, "v : 1")
print(inner.directory)
{end}
"""


@pytest.mark.parametrize("end", ["", "sys.exit(0)", "run(1*ms)"], ids=["end", "exit", "run"])
@pytest.mark.usefixtures("compiler")
def test_the_end_inside_an_open_block_is_quiet(end):
    ended = subprocess.run(
        [sys.executable, "-c", OPEN.format(name="cpp", end=end)], capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stderr) == (0, "")

    assert not os.path.exists(ended.stdout.strip())
