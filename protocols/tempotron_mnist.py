"""Ten Tempotrons learn MNIST, each pixel of images of 14 x 14 coded by the latency of a spike.

Images are averaged over 2 x 2 pixels. Published with the same rule and other codes: 91.29 % on features of convolutions
(Zhao et al. 2015, IEEE TNNLS 26:1963, from the table in Tavanaei et al. 2019, Neural Netw. 111:47).
"""

from dataclasses import replace

import numpy as np
import xarray as xr

from brainnet import Parameter, Result, protocol
from brainnet.data import load
from brainnet.errors import DataError
from brainnet.experiment import TEMPOTRON_PARAMETERS, TEMPOTRON_RESULTS, learn_images
from brainnet.plot.tempotron import draw_classification


@protocol(
    parameters={
        **TEMPOTRON_PARAMETERS,
        "max_epochs": Parameter(20, "passes through the training images", low=1, quick=2),
        "rate": Parameter(2e-4, "learning rate", above=0.0),
        "train_images": Parameter(20_000, "images to learn, drawn at random", low=100, high=60_000, quick=1000),
        "images": Parameter(10_000, "test images, from the first", low=1, high=10_000, quick=500),
    },
    results={**TEMPOTRON_RESULTS, "accuracy": Result("test images classified correctly", reference=0.9129,
                                           source="Zhao et al. 2015, IEEE TNNLS 26:1963, "
                                           "doi:10.1109/TNNLS.2014.2362542: other features")},
    draw=draw_classification,
    source="Gütig & Sompolinsky 2006, Nat. Neurosci. 9:420, doi:10.1038/nn1643, eq. 1 (rule)",
)  # fmt: skip
def tempotron_mnist(train_images, images, seed, data=None, **settings) -> xr.Dataset:
    """Train one neuron per class, and test exactly and as a Brian2 network."""
    mnist = load(data or "mnist")
    for name, wanted, there in (
        ("train_images", train_images, len(mnist.x_train)),
        ("images", images, len(mnist.x_test)),
    ):
        if wanted > there:
            raise DataError(f"{name} = {wanted}, and there are {there} in {mnist.source}; write {name}={there} or less")
    if mnist.x_train.ndim != 3 or any(size % 2 for size in mnist.sample_shape):
        raise DataError(
            f"samples of shape {mnist.sample_shape} in {mnist.source}; give images of even height and width"
        )
    chosen = np.random.default_rng(seed).permutation(len(mnist.x_train))[:train_images]
    small = replace(mnist, x_train=halved(mnist.x_train[chosen]), y_train=mnist.y_train[chosen],
                    x_test=halved(mnist.x_test[:images]), y_test=mnist.y_test[:images])  # fmt: skip
    return learn_images(small, seed=seed, **settings)


def halved(x: np.ndarray) -> np.ndarray:
    """Average images over 2 x 2 pixels."""
    return x.reshape(len(x), x.shape[1] // 2, 2, x.shape[2] // 2, 2).mean(axis=(2, 4))
