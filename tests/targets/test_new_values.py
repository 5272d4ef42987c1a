"""`Program.run` with new values: every kind of key that Brian2's `run_args` takes, on every target."""

import numpy as np
import pytest
from brian2 import (
    Hz,
    Network,
    NeuronGroup,
    PoissonGroup,
    SpikeGeneratorGroup,
    StateMonitor,
    Synapses,
    TimedArray,
    linked_var,
    ms,
    mV,
    nA,
)

import brainnet
from brainnet import models
from brainnet.errors import ParameterError

MODEL = """dv/dt = (drive(t) - v)/(10*ms) + x/second + 0*gain*other/second : 1
           x : 1
           count : integer
           flag : boolean
           gain : 1 (shared)
           double_x = 2*x : 1
           other : 1 (linked)"""


@pytest.fixture(scope="module")
def built(target_name):
    """A network of every kind of variable, built once a target; 4 synapses by a condition, which only C++ counts."""
    with brainnet.target(target_name):
        drive = TimedArray([1.0, 2.0, 3.0], dt=1 * ms, name="drive")
        idle = TimedArray([1.0, 2.0], dt=1 * ms, name="idle")
        source = SpikeGeneratorGroup(4, np.arange(4), [1.0] * 4 * ms, name="source")
        cells = NeuronGroup(
            4, MODEL, threshold="v > 50", reset="v = 0", refractory=1 * ms, method="euler", name="cells",
            namespace={"drive": drive},
        )  # fmt: skip
        cells.x = 1
        store = NeuronGroup(4, "y : 1", name="store")
        cells.other = linked_var(store, "y")
        synapses = Synapses(
            source, cells, "w : 1\nused : boolean\ncontacts : integer\nshared_gain : 1 (shared)",
            on_pre="v_post += w*int(used)*contacts*shared_gain", name="synapses",
        )  # fmt: skip
        synapses.connect(condition="i == j")
        synapses.w, synapses.used, synapses.contacts, synapses.shared_gain, synapses.delay = 0.5, True, 1, 1, 1 * ms
        poisson = PoissonGroup(2, 0 * Hz, name="poisson")
        trace = StateMonitor(cells, "v", record=True, name="trace")
        program = brainnet.build(Network(source, cells, store, synapses, poisson, trace), 5 * ms)
        yield program, locals()


def rises(objects):
    """The time step at which each neuron jumps, and by how much."""
    jumps = np.diff(np.array(objects["trace"].v), axis=1)
    return jumps.argmax(axis=1).tolist(), jumps.max(axis=1).round(1).tolist()


ARRIVES = 20  # 1 ms after a spike at 1 ms


@pytest.mark.parametrize(
    ("key", "value", "at", "height"),
    [
        (lambda o: o["synapses"].w, 4.0, [ARRIVES] * 4, [4.0] * 4),
        (lambda o: o["synapses"].w, [4.0, 5.0, 6.0, 7.0], [ARRIVES] * 4, [4.0, 5.0, 6.0, 7.0]),
        (lambda o: o["synapses"].w_, [4.0, 5.0, 6.0, 7.0], [ARRIVES] * 4, [4.0, 5.0, 6.0, 7.0]),
        (lambda o: o["synapses"].contacts, [2, 3, 4, 5], [ARRIVES] * 4, [1.0, 1.5, 2.0, 2.5]),
        (lambda o: o["synapses"].shared_gain, 8.0, [ARRIVES] * 4, [4.0] * 4),
        (lambda o: o["synapses"].delay, 2 * ms, [30] * 4, [0.5] * 4),
        (lambda o: o["synapses"].delay, [0.5, 1, 2, 3] * ms, [15, 20, 30, 40], [0.5] * 4),
        (lambda o: o["synapses"].pre.delay, [0.5, 1, 2, 3] * ms, [15, 20, 30, 40], [0.5] * 4),
    ],
    ids=["one", "array", "without unit", "integer", "shared", "delay", "delays", "pathway"],
)
def test_synapses(built, key, value, at, height):
    program, objects = built
    program.run({key(objects): value})
    assert rises(objects) == (at, height)
    program.run()  # from the state at build time
    assert rises(objects) == ([ARRIVES] * 4, [0.5] * 4)


