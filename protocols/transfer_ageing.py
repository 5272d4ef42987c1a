"""What does drift cost over a second, a day, a year, with and without global compensation?

Levels are programmed into phase-change memory (by write and verify: it has no window of pairs of pulses;
`write=pairs` for devices that have), positive ones into G+ and negative ones into G-, with the noise that this
leaves. Read after a time t, conductances have drifted by ((t + t_0)/t_0)^-nu, each with its own nu, and a read has
noise. Global compensation scales each layer by what its conductances have lost together; biases, which are currents
of the neurons, do not drift.
"""

from dataclasses import replace

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
    compensated,
    transfer_device,
    transfer_sweep,
)
from brainnet.hardware import TRANSFER_SCHEME, TransferScheme, transfer
from brainnet.plot.transfer import draw_sweep

DAY, YEAR = 86_400, 31_557_600


@protocol(
    parameters={
        **TRANSFER_NETWORK,
        "levels": Parameter("3,15", "numbers of levels, 2n + 1 each"),
        "times": Given(
            f"1,3600,{DAY},{YEAR}*s", "times after the transfer", quick=f"1,{DAY},{YEAR}*s", accepts=(Quantity,)
        ),
        **{**TRANSFER_DEVICE, "device": replace(TRANSFER_DEVICE["device"], value="pcm")},
        "pair": replace(TRANSFER_SCHEME["pair"], value="either"),
        "write": replace(TRANSFER_SCHEME["write"], value="program"),
        **TRANSFER_SPIKES,
    },
    results=SWEEP_RESULTS,
    draw=draw_sweep,
    source="Joshi et al. 2020, Nat. Commun. 11:2473, doi:10.1038/s41467-020-16108-9 (drift, noise, compensation), "
    "with values of IBM/aihwkit, src/aihwkit/inference/noise/pcm.py",
)
def transfer_ageing(
    levels, times, device, device_parameters, pair, write, steps, seed, data=None, **settings
) -> xr.Dataset:
    """Read a written network after a second, a day and a year."""
    numbers = chosen_levels("transfer_ageing", levels)
    places = chosen_times("transfer_ageing", "times", times)
    scheme = TransferScheme(pair, write=write)
    chosen = transfer_device("transfer_ageing", device, numbers, scheme, device_parameters)
    networks = TransferNetworks(data, seed, **settings)
    ways = ("as it is", "compensated")
    variants = {f"{number} levels, {way}": (number, way) for number in numbers for way in ways}
    written = {number: transfer(networks.quantised(number), chosen, scheme, seed=seed) for number in numbers}

    def read(variant, value):
        number, way = variants[variant]
        network = written[number]
        made = compensated(network, value * second) if way == "compensated" else network.network(value * second)
        return made, network.weight_error_of(made), network.pulses

    return transfer_sweep(
        networks, [*variants], ("time", places), read, steps=steps,
        main=[(variant, places[-1]) for variant in variants],
        attrs={"label": "time after the transfer (s)", "unit": "s", "log": 1, "device": chosen.name},
    )  # fmt: skip
