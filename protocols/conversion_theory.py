r"""Where do thresholds come from, and what becomes of parameters that a trained network does not have?

A ReLU neuron computes a_l = max(0, W_l a_(l-1) + b_l). An integrate-and-fire neuron that receives W_l S_(l-1) + b_l a
step and loses theta_l with each spike fires, after T steps, floor(V/theta_l) times, V the sum of what it received:
the rate of spikes is a_l/theta_l, if a_l <= theta_l and a spike of layer l - 1 is worth theta_(l-1). So the threshold
is the activation that becomes the rate 1, lambda_l, and only ratios matter: weights times lambda_(l-1)/lambda_l with
thresholds of 1, or weights as written with the threshold lambda_l/lambda_(l-1). In devices, a level alpha is a
conductance u, and

    threshold in siemens (times the voltage and length of a spike: a charge) = lambda_l/lambda_(l-1) u/alpha

What scales all conductances of a layer scales its threshold: the normalisation of quantisation and that of conversion
are one and the same choice of unit. How lambda is found is a choice: "none" (1), "model" (the largest possible),
"data" (the largest, or a percentile, on training images), "balanced" (the largest input of spikes in a step).

What has no counterpart (the leak, what a reset does, where the potential begins, the number of steps) is set so that
the rate stays linear, or costs accuracy; here one at a time.
"""

import numpy as np
import xarray as xr
from brian2 import ms

from brainnet import Parameter, Result, protocol
from brainnet.convert import balance_thresholds, convert, normalise, plan
from brainnet.experiment import (
    TRANSFER_DEVICE,
    TRANSFER_NETWORK,
    TRANSFER_SPIKES,
    TransferNetworks,
    chosen_levels,
    transfer_device,
)
from brainnet.hardware import transfer
from brainnet.plot.transfer_theory import draw_theory
from brainnet.targets import fresh

NORMALISATIONS = {
    "none": {"normalisation": "none"},
    "model": {"normalisation": "model"},
    "data 100": {"percentile": 100.0},
    "data 99.9": {"percentile": 99.9},
    "balanced": {"normalisation": "threshold_balancing"},
}
WITHOUT_COUNTERPART = {
    "as converted": {},
    "reset to zero": {"reset": "zero"},
    "leak, tau_m 1000 ms": {"neuron": "lif", "tau_m": 1000 * ms},
    "leak, tau_m 100 ms": {"neuron": "lif", "tau_m": 100 * ms},
    "leak, tau_m 20 ms": {"neuron": "lif", "tau_m": 20 * ms},
    "begins at 0": {"v_init": "zero"},
    "spikes as input": {"coding": "bernoulli"},
}
BALANCING = 50  # images: spikes of every step are kept


@protocol(
    parameters={
        **TRANSFER_NETWORK,
        "levels": Parameter("15", "number of levels, 2n + 1"),
        **TRANSFER_DEVICE,
        **TRANSFER_SPIKES,
    },
    results={
        "accuracy_written": Result("test accuracy of the weights written, by the forward pass of the trained network"),
        "thresholds": Result("lambda of each layer, by normalisation"),
        "threshold_conductance": Result("threshold of each layer in devices, by normalisation", unit="S"),
        "accuracy_by_normalisation": Result("test accuracy as spikes, by normalisation"),
        "accuracy_by_parameter": Result("test accuracy as spikes, by what has no counterpart"),
    },
    draw=draw_theory,
    source="Diehl et al. 2015, IJCNN, doi:10.1109/IJCNN.2015.7280696, algorithms 1 and 2; Rueckauer et al. 2017, "
    "Front. Neurosci. 11:682, doi:10.3389/fnins.2017.00682, sec. 2.2; Sengupta et al. 2019, Front. Neurosci. 13:95, "
    "doi:10.3389/fnins.2019.00095, algorithm 1",
)
def conversion_theory(levels, device, device_parameters, steps, seed, data=None, **settings) -> xr.Dataset:
    """Write a network, find its thresholds in every way, and vary one by one what a trained network does not have."""
    number = chosen_levels("conversion_theory", levels, most=1)[0]
    chosen = transfer_device("conversion_theory", device, [number], given=device_parameters)
    networks = TransferNetworks(data, seed, **settings)
    written = transfer(networks.quantised(number), chosen, seed=seed)
    network, calibration = written.network(), networks.calibration
    planned = plan(network)
    scales = {name: scales_of(planned, calibration, steps, how) for name, how in NORMALISATIONS.items()}
    layers = [each.levels.name for each in written.layers]
    units = np.array([each.plan.unit / each.levels.interval for each in written.layers])
    thresholds = np.array([[scales[name][layer] for layer in layers] for name in NORMALISATIONS])
    before = np.concatenate([np.ones((len(NORMALISATIONS), 1)), thresholds[:, :-1]], axis=1)

    def run(**how):
        samples = calibration[:BALANCING] if how.get("normalisation") == "threshold_balancing" else calibration
        with fresh():
            spiking = convert(network, calibration=samples, steps=steps, seed=seed, **{"v_init": "half", **how})
            return (spiking.run(networks.x).decisions == networks.y[:, None]).mean(axis=0)

    by_normalisation = np.array([run(**how) for how in NORMALISATIONS.values()])
    by_parameter = np.array([run(**how) for how in WITHOUT_COUNTERPART.values()])
    cases = [f"{name}, {layer}" for name in NORMALISATIONS for layer in layers]
    return xr.Dataset(
        {
            "accuracy_written": network.accuracy(networks.x, networks.y),
            "thresholds": ("case", thresholds.ravel()),
            "threshold_conductance": ("case", (thresholds / before * units).ravel(), {"units": "S"}),
            "accuracy_by_normalisation": ("normalisation", by_normalisation[:, -1]),
            "accuracy_by_parameter": ("parameter", by_parameter[:, -1]),
            "normalisation_by_step": (("normalisation", "step"), by_normalisation),
            "parameter_by_step": (("parameter", "step"), by_parameter),
        },
        {"case": cases, "normalisation": [*NORMALISATIONS], "parameter": [*WITHOUT_COUNTERPART],
         "step": np.arange(1, steps + 1)},
        {"title": networks.title, "device": chosen.name},
    )  # fmt: skip


def scales_of(planned, calibration, steps, how):
    """Return lambda of each layer."""
    if how.get("normalisation") == "threshold_balancing":
        return balance_thresholds(planned, calibration[:BALANCING], steps=steps, v_init=0.5)
    method, percentile = how.get("normalisation", "data"), how.get("percentile", 99.9)
    return normalise(planned, method, calibration=calibration if method == "data" else None, percentile=percentile)
