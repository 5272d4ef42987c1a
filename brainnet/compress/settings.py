"""How a network is trained again: one object of plain numbers, part of the key of what is kept."""

from __future__ import annotations

from dataclasses import dataclass, fields

from brainnet.errors import ParameterError

__all__ = ["Retraining"]

# Lowest value allowed, and the value that must not be reached.
RANGES: dict[str, tuple[float, float]] = {
    "epochs": (0, 100_000), "admm_epochs": (0, 100_000), "batch": (1, 2**20), "rate": (1e-12, 100.0),
    "rho": (1e-12, 1e6), "activity": (0.0, 1e3), "dropout": (0.0, 1.0), "shift": (0, 64),
}  # fmt: skip


@dataclass(frozen=True)
class Retraining:
    r"""Settings of training a trained network again, with Adam.

    Parameters
    ----------
    epochs : int
        Passes through the samples once zeros or levels are fixed; the rate falls to nothing, as half a cosine.
    admm_epochs : int
        Passes before, in which ADMM brings weights near to what they are to become. `finetune` has none.
    batch : int
        Samples per step.
    rate : float
        Learning rate.
    rho : float
        Weight of :math:`\frac{\rho}{2} \| W - Z + U \|^2` in the loss of ADMM.
    activity : float
        Weight of the activity in the loss: for each layer with ReLU :math:`\langle a \rangle / \sqrt{\langle a^2
        \rangle}` over neurons and samples, summed. It falls with the share of neurons that are active and does not
        change when all activations are scaled (Hoyer 2004, JMLR), which spikes would not see.
    dropout : float
        Probability that an input of a dense layer is left out.
    shift : int
        Images are moved by up to that many pixels to each side; one move a batch.

    Raises
    ------
    ParameterError
        If a value is out of its range.
    """

    epochs: int = 10
    admm_epochs: int = 10
    batch: int = 128
    rate: float = 1e-3
    rho: float = 0.01
    activity: float = 0.0
    dropout: float = 0.0
    shift: int = 0

    def __post_init__(self) -> None:
        """Check every value."""
        for field in fields(self):
            value, (low, high) = getattr(self, field.name), RANGES[field.name]
            allowed = int if field.type == "int" else int | float
            if isinstance(value, bool) or not isinstance(value, allowed) or not low <= value < high:
                kind = "a whole number" if field.type == "int" else "a number"
                raise ParameterError(
                    f"retraining: {field.name} = {value!r}; give {kind} of at least {low:g}, below {high:g}"
                )
