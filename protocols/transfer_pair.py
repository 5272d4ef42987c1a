"""What does it gain to adjust both devices of a pair, and not only the excitatory one?

A weight is G+ - G-. "one": G+ is moved up or down from the middle of its range, G- stays there (Hwang, Kim & Park
2021). "either": both begin at the bottom, and the one that the sign of the weight says is moved up. "both": both
begin in the middle, and move by half a level each, in opposite directions. A level is half the range over n in the
first, the whole range over n in the other two, and what does not grow with it, such as the noise of a read, weighs
half as much.
"""

import xarray as xr
from brian2 import second

from brainnet import Parameter, Result, protocol
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
from brainnet.hardware import PAIRS, TransferScheme, transfer
from brainnet.plot.transfer import draw_sweep

SOURCES = {"spread of A": "sigma_A", "read noise": "sigma_r"}


@protocol(
    parameters={
        **TRANSFER_NETWORK,
        "levels": Parameter("15", "number of levels, 2n + 1"),
        "spread": Parameter("0,0.1,0.3", "relative standard deviations, of A between devices or of a read"),
        **TRANSFER_DEVICE,
        **TRANSFER_SPIKES,
    },
    results={
        **SWEEP_RESULTS,
        "pulses_of_pair": Result("pairs of pulses that write the network, by which device is adjusted"),
        "write_energy": Result("energy of all pulses, by which device is adjusted", unit="J", optional=True),
    },
    draw=draw_sweep,
    source="Hwang, Kim & Park 2021, Appl. Sci. 11:2059, doi:10.3390/app11052059, abstract (method); the question is a "
    "reviewer's",
)  # fmt: skip
def transfer_pair(levels, spread, device, device_parameters, steps, seed, data=None, **settings) -> xr.Dataset:
    """Write a network by one device of each pair, by either, and by both."""
    number = chosen_levels("transfer_pair", levels, most=1)[0]
    places = chosen_shares("transfer_pair", "spread", spread)
    for pair in PAIRS:
        chosen = transfer_device(
            "transfer_pair", device, [number], TransferScheme(pair), device_parameters, sigma_A=0.0, sigma_r=0.0
        )
    networks = TransferNetworks(data, seed, **settings)
    quantised = networks.quantised(number)
    variants = {f"{pair}, {source}": (pair, name) for source, name in SOURCES.items() for pair in PAIRS}
    pulses, energies = {}, {}

    def write(variant, value):
        pair, name = variants[variant]
        written = transfer(quantised, chosen(**{name: value}), TransferScheme(pair), seed=seed)
        pulses[pair], energies[pair] = written.pulses, written.write_energy
        after = 0 * second if name == "sigma_r" else None
        return written.network(after), written.weight_error(after), written.pulses

    dataset = transfer_sweep(
        networks, [*variants], ("spread", places), write, steps=steps,
        main=[(f"{pair}, spread of A", places[-1]) for pair in PAIRS],
        attrs={"label": "relative standard deviation", "device": chosen.name},
    )  # fmt: skip
    dataset["pulses_of_pair"] = xr.DataArray([pulses[pair] for pair in PAIRS], {"pair": [*PAIRS]})
    if all(each is not None for each in energies.values()):
        dataset["write_energy"] = xr.DataArray([float(energies[pair]) for pair in PAIRS], {"pair": [*PAIRS]})
    return dataset
