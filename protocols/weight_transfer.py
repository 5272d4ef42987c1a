"""Weights of a trained network are written into synaptic devices by STDP, many at once (Hwang, Kim & Park 2021).

784-800-10 is trained by stochastic gradient descent, its weights are normalised by the largest weight (or the largest
output activation) and put on 2n + 1 levels in equal steps. Neuron by neuron and level by level, a weight map marks
the inputs whose weight takes the level; the fitted STDP curve, inverted, says the time difference; and one pair of
pulses writes all of them. Of the paper only the abstract and a review of it were to be had. Deviations, or what it
does not say:

- The interval of the levels is the one that serves training images best; large weights are clipped by it.
- Up to `retrained_levels` levels, weights are trained again on their levels (ADMM, then with levels fixed). Without
  that, results are those of rounding alone, `accuracy_rounded`.
- Biases are not written: neurons receive them as currents, as trained.
- The curve of the device, its range and its costs are conventions of ours (`synaptic_transistor`).
- One by one, each weight that is not zero takes a pair of pulses of its own for each that its level takes.
"""

import time

import numpy as np
import xarray as xr

from brainnet import Parameter, Result, protocol
from brainnet.experiment import (
    TRANSFER_DEVICE,
    TRANSFER_NETWORK,
    TRANSFER_SPIKES,
    TransferNetworks,
    chosen_levels,
    cost_or_none,
    spiking_accuracy,
    transfer_device,
)
from brainnet.hardware import TRANSFER_SCHEME, TransferScheme, as_matrix, levels_of, transfer, window
from brainnet.plot.transfer import draw_weight_transfer

REVIEW = "Hwang, Kim & Park 2021, Appl. Sci. 11:2059, doi:10.3390/app11052059, 3 levels (as a review of it says)"

NEURONS, BINS = 16, 201  # of the hidden layer, whose levels are shown; of the histograms of its weights


@protocol(
    parameters={
        **TRANSFER_NETWORK,
        "levels": Parameter("3,5,7,15,31", "numbers of levels, 2n + 1 each", quick="3,7,15"),
        **TRANSFER_DEVICE,
        **TRANSFER_SCHEME,
        **TRANSFER_SPIKES,
        "checkpoint": Parameter("", "begin of the names of files with the conductances written so far; or empty"),
    },
    results={
        "accuracy_float": Result("test accuracy of the trained network"),
        "accuracy_rounded": Result("test accuracy of weights rounded to levels, by number of levels"),
        "accuracy_quantised": Result("test accuracy on levels, trained again where they are few, by number of levels"),
        "accuracy_transferred": Result("test accuracy as spikes with the weights written, by number of levels"),
        "accuracy_3_levels": Result("the same for 3 levels", reference=0.9758, source=REVIEW, optional=True),
        "accuracy_float_spiking": Result("test accuracy as spikes with the weights as trained"),
        "levels": Result("numbers of levels"),
        "pulses": Result("pairs of pulses that write the network, map by map"),
        "pulses_one_by_one": Result("pairs of pulses that write it synapse by synapse"),
        "write_energy": Result("energy of all pulses", unit="J"),
        "write_time": Result("time of the transfer, one neuron after the other", unit="s"),
        "weight_error": Result("root mean square of written minus quantised weights, of the largest level"),
        "weights": Result("synapses written"),
        "wall_time": Result("wall time of the simulated transfer, by number of levels", unit="s"),
    },
    draw=draw_weight_transfer,
    source="Hwang, Kim & Park 2021, Appl. Sci. 11:2059, doi:10.3390/app11052059, abstract",
)
def weight_transfer(
    levels, device, device_parameters, steps, checkpoint, pair, pulses_per_level, jitter, jitter_of, write, resolution,
    seed, data=None, **settings,
) -> xr.Dataset:  # fmt: skip
    """Train, quantise, write every weight map by one pair of pulses, and run what was written as spikes."""
    numbers = chosen_levels("weight_transfer", levels)
    scheme = TransferScheme(pair, pulses_per_level, jitter, jitter_of, write, resolution)
    chosen = transfer_device("weight_transfer", device, numbers, scheme, device_parameters)
    networks = TransferNetworks(data, seed, **settings)
    found = {name: [] for name in ("rounded", "quantised", "transferred", "pulses", "one_by_one", "error", "wall")}
    energies, times = [], []
    for number in numbers:
        quantised = networks.quantised(number)
        begin = time.perf_counter()
        written = transfer(
            quantised, chosen, scheme, seed=seed, checkpoint=f"{checkpoint}_{number}.npz" if checkpoint else None
        )
        found["wall"].append(time.perf_counter() - begin)
        found["rounded"].append(networks.rounded(number).accuracy(networks.x, networks.y))
        found["quantised"].append(quantised.accuracy(networks.x, networks.y))
        found["transferred"].append(spiking_accuracy(networks, written.network(), steps))
        found["pulses"].append(written.pulses)
        found["one_by_one"].append(written.pulses_one_by_one)
        found["error"].append(written.weight_error())
        energies.append(written.write_energy)
        times.append(written.write_time)
    differences = curve_of(chosen)
    shown = [levels_of(networks.quantised(number))[0] for number in numbers]
    hidden = as_matrix(networks.network.layers[0])
    bins = np.linspace(-1, 1, BINS + 1)
    variables = {
        "accuracy_float": networks.network.accuracy(networks.x, networks.y),
        "accuracy_float_spiking": spiking_accuracy(networks, networks.network, steps),
        "accuracy_rounded": ("levels", found["rounded"]),
        "accuracy_quantised": ("levels", found["quantised"]),
        "accuracy_transferred": ("levels", found["transferred"]),
        "pulses": ("levels", found["pulses"]),
        "pulses_one_by_one": ("levels", found["one_by_one"]),
        "weight_error": ("levels", found["error"]),
        "wall_time": ("levels", found["wall"]),
        "weights": sum(each.steps.size for each in levels_of(quantised)),
        "write_energy": cost_or_none(energies, "energy of a write", chosen, "J"),
        "write_time": cost_or_none(times, "time of a write", chosen, "s"),
        "change": ("difference", window(chosen, differences) if differences.size else differences),
        "map": (("levels", "input", "neuron"), [each.steps[:, :NEURONS] for each in shown]),
        "histogram_float": ("weight", np.histogram(hidden / np.abs(hidden).max(), bins)[0]),
        "histogram": (
            ("levels", "weight"),
            [np.histogram(each.interval * each.steps / np.abs(hidden).max(), bins)[0] for each in shown],
        ),
    }
    if 3 in numbers:
        variables["accuracy_3_levels"] = found["transferred"][numbers.index(3)]
    return xr.Dataset(
        variables,
        {"levels": numbers, "difference": differences, "weight": (bins[1:] + bins[:-1]) / 2},
        {"title": networks.title, "device": chosen.name, "samples": len(networks.y)},
    )


def curve_of(device):
    """Return time differences over the window of the device, in seconds; none where it has no window."""
    values = device.values()
    if not device.resolved("window"):
        return np.zeros(0)
    return np.linspace(-values["dt_max"], values["dt_max"], 400)
