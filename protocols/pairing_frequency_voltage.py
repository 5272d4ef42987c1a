"""Bursts of five pairings at rising frequency, of a neuron whose membrane potential drives the rule."""

import numpy as np
import xarray as xr
from brian2 import Network, Quantity, SpikeGeneratorGroup, defaultclock, ms, mV, pA
from brian2 import seed as set_seed

from brainnet import Parameter, Result, models, protocol
from brainnet.errors import ParameterError
from brainnet.experiment import (
    RULE,
    Given,
    assignments,
    chosen_frequencies,
    chosen_rule,
    find_rule,
    is_random,
    is_shipped,
    one_to_one,
)
from brainnet.plot.plasticity import draw_bursts
from brainnet.results import no_value
from brainnet.targets import build

FREQUENCIES = (10, 20, 30, 40, 50)
# Weight in % of the first after 15 bursts, as NEST simulates it: test_clopath_synapse.py of its test suite.
PUBLISHED = {
    "adex": {-10: (57.826387, 72.167301, 149.433594), 10: (103.304083, 124.036407, 157.028826)},
    "hodgkin_huxley": {-10: (70.143439, 99.492062, 178.102876), 10: (119.633141, 167.377507, 178.831117)},
}
PUBLISHED_AT = (10, 30, 50)
# The rule of the paper for each neuron, time step, and the input that makes it fire once.
CLOPATH = ("clopath", "clopath_stdp")
VALUES = {
    "adex": {},
    "hodgkin_huxley": {"theta_minus": -64.9 * mV, "theta_plus": -35 * mV, "tau_plus": 114 * ms},
}
STEP = {"adex": 0.1, "hodgkin_huxley": 0.05}
INPUT = {"adex": ("v", 80 * mV), "hodgkin_huxley": ("s", 2000 * np.e * pA)}
# What the simulation of the published values sets, or has by default, and the model has otherwise: see models/adex.py.
# Firing is forced, so that most of it hardly matters; b does, since 80.5 pA lowers the potential between the spikes.
NEURON = {"adex": {"V_T_max": 30.4 * mV, "b": 0.0805 * pA}, "hodgkin_huxley": {}}
PAUSE = 10_000.0  # ms between bursts


def burst(rho, dt, spikes):
    """Trains (pre, post) of a burst at `rho` Hz, dt = t_post - t_pre in ms.

    Times are those of the simulation of the published values. It changes weights at presynaptic spikes only, so that
    one more, which depresses, follows a burst in which they come first.
    """
    period, first = 1000 / rho, dt > 0
    pre = 29 + (np.arange(spikes + first) + first) * period
    return np.round(pre, 1), np.round(pre[:spikes] + dt, 1)


def published(dt, rho):
    """Reference of one point as a function of the parameters; None for another experiment."""

    def reference(chosen):
        start = {"adex": "rest", "hodgkin_huxley": "zero"}.get(chosen["neuron"])
        same = [chosen[name] for name in ("spikes", "bursts", "start", "parameters")] == [5, 15, start, "published"]
        same = same and chosen["rule"] in CLOPATH and not chosen["rule_parameters"]
        same = same and isinstance(chosen["frequencies"], str) and chosen["frequencies"] == "default"
        return PUBLISHED[chosen["neuron"]][dt][PUBLISHED_AT.index(rho)] if same else None

    return reference


def point(order, dt, rho):
    """Declare the result at one frequency."""
    return Result(
        f"weight after {order} bursts at {rho} Hz, in % of the first",
        "1",
        published(dt, rho),
        # Five per cent.
        0.05 * PUBLISHED["adex"][dt][PUBLISHED_AT.index(rho)],
        "nest/nest-simulator, testsuite/pytests/synapses/test_clopath_synapse.py",
    )


