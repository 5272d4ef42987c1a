"""Bursts of five pairings at rising frequency, of a neuron whose membrane potential drives the rule."""

import numpy as np
import xarray as xr
from brian2 import Network, SpikeGeneratorGroup, defaultclock, ms, mV, pA

from brainnet import Parameter, Result, models, protocol
from brainnet.errors import ParameterError
from brainnet.plot.plasticity import draw_bursts
from brainnet.targets import build

FREQUENCIES = (10, 20, 30, 40, 50)
# Weight in % of the first after 15 bursts, as NEST simulates it: test_clopath_synapse.py of its test suite.
PUBLISHED = {
    "adex": {-10: (57.826387, 72.167301, 149.433594), 10: (103.304083, 124.036407, 157.028826)},
    "hodgkin_huxley": {-10: (70.143439, 99.492062, 178.102876), 10: (119.633141, 167.377507, 178.831117)},
}
PUBLISHED_AT = (10, 30, 50)
# Values of the neuron in that simulation; b is the number of the authors' program, a thousandth of the default.
NEURON = {"adex": {"V_T_max": 30.4 * mV, "b": 0.0805 * pA}, "hodgkin_huxley": {}}
# The rule for each neuron, time step, and the input that makes it fire once.
RULE = {
    "adex": {},
    "hodgkin_huxley": {"theta_minus": -64.9 * mV, "theta_plus": -35 * mV, "tau_plus": 114 * ms},
}
STEP = {"adex": 0.1, "hodgkin_huxley": 0.05}
INPUT = {"adex": ("v", 80 * mV), "hodgkin_huxley": ("s", 2000 * np.e * pA)}
W_START = 0.5


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
        same = (chosen["spikes"], chosen["bursts"], chosen["start"]) == (5, 15, start)
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
        "neuron": Parameter("adex", "postsynaptic neuron: adex or hodgkin_huxley"),
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
def pairing_frequency_voltage(neuron, start, spikes, bursts, seed) -> xr.Dataset:
    """Pair in bursts with dt = +10 and -10 ms; all frequencies are neurons of one network.

    One burst is simulated. The bursts are 10 s apart and the change does not depend on the weight within its bounds,
    so that each adds the same. `adex` has the values of the published simulation: `b` = 0.0805 pA, not its default.
    """
    if neuron not in PUBLISHED or start not in ("rest", "zero"):
        raise ParameterError(
            f"pairing_frequency_voltage: neuron={neuron}, start={start}; choose neuron=adex or hodgkin_huxley, "
            "and start=rest or zero"
        )
    defaultclock.dt = STEP[neuron] * ms
    conditions = [(dt, rho) for dt in (-10, 10) for rho in FREQUENCIES]
    pre, post = zip(*[burst(rho, dt, spikes) for dt, rho in conditions], strict=True)
    inputs, drivers = (source(trains) for trains in (pre, post))
    cells = models[neuron].group(len(conditions), **NEURON[neuron])
    onto, amplitude = INPUT[neuron]
    driving = models.static_synapse.connect(drivers, cells, np.eye(len(conditions)) * amplitude, onto=onto)
    rule = models.clopath_stdp(**RULE[neuron])
    synapses = rule.connect(inputs, cells, onto=None)
    synapses.connect(j="i")
    synapses.w = W_START
    if start == "zero":
        for trace, tau in (("u_minus", "tau_minus"), ("u_plus", "tau_plus")):
            # Counted from theta_minus; v_past runs ahead of them by t_past in that simulation.
            value = {name: declared.value for name, declared in rule.resolved_parameters().items()}
            late = np.exp(float(cells.model.parameters["t_past"].value / value[tau]))
            setattr(synapses, trace, -value["theta_minus"] * late)
    last = max(max(train) for train in (*pre, *post)) * ms
    build(Network(inputs, drivers, cells, driving, synapses), last + 20 * ms).run()
    weight = 100 + 100 * bursts * (np.array(synapses.w[:]) / W_START - 1)
    course = dict(zip(conditions, weight, strict=True))
    return xr.Dataset(
        {
            **{f"post_pre_{rho}": course[-10, rho] for rho in PUBLISHED_AT},
            **{f"pre_post_{rho}": course[10, rho] for rho in PUBLISHED_AT},
            **crossing([course[-10, rho] for rho in FREQUENCIES]),
            "weight": (("dt", "rho"), weight.reshape(2, -1)),
            "published": (("dt", "rho_published"), [PUBLISHED[neuron][dt] for dt in (-10, 10)]),
        },
        {
            "dt": ("dt", [-10.0, 10.0], {"units": "ms"}),
            "rho": ("rho", [float(rho) for rho in FREQUENCIES], {"units": "Hz"}),
            "rho_published": ("rho_published", [float(rho) for rho in PUBLISHED_AT], {"units": "Hz"}),
        },
        {"neuron": neuron, "start": start},
    )


def source(trains):
    """Make a group that fires one train a neuron."""
    index = np.repeat(np.arange(len(trains)), [len(train) for train in trains])
    return SpikeGeneratorGroup(len(trains), index, np.concatenate(trains) * ms)


def crossing(weight):
    """First frequency at which the weight, on lines between the points, rises through 100 %; nothing for none."""
    for place in range(len(weight) - 1):
        low, high = weight[place : place + 2]
        if low < 100 <= high:
            rho, after = FREQUENCIES[place : place + 2]
            return {"crossing": rho + (after - rho) * (100 - low) / (high - low)}
    return {}
