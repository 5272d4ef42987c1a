"""What the end of a script shows: an error of brainnet is one line, wherever Brian2 was at work."""

import os
import subprocess
import sys

import pytest

START = """
import numpy as np
from brian2 import *
import brainnet
from brainnet import NeuronModel, Parameter, models
prefs.codegen.target = "numpy"
"""
BEFORE_RUN = """
class Late(NeuronGroup):
    def before_run(self, run_namespace):
        raise brainnet.BrainnetError("tau is no time; give one in ms")
cells = Late(2, "v : 1")
run(1*ms)
"""
IN_A_STEP = """
def fail(x):
    raise brainnet.BrainnetError("the table ends; give a longer one")
table = Function(fail, arg_units=[1], return_unit=1)
cells = NeuronGroup(2, "v : 1")
cells.run_regularly("v = table(v)", dt=1*ms)
run(1*ms)
"""
IN_AN_OPERATION = """
@network_operation(dt=1*ms)
def look():
    raise brainnet.BrainnetError("nothing to see; look elsewhere")
run(1*ms)
"""
STEP_CHANGED = """
model = NeuronModel("late", equations="dv/dt = (v_past - v)/(5*ms) : 1", past={"v_past": ("v", "ago")},
                    parameters={"ago": Parameter(2*ms, "how long ago", above=0*ms)})
cells = model.group(1)
defaultclock.dt = 0.5*ms
Network(cells).run(1*ms)
"""


def end(code, **environment):
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", START + code], capture_output=True, text=True, check=False, timeout=300,
        env={**os.environ, **environment},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("models.lif.group(2, tau=3*ms)", "UnknownNameError: lif has no "),
        (BEFORE_RUN, "BrainnetError: tau is no time; give one in ms\n"),
        (IN_A_STEP, "BrainnetError: the table ends; give a longer one\n"),
        (IN_AN_OPERATION, "BrainnetError: nothing to see; look elsewhere\n"),
        (STEP_CHANGED, "ParameterError: late: "),
    ],
    ids=["call", "before_run", "step", "operation", "dt"],
)
def test_our_errors_are_one_line(code, message):
    ended = end(code)
    assert ended.returncode == 1
    assert ended.stderr.startswith(message), ended.stderr
    assert ended.stderr.count("\n") == 1


def test_the_line_says_where(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(START + "cells = models.lif.group(0)\n")
    ended = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False, timeout=300)
    assert ended.stderr.endswith(f"({script}, line {START.count(chr(10)) + 1})\n")


def test_tracebacks_for_who_wants_them_and_other_errors_as_before():
    assert "Traceback" in end("models.lif.group(2, tau=3*ms)", BRAINNET_DEBUG="1").stderr
    others = end("NeuronGroup(1, 'v : nonsense')").stderr
    assert "Traceback" in others
    assert "Brian 2 encountered an unexpected error" in others
