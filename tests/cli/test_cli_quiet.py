"""Deprecation warnings of installed packages stay out of the terminal; everybody else's are shown."""

import subprocess
import sys

NOISY = """
import warnings
warnings.simplefilter("default", DeprecationWarning)  # as an import of elephant leaves the filters
def old():
    warnings.warn("old spelling", DeprecationWarning, stacklevel=1)
    warnings.warn("wrong numbers", RuntimeWarning, stacklevel=1)
"""
EXPERIMENT = """
import warnings
import noisy
import xarray as xr
from brainnet import protocol

@protocol(parameters={}, results={})
def experiment(seed):
    noisy.old()
    warnings.warn("of my own file", DeprecationWarning, stacklevel=1)
    return xr.Dataset()
"""


def test_a_flood_is_held_back_and_nothing_else(tmp_path):
    (tmp_path / "site-packages").mkdir()
    (tmp_path / "site-packages" / "noisy.py").write_text(NOISY)
    (tmp_path / "experiment.py").write_text(EXPERIMENT)
    start = "import sys; sys.path.insert(0, 'site-packages')\nfrom brainnet.cli import main; main(prog_name='brainnet')"
    done = subprocess.run(
        [sys.executable, "-c", start, "run", "experiment.py", "--target", "numpy", "--out", "out"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "old spelling" not in done.stderr
    assert "wrong numbers" in done.stderr
    assert "of my own file" in done.stderr
