"""How a spiking network is trained from the start: one object of plain numbers, part of the key of what is kept."""

from __future__ import annotations

from dataclasses import dataclass

from brainnet.values.parameter import Parameter, check_fields

__all__ = ["SpikingRecipe"]

PARAMETERS = {
    "steps": Parameter(10, "time steps of a sample", low=1, below=10_000),
    "epochs": Parameter(4, "passes through the samples", low=1, below=100_000),
    "batch": Parameter(128, "samples per step of the optimiser", low=1, below=2**20),
    "rate": Parameter(2e-3, "learning rate", low=1e-8, below=100.0),
    "tau": Parameter(10.0, "membrane time constant, in time steps", low=0.1, below=1e6),
    "gradient": Parameter("fast_sigmoid", "in place of the derivative of a spike", choices=("fast_sigmoid", "atan")),
    "slope": Parameter(5.0, "k of the gradient", low=1e-3, below=1e4),
    "dropout": Parameter(0.2, "probability that an input of a dense layer is left out", low=0.0, below=1.0),
    "shift": Parameter(2, "most pixels that images are moved by", low=0, below=64),
}


@dataclass(frozen=True)
class SpikingRecipe:
    r"""Settings of a training by surrogate gradients.

    Images are constant currents. Hidden neurons are leaky and fire at 1, from where they are reset to 0; the output
    integrates, and its mean over the steps goes into the softmax. Adam, the learning rate of one cycle.

    Parameters
    ----------
    steps : int
        Time steps of a sample.
    epochs, batch : int
        Passes through the samples; samples per step of the optimiser.
    rate : float
        Highest learning rate.
    tau : float
        Membrane time constant in time steps.
    gradient : {"fast_sigmoid", "atan"}
        What stands for the derivative of a spike by its potential: :math:`1/(1 + k|v - 1|)^2` (Zenke & Ganguli 2018)
        or :math:`1/(1 + (\pi k (v - 1)/2)^2)`, times k/2 (Fang et al. 2021); k is `slope`.
    slope : float
    dropout : float
        Probability that an input of a dense layer is left out in a time step.
    shift : int
        Images are moved by up to that many pixels to each side; one move a batch.

    Raises
    ------
    ParameterError
        If a value is out of its range.
    """

    steps: int = PARAMETERS["steps"].value
    epochs: int = PARAMETERS["epochs"].value
    batch: int = PARAMETERS["batch"].value
    rate: float = PARAMETERS["rate"].value
    tau: float = PARAMETERS["tau"].value
    gradient: str = PARAMETERS["gradient"].value
    slope: float = PARAMETERS["slope"].value
    dropout: float = PARAMETERS["dropout"].value
    shift: int = PARAMETERS["shift"].value

    def __post_init__(self) -> None:
        """Check every value."""
        check_fields("recipe", self, PARAMETERS)
