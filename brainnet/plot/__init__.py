"""Pictures in one style."""

from brainnet.plot.style import new_figure

__all__ = ["new_figure"]
