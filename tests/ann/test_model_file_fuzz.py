"""Damaged and hostile files are an error of ours or a network that works, and nothing else."""

from __future__ import annotations

import json
import math
import re
import struct
import zipfile

import h5py
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brainnet.ann import Conv2d, Dense, Flatten, LayerGraph, MaxPool, read_npz, read_onnx, write_npz
from brainnet.ann.layers import KINDS
from brainnet.errors import BrainnetError
from brainnet.guarded import limits
from brainnet.measure.energy import energy_table
from brainnet.spiking import NirGraph, read_nir, write_nir
from brainnet.spiking.neurons import LIF, SPIKING

pytestmark = pytest.mark.timeout(120)
QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
RNG = np.random.default_rng(0)
MOST = 10**6  # bytes; a mutated size may not make the test slow


def healthy(graph):
    """What was read can be used: safe names, known kinds, finite values."""
    names = [layer.name for layer in graph.layers]
    assert all(re.fullmatch("[A-Za-z_][A-Za-z0-9_]*", name) for name in names)
    assert len(set(names)) == len(names)
    assert {layer.kind for layer in graph.layers} <= {*KINDS, *SPIKING}
    for layer in graph.layers:
        assert math.prod(layer.output_shape) > 0
        assert all(np.isfinite(getattr(layer, field)).all() for field in layer.arrays)
    sizes = [math.prod(graph.input_shape), *(layer.work for layer in graph.layers)]
    if isinstance(graph, LayerGraph) and max(sizes) < MOST:
        try:
            values = graph.activations(np.ones((2, *graph.input_shape)))
        except BrainnetError:
            return
        assert [value.shape[1:] for value in values] == [layer.output_shape for layer in graph.layers]


def tried(read, path):
    try:
        graph = read(path, max_bytes=MOST)
    except BrainnetError as error:
        refusal = str(error)
    else:
        healthy(graph)
        return
    assert "\n" not in refusal
    assert str(path) in refusal


@st.composite
def damage(draw, content):
    """Bytes that are changed, cut, repeated or put elsewhere."""
    content = bytearray(content)
    for _ in range(draw(st.integers(0, 3))):
        place = draw(st.integers(0, len(content) - 1))
        content[place] = draw(st.sampled_from([0, 1, 127, 128, 255, draw(st.integers(0, 255))]))
    first, last = sorted(draw(st.tuples(st.integers(0, len(content)), st.integers(0, len(content)))))
    what = draw(st.sampled_from(["keep", "keep", "cut", "remove", "repeat"]))
    return bytes({"keep": content, "cut": content[:first], "remove": content[:first] + content[last:],
                  "repeat": content[:last] + content[first:]}[what])  # fmt: skip


NET = LayerGraph(
    (
        Conv2d("conv", RNG.normal(size=(2, 1, 2, 2)), np.zeros(2), "relu", padding=1),
        MaxPool("pool", (2, 2)),
        Flatten("flat"),
        Dense("fc", RNG.normal(size=(8, 3)), np.zeros(3), "softmax"),
    ),
    (1, 4, 4), "net", "by hand",
)  # fmt: skip


@pytest.fixture(scope="module")
def npz_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("npz") / "net.npz"
    write_npz(NET, path)
    return path.read_bytes(), path


@QUICK
@given(data=st.data())
def test_npz_bytes(npz_file, data):
    content, path = npz_file
    path.write_bytes(data.draw(damage(content)))
    tried(read_npz, path)


VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-3, 5), st.integers(), st.floats(), st.text(max_size=4),
              st.sampled_from(["input", "conv", "fc", "Dense", "ReLU", "Add", "relu", "__class__", "os.system('x')"])),
    lambda each: st.lists(each, max_size=3) | st.dictionaries(st.text(max_size=3), each, max_size=2),
    max_leaves=4,
)  # fmt: skip


@QUICK
@given(data=st.data())
def test_npz_descriptions(npz_file, data):
    content, path = npz_file
    path.write_bytes(content)
    with np.load(path) as archive:
        arrays = dict(archive)
    layers = [json.loads(text) for text in arrays["layers"]]
    for _ in range(data.draw(st.integers(1, 2))):
        layer = layers[data.draw(st.integers(0, 3))]
        keys = st.sampled_from([*layer, "inputs", "kind", "weights", "input_shapes", "stride", "__init__"])
        layer[data.draw(keys)] = data.draw(VALUES)
    arrays["layers"] = np.array([json.dumps(layer) for layer in layers])
    np.savez(path, **arrays)
    tried(read_npz, path)


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 50_000, "NaN", "1" * 10_000, "", "{}", "null", "[]", '"x"'])
def test_npz_descriptions_of_any_kind(tmp_path, text):
    path = tmp_path / "net.npz"
    np.savez(path, layers=np.array([text]), input_shape=np.array([4]))
    with pytest.raises(BrainnetError, match=r"layer 0|cannot be read"):
        read_npz(path)


