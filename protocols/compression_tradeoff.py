"""A trained network made smaller in every way: accuracy against connectivity and against levels."""

from dataclasses import replace
from functools import partial

import numpy as np
import xarray as xr

from brainnet import Parameter, Result, protocol
from brainnet.ann import merge_pooling
from brainnet.compress import (
    Retraining,
    compressed_network,
    fractions_by_layer,
    prune_activity,
    prune_magnitude,
    prune_random,
    quantise_kmeans,
    quantise_linear,
    quantise_stochastic,
    sizes,
)
from brainnet.convert import convert
from brainnet.data import load
from brainnet.errors import CompressionError, ParameterError
from brainnet.plot.compression import draw_tradeoff
from brainnet.targets import fresh
from brainnet.train import Recipe, parts_of, trained_network

CONNECTIVITY, AGAIN_CONNECTIVITY = (0.5, 0.2, 0.1, 0.05, 0.02), (0.1, 0.05, 0.02)
LEVELS, AGAIN_LEVELS = (3, 5, 9, 17, 33), (3, 5)  # again: where networks are trained again
PRUNING = ("magnitude", "activity", "random", "magnitude, retrained", "ADMM")
QUANTISATION = ("largest weight", "largest activation", "stochastic", "k-means", "ADMM")
SIZES = (len(PRUNING), len(CONNECTIVITY)), (len(QUANTISATION), len(LEVELS))
AIM, FEWEST = 0.05, 3
HWANG = "Hwang, Kim & Park 2021, Appl. Sci. 11:2059, doi:10.3390/app11052059, 3 levels (as a review of it says)"


