"""How many rounds of read and correct buy back what mismatch of devices costs, and for how many pulses?

After the transfer every synapse is read, and those that are off by more than the tolerance are put into classes of
equal error, neuron by neuron; each class is corrected by one pair of pulses, all of its synapses at once, as the
transfer itself writes levels. Beside it stands how many pulses correcting synapse by synapse would take.
"""

import xarray as xr

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
from brainnet.hardware import TRANSFER_SCHEME, TransferScheme, transfer, verify_round
from brainnet.plot.transfer import draw_sweep


@protocol(
    parameters={
        **TRANSFER_NETWORK,
        "levels": Parameter("3,15", "numbers of levels, 2n + 1 each"),
        "spread": Parameter("0.1,0.3", "relative standard deviations of A and tau between devices", quick="0.3"),
        "rounds": Parameter(4, "of read and correct", low=1, high=100, quick=2),
        "tolerance": Parameter(0.1, "error that is left, in levels", above=0.0),
        "groups": Parameter(8, "classes of error of either sign", low=1, high=1000),
        **TRANSFER_DEVICE,
        "pair": TRANSFER_SCHEME["pair"],
        **TRANSFER_SPIKES,
    },
    results={
        **SWEEP_RESULTS,
        "pulses_so_far": Result("pairs of pulses, the transfer and all rounds so far, many synapses at once"),
        "corrected": Result("devices corrected in the round, each a pair of pulses where they are written one by one"),
    },
    draw=draw_sweep,
    source="Hwang, Kim & Park 2021, Appl. Sci. 11:2059, doi:10.3390/app11052059, abstract (method); the question is a "
    "reviewer's",
)
def write_verify(
    levels, spread, rounds, tolerance, groups, device, device_parameters, pair, steps, seed, data=None, **settings
) -> xr.Dataset:
    """Read and correct what was written into devices that differ, round by round."""
    numbers = chosen_levels("write_verify", levels)
    spreads = chosen_shares("write_verify", "spread", spread)
    scheme = TransferScheme(pair)
    chosen = transfer_device(
        "write_verify", device, numbers, scheme, device_parameters, sigma_A=spreads[-1], sigma_tau=spreads[-1]
    )
    networks = TransferNetworks(data, seed, **settings)
    variants = {f"{number} levels, spread {value:g}": (number, value) for number in numbers for value in spreads}
    places, corrected, state = [float(each) for each in range(rounds + 1)], [], {}

    def write(variant, value):
        number, spread = variants[variant]
        if value == 0:
            differing = chosen(sigma_A=spread, sigma_tau=spread)
            state[variant] = transfer(networks.quantised(number), differing, scheme, seed=seed)
            corrected.append(0)
        else:
            corrected.append(verify_round(state[variant], tolerance=tolerance, groups=groups).corrected)
        written = state[variant]
        return written.network(), written.weight_error(), written.pulses

    dataset = transfer_sweep(
        networks, [*variants], ("round", places), write, steps=steps,
        main=[(variant, places[-1]) for variant in variants],
        attrs={"label": "rounds of read and correct", "device": chosen.name},
    )  # fmt: skip
    dataset["pulses_so_far"] = ("case", dataset["pulses"].values.ravel())
    dataset["corrected"] = ("case", corrected)
    return dataset
