"""What becomes of weights when devices differ, so that one time difference writes different conductances?

Amplitude A and time constant tau of each device are drawn about the nominal ones, which time differences are computed
from (lognormal, mean 1). A spread of A moves all levels by the same fraction. A spread of tau moves a level by dt/tau
times as much: those of small changes, which are written by long time differences, most.
"""

import xarray as xr

from brainnet import Parameter, protocol
from brainnet.experiment import (
    SWEEP_RESULTS,
    TRANSFER_DEVICE,
    TRANSFER_NETWORK,
    TRANSFER_SPIKES,
    TransferNetworks,
    chosen_levels,
    chosen_shares,
    transfer_device,
    transfer_sweep,
)
from brainnet.hardware import TRANSFER_SCHEME, TransferScheme, transfer
from brainnet.plot.transfer import draw_sweep

SPREADS = {"A": ("sigma_A",), "tau": ("sigma_tau",), "both": ("sigma_A", "sigma_tau")}


@protocol(
    parameters={
        **TRANSFER_NETWORK,
        "levels": Parameter("3,15", "numbers of levels, 2n + 1 each"),
        "spread": Parameter("0,0.1,0.2,0.3", "relative standard deviations between devices", quick="0,0.1,0.3"),
        **TRANSFER_DEVICE,
        "pair": TRANSFER_SCHEME["pair"],
        **TRANSFER_SPIKES,
    },
    results=SWEEP_RESULTS,
    draw=draw_sweep,
    source="Hwang, Kim & Park 2021, Appl. Sci. 11:2059, doi:10.3390/app11052059, abstract (device variation is "
    "verified there; its results were not to be had)",
)
def transfer_mismatch(
    levels, spread, device, device_parameters, pair, steps, seed, data=None, **settings
) -> xr.Dataset:
    """Write a network into devices whose amplitudes and time constants differ by 0 to 30 %."""
    numbers = chosen_levels("transfer_mismatch", levels)
    places = chosen_shares("transfer_mismatch", "spread", spread)
    scheme = TransferScheme(pair)
    chosen = transfer_device(
        "transfer_mismatch", device, numbers, scheme, device_parameters, sigma_A=places[-1], sigma_tau=places[-1]
    )
    networks = TransferNetworks(data, seed, **settings)
    variants = {f"{number} levels, {what}": (number, names) for number in numbers for what, names in SPREADS.items()}

    def write(variant, value):
        number, names = variants[variant]
        spreads = {name: value if name in names else 0.0 for name in ("sigma_A", "sigma_tau")}
        written = transfer(networks.quantised(number), chosen(**spreads), scheme, seed=seed)
        return written.network(), written.weight_error(), written.pulses

    return transfer_sweep(
        networks, [*variants], ("spread", places), write, steps=steps,
        main=[(f"{number} levels, both", value) for number in numbers for value in places[-2:]],
        attrs={"label": "relative standard deviation between devices", "device": chosen.name},
    )  # fmt: skip
