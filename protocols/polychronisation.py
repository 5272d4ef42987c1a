"""Polychronisation: delays and STDP turn a network of 1000 neurons into many time-locked, asynchronous groups.

Neurons, connections, delays and the rule are those of the paper's program. It advances by 1 ms: what arrives is a
current for this ms, the potential takes two half steps, and a neuron at 30 mV has fired. Here the clock has two ticks
per ms: neurons move and fire at whole ms, and what makes them move has arrived half a ms before. So a spike that
arrives in time to fire its target counts as a cause, as it does there, and each trace is read half a ms later than
there, which the amplitudes make up for.

A pair of spikes, the nearest ones, changes the derivative sd of a weight, by 0.1 exp(-dt/tau) mV/ms where the
postsynaptic one follows and -0.12 exp(dt/tau) where it comes first, with 0.95 left of a trace after 1 ms. Once a second

    sd <- 0.9 sd      w <- clip(w + 0.01 + sd, 0, 10)      in mV/ms, for 1 ms

Groups are counted in the end, by the definition of the program (`brainnet.experiment.find_groups`).
"""

from typing import Any

import numpy as np
import xarray as xr
from brian2 import EventMonitor, Network, NeuronGroup, StateMonitor, defaultclock, ms, mV, second
from scipy.signal import welch

from brainnet import Parameter, Result, SynapseModel, Trace, build, models, protocol, uniform
from brainnet.connectivity import FixedOutDegree
from brainnet.errors import ParameterError
from brainnet.experiment import find_groups
from brainnet.pairing import PAIRING, reward
from brainnet.plot.polychronisation import draw_polychronisation

UNIT = 1 * mV / ms
D = 20  # longest delay of excitatory synapses, ms
W_START, W_INHIBITORY, W_MAX = 6.0, -5.0, 10.0  # mV/ms
KEPT = 0.95  # of a trace, after 1 ms
STRONG, LAYERS = 0.95, 7  # of the largest weight; of a group, at least
POINTS = 60  # of the courses
# Half a ms more than there has passed when a trace is read.
AMPLITUDES = {
    "w_plus": 0.1 / np.sqrt(KEPT), "w_minus": 0.12 / np.sqrt(KEPT), "w_growth": 0.01, "w_min": 0.0, "w_max": W_MAX,
}  # fmt: skip
BANDS = {"delta": (1.0, 4.0), "gamma": (30.0, 100.0)}  # Hz
PAPER = "Izhikevich 2006, Neural Comput. 18:245, doi:10.1162/089976606775093882"

derivative_stdp = SynapseModel(
    name="derivative_stdp",
    summary="nearest pairs of spikes change the derivative of the weight, which moves the weight once a second",
    equations="w : {unit}\nsd : {unit}",
    traces={
        "x": Trace("pre", tau="tau", meaning="what the last presynaptic spike has left"),
        "y": Trace("post", tau="tau", meaning="what the last postsynaptic spike has left"),
    },
    on_pre="{onto}_post += w\nsd -= w_minus*y",
    on_post="sd += w_plus*x",
    on_reward="sd *= remaining\nw = clip(w + w_growth + sd, w_min, w_max)",  # the tick of every second
    bounds=("w_min", "w_max"),
    parameters={
        "tau": Parameter(-1 / np.log(KEPT) * ms, "time constant of both traces", above=0 * ms),
        "w_plus": Parameter(AMPLITUDES["w_plus"], "amplitude of potentiation"),
        "w_minus": Parameter(AMPLITUDES["w_minus"], "amplitude of depression"),
        "w_growth": Parameter(AMPLITUDES["w_growth"], "what a weight gains each second without any spike"),
        "w_min": Parameter(AMPLITUDES["w_min"], "lower bound of the weight"),
        "w_max": Parameter(AMPLITUDES["w_max"], "upper bound of the weight"),
        "remaining": Parameter(0.9, "of the derivative, each second"),
    },
    variants={"pairing": PAIRING},
    source=PAPER,
)(pairing="nearest_symmetric")

# Two half steps of the potential; one neuron gets a spike from outside.
ONE_MS = """
struck = int(reach*uniform(seed, 0, int(t/ms + 0.01), 0))
I += 20*mV/ms*int(i == struck)
v += 0.5*ms*(0.04*v**2/(mV*ms) + 5*v/ms + 140*mV/ms - u + I)
v += 0.5*ms*(0.04*v**2/(mV*ms) + 5*v/ms + 140*mV/ms - u + I)
u += a*(0.2*v/ms - u)*ms
I = 0*mV/ms
"""


def connections(cells, excitatory, fan_out, seed):
    """Synapses of excitatory neurons, with delays, as many of each; and of inhibitory ones, onto excitatory ones.

    Returns
    -------
    excitation, delays, inhibition : scipy.sparse matrix, shape (n_pre, n_post)
        Weights in mV/ms, delays from 1 to 20 ms.
    """
    wiring = FixedOutDegree(fan_out, weights=W_START, self_connections=False, seed=seed)
    excitation = wiring.draw(cells[:excitatory], cells).matrix.tocsr()
    wiring = FixedOutDegree(fan_out, weights=W_INHIBITORY, seed=seed, stream=1)
    inhibition = wiring.draw(cells[excitatory:], cells[:excitatory]).matrix.tocsr()
    delays, each = excitation.copy(), 1.0 + np.arange(fan_out) * D // fan_out
    delays.data = np.random.default_rng(seed).permuted(np.tile(each, (excitatory, 1)), axis=1).ravel()
    return excitation, delays, inhibition


