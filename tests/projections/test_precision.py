"""Sums of integers that would overflow 16 bits, and projections in float32 against stock float32."""

import numpy as np
import pytest
from brian2 import Network, NeuronGroup, Synapses, defaultclock

import brainnet
from brainnet.projections import Conv2d, Dense, Projection, QuantisedDense
from brainnet.random import uniform

RNG = np.random.default_rng(4)
# 700 spikes in one step: three partial sums where weights have the full range of 8 bits
PRE = 700
EXTREMES = np.stack([np.full(PRE, 127), np.full(PRE, -128), np.tile([127, -128], PRE // 2)], axis=1)
MATRICES = {
    "full": np.concatenate([EXTREMES, RNG.integers(-128, 128, (PRE, 80))], axis=1).astype(np.int8),
    "positive": np.full((PRE, 65), 127, np.int8),
    "zero": np.zeros((PRE, 2), np.int8),
    "int16": np.tile(np.int16([32767, -32768, 5]), (PRE, 1)),
}


@pytest.mark.parametrize("target", ["numpy", "cpp"])
@pytest.mark.usefixtures("compiler")
def test_partial_sums_do_not_overflow(target):
    with brainnet.target(target):
        threshold = "t_in_timesteps < 2 and (i % 3 > 0 or t_in_timesteps == 0)"
        source = NeuronGroup(PRE, "", threshold=threshold, reset="", name="all_at_once")
        objects, groups = [source], {}
        for name, matrix in MATRICES.items():
            groups[name] = NeuronGroup(matrix.shape[1], "v : 1", name=name)
            objects += [groups[name], Projection(source, groups[name], QuantisedDense(matrix, 1.0), name=f"to_{name}")]
        brainnet.build(Network(objects), 4 * defaultclock.dt).run()
        for name, matrix in MATRICES.items():
            wide = matrix.astype(np.int64)
            expected = wide.sum(axis=0) + wide[np.arange(PRE) % 3 > 0].sum(axis=0)
            assert np.array_equal(groups[name].v[:], expected), name
        assert np.abs(groups["full"].v[:3]).max() > 2**16


def test_more_neurons_than_the_total_can_hold():
    fits = 2**31 // 128 - 1
    assert QuantisedDense(np.broadcast_to(np.int8(-128), (8, 1)), 1.0).largest == 128
    with pytest.raises(brainnet.errors.ProjectionError, match=f"at most {fits}"):
        QuantisedDense(np.full((fits + 1, 1), -128, np.int8), 1.0)


@pytest.mark.parametrize("target", ["numpy", "cpp"])
@pytest.mark.usefixtures("compiler")
def test_float32_equals_stock_float32(target):
    kinds = {
        "dense": Dense(RNG.normal(0.05, 0.3, (84, 37))),
        "conv": Conv2d(RNG.normal(0.05, 0.3, (5, 2, 3, 3)), (2, 6, 7)),
    }
    with brainnet.target(target, dtype="float32"):
        threshold = "uniform(7, 0, t_in_timesteps, i) < 0.2"
        source = NeuronGroup(84, "", threshold=threshold, reset="", namespace={"uniform": uniform}, name="source")
        objects, pairs = [source], {}
        for name, kind in kinds.items():
            pairs[name] = [
                NeuronGroup(kind.shape[1], "v : 1", threshold="v >= 1", reset="v -= 1", name=f"{name}_{which}")
                for which in ("stock", "ours")
            ]
            stock, ours = pairs[name]
            synapses = Synapses(source, stock, "w : 1", on_pre="v_post += w", name=f"{name}_synapses")
            matrix = kind.unroll()
            rows, columns = np.indices(matrix.shape) if name == "dense" else (matrix.tocoo().row, matrix.tocoo().col)
            synapses.connect(i=rows.ravel(), j=columns.ravel())
            synapses.w.set_item(slice(None), matrix.ravel() if name == "dense" else matrix.tocoo().data)
            objects += [stock, ours, synapses, Projection(source, ours, kind, name=f"{name}_projection")]
        network = brainnet.targets.use_common_schedule(Network(objects))
        brainnet.build(network, 50 * defaultclock.dt).run()
        for name, (stock, ours) in pairs.items():
            assert ours.v[:].dtype == np.float32
            assert np.array_equal(stock.v[:], ours.v[:]), name
            assert len(set(np.asarray(ours.v[:]).tolist())) > 10, name
