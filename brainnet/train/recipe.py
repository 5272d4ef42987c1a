"""What decides the weights of a trained network: its architecture in one line, and how it is trained."""

from __future__ import annotations

import re
from dataclasses import dataclass

from brainnet.errors import ParameterError
from brainnet.values.parameter import Parameter, check_fields

__all__ = ["RECIPE_PARAMETERS", "Recipe", "parts_of"]

RECIPE_PARAMETERS = {
    "epochs": Parameter(8, "passes through the samples", low=1, below=100_000),
    "batch": Parameter(128, "samples per step of the optimiser", low=1, below=2**20),
    "rate": Parameter(3e-3, "learning rate", low=1e-8, below=100.0),
    "dropout": Parameter(0.0, "probability that an input of a dense layer is left out", low=0.0, below=1.0),
    "bias": Parameter(False, "whether neurons have one"),
    "pooling": Parameter("average", "of a window", choices=("average", "max")),
    "activation": Parameter("relu", "of hidden neurons", choices=("relu", "clipped", "qcfs")),
    "levels": Parameter(8, "of qcfs", low=1, below=2**16),
    "shift": Parameter(0, "most pixels that images are moved by", low=0, below=64),
    "noise": Parameter(0.0, "standard deviation, of the largest output", low=0.0, below=10.0),
    "l2": Parameter(0.0, "factor of the squares of weights", low=0.0, below=1e3),
    "l1": Parameter(0.0, "factor of the sizes of weights", low=0.0, below=1e3),
    "activity": Parameter(0.0, "factor of the mean activation of hidden neurons", low=0.0, below=1e3),
}


@dataclass(frozen=True)
class Recipe:
    r"""How a network is trained, with what helps it to become spikes.

    Adam, the learning rate of one cycle (Smith & Topin 2019): up to `rate` and down to nothing.

    Parameters
    ----------
    epochs, batch : int
        Passes through the samples; samples per step.
    rate : float
        Highest learning rate.
    dropout : float
        Probability that an input of a dense layer is left out.
    bias : bool
        A spiking neuron without bias is silent without input (Sengupta et al. 2019).
    pooling : {"average", "max"}
        The mean of spikes is a projection; their maximum is none.
    activation : {"relu", "clipped", "qcfs"}
        "clipped": min(max(z, 0), lambda) (Deng & Gu 2021). "qcfs": lambda clip(floor(z L / lambda + 1/2) / L, 0, 1)
        (Bu et al. 2022). In both lambda is learned, one per layer.
    levels : int
        L of "qcfs".
    shift : int
        Images are moved by up to that many pixels to each side; one move a batch.
    noise : float
        Standard deviation of Gaussian noise on the outputs of hidden neurons (Hunsberger & Eliasmith 2016), relative to
        the largest output of the layer in the batch: counting spikes for T steps is off by up to 1/T of it.
    l2, l1 : float
        Factors of the sum of the squares and of the sizes of all weights in the loss.
    activity : float
        Factor of the mean activation of hidden neurons, summed over layers, in the loss: fewer spikes.

    Raises
    ------
    ParameterError
        If a value is out of its range, or would have no effect.
    """

    epochs: int = RECIPE_PARAMETERS["epochs"].value
    batch: int = RECIPE_PARAMETERS["batch"].value
    rate: float = RECIPE_PARAMETERS["rate"].value
    dropout: float = RECIPE_PARAMETERS["dropout"].value
    bias: bool = RECIPE_PARAMETERS["bias"].value
    pooling: str = RECIPE_PARAMETERS["pooling"].value
    activation: str = RECIPE_PARAMETERS["activation"].value
    levels: int = RECIPE_PARAMETERS["levels"].value
    shift: int = RECIPE_PARAMETERS["shift"].value
    noise: float = RECIPE_PARAMETERS["noise"].value
    l2: float = RECIPE_PARAMETERS["l2"].value
    l1: float = RECIPE_PARAMETERS["l1"].value
    activity: float = RECIPE_PARAMETERS["activity"].value

    def __post_init__(self) -> None:
        """Check every value."""
        check_fields("recipe", self, RECIPE_PARAMETERS)
        if self.activation != "qcfs" and self.levels != type(self).levels:
            raise ParameterError("recipe: levels acts only with activation='qcfs'; leave it out")


def parts_of(architecture: str) -> list[tuple[str, tuple[int, ...]]]:
    """Read an architecture such as ``"16c5-p2-32c5-p2-128-10"``.

    Parameters
    ----------
    architecture : str
        Parts from input to output, joined by ``-``. ``16c5``: convolution to 16 channels, kernel 5 x 5, no padding;
        ``16c5p2``: padding 2; ``p2``: pooling of 2 x 2; ``128``: dense layer of 128 neurons. The last part is
        dense, one neuron per class; all other dense and convolution layers have an activation.

    Returns
    -------
    list of (kind, numbers)
        ``("conv", (channels, kernel, padding))``, ``("pool", (size,))``, ``("dense", (neurons,))``.

    Raises
    ------
    ParameterError
        If a part is not understood, or they stand in an order that makes no network.

    Examples
    --------
    >>> parts_of("16c5-p2-10")
    [('conv', (16, 5, 0)), ('pool', (2,)), ('dense', (10,))]
    """
    parts: list[tuple[str, tuple[int, ...]]] = []
    for text in architecture.split("-"):
        match = re.fullmatch(r"(\d{1,6})c(\d{1,3})(?:p(\d{1,3}))?|p(\d{1,3})|(\d{1,6})", text)
        if match is None:
            raise ParameterError(
                f"architecture {architecture!r}: {text!r} is not understood; "
                "give parts such as 16c5 (or 16c5p2), p2 and 128, joined by -"
            )
        channels, kernel, padding, pool, dense = match.groups()
        if channels:
            parts.append(("conv", (int(channels), int(kernel), int(padding or 0))))
        elif pool:
            parts.append(("pool", (int(pool),)))
        else:
            parts.append(("dense", (int(dense),)))
        kind, numbers = parts[-1]
        if 0 in numbers[:2]:
            raise ParameterError(f"architecture {architecture!r}: {text!r} has a size of 0; give at least 1")
        if kind != "dense" and any(before == "dense" for before, _ in parts):
            raise ParameterError(f"architecture {architecture!r}: {text!r} follows a dense layer; put it before")
    if parts[-1][0] != "dense":
        raise ParameterError(f"architecture {architecture!r} ends without a dense layer; add one neuron per class")
    return parts