@protocol(
    parameters={
        "rule": Given(
            "clopath", RULE["rule"].meaning.replace("pair, triplet", "clopath"), accepts=RULE["rule"].accepts
        ),
        "rule_parameters": RULE["rule_parameters"],
        "w_init": RULE["w_init"],
        "frequencies": Given("default", "default (10 to 50 Hz), or such as 5,30*Hz", accepts=(Quantity,)),
        "neuron": Parameter("adex", "postsynaptic neuron: adex or hodgkin_huxley"),
        "parameters": Parameter(
            "published",
            "of adex: those of the simulation of the published values, or the model's own",
            choices=("published", "model"),
        ),
        "start": Parameter("rest", "low-passed potentials at the start: rest, or zero (0 mV)"),
        "spikes": Parameter(5, "pairings of a burst", low=1, high=100),
        "bursts": Parameter(15, "bursts, far apart", low=1, high=100),
    },
    results={
        **{f"post_pre_{rho}": point("post-pre", -10, rho) for rho in PUBLISHED_AT},
        **{f"pre_post_{rho}": point("pre-post", 10, rho) for rho in PUBLISHED_AT},
        "crossing": Result(
            "frequency at which post-pre bursts turn from depression to potentiation, if they do", "Hz", optional=True
        ),
    },
    draw=draw_bursts,
    source="Clopath, Busing, Vasilaki & Gerstner 2010, Nat. Neurosci. 13:344, doi:10.1038/nn.2479, fig. 2",
)
def pairing_frequency_voltage(
    rule, rule_parameters, w_init, frequencies, neuron, parameters, start, spikes, bursts, seed
) -> xr.Dataset:
    """Pair in bursts with dt = +10 and -10 ms; all frequencies are neurons of one network.

    Of the rule of the paper one burst is simulated. The bursts are 10 s apart and the change does not depend on the
    weight within its bounds, so that each adds the same. Of any other rule all bursts are simulated.
    """
    if neuron not in PUBLISHED or start not in ("rest", "zero"):
        raise ParameterError(
            f"pairing_frequency_voltage: neuron={neuron}, start={start}; choose neuron=adex or hodgkin_huxley, "
            "and start=rest or zero"
        )
    if parameters == "model" and not NEURON[neuron]:
        raise ParameterError(
            f"pairing_frequency_voltage: parameters=model acts on neuron=adex; {neuron} has one set, leave it out"
        )
    found = find_rule(rule)
    clopath = is_shipped(found, "clopath_stdp")
    given = assignments(found, rule_parameters)
    # A model from Python has the values that its user gave it.
    rule = chosen_rule(
        found,
        rule_parameters={**VALUES[neuron], **given} if isinstance(rule, str) and rule in CLOPATH else given,
        potential=True,
    )
    if start == "zero" and not clopath:
        raise ParameterError(f"start=zero is a start of clopath_stdp, and not of {rule.name}; leave it out")
    rates = FREQUENCIES
    if not (isinstance(frequencies, str) and frequencies == "default"):
        rates = tuple(chosen_frequencies("pairing_frequency_voltage", "frequencies", frequencies))
    each_adds_the_same = clopath and rule.choice("homeostasis") == "none"
    repeats = 1 if each_adds_the_same else bursts
    defaultclock.dt = STEP[neuron] * ms
    if is_random(rule):
        set_seed(seed)
    conditions = [(dt, rho) for dt in (-10, 10) for rho in rates]
    pre, post = zip(*[repeated(burst(rho, dt, spikes), repeats) for dt, rho in conditions], strict=True)
    inputs, drivers = (source(trains) for trains in (pre, post))
    cells = models[neuron].group(len(conditions), **(NEURON[neuron] if parameters == "published" else {}))
    onto, amplitude = INPUT[neuron]
    driving = models.static_synapse.connect(drivers, cells, np.eye(len(conditions)) * amplitude, onto=onto)
    low, high = (float(rule.resolved_parameters()[name].value) for name in rule.bounds) if rule.bounds else (0.0, 1.0)
    w_start = low + w_init * (high - low)
    synapses = rule.connect(inputs, cells, one_to_one(len(conditions), w_start), onto=None, path="synapses")
    lower = rule.connect(inputs, cells, one_to_one(len(conditions), 0.9 * w_start), onto=None, path="synapses")
    if start == "zero":
        for trace, tau in (("u_minus", "tau_minus"), ("u_plus", "tau_plus")):
            # Counted from theta_minus; v_past runs ahead of them by t_past in that simulation.
            value = {name: declared.value for name, declared in rule.resolved_parameters().items()}
            late = np.exp(float(cells.model.parameters["t_past"].value / value[tau]))
            for each in (synapses, lower):
                setattr(each, trace, -value["theta_minus"] * late)
    last = max(max(train) for train in (*pre, *post)) * ms
    build(Network(inputs, drivers, cells, driving, synapses, lower), last + 20 * ms).run()
    after = np.array(synapses.w[:])
    # From another start the change is the same, unless a bound cut it.
    if each_adds_the_same and not np.allclose(after - w_start, lower.w[:] - 0.9 * w_start, rtol=0, atol=1e-9 * high):
        raise ParameterError(f"the weight of {rule.name} reached a bound within one burst; give smaller amplitudes")
    weight = 100 + 100 * (bursts if each_adds_the_same else 1) * (after / w_start - 1)
    course = dict(zip(conditions, weight, strict=True))
    absent = no_value("this frequency is not among yours")
    return xr.Dataset(
        {
            **{f"post_pre_{rho}": course.get((-10, rho), absent) for rho in PUBLISHED_AT},
            **{f"pre_post_{rho}": course.get((10, rho), absent) for rho in PUBLISHED_AT},
            **crossing(rates, [course[-10, rho] for rho in rates]),
            "weight": (("dt", "rho"), weight.reshape(2, -1)),
            **(
                {"published": (("dt", "rho_published"), [PUBLISHED[neuron][dt] for dt in (-10, 10)])} if clopath else {}
            ),
        },
        {
            "dt": ("dt", [-10.0, 10.0], {"units": "ms"}),
            "rho": ("rho", [float(rho) for rho in rates], {"units": "Hz"}),
            "rho_published": ("rho_published", [float(rho) for rho in PUBLISHED_AT], {"units": "Hz"}),
        },
        {"neuron": neuron, "parameters": parameters, "start": start, "rule": rule.name},
    )


def repeated(trains, count):
    """Both trains of a burst `count` times, PAUSE from the start of one to the start of the next."""
    return [np.concatenate([train + PAUSE * number for number in range(count)]) for train in trains]


def source(trains):
    """Make a group that fires one train per neuron."""
    index = np.repeat(np.arange(len(trains)), [len(train) for train in trains])
    return SpikeGeneratorGroup(len(trains), index, np.concatenate(trains) * ms)


def crossing(rates, weight):
    """First frequency at which the weight, on lines between the points, rises through 100 %; nothing for none."""
    for place in range(len(weight) - 1):
        low, high = weight[place : place + 2]
        if low < 100 <= high:
            rho, after = rates[place : place + 2]
            return {"crossing": rho + (after - rho) * (100 - low) / (high - low)}
    return {}
