"""The declaration of a figure: which published figure it is, and the function that draws ours and theirs."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from brainnet.errors import ParameterError
from brainnet.seeds import MOST_INTEGER, check_seed

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["PublishedFigure", "figure"]

_ARGUMENTS = ("quick", "seed", "data")


@dataclass(frozen=True)
class PublishedFigure:
    """A published figure, drawn again: ours and theirs in one picture.

    Parameters
    ----------
    name : str
        Name of the function and of its file.
    function : callable
        ``function(quick: bool, seed: int, data: str | None) -> matplotlib.figure.Figure``; it runs protocols on the
        current target.
    title : str
        Which figure of which paper.
    doi : str
        Of the paper.
    summary : str
        First line of the function's docstring.

    Raises
    ------
    ParameterError
        The function does not take ``quick``, ``seed`` and ``data``, or title or DOI are empty.
    """

    name: str
    function: Callable[..., Figure]
    title: str
    doi: str
    summary: str

    def __post_init__(self) -> None:
        arguments = tuple(inspect.signature(self.function).parameters)
        if arguments != _ARGUMENTS:
            got, want = ", ".join(arguments), ", ".join(_ARGUMENTS)
            raise ParameterError(f"figure {self.name}: its function takes ({got}); declare {self.name}({want})")
        for word in ("title", "doi"):
            if not getattr(self, word).strip():
                raise ParameterError(f"figure {self.name}: {word} is empty; give the {word} of the published figure")

    @property
    def module(self) -> ModuleType:
        """The file that declares it, with its helpers and constants."""
        return sys.modules[self.function.__module__]

    @property
    def doc(self) -> str:
        """What the file and the function say: the published figure, deviations from the paper, what is drawn."""
        texts = (inspect.getdoc(self.module), inspect.getdoc(self.function))
        return "\n\n".join(text for text in texts if text) or self.title

    def __call__(self, *, quick: bool = False, seed: int = 0, data: str | Path | None = None) -> Figure:
        """Run the protocols on the current target and draw.

        Raises
        ------
        ParameterError
            The seed is out of range.
        """
        seed = check_seed(f"figure {self.name}", seed, MOST_INTEGER)  # as of the protocols that it runs
        return self.function(quick=quick, seed=seed, data=None if data is None else str(data))


def figure(*, doi: str, title: str) -> Callable[[Callable[..., Figure]], PublishedFigure]:
    """Declare a function as the published figure of the same name (decorator)."""

    def declare(function: Callable[..., Figure]) -> PublishedFigure:
        name = function.__name__
        summary = (inspect.getdoc(function) or title).splitlines()[0]
        return PublishedFigure(name, function, title, doi, summary)

    return declare
