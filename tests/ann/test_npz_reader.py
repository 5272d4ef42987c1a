from __future__ import annotations

import io
import struct
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brainnet.ann import Dense, LayerGraph, read, read_npz, write_npz
from brainnet.errors import BrainnetError, ModelFileError

RNG = np.random.default_rng(0)
GOOD = {
    "weight_0": RNG.normal(size=(4, 5)),
    "bias_0": RNG.normal(size=5),
    "weight_1": RNG.normal(size=(5, 3)),
}
X = RNG.normal(size=(6, 4))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "my-net.npz"


def npy(array, **changes):
    """An npy file whose header may lie."""
    header = {"descr": array.dtype.str, "fortran_order": False, "shape": array.shape, **changes}
    out = io.BytesIO()
    np.lib.format.write_array_header_1_0(out, header)
    return out.getvalue() + array.tobytes()


def write_members(path, members, **more):
    with zipfile.ZipFile(path, "w", **more) as archive:
        for name, content in members.items():
            archive.writestr(name, content)


def test_defaults(path):
    np.savez(path, **GOOD)
    graph = read_npz(path)
    assert [layer.activation for layer in graph.layers] == ["relu", "identity"]
    assert graph.name == "my_net"
    assert graph.layers[1].bias.tolist() == [0, 0, 0]
    wanted = np.maximum(X @ GOOD["weight_0"] + GOOD["bias_0"], 0) @ GOOD["weight_1"]
    np.testing.assert_allclose(graph.activations(X)[-1], wanted, rtol=1e-12)


@pytest.mark.parametrize("dtype", ["<f4", ">f8", "<f2", "<i4", "|u1"])
def test_types_orders_and_compression(path, dtype):
    weights = np.asfortranarray(np.arange(12).reshape(4, 3).astype(dtype))
    np.savez_compressed(path, weight_0=weights, activations="softmax")
    layer = read_npz(path).layers[0]
    np.testing.assert_array_equal(layer.weights, np.arange(12).reshape(4, 3))
    assert layer.activation == "softmax"


@pytest.mark.parametrize("classes", [None, ("cat", "dog", "eel"), (3, 1, 7)])
def test_round_trip(path, classes):
    layers = (
        Dense("a", GOOD["weight_0"], GOOD["bias_0"], "relu"),
        Dense("b", GOOD["weight_1"], np.ones(3), "softmax"),
    )
    graph = LayerGraph(layers, (2, 2), "net", "by hand", classes)
    for _ in range(2):  # the second replaces the first
        write_npz(graph, path)
    again = read(path)
    assert again.input_shape == (2, 2)
    assert again.classes == classes
    assert [layer.activation for layer in again.layers] == ["relu", "softmax"]
    np.testing.assert_array_equal(again.activations(X)[-1], graph.activations(X)[-1])
    assert [file.name for file in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        ({"weight_0": None}, "weight_0 is missing"),
        ({"weight_1": None, "weight_2": np.ones((5, 3))}, "weight_1 is missing; .* without gaps"),
        ({"weight_0": None, "weight_1": None, "bias_0": np.ones(3)}, "weight_0 is missing"),
        ({"bias_2": np.ones(3)}, "bias_2 has no weight of that number"),
        ({"weights_0": np.ones(3)}, "'weights_0' is not understood; did you mean 'weight_0'"),
        ({"weight_01": np.ones((5, 3))}, "'weight_01' is not understood"),
        ({"weight_0": np.array([{}])}, "holds objects; pickles are never loaded"),
        ({"weight_0": np.ones((4, 5), complex)}, "'weight_0' has type complex128; give real numbers"),
        ({"weight_0": np.array([["a"]])}, "has type <U1; give real numbers"),
        ({"weight_0": np.zeros((4, 5), [("x", "f4")])}, "give real numbers"),
        ({"weight_0": np.zeros((0, 5))}, "is empty"),
        ({"weight_0": np.ones(())}, "weights has shape"),
        ({"weight_0": np.ones((4, 6))}, "5 biases for weights of shape"),
        ({"weight_1": np.ones((6, 3))}, "layer 'dense_1' takes 6 values"),
        ({"weight_1": np.full((5, 3), np.nan)}, "weights holds NaN"),
        ({"activations": np.array(["relu"])}, "for 2 layers; give one string per layer"),
        ({"activations": np.array(["relu", "tanh"])}, "activation 'tanh' is not understood"),
        ({"activations": np.array([1, 2])}, "'activations' has type int64; give strings"),
        ({"input_shape": np.array([3, 2])}, "takes 4 values and the input gives 6"),
        ({"input_shape": np.array([4.0])}, "'input_shape' has type float64"),
        ({"classes": np.array([1, 2])}, "3 outputs and classes"),
    ],
)
def test_what_is_not_understood_is_refused(path, changes, match):
    np.savez(path, **{key: array for key, array in {**GOOD, **changes}.items() if array is not None})
    with pytest.raises(ModelFileError, match=match) as caught:
        read_npz(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("members", "match"),
    [
        ({"weight_0.npy": npy(np.ones((1, 1)), shape=(10**9, 10**9))}, "take more than 268435456 bytes; a file of"),
        ({"weight_0.npy": npy(np.ones((1, 1)), shape=(100, 1))}, "declares 800 bytes and has 8"),
        ({"weight_0.npy": npy(np.ones((9, 1)), shape=(1, 1))}, "declares 8 bytes and has 72"),
        ({"weight_0.npy": npy(np.ones((1, 1)), shape=(-1, -1))}, r"declares shape \(-1, -1\)"),
        ({"weight_0.npy": npy(np.ones((1, 1)), descr="|O")}, "pickles are never loaded"),
        ({"weight_0.npy": npy(np.ones((1, 1)), descr="nonsense")}, "not an npz file, or damaged"),
        ({"weight_0.npy": b"\x93NUMPY\x02\x00" + struct.pack("<I", 2**32 - 1)}, r"npy version \(2, 0\)"),
        ({"weight_0.npy": b"text"}, "not an npz file, or damaged"),
        ({"weight_0": npy(np.ones((1, 1)))}, "'weight_0' is no npy file"),
        ({"activations.npy": npy(np.array([0xFFFFFFFF], "<u4"), descr="<U1"), "weight_0.npy": npy(np.ones((1, 1)))},
         "holds no text"),
        ({}, "weight_0 is missing"),
    ],
)  # fmt: skip
def test_archives_that_lie_are_refused(path, members, match):
    write_members(path, members)
    with pytest.raises(ModelFileError, match=match):
        read_npz(path)


