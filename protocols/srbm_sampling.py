"""Noisy neurons as samplers: rates against the sigmoid, and a machine of 5 + 5 neurons against the exact distribution.

First neurons without synapses are given constant currents, and their rates compared with those computed from the
distribution of the potential and with the sigmoid nearest to that. Then machines with random weights and biases (W from
N(-0.75, 1.5), b from N(-1.5, 0.5), as in the paper) run freely; a neuron is on for the refractory time after a spike.
How often each of the 1,024 states was met is compared with the Boltzmann distribution by the Kullback-Leibler
divergence, beside that of a Gibbs sampler which draws as many states as refractory times have passed. What remains of
the divergence in a long run is the bias of the neurons: their rates are no exact sigmoid, and an input does not last as
long as a spike's effect.

Biases are currents here, and not the weights of sources, so that what is measured is the neurons and their synapses.
Deviation from the paper: time steps of 0.5 ms (there 50 us).
"""

import numpy as np
import xarray as xr
from brian2 import Network, SpikeMonitor, amp, defaultclock, ms, second

from brainnet import Parameter, Result, build, models, protocol
from brainnet.experiment import exact_distribution, gibbs_states, kullback_leibler, states_of_spikes
from brainnet.learn import NEURONS, firing_rates, sigmoid_constants
from brainnet.plot.srbm import draw_sampling
from brainnet.targets import fresh

N = 5  # neurons of each layer, as in the paper


def measured_rates(cell, currents, duration, seed):
    """Rates (Hz) of neurons under constant currents (A)."""
    with fresh():
        cells = cell.group(len(currents), I_ext=currents * amp, seed=seed, stream=2, name="cells")
        spikes = SpikeMonitor(cells, record=False, name="spikes")
        build(Network(cells, spikes), duration).run()
        return np.asarray(spikes.count) / float(duration)


def machine_states(cell, sigmoid, W, b, duration, seed):
    """Share of time that a machine spends in each state; W and b in units of 1/beta."""
    unit = amp / sigmoid.beta
    with fresh():
        layers = [
            cell.group(N, I_ext=sigmoid.offset * amp + part * unit, seed=seed, stream=stream, name=name)
            for stream, (name, part) in enumerate((("visible", b[:N]), ("hidden", b[N:])))
        ]
        synapses = models.ecd_stdp.connect(*layers, W * unit, onto="I_syn", A=0 * amp, name="synapses")
        monitors = [SpikeMonitor(each, name=f"{each.name}_spikes") for each in layers]
        build(Network(*layers, synapses, *monitors), duration).run()
        steps = round(float(duration / defaultclock.dt))
        trains = [
            (np.rint(np.asarray(each.t) / float(defaultclock.dt)).astype(int), np.asarray(each.i)) for each in monitors
        ]
        return states_of_spikes(trains, N, steps, round(sigmoid.t_ref / float(defaultclock.dt)))


@protocol(
    parameters={
        "neuron": Parameter("noisy_lif", "model of the neurons", choices=NEURONS),
        "dt": Parameter(0.5 * ms, "time step", above=0 * ms),
        "machines": Parameter(5, "machines of random weights", low=1, high=1000, quick=1),
        "duration": Parameter(1000 * second, "time that each of them runs", above=0 * ms, quick=20 * second),
        "counted": Parameter(100 * second, "time that rates are counted for", above=0 * ms, quick=5 * second),
    },
    results={
        "divergence": Result("Kullback-Leibler divergence of the spiking machines from the exact distribution, mean"),
        "divergence_gibbs": Result("of a Gibbs sampler that draws as many states as there are refractory times"),
        "divergence_independent": Result("of neurons with the exact rates, but independent of each other"),
        "error_of_sigmoid": Result("largest difference of t_ref nu from the sigmoid"),
        "beta": Result("of the sigmoid", unit="1/A"),
        "gamma": Result("of the sigmoid", unit="Hz"),
    },
    draw=draw_sampling,
    source="Neftci, Das, Pedroni, Kreutz-Delgado & Cauwenberghs 2014, Front. Neurosci. 7:272, "
    "doi:10.3389/fnins.2013.00272, figs. 3 and 4",
)  # fmt: skip
def srbm_sampling(neuron, dt, machines, duration, counted, seed) -> xr.Dataset:
    """Measure rates against the sigmoid, and the divergence of small machines from what they should sample."""
    defaultclock.dt = dt
    cell, rng = models[neuron], np.random.default_rng(seed)
    sigmoid = sigmoid_constants(cell, float(dt))
    z = np.linspace(-6, 6, 25)
    currents = sigmoid.offset + z / sigmoid.beta
    refractory = round(float(duration) / sigmoid.t_ref)
    found, gibbs, independent, exact_p, sampled_p = [], [], [], [], []
    for _ in range(machines):
        W, b = rng.normal(-0.75, 1.5, (N, N)), rng.normal(-1.5, 0.5, 2 * N)
        exact, alone = exact_distribution(W, b)
        sampled = machine_states(cell, sigmoid, W, b, duration, int(rng.integers(2**31)))
        found.append(kullback_leibler(sampled, exact))
        gibbs.append(kullback_leibler(gibbs_states(W, b, refractory, rng), exact))
        independent.append(kullback_leibler(alone, exact))
        exact_p.append(exact)
        sampled_p.append(sampled)
    return xr.Dataset(
        {
            "divergence": np.mean(found),
            "divergence_gibbs": np.mean(gibbs),
            "divergence_independent": np.mean(independent),
            "error_of_sigmoid": sigmoid.error,
            "beta": sigmoid.beta,
            "gamma": sigmoid.gamma,
            "divergence_of_machine": ("machine", found),
            "exact": (("machine", "state"), exact_p),
            "sampled": (("machine", "state"), sampled_p),
            "p_measured": ("z", measured_rates(cell, currents, counted, seed) * sigmoid.t_ref),
            "p_computed": ("z", firing_rates(cell, float(dt), currents) * sigmoid.t_ref),
        },
        {"z": z},
        {"neuron": neuron, "seconds": float(duration)},
    )
