"""Sphinx configuration. Most of the reference is made from the code: see _extensions/declared_pages.py."""

import sys
from pathlib import Path

from matplotlib import rc_params_from_file

sys.path.insert(0, str(Path(__file__).parent / "_extensions"))

project = "brainnet"
author = "The brainnet authors"
extensions = [
    "declared_pages",
    "matplotlib.sphinxext.plot_directive",
    "myst_parser",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx_click",
]
templates_path = ["_templates"]
html_theme = "furo"
html_title = "brainnet"
exclude_patterns = ["_build", "_extensions", "_templates"]
myst_heading_anchors = 3
myst_enable_extensions = ["dollarmath", "colon_fence"]
# What an object's page shows is its docstring; its members stand in it where they matter.
autodoc_typehints = "none"
requests = ("fit", "partial_fit", "predict", "score", "transform")  # scikit-learn's, with references of its own
autodoc_default_options = {"exclude-members": ", ".join(f"set_{each}_request" for each in requests)}
numpydoc_show_class_members = False
# The pictures of a tutorial are what its code draws.
plot_formats = [("png", 150)]
plot_html_show_formats = False
plot_html_show_source_link = False
plot_include_source = True
plot_rcparams = dict(
    rc_params_from_file(Path(__file__).parents[1] / "brainnet/plot/brainnet.mplstyle", use_default_template=False)
)
plot_apply_rcparams = True
