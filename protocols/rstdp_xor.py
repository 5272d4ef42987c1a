"""Exclusive or, learned from a reward at each spike of the output neuron: +1 where it should fire, -1 where not.

60 inputs, 60 hidden neurons, one output. Bits are rates (40 Hz or silence), or, with coding = temporal, frozen spike
trains of one and the same rate, so that only the times of the spikes tell 0 from 1. Several networks learn side by
side in one build. Deviations: sizes, rates and trial follow the paper as far as they are known, learning rates were
chosen here. With rates half of the inputs are inhibitory, and hidden neurons excite; with times any synapse takes
either sign, and the paper's success is not reproduced: 3 of 10 networks solve it after 400 epochs, 2 did before.
"""

import numpy as np
import xarray as xr
from brian2 import Hz, Network, SpikeGeneratorGroup, SpikeMonitor, TimedArray, defaultclock, ms, mV, second
from scipy import sparse

from brainnet import Parameter, Result, build, models, protocol
from brainnet.errors import ParameterError
from brainnet.pairing.reward import reward
from brainnet.plot.plastic_networks import draw_xor

PATTERNS = np.array([(0, 0), (0, 1), (1, 0), (1, 1)])
WANTED = PATTERNS.sum(axis=1) == 1
INPUTS, HIDDEN = 60, 60
STEP = 1.0  # ms
SPREAD = 25.0  # MSTDPET learns with this times gamma, as its trace spreads a pair over tau_z = 25 steps
SLOWER = 0.1  # so much slower are the fine distinctions of times learned


def blocks(weights):
    """Matrix that connects each network to itself; `weights` (networks, pre, post)."""
    return sparse.csr_matrix(sparse.block_diag(list(weights)))


def input_spikes(rng, coding, networks, order, rate, trial):
    """Spikes (neuron, time in ms) of the inputs over all trials, whose pattern is `order`; `trial` steps each."""
    chance = rate * STEP / 1000
    frozen = rng.random((networks, 2, INPUTS // 2, 2, trial)) < chance  # by bit position, neuron, bit, step
    neurons, times = [], []
    for number, pattern in enumerate(order):
        bits = PATTERNS[pattern]
        if coding == "temporal":
            now = np.stack([frozen[:, place, :, bit] for place, bit in enumerate(bits)], axis=1)
        else:
            now = (rng.random((networks, 2, INPUTS // 2, trial)) < chance) & (bits[:, None, None] == 1)
        # Excitatory inputs of all networks come first, then the inhibitory ones; half of the inputs of each bit.
        halves = now.reshape(networks, 2, 2, INPUTS // 4, trial).transpose(2, 0, 1, 3, 4)
        neuron, step = np.nonzero(halves.reshape(networks * INPUTS, trial))
        neurons.append(neuron)
        times.append(step + number * trial)
    return np.concatenate(neurons), np.concatenate(times)


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
        "gamma": Parameter(0.02, "learning rate, in units of the largest weight", above=0.0),
        "trial": Parameter(500 * ms, "for which a pattern is shown", low=10 * ms),
        "rate": Parameter(40 * Hz, "of an active input", above=0 * Hz),
        "w_max": Parameter(5 * mV, "largest weight", above=0 * mV),
    },
    results={
        "solved": Result("share of the networks that fire more for 01 and 10 than for 00 and 11, after learning"),
        "solved_before": Result("the same, before learning"),
        "rate_xor_1": Result("firing rate of the output for 01 and 10, after learning", "Hz"),
        "rate_xor_0": Result("firing rate of the output for 00 and 11, after learning", "Hz"),
    },
    draw=draw_xor,
    source="Florian 2007, Neural Comput. 19:1468, sec. 4 (exclusive or)",
)
def rstdp_xor(rule, coding, networks, epochs, test_epochs, gamma, trial, rate, w_max, seed) -> xr.Dataset:
    """Present the four patterns in random order; test before and after learning without reward."""
    defaultclock.dt = STEP * ms
    steps = round(trial / (STEP * ms))
    if abs(trial / (STEP * ms) - steps) > 1e-6:
        raise ParameterError(f"rstdp_xor: trial = {trial} is no whole number of steps of {STEP:g} ms; round it")
    rng = np.random.default_rng(seed)
    order = np.concatenate([rng.permutation(4) for _ in range(epochs + 2 * test_epochs)])
    learning = np.repeat(np.arange(len(order)) // 4, steps)
    learning = (learning >= test_epochs) & (learning < test_epochs + epochs)
    wanted = np.repeat(np.where(WANTED[order], 1.0, -1.0), steps)
    signal, nothing = TimedArray(wanted * learning, dt=STEP * ms), TimedArray([0.0], dt=1 * second)
    neurons, times = input_spikes(rng, coding, networks, order, float(rate / Hz), steps)
    half = networks * INPUTS // 2
    excites = neurons < half
    exciting = SpikeGeneratorGroup(half, neurons[excites], times[excites] * STEP * ms)
    inhibiting = SpikeGeneratorGroup(half, neurons[~excites] - half, times[~excites] * STEP * ms)
    cell = models.lif(tau_m=20 * ms, E_L=-70 * mV, v_th=-54 * mV, v_reset=-70 * mV, t_ref=0 * ms)
    hidden, output = (cell.group(networks * n) for n in (HIDDEN, 1))
    gain = {"mstdp": 1.0, "mstdpet": SPREAD}[rule] * {"rate": 1.0, "temporal": SLOWER}[coding]
    w_min = {"rate": 0 * mV, "temporal": -w_max}[coding]
    learn = models.florian_stdp(
        eligibility={"mstdp": "none", "mstdpet": "trace"}[rule], gamma=gain * gamma, w_min=w_min, w_max=w_max
    )
    top, each = float(w_max), (INPUTS // 2 * HIDDEN, INPUTS // 2 * HIDDEN, HIDDEN)
    # A hidden spike makes the output fire one step later, whose reward comes in the step after: with a dendritic delay
    # of one step the synapses from the input see the hidden spike then.
    now, late = {"namespace": {"signal": signal}}, {"delay": STEP * ms, "delay_site": "dendritic"}
    plastic = [
        learn.connect(
            group,
            hidden,
            blocks(rng.uniform(float(w_min), top, (networks, INPUTS // 2, HIDDEN))),
            polarity=polarity,
            **late,
            **now,
        )
        for polarity, group in ((1, exciting), (-1, inhibiting))
    ]
    plastic.append(learn.connect(hidden, output, blocks(rng.uniform(0, top, (networks, HIDDEN, 1))), **now))
    # The reward lasts one step and comes before the rule reads it; each network has its own.
    given = []
    for synapses, count in zip(plastic, each, strict=True):
        own = {"where": f"i == j // {count}"}
        given.append(reward(output, synapses, order=-4, **own))
        given.append(reward(output, synapses, order=-5, delay=STEP * ms, namespace={"signal": nothing}, **own))
    spikes = SpikeMonitor(output)
    build(Network(exciting, inhibiting, hidden, output, *plastic, *given, spikes), len(order) * steps * ms).run()
    shown = (np.asarray(spikes.t / ms) / steps + 1e-9).astype(int)
    count = np.zeros((networks, len(order)))
    np.add.at(count, (np.asarray(spikes.i), shown), 1)
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
