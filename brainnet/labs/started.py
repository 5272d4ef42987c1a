"""What runs before marimo in the process of a lab: ``python -m brainnet.labs.started``, with marimo's own words."""

import gc
import runpy

# An app runs in a thread, and Brian2 can only be imported first in the main one, where it handles signals.
import brian2  # noqa: F401
import marimo  # noqa: F401
import matplotlib.backends.backend_agg  # noqa: F401
import sklearn.datasets
import sklearn.neural_network  # noqa: F401
import xarray  # noqa: F401

if __name__ == "__main__":
    # Brian2 collects garbage before each run. What was imported is none, and to look through it takes as long as the
    # network of a lab does.
    gc.freeze()
    runpy.run_module("marimo", run_name="__main__", alter_sys=True)
