"""A value that a student has to find."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from brainnet.errors import ParameterError

__all__ = ["Hidden"]


@dataclass(frozen=True)
class Hidden:
    """A value drawn from a student's name, so that everybody has another one, and the same one every time.

    It is no secret: whoever prints it has it.

    Parameters
    ----------
    lab : str
        What is asked for, such as ``"lif.tau_m"``.
    student : str
        Name of the student; capitals and spaces at the ends do not count.
    low, high : float
        The value is uniform between these.
    tolerance : float
        Size of the error that is accepted: a part of the value, or, if `absolute`, in the unit of the value.
    absolute : bool
        What `tolerance` means.

    Raises
    ------
    ParameterError
        The range is empty, or the tolerance so large that any guess would do.

    Examples
    --------
    >>> tau = Hidden("demo.tau", "Ada", 10.0, 30.0, tolerance=0.05)
    >>> tau.check(tau.value), tau.check(1.1 * tau.value), tau.check(None)
    (True, False, False)
    """

    lab: str
    student: str
    low: float
    high: float
    tolerance: float
    absolute: bool = False

    def __post_init__(self) -> None:
        """Check the range and the tolerance."""
        if not self.low < self.high:
            raise ParameterError(f"Hidden: low = {self.low:g} is not below high = {self.high:g}; give a range")
        largest = self.tolerance if self.absolute else self.tolerance * max(abs(self.low), abs(self.high))
        if not 0 < largest < (self.high - self.low) / 4:
            raise ParameterError(
                f"Hidden: with the tolerance {self.tolerance:g} most guesses from {self.low:g} to {self.high:g} are "
                "right, or none is; give a tolerance above 0 and well below the range"
            )

    @property
    def value(self) -> float:
        """The hidden value."""
        return float(self.generator().uniform(self.low, self.high))

    def generator(self) -> np.random.Generator:
        """Return the random numbers of this student, for data that differ from student to student."""
        text = f"{self.lab}\n{' '.join(self.student.casefold().split())}"
        return np.random.default_rng(int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big"))

    def check(self, answer: Any) -> bool:
        """Say whether an answer is within the tolerance; no answer, or no number, is not."""
        if isinstance(answer, bool) or not isinstance(answer, int | float | np.number) or not math.isfinite(answer):
            return False
        most = self.tolerance if self.absolute else self.tolerance * abs(self.value)
        return bool(abs(float(answer) - self.value) <= most)

    def verdict(self, answer: Any) -> str:
        """Say in words whether an answer is right: Markdown."""
        within = f"{self.tolerance:g}" if self.absolute else f"{100 * self.tolerance:g} %"
        if answer is None:
            return f"**No answer yet.** It is right if it is within {within} of the hidden value."
        if self.check(answer):
            return f"**Right**, to within {within}."
        return f"**Not yet**: the answer differs from the hidden value by more than {within}."
