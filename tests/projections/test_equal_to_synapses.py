"""Every projection against Brian2's synapses of the same weights: same spikes, same states to the last bit."""

import numpy as np
import pytest
from brian2 import Network, NeuronGroup, SpikeMonitor, Synapses, defaultclock, ms
from scipy import sparse

import brainnet
from brainnet.projections import (
    AveragePool,
    Conv1d,
    Conv2d,
    Dense,
    Projection,
    QuantisedConv2d,
    QuantisedDense,
    SparseConv2d,
    SparseRows,
)
from brainnet.random import uniform

STEPS = 40
RNG = np.random.default_rng(5)
IMAGE = (2, 6, 7)  # 84 neurons


def normal(*shape):
    return RNG.normal(0.05, 0.3, shape)


def thinned(*shape, values=None):
    """A kernel of which a fifth is left."""
    kept = RNG.random(shape) < 0.2
    return kept * (normal(*shape) if values is None else RNG.choice(values, shape))


def integers(low, high, *shape, dtype=np.int8):
    return RNG.integers(low, high, shape).astype(dtype)


def pruned(n_pre, n_post):
    return sparse.random(n_pre, n_post, 0.2, format="csr", random_state=3, data_rvs=lambda n: RNG.normal(0.1, 0.4, n))


# connectivity, then options: reset, delay in steps, source part, target part (of a group larger by 5)
CASES = {
    "one_column": (Dense(normal(84, 1) + 0.1), {}),
    "narrow": (Dense(normal(84, 7)), {}),
    "one_vector": (Dense(normal(84, 8)), {}),
    "wide": (Dense(normal(84, 403)), {"delay": 2}),
    "to_zero": (Dense(normal(84, 30)), {"reset": "v = 0"}),
    "refractory": (Dense(normal(84, 30)), {"refractory": True}),
    "subgroups": (Dense(normal(50, 30)), {"part": (11, 61), "post_start": 3}),
    "delayed_part": (Dense(normal(50, 30)), {"part": (11, 61), "post_start": 5, "delay": 3}),
    "pruned": (SparseRows(pruned(84, 60)), {"delay": 1}),
    "pruned_signs": (SparseRows(sparse.csr_matrix(thinned(84, 60, values=[-0.25, 0.25]))), {}),
    "pruned_codes": (SparseRows(sparse.csr_matrix(thinned(84, 160, values=[-0.4, -0.1, 0.3]))), {"refractory": True}),
    "pruned_row_of_nothing": (SparseRows(sparse.csr_matrix(([0.5], ([3], [7])), (84, 60))), {}),
    "sparse_plain": (SparseConv2d(thinned(8, 2, 3, 3), IMAGE), {}),
    "sparse_options": (
        SparseConv2d(thinned(5, 2, 3, 2), IMAGE, stride=(2, 1), padding=(1, 2), dilation=(1, 2)),
        {"delay": 1},
    ),
    "sparse_uneven": (SparseConv2d(thinned(5, 2, 3, 3), IMAGE, stride=(3, 2), padding=((2, 0), (1, 5))), {}),
    "sparse_dilated": (SparseConv2d(thinned(6, 2, 3, 3), IMAGE, stride=2, padding=3, dilation=(2, 3)), {}),
    "sparse_grouped": (SparseConv2d(thinned(12, 1, 2, 3), IMAGE, groups=2, padding=1), {"post_start": 3}),
    "sparse_signs": (SparseConv2d(thinned(8, 2, 3, 3, values=[-0.5, 0.5]), IMAGE, padding=1), {}),
    "sparse_codes": (SparseConv2d(thinned(70, 2, 6, 7, values=[-0.5, 0.2, 0.6]), IMAGE, padding=2), {}),
    "plain": (Conv2d(normal(8, 2, 3, 3), IMAGE), {}),
    "options": (Conv2d(normal(5, 2, 3, 2), IMAGE, stride=(2, 1), padding=(1, 2), dilation=(1, 2)), {}),
    "uneven_padding": (Conv2d(normal(5, 2, 3, 3), IMAGE, stride=2, padding=((2, 0), (1, 3))), {}),
    "grouped": (Conv2d(normal(12, 1, 2, 3), IMAGE, groups=2, padding=1), {"delay": 1}),
    "depthwise": (Conv2d(normal(4, 1, 3, 3), IMAGE, groups=2), {}),
    "line": (Conv1d(normal(6, 3, 5), (3, 28), stride=2, padding=2), {}),
    "pool": (AveragePool(2, IMAGE, weight=1.3), {}),
    "pool_overlapping": (AveragePool(3, IMAGE, stride=2, padding=1, weight=2.0), {}),
    "ternary": (QuantisedDense(integers(-1, 2, 84, 300), 2.0**-3), {"delay": 1}),
    "int8_kernel": (QuantisedConv2d(integers(-128, 128, 8, 2, 3, 3), 2.0**-8, IMAGE, padding=1), {}),
    "int16_kernel": (
        QuantisedConv2d(integers(-(2**15), 2**15, 5, 2, 3, 3, dtype=np.int16), 2.0**-15, IMAGE, stride=2),
        {"delay": 1},
    ),
    "ternary_kernel": (QuantisedConv2d(integers(-1, 2, 4, 1, 3, 3), 2.0**-2, IMAGE, groups=2), {}),
    # a power of two, so that single synapses have no rounding either
    "int8": (QuantisedDense(RNG.integers(-128, 128, (84, 77)).astype(np.int8), 2.0**-8), {}),
    "int16_one_sign": (QuantisedDense(integers(2**14, 2**15, 84, 70, dtype=np.int16), 2.0**-20), {}),
    "int16": (QuantisedDense(RNG.integers(-(2**15), 2**15, (84, 40)).astype(np.int16), 2.0**-16), {"delay": 2}),
}


