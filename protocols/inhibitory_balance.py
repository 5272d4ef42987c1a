"""Inhibitory plasticity on one neuron: inhibition learns to follow the tuning of excitation.

Eight signals of slowly varying rate each drive 100 excitatory and 25 inhibitory inputs. Excitatory weights are tuned
to one signal and stay; inhibitory weights start equal and learn. Constants of neuron and tuning follow the paper's
description from memory, not a verified table; the signals are rectified Ornstein-Uhlenbeck processes.

The rule keeps coincidences at what independent trains of rate rho_0 would have, not the rate: an inhibitory input fires
together with the excitation of its signal, and so with the neuron. Where pairs within the window are C times those of
independent trains, the neuron ends at rho_0/C: 5 Hz/1.50 = 3.33 Hz, and 3.26 Hz are seen. With `modulation` 0, rates
being constant, C is 0.94, since an inhibitory spike holds the neuron back, and it ends at 5.4 Hz (100 s, seed 1).
"""

import numpy as np
import xarray as xr
from brian2 import Hz, Mohm, Network, SpikeMonitor, StateMonitor, TimedArray, defaultclock, ms, mV, nS, second

from brainnet import Parameter, Result, build, models, protocol
from brainnet.errors import ParameterError
from brainnet.plot.plastic_networks import draw_balance

SIGNALS, EXCITATORY, INHIBITORY = 8, 100, 25  # inputs of each signal
G_E, G_I = 0.14 * nS, 0.35 * nS  # units of the weights
W_MAX = 10.0  # of G_I
SAMPLE, TAU_SIGNAL = 10.0, 50.0  # ms
POINTS = 40  # of the course of weights and rate


def tuning():
    """Excitatory weight of each signal, in units of G_E: the fifth is preferred."""
    return 0.3 + 1.1 / (1 + (np.arange(SIGNALS) - 4.0) ** 4)


def signals(rng, mean, seconds):
    """Rates (Hz) of the signals, one row per sample: rectified Ornstein-Uhlenbeck processes of the given mean."""
    keep = np.exp(-SAMPLE / TAU_SIGNAL)
    noise = rng.normal(size=(int(np.ceil(1000 * seconds / SAMPLE)), SIGNALS))
    value = noise.copy()
    for step in range(1, len(value)):
        value[step] = keep * value[step - 1] + np.sqrt(1 - keep**2) * noise[step]
    return mean * np.sqrt(2 * np.pi) * np.maximum(value, 0)


def pairs(times, earlier, tau):
    """Sum of exp(-(t - s)/tau) over all pairs of a time t and an earlier one s; both in order."""
    left = np.zeros(len(earlier))  # what all have left at each of the earlier times
    for k, s in enumerate(earlier):
        left[k] = 1 + (left[k - 1] * np.exp(-(s - earlier[k - 1]) / tau) if k else 0.0)
    last = np.searchsorted(earlier, times) - 1
    times, last = times[last >= 0], last[last >= 0]
    return float((left[last] * np.exp(-(times - earlier[last]) / tau)).sum())


