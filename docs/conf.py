"""Sphinx configuration."""

project = "brainnet"
author = "The brainnet authors"
extensions = ["myst_parser"]
html_theme = "furo"
exclude_patterns = ["_build"]
myst_heading_anchors = 2
