"""A sparse network of excitatory and inhibitory neurons, with inhibition and input as its two knobs.

Each neuron has C_E = 1000 excitatory and 250 inhibitory synapses from within, drawn at random, and as many excitatory
ones from outside, which fire as Poisson processes at nu_ext. nu_thr = theta/(J C_E tau) is the rate of these that
brings the mean potential to threshold: 10 Hz. Inhibition is g times as strong as excitation.

    g     nu_ext/nu_thr    regime
    3     2                synchronous regular (SR)
    6     4                synchronous irregular, fast oscillation (SI)
    5     2                asynchronous irregular (AI)
    4.5   0.9              synchronous irregular, slow oscillation (SI)

The paper itself could not be read: its numbers are those that a public re-implementation holds itself against, rates
and frequencies of the simulations behind fig. 8 (rates 60.7, 37.7 and 5.5 Hz, global frequencies 180 and 22 Hz; none
for SR, none of the CV). Initial potentials are uniform between reset and threshold; the paper's are not known.

With `scale` below 1 neurons and synapses are fewer and J is larger, so that J C_E and nu_thr stay: the mean input is
the same, its fluctuations are larger, and what is published no longer applies.
"""

import numpy as np
import xarray as xr
from brian2 import Hz, Network, SpikeMonitor, defaultclock, ms, mV, second

from brainnet import Parameter, Result, build, models, protocol
from brainnet.connectivity import FixedInDegree
from brainnet.errors import ParameterError
from brainnet.measure import variability
from brainnet.plot.plastic_networks import draw_regime
from brainnet.projections import PoissonDrive

EXCITATORY, INHIBITORY, C_E, C_I = 10_000, 2_500, 1_000, 250
TAU, THETA, V_RESET, T_REF, DELAY = 20 * ms, 20 * mV, 10 * mV, 2 * ms, 1.5 * ms
J = 0.1 * mV
SHOWN = 50  # neurons of the raster
RATES = {(6.0, 4.0): 60.7, (5.0, 2.0): 37.7, (4.5, 0.9): 5.5}
FREQUENCIES = {(6.0, 4.0): 180.0, (4.5, 0.9): 22.0}
SOURCE = "Brunel 2000, J. Comput. Neurosci. 8:183, doi:10.1023/A:1008925309027, fig. 8"


def published(table):
    """What is published for the values of g and nu_ext/nu_thr that were chosen, at full size."""
    return lambda chosen: table.get((chosen["g"], chosen["nu_ratio"])) if chosen["scale"] == 1 else None


def peak(activity, dt):
    """Frequency at which the activity has most power, from averaged spectra of pieces that overlap by half (Welch)."""
    size = min(len(activity), 1 << int(np.log2(0.5 / dt)))
    window = np.hanning(size)
    pieces = np.lib.stride_tricks.sliding_window_view(activity, size)[:: size // 2]
    pieces = (pieces - pieces.mean(axis=1, keepdims=True)) * window
    power = (np.abs(np.fft.rfft(pieces, axis=1)) ** 2).mean(axis=0)
    return float(np.fft.rfftfreq(size, dt)[1:][np.argmax(power[1:])])


@protocol(
    parameters={
        "g": Parameter(5.0, "inhibition relative to excitation", low=0.0),
        "nu_ratio": Parameter(2.0, "rate of external inputs in units of nu_thr", low=0.0),
        "scale": Parameter(1.0, "size of the network relative to the paper's", low=0.01, high=1.0, quick=0.1),
        "settle": Parameter(0.5 * second, "time before anything is measured", low=0 * ms, quick=0.1 * second),
        "duration": Parameter(2 * second, "time that is measured", low=0.1 * second, quick=0.3 * second),
        "dt": Parameter(0.1 * ms, "time step", above=0 * ms, high=1.5 * ms),
    },
    results={
        "rate": Result("firing rate of a neuron", "Hz", published(RATES), None, SOURCE),
        "cv": Result("coefficient of variation of the intervals, mean over neurons"),
        "frequency": Result("frequency of the global activity", "Hz", published(FREQUENCIES), None, SOURCE),
        "synchrony": Result("standard deviation of the global activity in 1 ms, relative to its mean"),
    },
    draw=draw_regime,
    source=SOURCE,
)
def brunel_network(g, nu_ratio, scale, settle, duration, dt, seed) -> xr.Dataset:
    """Run a sparse network of inhibition and excitation; look at rates, regularity and rhythm."""
    defaultclock.dt = dt
    n_e, n_i, c_e, c_i = (max(1, round(scale * size)) for size in (EXCITATORY, INHIBITORY, C_E, C_I))
    weight = THETA / (c_e * TAU * 10 * Hz)  # J at full size
    cells = models.lif.group(
        n_e + n_i, E_L=0 * mV, v_th=THETA, v_reset=V_RESET, tau_m=TAU, t_ref=T_REF, name="brunel_cells"
    )
    rng = np.random.default_rng(seed)
    cells.v = rng.uniform(float(V_RESET), float(THETA), n_e + n_i) * 1000 * mV
    excitation = FixedInDegree(c_e, weights=weight, delays=DELAY, self_connections=False, seed=seed)
    inhibition = FixedInDegree(c_i, weights=-g * weight, delays=DELAY, self_connections=False, seed=seed, stream=1)
    connected = [
        models.static_synapse.connect(part, cells, wiring)
        for part, wiring in ((cells[:n_e], excitation), (cells[n_e:], inhibition))
    ]
    outside = PoissonDrive(cells, "v", c_e, nu_ratio * 10 * Hz, weight, seed=seed)
    spikes = SpikeMonitor(cells)
    build(Network(cells, *connected, outside, spikes), settle + duration).run()
    start, seconds = float(settle / second), float(duration / second)
    time, neuron = np.asarray(spikes.t / second) - start, np.asarray(spikes.i)
    time, neuron = time[time >= 0], neuron[time >= 0]
    if not len(time):
        raise ParameterError(f"brunel_network: no neuron fires with nu_ratio = {nu_ratio:g}; give more input")
    step = float(dt / second)
    bins = round(seconds / step)
    activity = np.bincount(np.minimum((time / step + 0.5).astype(int), bins - 1), minlength=bins)
    per_ms = max(1, round(1e-3 / step))
    coarse = activity[: bins // per_ms * per_ms].reshape(-1, per_ms).sum(axis=1)
    each = variability(neuron, time)
    shown = neuron < SHOWN
    return xr.Dataset(
        {
            "activity": ("time", activity / ((n_e + n_i) * step), {"units": "Hz"}),
            "spike_time": ("spike", time[shown], {"units": "s"}),
            "spike_neuron": ("spike", neuron[shown]),
            "variability": ("neuron", each),
            "rate": len(time) / (n_e + n_i) / seconds,
            "cv": each.mean() if len(each) else np.nan,
            "frequency": peak(activity.astype(float), step),
            "synchrony": coarse.std() / coarse.mean(),
        },
        {"time": ("time", np.arange(bins) * step, {"units": "s"})},
        {"g": g, "nu_ratio": nu_ratio, "neurons": n_e + n_i},
    )
