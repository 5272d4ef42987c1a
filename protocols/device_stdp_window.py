"""The window of a memory device: voltage pulses on both terminals, and what their overlap does to the conductance."""

import numpy as np
import xarray as xr
from brian2 import Clock, Network, SpikeGeneratorGroup, siemens, us, volt

from brainnet import Device, Parameter, Result, build, models, protocol
from brainnet.errors import ParameterError
from brainnet.hardware import TAILS, overlap_change, overlap_synapse, window
from brainnet.plot.devices import draw_device_window
from brainnet.results import no_value

SOURCE = "Zamarreno-Ramos et al. 2011, Front. Neurosci. 5:26, doi:10.3389/fnins.2011.00026, abstract (the principle)"
START = 2  # steps before the first spike


def spikes(dt, side, clock):
    """Whole steps of dt; the earlier one of each pair comes first in the run."""
    steps = START + np.maximum(dt if side == "post" else -dt, 0)
    # In the middle of a step, so that rounding does not move a spike to the one before.
    return SpikeGeneratorGroup(len(dt), np.arange(len(dt)), (steps + 0.5) * clock.dt, clock=clock)


def chosen_device(name):
    """A device of the catalogue, without noise."""
    found = models[name]
    if not isinstance(found, Device):
        known = [each for each in models if isinstance(models[each], Device)]
        raise ParameterError(f"device_stdp_window: {name!r} is no device; give one of {', '.join(known)}")
    return found.nominal()


@protocol(
    parameters={
        "device": Parameter("synaptic_transistor", "device that both terminals belong to"),
        "tail": Parameter("exponential", "shape of a pulse after its lobe", choices=tuple(TAILS)),
        "V_t": Parameter(0.5 * volt, "height of the tail", above=0 * volt, below=1 * volt),
        "t_l": Parameter(1 * us, "length of the lobe, which is as high as the threshold", above=0 * us),
        "tau": Parameter(2 * us, "length of the tail", above=0 * us),
        "G_start": Parameter(0.5, "conductance before, as a part of the range", low=0.0, high=1.0),
        "span": Parameter(10 * us, "largest time between the spikes", above=0 * us, quick=5 * us),
        "points": Parameter(100, "time differences of each sign", low=2, quick=10),
        "step": Parameter(0.01 * us, "time step of the simulation", above=0 * us, quick=0.05 * us),
    },
    results={
        "max_error": Result(
            "largest distance from the closed form, as a part of the largest change", "1", 0.0, 1e-3, SOURCE
        ),
        "rise": Result("largest change for dt > 0, as a part of the range", "1"),
        "fall": Result("largest change for dt < 0, as a part of the range", "1"),
    },
    draw=draw_device_window,
    source=SOURCE,
)
def device_stdp_window(device, tail, V_t, t_l, tau, G_start, span, points, step, seed) -> xr.Dataset:
    """One pair of spikes at each time difference; all in one network, the voltages in simulated time."""
    chosen = chosen_device(device)
    for name, time in (("t_l", t_l), ("span/points", span / points)):
        if float(time / step) < 1 - 1e-9:
            raise ParameterError(f"device_stdp_window: step = {step} is longer than {name}; give a shorter one")
    clock = Clock(step)
    ahead = np.unique(np.round(np.linspace(span / points, span, points) / step).astype(int))
    dt = np.concatenate([-ahead[::-1], [0], ahead])
    values = chosen.values()
    low, high = values["G_min"], values["G_max"]
    start = low + G_start * (high - low)
    pre, post = spikes(dt, "pre", clock), spikes(dt, "post", clock)
    model = overlap_synapse(chosen, tail)(V_t=V_t, t_l=round(float(t_l / step)) * step, tau=tau)
    synapses = model.connect(pre, post, onto=None, clock=clock)
    synapses.connect(j="i")
    synapses.G = start * siemens
    build(Network(pre, post, synapses), span + 2 * t_l + 10 * step).run()
    change = np.array(synapses.G[:]) - start
    times = dt * float(step)
    exact = overlap_change(chosen, tail, times, model.parameters["t_l"].value, tau, start)
    largest = np.abs(exact).max()
    declared = {}
    if chosen.resolved("window"):
        declared["declared"] = "dt", window(chosen, times, start) * 1e6, {"units": "uS"}
    return xr.Dataset(
        {
            "change": ("dt", change * 1e6, {"units": "uS"}),
            "closed_form": ("dt", exact * 1e6, {"units": "uS"}),
            **declared,
            "max_error": np.abs(change - exact).max() / largest
            if largest
            else no_value("the pulses do not move the device"),
            "rise": change[dt > 0].max() / (high - low),
            "fall": change[dt < 0].min() / (high - low),
        },
        {"dt": ("dt", times * 1e6, {"units": "us", "meaning": "t_post - t_pre"})},
        {"device": device, "tail": tail, "G_start": G_start},
    )