def test_what_does_not_fit_synapses(built):
    program, objects = built
    synapses = objects["synapses"]
    for value, message in [
        ([1.0, 2.0, 3.0], r"new value of synapses.w has the shape \(3,\); give .*4.* or one value"),
        (np.ones((2, 2)), r"has the shape \(2, 2\); give .* or one value"),
        ([1.0, 2.0, 3.0, np.nan], "new value of synapses.w holds NaN"),
        (1 * mV, "new value of synapses.w has the wrong unit; give one in 1.0"),
    ]:
        with pytest.raises(ParameterError, match=message):
            program.run({synapses.w: value})
    with pytest.raises(ParameterError, match=r"used is neither True nor False"):
        program.run({synapses.used: 0.5})
    program.run({synapses.used: [True, False, True, False], synapses.w: 4.0})
    assert rises(objects)[1][::2] == [4.0] * 2
    assert max(rises(objects)[1][1::2]) < 1


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (lambda o: o["cells"].x, [7.0, 8.0, 1.0, -2.0]),
        (lambda o: o["cells"].x, 1.2345678901234567e-17),
        (lambda o: o["cells"].count, [7, -8, 1, 2]),
        (lambda o: o["cells"].flag, [True, False, True, False]),
        (lambda o: o["cells"].flag, True),
        (lambda o: o["cells"].gain, 3.0),
        (lambda o: o["cells"].gain, [3.0]),
        (lambda o: o["cells"].other, [1.0, 2.0, 3.0, 4.0]),
        (lambda o: o["poisson"].rates, [0.0, 4.0] * Hz),
    ],
)
def test_variables_of_groups(built, key, value):
    program, objects = built
    view = key(objects)
    program.run()
    before = np.array(view[:])
    program.run({view: value})
    wanted = np.broadcast_to(value, np.shape(before)) if np.ndim(before) else np.ravel(value)[0]
    np.testing.assert_array_equal(np.array(view[:]), wanted)
    program.run()
    np.testing.assert_array_equal(np.array(view[:]), before)


@pytest.mark.parametrize(
    ("key", "message"),
    [
        (lambda o: o["cells"].double_x, "cells.double_x is computed from other variables"),
        (lambda o: o["cells"].t, "cells.t is fixed when the network is made"),
        (lambda o: o["cells"].i, "cells.i is fixed"),
        (lambda o: o["synapses"].i, "synapses.i is fixed"),
        (lambda o: o["synapses"].v_post, "synapses.v_post is cells.v, seen from elsewhere; give cells.v a value"),
        (lambda o: NeuronGroup(4, "z : 1", name="stranger").z, "stranger.z belongs to nothing in this program"),
        (lambda o: o["cells"], "is no state variable or TimedArray"),
    ],
)
def test_keys_that_cannot_be_set(built, key, message):
    program, objects = built
    with pytest.raises(ParameterError, match=message):
        program.run({key(objects): 1})
    with pytest.raises(ParameterError, match="is no mapping"):
        program.run(["cells.x=1"])


def test_subgroups(built, target_name):
    program, objects = built
    part = objects["cells"][1:3]
    program.run({part.gain: 3.0})
    assert float(objects["cells"].gain[:]) == 3.0
    if target_name == "cpp":
        with pytest.raises(ParameterError, match=r"x is a part of cells\.x, and a C\+\+ program takes whole arrays"):
            program.run({part.x: [7.0, 8.0]})
        return
    program.run({part.x: [7.0, 8.0]})
    assert np.array(objects["cells"].x).tolist() == [1.0, 7.0, 8.0, 1.0]
    with pytest.raises(ParameterError, match=r"has the shape \(3,\); give \(2,\)"):
        program.run({part.x: [7.0, 8.0, 9.0]})


def test_timed_arrays(built, target_name):
    program, objects = built
    program.run()
    first = np.array(objects["cells"].v)
    program.run({objects["drive"]: [3.0, 2.0, 1.0]})
    assert not np.allclose(objects["cells"].v, first)
    program.run()
    np.testing.assert_array_equal(objects["cells"].v, first)
    if target_name == "cpp":
        with pytest.raises(ParameterError, match="nothing in this program reads idle"):
            program.run({objects["idle"]: 1})


@pytest.mark.usefixtures("compiler")
def test_whole_numbers_of_any_kind_in_a_timed_array():
    with brainnet.target("cpp"):
        table = TimedArray(np.array([1, 2, 3], np.uint8), dt=1 * ms, name="table")
        cells = NeuronGroup(1, "v : 1", name="cells")
        cells.run_regularly("v = table(t)", dt=1 * ms)
        program = brainnet.build(Network(cells), 2 * ms, namespace={"table": table})
        program.run({table: 7})  # Brian2's program would leave it as it is
        assert cells.v[0] == 7


def test_rules_that_always_use_synapses(target_name):
    """Reward-modulated plasticity with new weights and new bounds, as the first run with them would be."""
    with brainnet.target(target_name):
        source = SpikeGeneratorGroup(2, [0, 1], [1, 2] * ms, name="source")
        cells = models.lif.group(2, name="cells")
        synapses = models.reward_stdp.connect(
            source, cells, np.full((2, 2), 0.25) * mV, vary=["A_plus"], w_max=1 * mV, name="synapses"
        )
        program = brainnet.build(Network(source, cells, synapses), 5 * ms)
        program.run({synapses.w: 0.5 * mV, synapses.A_plus: 0.0})
        assert np.array(synapses.w[:] / mV).tolist() == [0.5] * 4
        with pytest.raises(ParameterError, match=r"new value of synapses\.w has the wrong unit"):
            program.run({synapses.w: 0.5 * nA})
