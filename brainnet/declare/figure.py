"""The declaration of a figure: which published figure it is, and the function that draws ours and theirs."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from brainnet.errors import ParameterError, TargetError
from brainnet.plot import in_house_style
from brainnet.seeds import MOST_INTEGER, check_seed
from brainnet.targets import current

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["PublishedFigure", "figure"]

_ARGUMENTS = ("quick", "seed", "data")
_RUNS = "runs"  # a figure may take them as well


@dataclass(frozen=True)
class PublishedFigure:
    """A published figure, drawn again: ours and theirs in one picture.

    Parameters
    ----------
    name : str
        Name of the function and of its file.
    function : callable
        ``function(quick: bool, seed: int, data: str | None) -> matplotlib.figure.Figure``; it runs protocols on the
        current target. One that also draws what was run before takes ``runs: tuple[str, ...]``, paths of run folders.
    title : str
        Which figure of which paper.
    doi : str
        Of the paper.
    summary : str
        First line of the function's docstring.
    target : str, optional
        The only target on which it takes minutes and not hours.

    Raises
    ------
    ParameterError
        The function does not take ``quick``, ``seed`` and ``data`` (and ``runs``), or title or DOI are empty.
    """

    name: str
    function: Callable[..., Figure]
    title: str
    doi: str
    summary: str
    target: str | None = None
    takes_runs: bool = field(init=False)

    def __post_init__(self) -> None:
        arguments = tuple(inspect.signature(self.function).parameters)
        object.__setattr__(self, "takes_runs", arguments[len(_ARGUMENTS) :] == (_RUNS,))
        if arguments[: len(_ARGUMENTS)] != _ARGUMENTS or len(arguments) > len(_ARGUMENTS) + self.takes_runs:
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

    def __call__(
        self,
        *,
        quick: bool = False,
        seed: int = 0,
        data: str | Path | None = None,
        runs: Sequence[str | Path] = (),
    ) -> Figure:
        """Run the protocols on the current target and draw.

        Parameters
        ----------
        quick, seed, data
            Of the protocols.
        runs : sequence of paths
            Run folders to draw as well, where the figure takes any (`takes_runs`).

        Raises
        ------
        ParameterError
            The seed is out of range, or the figure takes no runs.
        TargetError
            It is declared for another target.
        """
        if self.target not in (None, current().name):
            raise TargetError(
                f"figure {self.name} would take far too long on {current().name}; draw it on {self.target}: "
                f'--target {self.target}, or with brainnet.target("{self.target}")'
            )
        seed = check_seed(f"figure {self.name}", seed, MOST_INTEGER)  # as of the protocols that it runs
        if runs and not self.takes_runs:
            raise ParameterError(f"figure {self.name} draws no earlier runs; leave --run out")
        extra = {_RUNS: tuple(map(str, runs))} if self.takes_runs else {}
        return in_house_style(self.function, quick=quick, seed=seed, data=None if data is None else str(data), **extra)


def figure(*, doi: str, title: str, target: str | None = None) -> Callable[[Callable[..., Figure]], PublishedFigure]:
    """Declare a function as the published figure of the same name (decorator)."""

    def declare(function: Callable[..., Figure]) -> PublishedFigure:
        name = function.__name__
        summary = (inspect.getdoc(function) or title).splitlines()[0]
        return PublishedFigure(name, function, title, doi, summary, target)

    return declare