def assemble(neurons, fan_out, seed, seen, reach=1000):
    """Neurons and synapses; `seen` is the condition on t under which spikes are kept.

    One of `reach` neurons, or of all if they are more, is struck in each ms, if there is one of that number.

    Returns
    -------
    cells, plastic, objects, delays
        Neurons, excitatory synapses, all there is for a network, and the delays of the excitatory synapses (ms).
    """
    defaultclock.dt = 0.5 * ms
    excitatory = neurons * 4 // 5
    cells = NeuronGroup(
        neurons,
        """v : volt
           u : volt/second
           I : volt/second
           a : hertz (constant)
           delta_u : volt/second (constant)
           spikes : integer""",
        threshold="v >= 30*mV",
        reset="v = -65*mV\nu += delta_u\nspikes += 1",
        events={"seen": f"v >= 30*mV and ({seen})"},
        namespace={"uniform": uniform, "seed": seed, "reach": max(neurons, reach)},
        name="polychronous_cells",
    )
    fast = np.arange(neurons) >= excitatory
    cells.a, cells.delta_u = np.where(fast, 0.1, 0.02) / ms, np.where(fast, 2, 8) * UNIT
    cells.v, cells.u = -65 * mV, -13 * UNIT
    cells.run_regularly(ONE_MS, dt=1 * ms, when="groups")
    excitation, delays, inhibition = connections(cells, excitatory, fan_out, seed)
    amplitudes = {key: value * UNIT for key, value in AMPLITUDES.items()}
    shift = excitation.copy()
    shift.data = delays.data - 0.5  # before neurons move
    plastic = derivative_stdp(**amplitudes).connect(
        cells[:excitatory], cells, (excitation, UNIT), onto="I", delay=(shift, ms), path="projection"
    )
    fixed = models.static_synapse.connect(
        cells[excitatory:], cells[:excitatory], (inhibition, UNIT), onto="I", delay=0.5 * ms
    )
    seconds = NeuronGroup(
        1, "", threshold="t > 0*second and int(t/(0.5*ms) + 0.1) % 2000 == 0", reset="", name="seconds"
    )
    tick = reward(seconds, plastic, order=-5)  # before all else of its step
    return cells, plastic, [cells, plastic, fixed, seconds, tick], delays


def power(spikes, seconds):
    """Spectrum of the activity in 1 ms of a window: frequencies, and power relative to that of a Poisson process."""
    counts = np.bincount((spikes * 1000 + 0.5).astype(int), minlength=round(seconds * 1000))
    frequency, found = welch(counts, 1000.0, nperseg=min(1000, len(counts)))
    return frequency, found * 500 / max(counts.mean(), 1e-12)


def in_band(frequency, found, band):
    """Frequency of the largest power in a band, and the mean power there."""
    low, high = BANDS[band]
    within = (frequency >= low) & (frequency <= high)
    return frequency[within][np.argmax(found[within])], found[within].mean()