def test_bombs_are_refused_before_they_are_unpacked(path):
    np.savez_compressed(path, weight_0=np.zeros((1000, 1000)))
    assert path.stat().st_size < 20_000
    with pytest.raises(ModelFileError, match="take more than 1000000 bytes; raise max_bytes"):
        read_npz(path, max_bytes=10**6)
    assert read_npz(path, max_bytes=10**7).macs == 10**6


def test_unusual_compression_and_twins(path):
    write_members(path, {"weight_0.npy": npy(np.ones((1, 1)))}, compression=zipfile.ZIP_LZMA)
    with pytest.raises(ModelFileError, match="unusual way"):
        read_npz(path)
    member = npy(np.ones((1, 1)))
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("weight_0.npy", member)
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("weight_0.npy", member)
    with pytest.raises(ModelFileError, match="there twice"):
        read_npz(path)


def test_damage_is_noticed(path):
    np.savez(path, **GOOD)
    content = bytearray(path.read_bytes())
    content[content.index(GOOD["weight_0"].tobytes()) + 3] ^= 1
    path.write_bytes(content)
    with pytest.raises(ModelFileError, match="not an npz file, or damaged"):
        read_npz(path)
    path.write_bytes(b"text")
    with pytest.raises(ModelFileError, match="not an npz file"):
        read_npz(path)


def test_vanished_members_are_noticed(path):
    np.savez(path, **GOOD)
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + 33] = 1  # length of the comment of the first member
    path.write_bytes(content)
    with pytest.raises(ModelFileError, match="declares 3 members and lists 1"):
        read_npz(path)


def test_missing_and_unwritable(path):
    with pytest.raises(ModelFileError, match="no such file"):
        read_npz(path)
    graph = LayerGraph((Dense("a", np.ones((2, 2)), np.ones(2), "relu"),), (2,), "net", "by hand", ("a", 1))
    with pytest.raises(ModelFileError, match="mixed types"):
        write_npz(graph, path)
    graph = LayerGraph(graph.layers, (2,), "net", "by hand")
    with pytest.raises(ModelFileError, match=r"does not end in \.npz"):
        write_npz(graph, path.with_suffix(".np"))
    with pytest.raises(ModelFileError, match="cannot be written"):
        write_npz(graph, path.parent / "none" / "net.npz")


@settings(max_examples=250, deadline=None)
@given(data=st.data(), compressed=st.booleans())
def test_mutations_never_escape(tmp_path_factory, data, compressed):
    path = tmp_path_factory.getbasetemp() / "mutated.npz"
    (np.savez_compressed if compressed else np.savez)(path, **GOOD)
    content = bytearray(path.read_bytes())
    flips = st.tuples(st.integers(0, len(content) - 1), st.integers(0, 255))
    for place, value in data.draw(st.lists(flips, max_size=4)):
        content[place] = value
    path.write_bytes(content[: data.draw(st.sampled_from([None, None, data.draw(st.integers(0, len(content)))]))])
    try:
        got = read_npz(path)
    except BrainnetError:
        return
    layers = [(GOOD["weight_0"], GOOD["bias_0"]), (GOOD["weight_1"], np.zeros(3))]
    for layer, (weights, bias) in zip(got.layers, layers, strict=True):
        np.testing.assert_array_equal(layer.weights, weights)
        np.testing.assert_array_equal(layer.bias, bias)


@settings(max_examples=150, deadline=None)
@given(
    header=st.one_of(
        st.binary(max_size=60), st.text("{}[]()'\",:<|fiuOU0123456789 \n\tshape", max_size=60).map(str.encode)
    )
)
def test_headers_of_any_kind_never_escape(tmp_path_factory, header):
    path = tmp_path_factory.getbasetemp() / "header.npz"
    write_members(path, {"weight_0.npy": b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header})
    with pytest.raises(ModelFileError):
        read_npz(path)
