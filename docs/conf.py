"""Sphinx configuration. Most of the reference is made from the code: see _extensions/declared_pages.py."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "_extensions"))

project = "brainnet"
author = copyright = "The brainnet authors"
extensions = [
    "declared_pages",
    "myst_nb",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx_click",
]
templates_path = ["_templates"]
html_theme = "furo"
html_title = "brainnet"
html_static_path = ["_static"]
html_css_files = ["fit.css"]
exclude_patterns = ["_build", "_extensions", "_templates", "reference/plots/*.md"]
myst_heading_anchors = 3
myst_enable_extensions = ["dollarmath", "colon_fence"]
# What an object's page shows is its docstring; its members stand in it where they matter.
autodoc_typehints = "none"
requests = (
    "fit",
    "partial_fit",
    "predict",
    "score",
    "transform",
)  # scikit-learn's, with references of its own
autodoc_default_options = {
    "exclude-members": ", ".join(f"set_{each}_request" for each in requests)
}
numpydoc_show_class_members = False
# Tutorials are run when the documentation is built: what a page shows is what its code prints and draws.
nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_timeout = 600
os.environ["MATPLOTLIBRC"] = str(
    Path(__file__).parents[1] / "brainnet/plot/brainnet.mplstyle"
)
# `make links`. Publishers refuse robots what they show to people: such a link leads somewhere.
linkcheck_allow_unauthorized = True
linkcheck_timeout = 30
linkcheck_retries = 2
