"""What a run is sure to do and nobody means is said when it begins, with the values that it begins with."""

import logging
import re
import warnings

import numpy as np
import pytest
from brian2 import Hz, Network, NeuronGroup, defaultclock, ms, mV, nA, us

import brainnet
from brainnet import NeuronModel, Parameter, models
from brainnet.coding.readout import winners
from brainnet.errors import ParameterError
from brainnet.projections import BernoulliInput


@pytest.fixture(autouse=True)
def _on_numpy():
    with brainnet.target("numpy"):
        yield


def said(act):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        act()
    return [str(each.message) for each in caught if each.category is UserWarning]


def run(group):
    return said(lambda: brainnet.build(Network(group), 0.2 * ms).run())


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"v_reset": -40 * mV}, r"after the reset \(v = v_reset\) the threshold \(v >= v_th\) is met still.*reset to"),
        ({"v_reset": [-70, -50] * mV}, "after the reset"),
        ({"E_L": -50 * mV, "v_reset": -70 * mV}, "met at the start, before any input; start below it"),
        ({"E_L": -45 * mV, "reset": "subtract"}, "met at the start"),
        ({"tau_m": 50 * us, "synapse": "conductance"}, r"dt = 100. us is longer than tau_m = 50. us.*smaller dt"),
    ],
)
def test_neurons_that_fire_by_themselves_or_overshoot(values, words):
    (told,) = run(models.lif.group(2, **values))
    assert re.search(words, told), told


def test_values_at_the_run_count():
    group = models.lif.group(2, vary=["v_reset"])
    assert not run(group)
    group = models.lif.group(2, vary=["v_reset"])
    program = brainnet.build(Network(group), 0.2 * ms)
    assert not said(program.run)
    assert len(said(lambda: program.run({group.v_reset: -40 * mV}))) == 1
    # The exact solution of a short time constant is exact, however long the step.
    assert not run(models.lif.group(2, tau_m=50 * us))


@pytest.mark.parametrize("name", [name for name in models if isinstance(models[name], NeuronModel)])
def test_shipped_models_are_quiet(name):
    assert not run(models[name].group(2))


def test_rates_above_one_spike_a_step():
    (told,) = run(models.poisson.group(2, rate=[5, 20_000] * Hz))
    assert "rate = 20. kHz is 2 spikes in a step of 100. us" in told
    assert not run(models.poisson.group(1, rate=10_000 * Hz))
    assert len(said(lambda: BernoulliInput.poisson([10, 10_001] * Hz))) == 1
    assert not said(lambda: BernoulliInput.poisson([10, 10_000] * Hz))
    potential = np.zeros((1, 2, 2))
    assert len(said(lambda: winners(potential, rate=1000 * Hz, dt=2 * ms))) == 1
    assert not said(lambda: winners(potential, rate=1000 * Hz, dt=1 * ms))
    group = models.poisson.group(1, rate=2000 * Hz)
    defaultclock.dt = 1 * ms  # after the group was made
    assert len(said(lambda: Network(group).run(1 * ms))) == 1


def test_runs_in_which_nothing_happens():
    group = models.lif.group(1)
    (told,) = said(lambda: brainnet.build(Network(), 5 * ms))
    assert "the network holds no objects" in told
    (told,) = said(lambda: brainnet.build(Network(group), 0 * ms))
    assert "is no time step" in told
    assert "give a longer one" in told
    short = models.lif.group(1)
    assert not said(lambda: brainnet.build(Network(short), 40 * us).run())
    assert short.clock.timestep == 1  # less than a step is made one
    program = brainnet.build(Network(group), 1 * ms)
    assert len(said(lambda: program.run(duration=0 * ms))) == 1
    for duration in (5, -1 * ms, 1 * mV, [1, 2] * ms, np.inf * ms, None):
        with pytest.raises(ParameterError, match="duration = "):
            brainnet.build(program.network, duration)


