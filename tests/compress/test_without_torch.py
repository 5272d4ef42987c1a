"""What needs PyTorch says so where it is not installed; the rest works without."""

import subprocess
import sys

import numpy as np
import pytest

from brainnet.ann import Dense, LayerGraph
from brainnet.compress import admm, compressed_network, finetune
from brainnet.errors import BrainnetError

NETWORK = LayerGraph((Dense("out", np.eye(4) + 1, np.zeros(4), "identity"),), (4,), "net", "by hand")
X, Y = np.eye(4), np.arange(4)


def test_without_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    for call in (
        lambda: admm(NETWORK, X, Y, levels=3),
        lambda: finetune(NETWORK, X, Y),
        lambda: compressed_network(NETWORK, X, Y, levels=3),
    ):
        with pytest.raises(BrainnetError, match=r"pip install 'brainnet\[torch\]'"):
            call()


def test_the_room_is_imported_without_torch():
    code = "import sys; sys.modules['torch'] = None; from brainnet.compress import prune_magnitude, sizes"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