@protocol(
    parameters={
        "rho_0": Parameter(5 * Hz, "rate that the rule aims at", above=0 * Hz),
        "eta": Parameter(1e-3, "learning rate, in units of G_I", above=0.0, quick=1e-2),
        "rate": Parameter(10 * Hz, "mean rate of an input", above=0 * Hz),
        "modulation": Parameter(1.0, "part of the rate that varies with the signal; 0: constant", low=0.0, high=1.0),
        "w_init": Parameter(0.1, "inhibitory weight at the start, in units of G_I", low=0.0, high=W_MAX),
        "duration": Parameter(1000 * second, "of the experiment", low=0.4 * second, quick=60 * second),
        "dt": Parameter(0.1 * ms, "time step", above=0 * ms, high=1 * ms, quick=0.5 * ms),
    },
    results={
        "rate_at_start": Result("firing rate in the first fortieth", "Hz"),
        "final_rate": Result(
            "firing rate in the last quarter", "Hz", lambda chosen: float(chosen["rho_0"] / Hz), None,
            "fixed point for uncorrelated spikes, rho_0: Vogels et al. 2011, doi:10.1126/science.1211095, eq. 1",
        ),
        "coincidence": Result("pairs of inhibitory and own spikes, relative to independent trains; last quarter"),
        "predicted_rate": Result("fixed point with the coincidences that there are, rho_0/coincidence", "Hz"),
        "tuning_correlation": Result("of excitatory and inhibitory weights over the signals, after learning"),
    },
    draw=draw_balance,
    source="Vogels, Sprekeler, Zenke, Clopath & Gerstner 2011, Science 334:1569, doi:10.1126/science.1211095, fig. 2",
)  # fmt: skip
def inhibitory_balance(rho_0, eta, rate, modulation, w_init, duration, dt, seed) -> xr.Dataset:
    """Let inhibitory weights learn on a neuron with tuned excitation; look at rate and tuning."""
    defaultclock.dt = dt
    seconds = float(duration / second)
    varying = signals(np.random.default_rng(seed), float(rate / Hz), seconds) * Hz
    rates = modulation * varying + (1 - modulation) * rate
    if rates.max() * dt > 1:
        raise ParameterError(
            f"inhibitory_balance: signals reach {rates.max()}, more than one spike in dt = {dt}; set a lower rate"
        )
    signal = TimedArray(rates, dt=SAMPLE * ms)
    excitatory, inhibitory = (
        models.poisson.group(
            SIGNALS * each, rate=f"signal(t, i // {each})", seed=seed, stream=stream, namespace={"signal": signal}
        )
        for stream, each in enumerate((EXCITATORY, INHIBITORY))
    )
    cell = models.lif.group(
        1, synapse="conductance", tau_m=20 * ms, R_m=100 * Mohm, E_L=-60 * mV, v_th=-50 * mV, v_reset=-60 * mV,
        t_ref=5 * ms, tau_e=5 * ms, tau_i=10 * ms, E_e=0 * mV, E_i=-80 * mV,
    )  # fmt: skip
    fixed = models.static_synapse.connect(excitatory, cell, np.repeat(tuning(), EXCITATORY)[:, None] * G_E, onto="g_e")
    rule = models.vogels_stdp(rho_0=rho_0, eta=eta / W_MAX, w_max=W_MAX * G_I)
    plastic = rule.connect(inhibitory, cell, np.full((SIGNALS * INHIBITORY, 1), w_init) * G_I, onto="g_i")
    spikes, inputs = SpikeMonitor(cell), SpikeMonitor(inhibitory)
    course = StateMonitor(plastic, "w", record=True, dt=duration / POINTS)
    build(Network(excitatory, inhibitory, cell, fixed, plastic, spikes, inputs, course), duration).run()
    edges = np.linspace(0, seconds, POINTS + 1)
    firing = np.histogram(np.asarray(spikes.t / second), edges)[0] / (seconds / POINTS)
    own, before = (np.asarray(each.t / second) for each in (spikes, inputs))
    own, before = (times[times >= 0.75 * seconds] for times in (own, before))
    tau = float(rule.parameters["tau_stdp"].value / second)
    independent = 2 * tau * len(own) * len(before) / (0.25 * seconds)
    coincidence = (pairs(own, before, tau) + pairs(before, own, tau)) / independent if independent else np.nan
    weights = np.asarray(plastic.w / G_I).reshape(SIGNALS, INHIBITORY)
    recorded = np.asarray(course.w / G_I)[:, :POINTS].reshape(SIGNALS, INHIBITORY, POINTS).mean(axis=1)
    return xr.Dataset(
        {
            "excitatory_weight": ("signal", tuning(), {"units": "140 pS"}),
            "inhibitory_weight": ("signal", weights.mean(axis=1), {"units": "350 pS"}),
            "course": (("signal", "time"), recorded, {"units": "350 pS"}),
            "rate": ("time", firing, {"units": "Hz"}),
            "rate_at_start": firing[0],
            "final_rate": firing[-POINTS // 4 :].mean(),
            "coincidence": coincidence,
            "predicted_rate": float(rho_0 / Hz) / coincidence,
            "tuning_correlation": np.corrcoef(tuning(), weights.mean(axis=1))[0, 1],
        },
        {"signal": np.arange(1, SIGNALS + 1), "time": ("time", edges[:-1], {"units": "s"})},
        {"rho_0": float(rho_0 / Hz)},
    )
