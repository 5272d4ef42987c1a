"""No behaviour depends on what was imported before."""

import subprocess
import sys

import pytest

CODE = """
from {module} import {name}
import numpy as np
from brian2 import NeuronGroup, SpikeGeneratorGroup, ms
source, cells = SpikeGeneratorGroup(2, [0], [1] * ms), NeuronGroup(2, "v : 1")
made = {name}("x").connect(source, cells, np.ones((2, 2)))
print(type(made).__name__)
"""


@pytest.mark.parametrize("module", ["brainnet", "brainnet.declare", "brainnet.declare.synapse"])
def test_a_synapse_model_finds_the_projections_by_itself(module):
    code = CODE.format(module=module, name="SynapseModel")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["Projection"]
