"""How spikes are trained: one object of plain numbers, part of the key of what is kept."""

from __future__ import annotations

from dataclasses import dataclass, fields

from brainnet.errors import ParameterError, nearest

__all__ = ["Surrogate"]

CHOICES = {"gradient": ("stdb", "linear"), "coding": ("bernoulli", "constant")}
# Lowest value allowed, and the value that must not be reached.
RANGES: dict[str, tuple[float, float]] = {
    "steps": (1, 100_000), "epochs": (0, 100_000), "batch": (1, 2**20), "rate": (1e-12, 100.0), "dropout": (0.0, 1.0),
    "alpha": (1e-9, 1e3), "beta": (0.0, 1e3), "leak": (1e-6, 1.0 + 1e-12), "v_init": (0.0, 1.0),
}  # fmt: skip


@dataclass(frozen=True)
class Surrogate:
    r"""Settings of hybrid training.

    Parameters
    ----------
    steps : int
        Time steps of a sample.
    epochs, batch : int
        Passes through the samples; samples a step of the optimiser.
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
        Learn them, one a layer (DIET-SNN: Rathi & Roy 2021, IEEE TNNLS).
    dropout : float
        Probability that a hidden neuron is left out, for all steps of a sample.

    Raises
    ------
    ParameterError
        If a value is out of its range.
    """

    steps: int = 25
    epochs: int = 1
    batch: int = 16
    rate: float = 1e-4
    gradient: str = "linear"
    alpha: float = 0.3
    beta: float = 0.01
    coding: str = "bernoulli"
    leak: float = 1.0
    v_init: float = 0.0
    learn_thresholds: bool = False
    learn_leak: bool = False
    dropout: float = 0.0

    def __post_init__(self) -> None:
        """Check every value."""
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name in CHOICES and value not in CHOICES[field.name]:
                known = nearest(str(value), CHOICES[field.name])
                raise ParameterError(f"surrogate: {field.name} = {value!r} is not known; {known}")
            if field.name in RANGES:
                low, high = RANGES[field.name]
                whole = field.name in ("steps", "epochs", "batch")
                if not isinstance(value, int if whole else int | float) or not low <= value < high:
                    kind = "a whole number" if whole else "a number"
                    raise ParameterError(f"surrogate: {field.name} = {value!r}; give {kind} from {low:g} to {high:g}")
