"""How precisely must the time difference of a pair of pulses be controlled, on a curve of a few microseconds?

Time differences of the weight transfer of Hwang, Kim & Park (2021) are drawn about the wanted one. On an exponential
curve a jitter s moves the written change by the factor exp(-e/tau), e normal of standard deviation s: by s/tau for
small s, whatever the level. "map": one draw for each pair of pulses, which moves all synapses of a map together;
"synapse": one for each synapse. "x4": a level is written by four pairs, each of a quarter. Accuracies are those of
the forward pass of the trained network with the weights written; as spikes at the main points.
"""

import xarray as xr
from brian2 import Quantity, second

from brainnet import Parameter, protocol
from brainnet.experiment import (
    SWEEP_RESULTS,
    TRANSFER_DEVICE,
    TRANSFER_NETWORK,
    TRANSFER_SPIKES,
    Given,
    TransferNetworks,
    chosen_levels,
    chosen_times,
    transfer_device,
    transfer_sweep,
)
from brainnet.hardware import TRANSFER_SCHEME, TransferScheme, transfer
from brainnet.plot.transfer import draw_sweep

WAYS = {"map": ("pair", 1), "synapse": ("synapse", 1), "synapse x4": ("synapse", 4)}


@protocol(
    parameters={
        **TRANSFER_NETWORK,
        "levels": Parameter("3,15", "numbers of levels, 2n + 1 each"),
        "jitter": Given("0.01,0.05,0.1,0.3,1*us", "standard deviations of time differences",
                        quick="0.01,0.1,1*us", accepts=(Quantity,)),
        **TRANSFER_DEVICE,
        "pair": TRANSFER_SCHEME["pair"],
        **TRANSFER_SPIKES,
    },
    results=SWEEP_RESULTS,
    draw=draw_sweep,
    source="Hwang, Kim & Park 2021, Appl. Sci. 11:2059, doi:10.3390/app11052059, abstract (method); the question is a "
    "reviewer's",
)  # fmt: skip
def transfer_jitter(levels, jitter, device, device_parameters, pair, steps, seed, data=None, **settings) -> xr.Dataset:
    """Write a network with time differences that are known to 0.01 to 1 us."""
    numbers = chosen_levels("transfer_jitter", levels)
    places = chosen_times("transfer_jitter", "jitter", jitter)
    for _, pulses in WAYS.values():
        chosen = transfer_device(
            "transfer_jitter", device, numbers, TransferScheme(pair, pulses_per_level=pulses), device_parameters
        )
    networks = TransferNetworks(data, seed, **settings)
    variants = {f"{number} levels, {way}": (number, *of) for number in numbers for way, of in WAYS.items()}

    def write(variant, value):
        number, jitter_of, pulses = variants[variant]
        scheme = TransferScheme(pair, pulses, value * second, jitter_of)
        written = transfer(networks.quantised(number), chosen, scheme, seed=seed)
        return written.network(), written.weight_error(), written.pulses

    middle = places[len(places) // 2]
    return transfer_sweep(
        networks, [*variants], ("jitter", places), write, steps=steps,
        main=[(f"{number} levels, map", middle) for number in numbers],
        attrs={"label": "standard deviation of time differences (µs)", "scale": 1e6, "unit": "us", "log": 1,
               "device": chosen.name},
    )  # fmt: skip
