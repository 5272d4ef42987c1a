"""Four pairing schemes on the same spikes: the weights that pair STDP ends at."""

import numpy as np
import xarray as xr
from brian2 import ms

from brainnet import Parameter, Result, models, protocol
from brainnet.experiment import final_weights
from brainnet.pairing import PAIRING, WEIGHT_DEPENDENCE
from brainnet.plot.plasticity import draw_schemes

# nest-simulator, testsuite/pytests/synapses/test_stdp_nn_synapses.py: these spikes, with a dendritic delay of 0.1 ms
NEST = ([1, 5, 6, 7, 9, 11, 12, 13], [2.1, 3.1, 4.1, 8.1, 9.1, 10.1, 12.1])
# NEST's spikes give 7A and 7B the same pairs; these tell all four schemes apart.
DISCRIMINATING = ([10, 20, 30, 60, 61, 90], [25, 35, 36, 70, 95])
TRAINS = {"discriminating": DISCRIMINATING, "nest": NEST}
SOURCE = (
    "computed from the definitions in Morrison, Diesmann & Gerstner 2008, Biol. Cybern. 98:459, "
    "doi:10.1007/s00422-008-0233-1, fig. 7"
)
REFERENCE = {
    "discriminating": (0.522986557, 0.514885395, 0.517497823, 0.511936684),
    "nest": (0.455838994, 0.508148716, 0.508148716, 0.505509727),
}
RESULTS = {
    f"{scheme}{'' if name == 'discriminating' else f'_{name}'}": Result(
        f"final weight, {scheme}, {name} trains", "1", reference, 1e-8, f"{SOURCE}; with the default parameters"
    )
    for name, row in REFERENCE.items()
    for scheme, reference in zip(PAIRING, row, strict=True)
}


@protocol(
    parameters={
        "weight_dependence": Parameter("additive", "of the rule", choices=tuple(WEIGHT_DEPENDENCE)),
        "tau_plus": Parameter(16.8 * ms, "time constant of potentiation", above=0 * ms),
        "tau_minus": Parameter(33.7 * ms, "time constant of depression", above=0 * ms),
        "A_plus": Parameter(0.01, "amplitude of potentiation"),
        "A_minus": Parameter(0.0085, "amplitude of depression"),
        "w_init": Parameter(0.5, "weight at the start", low=0.0, high=1.0),
    },
    results=RESULTS,
    draw=draw_schemes,
    source="Morrison, Diesmann & Gerstner 2008, Biol. Cybern. 98:459, doi:10.1007/s00422-008-0233-1, fig. 7",
)
def pairing_schemes(weight_dependence, tau_plus, tau_minus, A_plus, A_minus, w_init, seed) -> xr.Dataset:
    """Pair STDP on two hand-made pairs of trains, under each pairing scheme, up to each spike."""
    rule = models.pair_stdp(
        weight_dependence=weight_dependence, tau_plus=tau_plus, tau_minus=tau_minus, A_plus=A_plus, A_minus=A_minus
    )
    times = {name: np.unique([*pre, *post]) for name, (pre, post) in TRAINS.items()}
    # One synapse for each spike of the experiment, which sees the spikes up to it: the course of the weight.
    parts = [
        ([s for s in TRAINS[name][0] if s <= t], [s for s in TRAINS[name][1] if s <= t])
        for name in TRAINS
        for t in times[name]
    ]
    weights = final_weights({scheme: rule(pairing=scheme) for scheme in PAIRING}, parts, w=w_init)
    data = xr.Dataset({}, {"scheme": list(PAIRING)}, {"weight_dependence": weight_dependence, "w_init": w_init})
    start = 0
    for name, (pre, post) in TRAINS.items():
        course = np.array([weights[scheme][start : start + len(times[name])] for scheme in PAIRING])
        start += len(times[name])
        data[f"{name}_weight"] = (("scheme", f"{name}_time"), course)
        data[f"{name}_time"] = (f"{name}_time", times[name], {"units": "ms"})
        for side, spikes in (("pre", pre), ("post", post)):
            data[f"{name}_{side}"] = (f"{name}_{side}_spike", np.array(spikes, dtype=float), {"units": "ms"})
        for row, scheme in enumerate(PAIRING):
            data[f"{scheme}{'' if name == 'discriminating' else f'_{name}'}"] = course[row, -1]
    return data
