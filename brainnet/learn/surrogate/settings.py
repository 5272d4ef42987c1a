"""How spikes are trained: one object of plain numbers, part of the key of what is kept."""

from __future__ import annotations

from dataclasses import dataclass

from brainnet.values.parameter import Parameter, check_fields

__all__ = ["Surrogate"]

PARAMETERS = {
    "steps": Parameter(25, "time steps of a sample", low=1, below=100_000),
    "epochs": Parameter(1, "passes through the samples", low=0, below=100_000),
    "batch": Parameter(16, "samples per step of the optimiser", low=1, below=2**20),
    "rate": Parameter(1e-4, "learning rate", low=1e-12, below=100.0),
    "gradient": Parameter("linear", "in place of the derivative of a spike", choices=("stdb", "linear")),
    "alpha": Parameter(0.3, "factor of the gradient", low=1e-9, below=1e3),
    "beta": Parameter(0.01, "decay of the gradient, a time step", low=0.0, below=1e3),
    "coding": Parameter("bernoulli", "of the input", choices=("bernoulli", "constant")),
    "leak": Parameter(1.0, "what is left of the potential a step later", above=0.0, high=1.0),
    "v_init": Parameter(0.0, "potential at the start, in thresholds", low=0.0, below=1.0),
    "learn_thresholds": Parameter(False, "whether they are learned"),
    "learn_leak": Parameter(False, "whether it is learned"),
    "dropout": Parameter(0.0, "probability that an input of a dense layer is left out", low=0.0, below=1.0),
}


@dataclass(frozen=True)
class Surrogate:
    r"""Settings of hybrid training.

    Parameters
    ----------
    steps : int
        Time steps of a sample.
    epochs, batch : int
        Passes through the samples; samples per step of the optimiser.
    rate : float
        Learning rate of Adam.
    gradient : {"stdb", "linear"}
        What stands for the derivative of a spike by its potential. "stdb": :math:`\alpha e^{-\beta \Delta t}`, with the
        steps since the neuron's last spike, this one included (Rathi et al. 2020, ICLR, equation 4); no gradient before
        the first. "linear": :math:`\alpha \max(0, 1 - |v / \theta - 1|)` (Bellec et al. 2018, NeurIPS).
    alpha, beta : float
    coding : {"bernoulli", "constant"}
        The input as spikes, drawn anew every time, or as a current.
    leak : float
        What is left of the potential a step later; 1: integrate-and-fire.
    v_init : float
        Potential at the start, in thresholds.
    learn_thresholds, learn_leak : bool
        Learn them, one per layer (DIET-SNN: Rathi & Roy 2021, IEEE TNNLS).
    dropout : float
        Probability that a hidden neuron is left out, for all steps of a sample.

    Raises
    ------
    ParameterError
        If a value is out of its range.
    """

    steps: int = PARAMETERS["steps"].value
    epochs: int = PARAMETERS["epochs"].value
    batch: int = PARAMETERS["batch"].value
    rate: float = PARAMETERS["rate"].value
    gradient: str = PARAMETERS["gradient"].value
    alpha: float = PARAMETERS["alpha"].value
    beta: float = PARAMETERS["beta"].value
    coding: str = PARAMETERS["coding"].value
    leak: float = PARAMETERS["leak"].value
    v_init: float = PARAMETERS["v_init"].value
    learn_thresholds: bool = PARAMETERS["learn_thresholds"].value
    learn_leak: bool = PARAMETERS["learn_leak"].value
    dropout: float = PARAMETERS["dropout"].value

    def __post_init__(self) -> None:
        """Check every value."""
        check_fields("surrogate", self, PARAMETERS)
