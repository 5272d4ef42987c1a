"""Exclusive or, learned from a reward at each spike of the output neuron: +1 where it should fire, -1 where not.

With coding = rate, bits are rates of 2 x 30 inputs (40 Hz or silence), half of them inhibitory, and 60 hidden neurons
excite the output. With coding = temporal, two inputs fire equally often for 0 and 1, and only the times tell which: a
bit is a frozen train of 5 spikes. Two input spikes that meet make a hidden neuron fire, one does not; axonal delays of
its own let each of 200 hidden neurons see other coincidences, and the output learns which of them mean 1. Several
networks learn side by side in one build. Sizes, rates and trial of the rates follow the paper as far as they are known.
Those of the times are not the paper's (which had fewer hidden neurons), and all learning rates were chosen here.
"""

from dataclasses import dataclass

import numpy as np
import xarray as xr
from brian2 import (
    Hz,
    Network,
    NeuronGroup,
    Quantity,
    SpikeGeneratorGroup,
    SpikeMonitor,
    Synapses,
    TimedArray,
    defaultclock,
    ms,
    mV,
    second,
    volt,
)
from scipy import sparse

from brainnet import Parameter, Result, build, models, protocol
from brainnet.errors import ParameterError
from brainnet.pairing import reward
from brainnet.plot.plastic_networks import draw_xor

PATTERNS = np.array([(0, 0), (0, 1), (1, 0), (1, 1)])
WANTED = PATTERNS.sum(axis=1) == 1
STEP = 1.0  # ms
SPREAD = 25.0  # MSTDPET learns with this times gamma, as its trace spreads a pair over tau_z = 25 steps


@dataclass(frozen=True)
class Coding:
    """What differs between the codings; bounds of the weights from the input to hidden neurons, and to the output."""

    lines: int  # from the inputs to the hidden neurons of a network
    hidden: int
    w_bounds: Quantity
    w_start: Quantity
    v_bounds: Quantity
    v_start: Quantity
    gamma: float  # in units of the largest weights


CODINGS = {
    "rate": Coding(60, 60, [0, 5] * mV, [0, 5] * mV, [0, 5] * mV, [0, 5] * mV, 0.02),
    # 16 mV make a neuron fire. A line for each hidden neuron: its own delays of both inputs.
    "temporal": Coding(400, 200, [0, 8.5] * mV, [8.5, 8.5] * mV, [-20, 20] * mV, [0, 20] * mV, 0.05),
}
TRAIN, PAUSE = 5, 30  # spikes of a frozen train, and steps between two of them at least


