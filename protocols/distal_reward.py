"""Distal reward: one synapse out of tens of thousands earns its reward one to three seconds later, and finds out.

Neurons, connections, amplitudes and the rule of reward are those of the paper's published program. Its 1 ms step with
two half steps of the potential is a step of 0.5 ms here; its input, drawn anew in every ms, is the same. A spike of a
neuron jumps the potential of its targets by the weight, 1 ms later.
"""

import numpy as np
import xarray as xr
from brian2 import Hz, Network, NeuronGroup, SpikeMonitor, StateMonitor, Synapses, defaultclock, ms, mV, second, volt
from scipy import sparse

from brainnet import Parameter, Result, build, models, protocol, uniform
from brainnet.pairing import reward
from brainnet.plot.plastic_networks import draw_distal_reward

W_MAX = 4.0  # mV
STEP, WINDOW = 0.5 * ms, 20 * ms
PENDING = 64  # rewards under way at most
POINTS = 60  # of the courses


def connections(rng, neurons, excitatory, fan_out):
    """Every neuron to others drawn at random; inhibitory ones to excitatory ones only."""
    reach = np.where(np.arange(neurons) < excitatory, neurons, excitatory)
    rows = [rng.choice(np.setdiff1d(np.arange(n), [k]), fan_out, replace=False) for k, n in enumerate(reach)]
    source, target = np.repeat(np.arange(neurons), fan_out), np.concatenate(rows)
    return sparse.csr_matrix((np.full(len(source), 1e-3), (source, target)), shape=(neurons, neurons))  # of 1 mV


def distant_rewards(cells, first, then, seed):
    """Timers, one of which spikes 1 to 3 s after `then` fired within 20 ms of `first`, and what starts them."""
    own = {"uniform": uniform, "seed": seed, "window": WINDOW, "timers": PENDING}
    timers = NeuronGroup(
        PENDING,
        "due : second\nseen : second\ncount : integer",
        threshold="timestep(t, dt) == timestep(due, dt)",
        reset="",
    )
    timers.due = timers.seen = -1 * second
    starts = Synapses(cells, timers, on_pre="seen_post = t", name="starts")
    starts.connect(i=np.full(PENDING, first), j=np.arange(PENDING))
    hits = Synapses(
        cells,
        timers,
        on_pre="""hit = int(t > seen_post and t - seen_post < window)
                  wait = (1 + 2*uniform(seed, 1, timestep(t, dt), 0))*second
                  due_post += hit*int(j == count_post % timers)*(t + wait - due_post)
                  count_post += hit""",
        namespace=own,
        name="hits",
    )
    hits.connect(i=np.full(PENDING, then), j=np.arange(PENDING))
    return timers, [starts, hits]


@protocol(
    parameters={
        "neurons": Parameter(1000, "four fifths of them excitatory", low=20, high=20_000, quick=100),
        "fan_out": Parameter(100, "targets of a neuron", low=1, high=10_000, quick=20),
        "dose": Parameter(50 * Hz, "dopamine that a reward adds", low=0 * Hz, quick=60 * Hz),
        "d_tonic": Parameter(0.2 * Hz, "dopamine that is always there", low=0 * Hz),
        "duration": Parameter(3600 * second, "of the experiment", above=0 * second, quick=3000 * second),
    },
    results={
        "rewarded_weight": Result(
            "of the rewarded synapse, in the end",
            "mV",
            W_MAX,
            None,
            "the largest weight, within the hour: Izhikevich 2007, doi:10.1093/cercor/bhl152, fig. 1",
        ),
        "seconds_to_bound": Result(
            "until the rewarded synapse is first within 1 % of the bound; the duration if never", "s"
        ),
        "mean_of_others": Result("mean weight of the other synapses, in the end", "mV"),
        "share_of_others": Result("other synapses above half the bound, in the end"),
        "rewards": Result("number of rewards"),
        "firing_rate": Result("mean over neurons and time", "Hz"),
    },
    draw=draw_distal_reward,
    source="Izhikevich 2007, Cereb. Cortex 17:2443, doi:10.1093/cercor/bhl152, fig. 1, and its program: "
    "colleenpamchen/Computational-Neuroscience-class, daspnet.m",
)
def distal_reward(neurons, fan_out, dose, d_tonic, duration, seed) -> xr.Dataset:
    """Reward every firing of one neuron shortly after another, late; watch the synapse between them and all others."""
    defaultclock.dt = STEP
    excitatory = neurons * 4 // 5
    matrix = connections(np.random.default_rng(seed), neurons, excitatory, min(fan_out, excitatory - 1))
    chosen = int(matrix.indices[0])  # the first target of neuron 0
    matrix.data[0] = 0.0
    fast = np.arange(neurons) >= excitatory
    cells = models.izhikevich.group(
        neurons, a=np.where(fast, 0.1, 0.02) / ms, delta_u=np.where(fast, 2, 8) * mV / ms,
        I_ext=np.zeros(neurons) * mV / ms, namespace={"uniform": uniform, "seed": seed},
    )  # fmt: skip
    cells.run_regularly("I_ext = 13*mV/ms*(uniform(seed, 0, int(t/ms + 0.01), i) - 0.5)", dt=1 * ms)
    rule = models.reward_stdp(A_plus=0.1 / W_MAX, A_minus=0.15 / W_MAX, dose=dose, d_tonic=d_tonic, w_max=W_MAX * mV)
    plastic = rule.connect(cells[:excitatory], cells, (matrix[:excitatory], volt), onto="v", delay=1 * ms)
    fixed = models.static_synapse.connect(
        cells[excitatory:], cells[:excitatory], (-matrix[excitatory:, :excitatory], volt), onto="v", delay=1 * ms
    )
    timers, watching = distant_rewards(cells, 0, chosen, seed)
    nnz = matrix[:excitatory].nnz
    others = np.random.default_rng(seed).choice(np.arange(1, nnz), min(200, nnz - 1), False)
    every = duration / POINTS
    course = StateMonitor(plastic, "w", record=[0, *np.sort(others)], dt=every)
    rewards, spikes = SpikeMonitor(timers), SpikeMonitor(cells, record=False)
    pair = [SpikeMonitor(cells[k : k + 1]) for k in (0, chosen)]
    network = Network(cells, plastic, fixed, timers, watching, reward(timers, plastic), course, rewards, spikes, pair)
    build(network, duration).run()
    weights, recorded = np.asarray(plastic.w / mV), np.asarray(course.w / mV)
    time = np.asarray(course.t / second)
    at_bound = np.flatnonzero(recorded[0] > 0.99 * W_MAX)
    seconds = float(duration / second)
    return xr.Dataset(
        {
            "rewarded_course": ("time", recorded[0], {"units": "mV"}),
            "other_courses": (("other", "time"), recorded[1:], {"units": "mV"}),
            "weight": ("synapse", weights, {"units": "mV"}),
            "reward_time": ("reward", np.asarray(rewards.t / second), {"units": "s"}),
            "pre_time": ("pre", np.asarray(pair[0].t / second), {"units": "s"}),
            "post_time": ("post", np.asarray(pair[1].t / second), {"units": "s"}),
            "rewarded_weight": weights[0],
            "seconds_to_bound": time[at_bound[0]] if len(at_bound) else seconds,
            "mean_of_others": weights[1:].mean(),
            "share_of_others": np.mean(weights[1:] > W_MAX / 2),
            "rewards": len(rewards.t),
            "firing_rate": np.mean(spikes.count) / seconds,
        },
        {"time": ("time", time, {"units": "s"})},
        {"w_max": W_MAX, "neurons": neurons, "duration": seconds},
    )
