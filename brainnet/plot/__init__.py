"""Pictures in one style."""

from brainnet.plot.style import new_figure, part

__all__ = ["new_figure", "part"]
