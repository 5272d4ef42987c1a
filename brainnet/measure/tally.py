"""What an evaluation collects besides accuracy and operations, from samples that come in parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from brainnet.spiking import Response

__all__ = ["Content", "Tally"]


@dataclass(frozen=True)
class Content:
    """Variables, coordinates and attributes of a dataset."""

    variables: Mapping[str, Any]
    coords: Mapping[str, Any] = field(default_factory=dict)
    attrs: Mapping[str, Any] = field(default_factory=dict)

    def __or__(self, other: Content) -> Content:
        return Content(
            {**self.variables, **other.variables}, {**self.coords, **other.coords}, {**self.attrs, **other.attrs}
        )


class Tally(Protocol):
    """What is counted of a network, for one kind of code.

    Attributes
    ----------
    block : int
        Samples at a time.
    """

    block: int

    def shown(self, x: Any) -> Any:
        """Return what `SpikingNetwork.run` takes for samples."""

    def add(self, x: Any, response: Response) -> None:
        """Take in samples (n, ...) and the response to them."""

    def content(self, x: Any, by_step: np.ndarray) -> Content:
        """Return what was found; x are all samples, `by_step` the accuracy after each step."""
