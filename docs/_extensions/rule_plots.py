"""The standard plots of a synapse: window, frequency curve and pairing table of a learning rule; PSP of the others.

Measured by the protocols that anybody can run: `stdp_window`, `pairing_frequency`, `pairing_frequency_voltage` and
`pairing_schemes`. What a rule cannot do there is left out.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from brian2 import Network, SpikeGeneratorGroup, StateMonitor, defaultclock, ms, nA

import brainnet
from brainnet import models, protocols
from brainnet.declare import SynapseModel
from brainnet.errors import BrainnetError
from brainnet.experiment import chosen_rule, weight_changes
from brainnet.pairing import PAIRING
from brainnet.plot import new_figure
from brainnet.targets import build, fresh

FREQUENCIES = "1,5,10,20,30,40,50*Hz"
TRAIN = np.array([20, 70, 120, 170, 220, 270, 320, 370, 870])  # ms: eight spikes at 20 Hz, and what has recovered
WEIGHT = 0.1 * nA


def learns(model: SynapseModel) -> bool:
    """Whether an experiment with given spikes changes the weight of `model`."""
    for potential in (False, True):
        try:
            chosen_rule(model, potential=potential)
        except BrainnetError:
            continue
        return True
    return False


def has_plots(model: SynapseModel) -> bool:
    """Whether there is anything to draw: not of rules that need a teacher or a reward, or that drive both sides."""
    both = "{onto}_pre" in str(model.resolved("on_post"))
    return not (both or model.resolved("on_target") or model.resolved("on_reward"))


def draw(model: SynapseModel) -> tuple[Any, str]:
    """Return the picture of a synapse, or None, and what it shows with the table of pairing schemes."""
    return _draw_rule(model) if learns(model) else _draw_psp(model)


def _measured(name: str, **values: Any) -> Any:
    """Run a protocol; None where the rule does not fit into it."""
    try:
        with brainnet.target("numpy"), fresh():
            return protocols[name](seed=1, **values)
    except BrainnetError:
        return None


def _window(model: SynapseModel) -> tuple[np.ndarray, np.ndarray, str] | None:
    """Return dt in ms, the change in units of w_max, and what was done."""
    if "t_event" not in str(model.resolved("equations")):
        found = _measured("stdp_window", rule=model, step=2 * ms)
        text = "Change by one pair of spikes, as `stdp_window` measures it."
        return None if found is None else (found["dt"].values, found.change.values, text)
    # Its weight is brought up to date at spikes only: one pair would not show what follows it.
    dt, start = np.arange(-100, 101, 2.0), 1000.0 * np.arange(60)
    trains = [((start + max(0, -each)) * ms, (start + max(0, each)) * ms) for each in dt]
    try:
        with brainnet.target("numpy"), fresh():
            change = weight_changes({"rule": chosen_rule(model)}, trains, random_seed=1)["rule"].in_w_max
    except BrainnetError:
        return None
    return dt, change, "Change by 60 pairs of spikes at 1 Hz."


def _draw_rule(model: SynapseModel) -> tuple[Any, str]:
    window = _window(model)
    voltage = window is None
    frequency = None
    if voltage:
        frequency = _measured("pairing_frequency_voltage", rule=model, bursts=1)
    for count in () if voltage else (60, 10, 1):
        frequency = _measured("pairing_frequency", rule=model, count=count, frequencies=FREQUENCIES)
        if frequency is not None:
            break
    if voltage and frequency is not None and np.ptp(frequency.weight.values) == 0:
        frequency = None  # a rule of two states, which bursts of five do not switch
    panels = [each for each in (window, frequency) if each is not None]
    if not panels:
        return None, "The standard pairing experiments do not show what this rule does."
    figure, axes = new_figure(1, len(panels), figsize=(4.5 * len(panels), 3.2))
    axes, texts = list(np.ravel(axes)), []
    if window is not None:
        axis = axes.pop(0)
        axis.axhline(0, color="0.8", linewidth=0.8)
        axis.plot(window[0], window[1], ".-", markersize=3, linewidth=0.8)
        axis.set(xlabel="t_post - t_pre (ms)", ylabel="change of the weight / w_max")
        texts.append(window[2])
    if frequency is not None and voltage:
        axis = axes.pop(0)
        axis.axhline(100, color="0.8", linewidth=0.8)
        for dt in frequency["dt"].values:
            axis.plot(frequency.rho, np.ravel(frequency.weight.sel(dt=dt)), ".-", label=f"dt = {dt:+g} ms")
        axis.set(xlabel="frequency of pairing (Hz)", ylabel="weight (% of the first)")
        axis.legend()
        texts.append("Weight after one burst of five pairings, as `pairing_frequency_voltage` measures it on `adex`.")
    elif frequency is not None:
        axis = axes.pop(0)
        axis.axhline(0, color="0.8", linewidth=0.8)
        for dt in np.unique(frequency["dt"])[::-1]:
            part = frequency.isel(condition=np.flatnonzero(frequency["dt"] == dt))
            axis.plot(part.rho, part.prediction, ".-", label=f"dt = {dt:+g} ms")
        whole = "in units of" in frequency.prediction.attrs["change"]
        axis.set(xlabel="frequency of pairing (Hz)", ylabel=f"change of the weight / {'w_max' if whole else 'w'}")
        axis.legend()
        pairs = "one pairing" if count == 1 else f"{count} pairings"
        texts.append(f"Change by {pairs} at each frequency, as `pairing_frequency` measures it.")
    return figure, " ".join(texts) + _pairing_table(model)


def _pairing_table(model: SynapseModel) -> str:
    """Final weights of one pair of trains, that tells the schemes apart, under each scheme that the rule has."""
    found = _measured("pairing_schemes", rule=model)
    if found is None:
        return ""
    rows = [(f"`{scheme}`", found[scheme]) for scheme in PAIRING if np.isfinite(float(found[scheme]))]
    rows = rows or [("as declared", found["as_declared"])]
    lines = "\n".join(f"| {name} | {float(value):.6f} |" for name, value in rows)
    return (
        "\n\nWeight after the trains of `pairing_schemes` that tell the schemes apart, from 0.5:\n\n"
        f"| pairing | weight |\n| --- | --- |\n{lines}\n"
    )


def _draw_psp(model: SynapseModel) -> tuple[Any, str]:
    """Draw the potential of a `lif` neuron, driven by one train through each variant of the synapse."""
    axis_name = next(iter(model.variants), "")
    choices = list(model.variants.get(axis_name, {})) or [""]
    figure, axis = new_figure(figsize=(6, 3.2))
    for choice in choices:
        with brainnet.target("numpy"), fresh():
            source = SpikeGeneratorGroup(1, np.zeros(len(TRAIN), int), TRAIN * ms)
            cell = models.lif.group(1, synapse="current")
            chosen = model(**{axis_name: choice}) if choice else model
            synapse = chosen.connect(source, cell, np.ones((1, 1)) * WEIGHT, onto="I_syn")
            monitor = StateMonitor(cell, "v", record=True)
            build(Network(source, cell, synapse, monitor), 950 * ms).run()
            time = np.arange(monitor.v.shape[1]) * float(defaultclock.dt / ms)
            axis.plot(time, 1e3 * np.asarray(monitor.v[0]), linewidth=1, label=choice)
    if choices != [""]:
        axis.legend()
    axis.set(xlabel="time (ms)", ylabel="v of the target (mV)")
    text = f"Potential of a `lif` neuron with exponential currents, driven through a weight of {WEIGHT} by eight "
    return figure, text + "spikes at 20 Hz and one more after half a second."