@protocol(
    parameters={
        "architecture": Parameter("800-10", "convolutions, pooling and dense layers", quick="48-10"),
        "epochs": Parameter(15, "passes through the training set, before", low=1, high=1000, quick=60),
        "dropout": Parameter(0.3, "of the inputs of dense layers, in the first training", low=0.0, below=1.0,
                             quick=0.0),
        "shift_images": Parameter(0, "pixels that images are moved by at most, in training", low=0, high=8),
        "admm_epochs": Parameter(5, "passes with multipliers", low=0, high=1000, quick=40),
        "retraining_epochs": Parameter(5, "passes with zeros and levels fixed", low=0, high=1000, quick=40),
        "rho": Parameter(1e-3, "weight of the distance in ADMM", above=0.0),
        "rate": Parameter(1e-3, "learning rate of all training again", above=0.0),
        "retraining_dropout": Parameter(0.0, "of the inputs of dense layers, in training again", low=0.0, below=1.0),
        "retraining_shift": Parameter(0, "pixels that images are moved by at most, in training again", low=0, high=8),
        "again": Parameter("curves", "what is trained again: all curves, or the three networks aimed at alone",
                           choices=("curves", "aims")),
        "by_layer": Parameter("", "fractions that the pruned network keeps, layer by layer, such as "
                              "0.17/0.08/0.009/0.07; empty: 0.05 of all weights"),
        "images": Parameter(10_000, "test images, from the first on", low=1, high=10_000, quick=300),
        "calibration_images": Parameter(1000, "training images that activities are measured on", low=1, high=60_000,
                                        quick=300),
        "steps": Parameter(50, "time steps of the networks that are converted", low=1, high=100_000, quick=20),
    },
    results={
        "accuracy_dense": Result("test accuracy of the trained network"),
        "accuracy_pruned": Result("test accuracy after ADMM, at the connectivity aimed at"),
        "connectivity_pruned": Result("fraction of the weights that it keeps"),
        "accuracy_3_levels": Result("test accuracy after ADMM, 3 levels", reference=0.9758, source=HWANG),
        "accuracy_both": Result("test accuracy after ADMM, pruned and on 3 levels"),
        "connectivity_both": Result("fraction of the weights that it keeps"),
        "snn_accuracy": Result("test accuracy of these as spikes"),
        "accuracy_by_method": Result("test accuracy by method and connectivity or number of levels"),
    },
    draw=draw_tradeoff,
    source="Deng et al. 2021, IEEE TNNLS, doi:10.48550/arXiv.1911.00822, abstract; Ren et al. 2019, ASPLOS, "
    "doi:10.1145/3297858.3304076, abstract; Hwang, Kim & Park 2021, Appl. Sci. 11:2059, doi:10.3390/app11052059, "
    "abstract; Han et al. 2016, ICLR, doi:10.48550/arXiv.1510.00149, abstract",
)  # fmt: skip
def compression_tradeoff(
    architecture, epochs, dropout, shift_images, admm_epochs, retraining_epochs, rho, rate, retraining_dropout,
    retraining_shift, again, by_layer, images, calibration_images, steps, seed, data=None,
) -> xr.Dataset:  # fmt: skip
    """Train one network (digits, or the data set given; or take it from the cache) and compress it in every way."""
    samples = load(data or "digits")
    (x, y), calibration = samples.first_tests(images), samples.calibration(calibration_images, seed)
    recipe = Recipe(epochs=epochs, dropout=dropout, shift=shift_images)
    settings = Retraining(epochs=retraining_epochs, admm_epochs=admm_epochs, rho=rho, rate=rate,
                          dropout=retraining_dropout, shift=retraining_shift)  # fmt: skip
    fractions = fractions_of(by_layer, architecture) if by_layer else []
    network = trained_network(samples.x_train, samples.y_train, architecture, recipe, seed=seed)
    aim = dict(zip(sizes(network), fractions, strict=True)) if by_layer else fractions_by_layer(network, AIM)

    def trained(start, how=settings, **wanted):
        return compressed_network(start, samples.x_train, samples.y_train, settings=how, seed=seed, **wanted)

    def pruned(method, kept):
        if method == "magnitude, retrained":  # for as many epochs as ADMM has in both parts
            how = replace(settings, epochs=retraining_epochs + admm_epochs)
            return trained(prune_magnitude(network, kept), how)
        ways = {"magnitude": prune_magnitude, "activity": partial(prune_activity, x=calibration),
                "random": partial(prune_random, seed=seed),
                "ADMM": lambda net, kept: trained(net, connectivity=kept)}  # fmt: skip
        return ways[method](network, kept)

    def quantised(method, levels):
        ways = {"largest weight": quantise_linear, "k-means": quantise_kmeans,
                "largest activation": partial(quantise_linear, by="activation", x=calibration),
                "stochastic": partial(quantise_stochastic, seed=seed),
                "ADMM": lambda net, levels: trained(net, levels=levels)}  # fmt: skip
        return ways[method](network, levels)

    by_connectivity, by_levels = np.full(SIZES[0], np.nan), np.full(SIZES[1], np.nan)
    for place in np.ndindex(SIZES[0]):
        method, connectivity = PRUNING[place[0]], CONNECTIVITY[place[1]]
        if method in PRUNING[:3] or (again == "curves" and connectivity in AGAIN_CONNECTIVITY):
            by_connectivity[place] = accuracy_of(pruned, method, fractions_by_layer(network, connectivity), x, y)
    for place in np.ndindex(SIZES[1]):
        method, levels = QUANTISATION[place[0]], LEVELS[place[1]]
        if method != "ADMM" or (again == "curves" and levels in AGAIN_LEVELS):
            by_levels[place] = accuracy_of(quantised, method, levels, x, y)
    names = [f"{name}/{c:g}" for name in PRUNING for c in CONNECTIVITY]
    names += [f"{name}/{n} levels" for name in QUANTISATION for n in LEVELS]
    values = [*by_connectivity.ravel(), *by_levels.ravel()]
    tried = {name: value for name, value in zip(names, values, strict=True) if np.isfinite(value)}
    made = {"dense": network, "pruned": pruned("ADMM", aim), f"{FEWEST} levels": quantised("ADMM", FEWEST),
            "both": trained(network, connectivity=aim, levels=FEWEST)}  # fmt: skip
    return xr.Dataset(
        {
            **{f"accuracy_{name.replace(' ', '_')}": each.accuracy(x, y) for name, each in made.items()},
            "connectivity_pruned": left_of(made["pruned"]),
            "connectivity_both": left_of(made["both"]),
            "snn_accuracy": ("network", [as_spikes(each, calibration, steps, seed, x, y) for each in made.values()]),
            "pruned_accuracy": (("pruning", "connectivity"), by_connectivity),
            "quantised_accuracy": (("quantisation", "levels"), by_levels),
            "accuracy_by_method": ("method", list(tried.values())),
        },
        {
            "network": [*made], "pruning": [*PRUNING], "connectivity": [*CONNECTIVITY], "quantisation": [*QUANTISATION],
            "levels": [*LEVELS],
            "method": [*tried],
        },
        {"samples": images, "data": samples.name, "architecture": architecture},
    )  # fmt: skip


def fractions_of(by_layer, architecture):
    """Read a fraction for each layer with weights, before anything is trained."""
    layers = [text for text, (kind, _) in zip(architecture.split("-"), parts_of(architecture), strict=True)
              if kind != "pool"]  # fmt: skip
    try:
        found = [float(each) for each in by_layer.split("/")]
    except ValueError:
        found = []
    if len(found) != len(layers) or not all(0 < each <= 1 for each in found):
        raise ParameterError(
            f"by_layer = {by_layer!r} does not fit the layers {', '.join(layers)}; give a fraction above 0, up to 1, "
            "for each, joined by /"
        )
    return found


def accuracy_of(compress, method, wanted, x, y):
    """Return the test accuracy; NaN where a layer would be silent, so that there is no network."""
    try:
        return compress(method, wanted).accuracy(x, y)
    except CompressionError:
        return np.nan


def left_of(network):
    """Return the fraction of weights that are not zero."""
    layers = sizes(network).values()
    return sum(each.connections for each in layers) / sum(each.weights for each in layers)


def as_spikes(network, calibration, steps, seed, x, y):
    """Return the test accuracy of the converted network."""
    with fresh():
        spiking = convert(merge_pooling(network), calibration=calibration, steps=steps, seed=seed,
                          v_init="half", readout="potential")  # fmt: skip
        return float((spiking.run(x).decisions[:, -1] == y).mean())