@pytest.fixture(scope="module")
def onnx_file(tmp_path_factory):
    onnx = pytest.importorskip("onnx")
    helper, numpy_helper = onnx.helper, onnx.numpy_helper
    value = helper.make_tensor_value_info
    nodes = [
        helper.make_node("Conv", ["in", "k"], ["a"], pads=[1, 1, 1, 1]), helper.make_node("Relu", ["a"], ["b"]),
        helper.make_node("BatchNormalization", ["b", "c", "c", "c", "c"], ["n"]), helper.make_node("Abs", ["b"], ["d"]),
        helper.make_node("Add", ["n", "d"], ["e"]),
        helper.make_node("MaxPool", ["e"], ["f"], kernel_shape=[2, 2], strides=[2, 2]),
        helper.make_node("Transpose", ["f"], ["g"], perm=[0, 2, 3, 1]), helper.make_node("Reshape", ["g", "s"], ["h"]),
        helper.make_node("Gemm", ["h", "w"], ["i"]), helper.make_node("Softmax", ["i"], ["out"]),
    ]  # fmt: skip
    tensors = {"k": RNG.normal(size=(2, 1, 3, 3)), "c": np.ones(2), "s": np.array([0, -1]), "w": np.ones((8, 3))}
    typed = {name: each if each.dtype.kind == "i" else each.astype("f4") for name, each in tensors.items()}
    graph = helper.make_graph(nodes, "g", [value("in", 1, ["n", 1, 4, 4])], [value("out", 1, ["n", 3])],
                              [numpy_helper.from_array(each, name) for name, each in typed.items()])  # fmt: skip
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    path = tmp_path_factory.mktemp("onnx") / "net.onnx"
    path.write_bytes(made.SerializeToString())
    healthy(read_onnx(path))
    return made, path


@QUICK
@given(data=st.data())
def test_onnx_bytes(onnx_file, data):
    made, path = onnx_file
    path.write_bytes(data.draw(damage(made.SerializeToString())))
    tried(read_onnx, path)


OPERATORS = (
    "Relu", "Flatten", "Concat", "MatMul", "AveragePool", "Clip", "If", "GlobalAveragePool", "Squeeze", "Dropout",
    "Identity", "Mul", "ReduceMean", "Constant", "Loop", "LogSoftmax",
)  # fmt: skip


@settings(QUICK, max_examples=250)
@given(data=st.data())
def test_onnx_fields(onnx_file, data):
    """Files that are well formed and mean something else."""
    helper = pytest.importorskip("onnx").helper
    made, path = onnx_file
    model = type(made)()
    model.CopyFrom(made)
    numbers = st.sampled_from([0, 1, 2, 3, -1, -5, 2**31, 2**62, -(2**62)])
    for _ in range(data.draw(st.integers(1, 3))):
        node = data.draw(st.sampled_from(model.graph.node))
        tensor = data.draw(st.sampled_from(model.graph.initializer))
        what = data.draw(st.sampled_from(["op", "input", "attribute", "dims", "shape", "type", "drop", "opset", "raw"]))
        if what == "op":
            node.op_type = data.draw(st.sampled_from(OPERATORS))
        elif what == "input" and node.input:
            names = ["in", "a", "b", "f", "h", "k", "s", "w", "out", ""]
            node.input[data.draw(st.integers(0, len(node.input) - 1))] = data.draw(st.sampled_from(names))
        elif what == "attribute":
            kinds = st.sampled_from(["axis", "pads", "strides", "perm", "kernel_shape", "group", "alpha", "auto_pad"])
            values = st.one_of(
                numbers, st.lists(numbers, min_size=1, max_size=4), st.floats(width=32), st.text(max_size=3)
            )
            node.attribute.append(helper.make_attribute(data.draw(kinds), data.draw(values)))
        elif what == "dims" and tensor.dims:
            tensor.dims[data.draw(st.integers(0, len(tensor.dims) - 1))] = data.draw(numbers)
        elif what == "shape":
            axes = model.graph.input[0].type.tensor_type.shape.dim
            axes[data.draw(st.integers(0, 3))].dim_value = data.draw(numbers)
        elif what == "type":
            tensor.data_type = data.draw(st.integers(0, 25))
        elif what == "drop":
            del model.graph.node[data.draw(st.integers(0, len(model.graph.node) - 1))]
            if not model.graph.node:
                break
        elif what == "opset":
            model.opset_import[0].version = data.draw(st.sampled_from([0, 1, 7, 9, 11, 13, 18, 21, 99]))
        elif what == "raw" and len(tensor.raw_data) >= 4:
            tensor.raw_data = tensor.raw_data[:-4] + struct.pack("f", data.draw(st.floats(width=32)))
    path.write_bytes(model.SerializeToString())
    tried(read_onnx, path)


def test_onnx_nesting(tmp_path):
    """A message in a message in a message..."""
    pytest.importorskip("onnx")
    content = b""
    for _ in range(20_000):
        content = b"\x3a" + _varint(len(content)) + content
        if len(content) > MOST:
            break
    (tmp_path / "net.onnx").write_bytes(content)
    tried(read_onnx, tmp_path / "net.onnx")