def stock(source, target, connectivity, name, delay=None, order=0):
    matrix = connectivity.unroll()
    synapses = Synapses(source, target, "w : 1", on_pre="v_post += w", name=name, delay=delay)
    if sparse.issparse(matrix):
        entries = matrix.tocoo()
        synapses.connect(i=entries.row.astype(int), j=entries.col.astype(int))
        synapses.w.set_item(slice(None), entries.data)
    else:
        synapses.connect()
        synapses.w.set_item(slice(None), matrix.ravel())
    synapses.pre.order = order
    return synapses


def build_case(objects, source, name, connectivity, reset="v -= 1", refractory=False, delay=0, part=None, post_start=0):
    pairs = []
    for kind in ("stock", "ours"):
        size = connectivity.shape[1]
        group = NeuronGroup(
            size + 5 if post_start else size,
            "dv/dt = -v/(20*ms) : 1 (unless refractory)" if refractory else "v : 1",
            threshold="v > 1",
            reset=reset,
            refractory=0.3 * ms if refractory else False,
            method="exact",
            name=f"{name}_{kind}",
        )
        target = group[post_start : post_start + size] if post_start else group
        pre = source[part[0] : part[1]] if part else source
        wait = delay * defaultclock.dt if delay else None
        if kind == "stock":
            objects.append(stock(pre, target, connectivity, f"{name}_synapses", wait))
        else:
            objects.append(Projection(pre, target, connectivity, delay=wait, name=f"{name}_projection"))
        monitor = SpikeMonitor(group, name=f"{name}_{kind}_spikes")
        objects.extend((group, monitor))
        pairs.append((group, monitor))
    return pairs


def build_mixed(objects, source):
    """Recurrence, two projections and single synapses onto one variable."""
    dense, loop, few = Dense(normal(84, 30)), Dense(normal(30, 30) - 0.1), pruned(84, 30)
    pairs = []
    for kind in ("stock", "ours"):
        group = NeuronGroup(30, "v : 1", threshold="v > 1", reset="v -= 1", name=f"mixed_{kind}")
        if kind == "stock":
            objects.append(stock(source, group, dense, "mixed_stock_a"))
            objects.append(stock(group, group, loop, "mixed_stock_c", 2 * defaultclock.dt, order=2))
        else:
            objects.append(Projection(source, group, dense, name="mixed_ours_a"))
            objects.append(Projection(group, group, loop, delay=2 * defaultclock.dt, order=2, name="mixed_ours_c"))
        objects.append(stock(source, group, SparseRows(few), f"mixed_{kind}_b", order=1))
        monitor = SpikeMonitor(group, name=f"mixed_{kind}_spikes")
        objects.extend((group, monitor))
        pairs.append((group, monitor))
    return pairs


# Cython compiles each object of each group for seconds, and runs the same NumPy form of a projection.
@pytest.mark.parametrize("target", ["numpy", "cpp"])
def test_same_spikes_and_states(target):
    with brainnet.target(target):
        source = NeuronGroup(
            84,
            "",
            threshold="uniform(7, 0, t_in_timesteps, i) < 0.15",
            namespace={"uniform": uniform},
            name="source",
        )
        objects = [source]
        pairs = {name: build_case(objects, source, name, c, **options) for name, (c, options) in CASES.items()}
        pairs["mixed"] = build_mixed(objects, source)
        network = brainnet.targets.use_common_schedule(Network(objects))
        program = brainnet.build(network, STEPS * defaultclock.dt)
        for _ in range(2):  # the second run starts with empty queues again
            program.run()
            for name, ((group, spikes), (our_group, our_spikes)) in pairs.items():
                assert np.array_equal(group.v[:], our_group.v[:]), name
                assert np.array_equal(spikes.i[:], our_spikes.i[:]), name
                assert np.array_equal(spikes.t[:], our_spikes.t[:]), name
                assert len(spikes.i[:]) > 0, name