def test_a_plain_run_of_no_time_is_said():
    cells = models.lif.group(1)
    network = Network(cells)
    assert not said(lambda: network.run(0.2 * ms))
    (told,) = said(lambda: network.run(0 * ms))
    assert "the run has no time step" in told


def test_of_an_object_that_never_ran_brian2_tells_the_line_of_the_user():
    cells = models.lif.group(2)
    rule = models.pair_stdp.connect(cells, cells, np.full((2, 2), 0.5), onto=None)
    assert __file__ in rule._creation_stack
    assert "models.pair_stdp.connect" in rule._creation_stack
    assert all(each.group is not None for each in rule.contained_objects)
    Network(cells, rule).run(0.1 * ms)


@pytest.mark.parametrize(
    ("name", "values", "start"),
    [
        ("lif", {}, {"v": -40 * mV}),
        ("adex", {"E_L": 40 * mV}, {}),
        ("adex", {}, {"v": 50 * mV}),
        ("hodgkin_huxley", {}, {"v": 50 * mV}),
        ("adaptive_conductance_lif", {"theta_0": -10 * mV}, {}),
    ],
)
def test_neurons_that_start_above_threshold(name, values, start):
    """Also where the threshold is of two conditions, and where what was set since the group was made counts."""
    group = models[name].group(2, **values)
    assert not start or not run(models[name].group(2, **values))
    for variable, value in start.items():
        getattr(group, variable)[:1] = value
    (told,) = run(group)
    assert "is met at the start, before any input; start below it" in told


def test_a_threshold_of_two_conditions_that_the_reset_does_not_leave():
    model = NeuronModel(
        "two", equations="dv/dt = -v/tau : 1\nhold : 1", threshold="v > 1 and not (hold > 0 or hold < 0)",
        reset="v = v_r", method="exact",
        parameters={"tau": Parameter(10 * ms, "tau"), "v_r": Parameter(0.0, "after a spike")},
    )  # fmt: skip
    assert not run(model.group(2))
    (told,) = run(model.group(2, v_r=[0.0, 2.0]))
    assert "after the reset (v = v_r) the threshold" in told
    held = model.group(2, v_r=2.0)
    held.hold = 1
    assert not run(held)


@pytest.mark.parametrize("target", ["numpy", "cpp"])
def test_runs_of_a_program_say_the_same_thing_once(target, request):
    if target == "cpp":
        request.getfixturevalue("compiler")
    with brainnet.target(target):
        group = models.lif.group(2, E_L=-50 * mV, v_reset=-70 * mV, vary=["I_ext", "v_reset"])
        made = []
        told = said(lambda: made.append(brainnet.build(Network(group), 0.2 * ms)))
        for values in (None, None, {group.I_ext: 0.1 * nA}):
            told += said(lambda values=values: made[0].run(values))
        assert len(told) == 1
        assert "met at the start" in told[0]
    with brainnet.target(target):
        group = models.lif.group(2, vary=["v_reset"])
        program = brainnet.build(Network(group), 0.2 * ms)
        assert not said(program.run)
        told = [said(lambda: program.run({group.v_reset: -40 * mV})) for _ in range(2)]
        assert [len(each) for each in told] == [1, 0]
        assert "after the reset" in told[0][0]


def test_what_brian_logs_is_said_once(caplog):
    """Brian2 says its own warnings in each run; a program that is run again says them once."""
    group = NeuronGroup(1, "dv/dt = (x - v)/(10*ms) : 1\nx : 1", namespace={"x": 2.0}, method="euler")
    shown = []
    handler = logging.Handler()
    handler.emit = lambda record: shown.append(record.getMessage())
    logging.getLogger("brian2").addHandler(handler)
    try:
        program = brainnet.build(Network(group), 0.2 * ms)
        for _ in range(3):
            program.run()
    finally:
        logging.getLogger("brian2").removeHandler(handler)
    warned = [each for each in shown if "'x'" in each]
    assert len(warned) == 1