def _varint(n):
    out = b""
    while n > 127:
        out, n = out + bytes([n & 127 | 128]), n >> 7
    return out + bytes([n])


@pytest.fixture(scope="module")
def nir_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("nir") / "net.nir"
    layers = (
        Conv2d("conv", RNG.normal(size=(2, 1, 2, 2)), np.zeros(2)), LIF("cells", tau=0.01, reset="subtract"),
        Flatten("flat"), Dense("fc", np.ones((18, 3)), np.zeros(3), "identity"), LIF("out", tau=0.02, v_init=0.5),
    )  # fmt: skip
    write_nir(NirGraph(layers, (1, 4, 4), "net", "by hand", 1e-3), path)
    return path.read_bytes(), path


@settings(QUICK, max_examples=25)
@given(data=st.data())
def test_nir_bytes(nir_file, data):
    content, path = nir_file
    path.write_bytes(data.draw(damage(content)))
    tried(read_nir, path)


@QUICK
@given(data=st.data())
def test_nir_fields(nir_file, in_process, data):
    content, path = nir_file
    path.write_bytes(content)
    members = []
    with h5py.File(path, "a") as file:
        file.visititems(lambda name, item: members.append(name) if isinstance(item, h5py.Dataset) else None)
        for _ in range(data.draw(st.integers(1, 2))):
            name = data.draw(st.sampled_from(members))
            new = data.draw(st.sampled_from(["number", "text", "pairs", "none", "shape"]))
            if name in file:
                del file[name]
            if new == "number":
                file[name] = data.draw(
                    st.one_of(st.floats(), st.integers(-(2**40), 2**40), st.lists(st.floats(), min_size=1))
                )
            elif new == "text":
                kinds = [
                    "Input",
                    "Output",
                    "IF",
                    "CubaLIF",
                    "Delay",
                    "Scale",
                    "SumPool2d",
                    "Linear",
                    "NIRGraph",
                    "same",
                ]
                file[name] = data.draw(st.sampled_from(kinds))
            elif new == "pairs":
                ends = st.sampled_from(["input", "conv", "cells", "flat", "fc", "out", "output", "nobody"])
                pairs = data.draw(st.lists(st.tuples(ends, ends), min_size=1, max_size=8))
                file.create_dataset(name, data=np.array(pairs, object), dtype=h5py.string_dtype())
            elif new == "shape":
                shape = data.draw(st.lists(st.integers(0, 4), max_size=4))
                file.create_dataset(name, data=np.ones(shape))
    tried(read_nir, path)


def test_zip_of_something_else(tmp_path):
    with zipfile.ZipFile(tmp_path / "net.npz", "w") as archive:
        archive.writestr("../../evil.npy", b"x")
    with pytest.raises(BrainnetError, match="not an npz file, or damaged"):
        read_npz(tmp_path / "net.npz")


def test_onnx_layers_are_bounded_by_what_a_file_becomes(tmp_path, monkeypatch):
    """A few bytes that say a large shape; and names that go into messages and warnings."""
    onnx = pytest.importorskip("onnx")
    helper, value = onnx.helper, onnx.helper.make_tensor_value_info
    scale = onnx.numpy_helper.from_array(np.float32(2.0), "s")
    graph = helper.make_graph([helper.make_node("Mul", ["in", "s"], ["out"], name="a\x1b[2Jb")], "g",
                              [value("in", 1, ["n", 10**5])], [value("out", 1, ["n", 10**5])], [scale])  # fmt: skip
    path = tmp_path / "net.onnx"
    path.write_bytes(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)]).SerializeToString())
    assert read_onnx(path).layers[0].origin.isprintable()
    monkeypatch.setattr(limits, "FLOOR", 1000)
    with pytest.raises(BrainnetError, match=r"take more than \d+ bytes; a file of \d+ bytes has no such data"):
        read_onnx(path)


@pytest.mark.parametrize("ending", ["json", "toml"])
def test_energy_tables(tmp_path, ending):
    path, rng, refused = tmp_path / f"table.{ending}", np.random.default_rng(2), []
    content = {"json": b'{"mac": 4.6e-12, "ac": 0.9e-12, "source": "a paper"}',
               "toml": b'mac = 4.6e-12\nac = 0.9e-12\nsource = "a paper"\n'}[ending]  # fmt: skip
    for _ in range(300):
        at, n = int(rng.integers(len(content))), int(rng.integers(1, 8))
        path.write_bytes(content[:at] + rng.bytes(n) + content[at + n :])
        try:
            energy_table(path)
        except BrainnetError as error:
            refused.append(str(error))
    assert len(refused) > 200
    assert all(len(each) <= 500 and each.isprintable() for each in refused)
    path.unlink()
    path.symlink_to("/dev/zero")  # which has a size of 0 and no end
    with pytest.raises(BrainnetError, match="it is no file"):
        energy_table(path)
    path.unlink()
    path.write_bytes(content + b" " * 2**17)
    with pytest.raises(BrainnetError, match="has more than 65536 bytes"):
        energy_table(path)