def rate_spikes(rng, networks, bits, rate, trial):
    """Networks, lines and steps of the spikes of a trial; half of the lines of either bit excite, and come first."""
    lines = CODINGS["rate"].lines
    now = rng.random((networks, 2, 2, lines // 4, trial)) < float(rate / Hz) * STEP / 1000
    now &= (bits == 1)[:, None, None]
    return np.nonzero(now.reshape(networks, lines, trial))


def frozen_trains(rng, networks, steps):
    """Steps in which each input fires for each bit, (networks, input, bit, TRAIN), all before `steps`."""
    free = steps - (TRAIN - 1) * PAUSE
    ranks = rng.random((networks, 2, 2, free)).argsort(axis=-1)[..., :TRAIN]
    return np.sort(ranks, axis=-1) + PAUSE * np.arange(TRAIN)


def input_spikes(rng, coding, networks, order, rate, longest, trial):
    """Networks, lines or inputs, and times in ms of all spikes; the patterns are `order`, for `trial` steps each."""
    if coding == "temporal":
        trains = frozen_trains(rng, networks, trial - longest)
        network, place, _ = np.indices((networks, 2, TRAIN)).reshape(3, -1)
        shown = [(network, place, trains[:, [0, 1], PATTERNS[pattern]].ravel()) for pattern in order]
    else:
        shown = [rate_spikes(rng, networks, PATTERNS[pattern], rate, trial) for pattern in order]
    network, line, step = (np.concatenate(each) for each in zip(*shown, strict=True))
    started = np.repeat(trial * np.arange(len(order)), [len(each[0]) for each in shown])
    return network, line, step + started


def delay_lines(inputs, delays):
    """Neurons that fire one step after a spike of their input arrives; `delays` (inputs, lines of each) in steps."""
    lines = NeuronGroup(delays.size, "arrived : 1", threshold="arrived > 0", reset="arrived = 0")
    axons = Synapses(inputs, lines, on_pre="arrived_post = 1")
    axons.connect(i=np.repeat(np.arange(len(delays)), delays.shape[1]), j=np.arange(delays.size))
    axons.delay = delays.ravel() * STEP * ms
    return lines, axons


def input_groups(rng, coding, networks, spikes, longest, w):
    """Objects that show the spikes, and the groups that drive hidden neurons: (polarity, group, weights)."""
    network, line, times = spikes
    if coding == "temporal":
        inputs = SpikeGeneratorGroup(networks * 2, network * 2 + line, times * STEP * ms)
        delays = rng.integers(longest, size=(networks * 2, CODINGS[coding].hidden), endpoint=True)
        lines, axons = delay_lines(inputs, delays)
        return [inputs, axons, lines], [(1, lines, w)]
    half = CODINGS[coding].lines // 2
    exciting, inhibiting = (
        SpikeGeneratorGroup(networks * half, network[part] * half + line[part] % half, times[part] * STEP * ms)
        for part in (line < half, line >= half)
    )
    return [exciting, inhibiting], [(1, exciting, w[:, :half]), (-1, inhibiting, w[:, half:])]


def whole_steps(name, time):
    """Number of steps that a time takes."""
    steps = round(time / (STEP * ms))
    if abs(time / (STEP * ms) - steps) > 1e-6:
        raise ParameterError(f"rstdp_xor: {name} = {time} is no whole number of steps of {STEP:g} ms; round it")
    return steps


def starting_weights(rng, coding, networks):
    """Weights in volts from lines to hidden neurons, and from these to the output, one matrix for all networks."""
    own = CODINGS[coding]
    if coding == "rate":
        reached = np.ones((own.lines, own.hidden), bool)
    else:  # a line for each hidden neuron and input
        reached = np.tile(np.eye(own.hidden, dtype=bool), (2, 1))
    w = rng.uniform(*np.asarray(own.w_start), (networks, own.lines, own.hidden))
    v = rng.uniform(*np.asarray(own.v_start), (networks, own.hidden, 1))
    return np.where(reached, w, 0.0), v


def blocks(weights):
    """Matrix that connects each network to itself, and its unit; `weights` (networks, pre, post), 0 for no synapse."""
    return sparse.csr_matrix(sparse.block_diag(list(weights))), volt


def solved(rate):
    """Share of the networks whose output fires more for every pattern that asks for it than for any other."""
    return float(np.mean(rate[:, WANTED].min(axis=1) > rate[:, ~WANTED].max(axis=1)))


@protocol(
    parameters={
        "rule": Parameter("mstdp", "without or with eligibility trace", choices=("mstdp", "mstdpet")),
        "coding": Parameter("rate", "of the bits", choices=("rate", "temporal")),
        "networks": Parameter(10, "that learn side by side", low=1, high=1000, quick=3),
        "epochs": Parameter(200, "of all four patterns", low=1, high=100_000, quick=30),
        "test_epochs": Parameter(10, "without reward, before and again after learning", low=1, high=1000, quick=5),
        "gamma_factor": Parameter(1.0, "on the learning rate that was chosen for rule and coding", above=0.0),
        "trial": Parameter(500 * ms, "for which a pattern is shown", low=10 * ms),
        "rate": Parameter(40 * Hz, "of an active input (coding rate only)", above=0 * Hz),
        "max_delay": Parameter(200 * ms, "longest axonal delay of an input (coding temporal only)", low=0 * ms),
    },
    results={
        "solved": Result("share of the networks that fire more for 01 and 10 than for 00 and 11, after learning"),
        "solved_before": Result("the same, before learning"),
        "rate_xor_1": Result("firing rate of the output for 01 and 10, after learning", "Hz"),
        "rate_xor_0": Result("firing rate of the output for 00 and 11, after learning", "Hz"),
    },
    draw=draw_xor,
    source="Florian 2007, Neural Comput. 19:1468, doi:10.1162/neco.2007.19.6.1468, sec. 4 (exclusive or)",
)
def rstdp_xor(rule, coding, networks, epochs, test_epochs, gamma_factor, trial, rate, max_delay, seed) -> xr.Dataset:
    """Present the four patterns in random order; test before and after learning without reward."""
    idle, default, other = ("rate", 40 * Hz, "rate") if coding == "temporal" else ("max_delay", 200 * ms, "temporal")
    if {"rate": rate, "max_delay": max_delay}[idle] != default:
        raise ParameterError(f"rstdp_xor: {idle} acts only with coding={other}; leave it out or set coding={other}")
    defaultclock.dt = STEP * ms
    steps, longest = whole_steps("trial", trial), whole_steps("max_delay", max_delay)
    if coding == "temporal" and steps - longest < TRAIN * PAUSE:
        raise ParameterError(
            f"rstdp_xor: a train takes {TRAIN * PAUSE} ms at least, and {trial - max_delay} are left of a trial after "
            "the longest delay; set a longer trial, or a shorter max_delay"
        )
    own, rng = CODINGS[coding], np.random.default_rng(seed)
    order = np.concatenate([rng.permutation(4) for _ in range(epochs + 2 * test_epochs)])
    learning = np.repeat(np.arange(len(order)) // 4, steps)
    learning = (learning >= test_epochs) & (learning < test_epochs + epochs)
    wanted = np.repeat(np.where(WANTED[order], 1.0, -1.0), steps)
    signal, nothing = TimedArray(wanted * learning, dt=STEP * ms), TimedArray([0.0], dt=1 * second)
    spikes = input_spikes(rng, coding, networks, order, rate, longest, steps)
    w, v = starting_weights(rng, coding, networks)
    shown, sides = input_groups(rng, coding, networks, spikes, longest, w)
    cell = models.lif(tau_m=20 * ms, E_L=-70 * mV, v_th=-54 * mV, v_reset=-70 * mV, t_ref=0 * ms)
    hidden, output = (cell.group(networks * n) for n in (own.hidden, 1))

    eligibility, gain = {"mstdp": ("none", 1.0), "mstdpet": ("trace", SPREAD)}[rule]

    def learns(bounds):
        gamma = gain * own.gamma * gamma_factor
        return models.florian_stdp(eligibility=eligibility, gamma=gamma, w_min=bounds[0], w_max=bounds[1])

    # A hidden spike makes the output fire one step later, whose reward comes in the step after: with a dendritic delay
    # of one step the synapses from the input see the hidden spike then.
    now, late = {"namespace": {"signal": signal}}, {"delay": STEP * ms, "delay_site": "dendritic"}
    plastic = [
        (learns(own.w_bounds).connect(group, hidden, blocks(weights), polarity=polarity, **late, **now), weights)
        for polarity, group, weights in sides
    ]
    plastic.append((learns(own.v_bounds).connect(hidden, output, blocks(v), **now), v))
    # The reward lasts one step and comes before the rule reads it; each network has its own.
    given = []
    for synapses, weights in plastic:
        mine = {"where": f"i == j // {np.count_nonzero(weights[0])}"}
        given.append(reward(output, synapses, order=-4, **mine))
        given.append(reward(output, synapses, order=-5, delay=STEP * ms, namespace={"signal": nothing}, **mine))
    out = SpikeMonitor(output)
    network = Network(*shown, hidden, output, *(synapses for synapses, _ in plastic), *given, out)
    build(network, len(order) * steps * ms).run()
    trial_of = (np.asarray(out.t / ms) / steps + 1e-9).astype(int)
    count = np.zeros((networks, len(order)))
    np.add.at(count, (np.asarray(out.i), trial_of), 1)
    # By epoch and pattern; `order` holds each pattern once an epoch.
    by_pattern = np.take_along_axis(
        count.reshape(networks, -1, 4), np.argsort(order.reshape(1, -1, 4), axis=2), axis=2
    ) / (steps / 1000)
    before, after = (by_pattern[:, part].mean(axis=1) for part in (slice(test_epochs), slice(-test_epochs, None)))
    return xr.Dataset(
        {
            "rate_by_epoch": (("network", "epoch", "pattern"), by_pattern, {"units": "Hz"}),
            "before": (("network", "pattern"), before, {"units": "Hz"}),
            "after": (("network", "pattern"), after, {"units": "Hz"}),
            "solved": solved(after),
            "solved_before": solved(before),
            "rate_xor_1": after[:, WANTED].mean(),
            "rate_xor_0": after[:, ~WANTED].mean(),
        },
        {"pattern": ["".join(map(str, bits)) for bits in PATTERNS], "epoch": np.arange(len(order) // 4) - test_epochs},
        {"rule": rule, "coding": coding, "epochs": epochs},
    )
