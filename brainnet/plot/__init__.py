"""Pictures in one style."""

from brainnet.plot.style import house_style, in_house_style, new_figure, new_mosaic, panel_letter, part

__all__ = ["house_style", "in_house_style", "new_figure", "new_mosaic", "panel_letter", "part"]
