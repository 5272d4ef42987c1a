"""A network that becomes small while it learns, beside the dense one, as an experiment."""

from dataclasses import replace

import pytest
from brian2 import ms

import brainnet
from brainnet.data import load
from brainnet.errors import DataError, ParameterError
from brainnet.experiment import Compression, compress_while_learning, make_settings

PLAN = Compression("threshold", 0.25, 4, 10, 0.2, 0.6)
QUICK = {"neurons": 8, "rule": "power_law", "shown": 60 * ms, "rest": 10 * ms, "intensity": 16.0, "mean_weight": 0.3,
         "attempts": 3}  # fmt: skip


def digits(n=40):
    data = load("digits")
    return replace(data, x_train=data.x_train[:n], y_train=data.y_train[:n] % 2, x_test=data.x_test[:n],
                   y_test=data.y_test[:n] % 2)  # fmt: skip


@pytest.mark.usefixtures("compiler")
def test_dense_and_pruned_from_one_program(tmp_path):
    settings, data = make_settings(**QUICK), digits()
    how = {"observed_images": 30, "seed": 1}
    with brainnet.target("cpp"):
        found = compress_while_learning(data, settings, PLAN, **how, checkpoint=tmp_path / "run")
        again = compress_while_learning(data, settings, PLAN, **how)
        # From the files, nothing is learned anew; the dense one serves another criterion.
        resumed = compress_while_learning(data, settings, PLAN, **how, checkpoint=tmp_path / "run")
        compress_while_learning(
            data, settings, replace(PLAN, criterion="random"), **how, checkpoint=tmp_path / "run"
        )  # fmt: skip
    assert sorted(path.name for path in tmp_path.iterdir()) == ["run.dense.npz", "run.random.npz", "run.threshold.npz"]
    for other in (again, resumed):
        assert (other.weights == found.weights).all()
        assert float(other.accuracy) == float(found.accuracy)
    assert float(found.connectivity) == 0.25
    assert float(found.levels) <= 4
    assert float(found.area_reduction) == 4
    assert float(found.energy_reduction) > 1
    dense, pruned = found.weights.values
    assert (dense > 0).mean() > 2 * (pruned > 0).mean() > 0


def test_bad_input_is_told_before_anything_is_built():
    settings, data = make_settings(**QUICK), digits()
    with pytest.raises(ParameterError, match="prunes every synapse of a neuron with 64 inputs"):
        compress_while_learning(data, settings, replace(PLAN, connectivity=0.001), observed_images=30, seed=1)
    with pytest.raises(ParameterError, match="interval = 30 is too long"):
        compress_while_learning(data, settings, replace(PLAN, interval=30), observed_images=30, seed=1)
    with pytest.raises(DataError, match="observed_images = 41, and there are 40"):
        compress_while_learning(data, settings, PLAN, observed_images=41, seed=1)
    for name, value in (("levels", 1), ("levels", 17), ("connectivity", 0.0), ("interval", 0), ("criterion", "size")):
        with pytest.raises(ParameterError, match=name):
            brainnet.protocols["stdp_compression"](data="digits", **{name: value})