@protocol(
    parameters={
        "neurons": Parameter(1000, "four fifths of them excitatory", low=50, high=10_000, quick=200),
        "fan_out": Parameter(100, "targets of a neuron", low=1, high=1000),
        "duration": Parameter(3600 * second, "of the experiment", low=2 * second, quick=90 * second),
        "window": Parameter(100 * second, "at the start and in the end, whose spikes are looked at", low=1 * second,
                            quick=10 * second),
        "strong": Parameter(STRONG, "of the largest weight, from which on a synapse is part of groups", low=0.5,
                            below=1.0),
        "layers": Parameter(LAYERS, "of a group, at least", low=2, high=100, quick=5),
    },
    results={
        "excitatory_rate": Result("of an excitatory neuron, in the last window", "Hz"),
        "inhibitory_rate": Result("of an inhibitory neuron, in the last window", "Hz"),
        "delta_before": Result("frequency from 1 to 4 Hz with most power, in the first window", "Hz"),
        "delta_power_before": Result("mean power from 1 to 4 Hz relative to that of independent neurons, first window"),
        "delta_power_after": Result("the same in the last window"),
        "gamma_after": Result("frequency from 30 to 100 Hz with most power, in the last window", "Hz"),
        "gamma_power_before": Result("as delta_power_before, from 30 to 100 Hz"),
        "gamma_power_after": Result("the same in the last window"),
        "strong_synapses": Result("share of the synapses between excitatory neurons that are strong in the end"),
        "groups": Result("polychronous groups in the end"),
        "group_size": Result("median number of spikes of a group; 0 without groups"),
        "group_duration": Result("median time from the first spike of a group to the last; 0 without groups", "ms"),
    },
    draw=draw_polychronisation,
    source=f"{PAPER}, and its program: INM-6/reproducing-polychronization, code/original_model/poly_spnet.cpp",
)  # fmt: skip
def polychronisation(neurons, fan_out, duration, window, strong, layers, seed) -> xr.Dataset:
    """Let a network with delays organise itself by STDP; look at its rhythms, and count its groups."""
    excitatory = neurons * 4 // 5
    if fan_out >= excitatory:
        raise ParameterError(
            f"polychronisation: fan_out = {fan_out} is not below the {excitatory} excitatory neurons, all that "
            "inhibitory ones reach; give fewer targets, or more neurons"
        )
    if window > duration / 2:
        raise ParameterError(f"polychronisation: two windows of {window} do not fit into {duration}; give shorter ones")
    seconds, shown = float(duration / second), float(window / second)
    seen = f"t < {shown!r}*second or t >= {seconds - shown!r}*second"
    cells, plastic, objects, delays = assemble(neurons, fan_out, seed, seen)
    spikes, every = EventMonitor(cells, "seen"), duration / POINTS
    counts = StateMonitor(cells, "spikes", record=True, dt=every)
    some = np.sort(np.random.default_rng(seed).choice(plastic.layout.n, min(200, plastic.layout.n), replace=False))
    course = StateMonitor(plastic, "w", record=some, dt=every)
    build(Network(objects, spikes, counts, course), duration).run()
    weights, i, j = (np.asarray(each) for each in (plastic.w / UNIT, plastic.i, plastic.j))
    time, neuron = np.asarray(spikes.t / second), np.asarray(spikes.i)
    rhythms, spectra = {}, []
    for name, start in (("before", 0.0), ("after", seconds - shown)):
        inside = (time >= start) & (time < start + shown) & (neuron < excitatory)
        frequency, found = power(time[inside] - start, shown)
        spectra.append(found)
        for band in BANDS:
            rhythms[f"{band}_{name}"], rhythms[f"{band}_power_{name}"] = in_band(frequency, found, band)
    late = time >= seconds - shown
    of_excitatory = np.sum(neuron[late] < excitatory)
    inhibition = connections(cells, excitatory, fan_out, seed)[2].tocoo()
    groups = find_groups(
        np.concatenate([i, inhibition.row + excitatory]), np.concatenate([j, inhibition.col]),
        np.concatenate([weights, inhibition.data]), np.concatenate([delays.data, np.ones(inhibition.nnz)]),
        neurons=neurons, excitatory=excitatory, w_max=W_MAX, strong=strong, layers=layers,
    )  # fmt: skip
    sizes = np.array([len(each.times) for each in groups], int)
    spans = np.array([np.ptp(each.times) for each in groups], int)
    one = groups[int(np.argsort(sizes)[len(sizes) // 2])] if groups else None  # of median size
    rates = np.diff(np.asarray(counts.spikes), axis=1) / float(every / second)
    edge = np.asarray(counts.t / second)[1:]
    shown_spikes: dict[str, Any] = {}
    for name, start in (("before", 0.0), ("after", seconds - 1)):
        inside = (time >= start) & (time < start + 1)
        shown_spikes[f"time_{name}"] = (f"spike_{name}", time[inside] - start, {"units": "s"})
        shown_spikes[f"neuron_{name}"] = (f"spike_{name}", neuron[inside])
    return xr.Dataset(
        {
            "weight": ("synapse", weights[j < excitatory], {"units": "mV/ms"}),
            "weight_course": (("synapse_of_course", "course_time"), np.asarray(course.w / UNIT), {"units": "mV/ms"}),
            "rate_course": ("time", rates[:excitatory].mean(axis=0), {"units": "Hz"}),
            "spectrum": (("window", "frequency"), np.array(spectra)),
            **shown_spikes,
            "size_of_group": ("group", sizes),
            "duration_of_group": ("group", spans, {"units": "ms"}),
            "layers_of_group": ("group", np.array([each.layers for each in groups], int)),
            "group_neuron": ("group_spike", np.empty(0, int) if one is None else one.neurons),
            "group_time": ("group_spike", np.empty(0, int) if one is None else one.times, {"units": "ms"}),
            "group_pre": ("link", np.empty(0, int) if one is None else one.pre),
            "group_post": ("link", np.empty(0, int) if one is None else one.post),
            **{name: rhythms[name] for name in ("delta_before", "gamma_after")},
            **{name: value for name, value in rhythms.items() if "power" in name},
            "excitatory_rate": of_excitatory / excitatory / shown,
            "inhibitory_rate": (late.sum() - of_excitatory) / (neurons - excitatory) / shown,
            "strong_synapses": np.mean(weights[j < excitatory] > strong * W_MAX),
            "groups": len(groups),
            "group_size": np.median(sizes) if groups else 0.0,
            "group_duration": np.median(spans) if groups else 0.0,
        },
        {
            "time": ("time", edge, {"units": "s"}),
            "course_time": ("course_time", np.asarray(course.t / second), {"units": "s"}),
            "frequency": ("frequency", frequency, {"units": "Hz"}),
            "window": ["before", "after"],
        },
        {"neurons": neurons, "excitatory": excitatory, "duration": seconds, "w_max": W_MAX, "layers": layers},
    )
