"""How a spiking network is trained from the start: one object of plain numbers, part of the key of what is kept."""

from __future__ import annotations

from dataclasses import dataclass, fields

from brainnet.errors import ParameterError, nearest

__all__ = ["SpikingRecipe"]

CHOICES = {"gradient": ("fast_sigmoid", "atan")}
# Lowest value allowed, and the value that must not be reached.
RANGES: dict[str, tuple[float, float]] = {
    "steps": (1, 10_000), "epochs": (1, 100_000), "batch": (1, 2**20), "rate": (1e-8, 100.0), "dropout": (0.0, 1.0),
    "shift": (0, 64), "tau": (0.1, 1e6), "slope": (1e-3, 1e4),
}  # fmt: skip


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
        Passes through the samples; samples a step of the optimiser.
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

    steps: int = 10
    epochs: int = 4
    batch: int = 128
    rate: float = 2e-3
    tau: float = 10.0
    gradient: str = "fast_sigmoid"
    slope: float = 5.0
    dropout: float = 0.2
    shift: int = 2

    def __post_init__(self) -> None:
        """Check every value."""
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name in CHOICES:
                if value not in CHOICES[field.name]:
                    known = nearest(str(value), CHOICES[field.name])
                    raise ParameterError(f"recipe: {field.name} = {value!r} is not known; {known}")
                continue
            low, high = RANGES[field.name]
            whole = field.name in ("steps", "epochs", "batch", "shift")
            allowed = int if whole else int | float
            if not isinstance(value, allowed) or isinstance(value, bool) or not low <= value < high:
                kind = "a whole number" if whole else "a number"
                raise ParameterError(
                    f"recipe: {field.name} = {value!r}; give {kind} of at least {low:g}, below {high:g}"
                )
