"""Several processes that build the same program at once: each gets a whole program, and the cache keeps one."""

import os
import subprocess
import sys
import textwrap

import pytest

CODE = textwrap.dedent(
    """
    import brainnet
    import numpy as np
    from brian2 import Network, NeuronGroup, defaultclock
    from brainnet.projections import BernoulliInput, Dense, Projection

    def run():
        with brainnet.target("cpp"):
            source, layer = BernoulliInput(np.full(20, 0.5), name="source"), NeuronGroup(3, "v : 1", name="layer")
            weights = np.arange(60.0).reshape(20, 3)
            projection = Projection(source, layer, Dense(weights), name="projection")
            brainnet.build(Network(source, layer, projection), 5 * defaultclock.dt).run()
            return layer.v[:].tolist()

    print(run())
    print(run())
    """
)


@pytest.mark.usefixtures("compiler")
def test_processes_that_build_at_once(tmp_path):
    environment = {**os.environ, "BRAINNET_CACHE": str(tmp_path)}
    command = [sys.executable, "-c", CODE]
    builders = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    printed = [builder.communicate() for builder in builders]
    assert [builder.returncode for builder in builders] == [0] * 4, printed
    assert len(printed[0][0].splitlines()) == 2
    assert len({line for out, _ in printed for line in out.splitlines()}) == 1
    assert "[0.0, 0.0, 0.0]" not in printed[0][0]
    kept = list((tmp_path / "programs").iterdir())
    assert len(kept) == 1
    assert not kept[0].name.startswith(".")
