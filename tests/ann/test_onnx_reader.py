from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from brainnet.ann import read_onnx
from brainnet.errors import ModelFileError

onnx = pytest.importorskip("onnx")
from onnx import TensorProto, helper, numpy_helper  # noqa: E402
from onnx.reference import ReferenceEvaluator  # noqa: E402

RNG = np.random.default_rng(0)


def array(*shape, seed=0):
    return np.random.default_rng([seed, *shape]).normal(size=shape).astype(np.float32)


def node(op, *inputs, outputs=None, **attributes):
    return helper.make_node(op, list(inputs), outputs or [f"{op.lower()}_out"], **attributes)


def model(nodes, shape, tensors=None, opset=17, batch="n", output=None):
    """A model from nodes; each takes the output of the one before where "x" stands, the first the input."""
    before = "in"
    for each in nodes:
        for k, name in enumerate(each.input):
            if name == "x":
                each.input[k] = before
        before = each.output[0]
    value = helper.make_tensor_value_info
    graph = helper.make_graph(
        nodes, "g",
        [value("in", TensorProto.FLOAT, [batch, *shape])],
        [value(output or before, TensorProto.FLOAT, None)],
        [numpy_helper.from_array(np.asarray(each), name) for name, each in (tensors or {}).items()],
    )  # fmt: skip
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)


def save(made, tmp_path):
    path = tmp_path / "net.onnx"
    path.write_bytes(made.SerializeToString())
    return path


def check(made, tmp_path, shape, **more):
    """What is read computes what the reference of ONNX computes."""
    graph = read_onnx(save(made, tmp_path), **more)
    x = array(4, *shape, seed=1)
    (wanted,) = ReferenceEvaluator(made).run(None, {"in": x})
    got = graph.activations(x)[-1]
    assert got.shape == wanted.shape
    np.testing.assert_allclose(got, wanted, rtol=2e-5, atol=2e-5)
    return graph


W = {"w": array(6, 5), "b": array(5), "k": array(4, 3, 3, 2), "c": array(4), "k1": array(4, 3, 3)}
IMAGE = (3, 7, 6)
POOL = {"kernel_shape": [3, 2], "strides": [2, 2]}
MODELS = {
    "gemm": ([node("Gemm", "x", "w", "b")], (6,)),
    "gemm_scaled": ([node("Gemm", "x", "wt", "b1", transB=1, alpha=0.5, beta=2.0)], (6,)),
    "matmul": ([node("MatMul", "x", "w"), node("Add", "b", "x"), node("Relu", "x")], (6,)),
    "matmul_mul": ([node("MatMul", "x", "w"), node("Mul", "x", "b"), node("Add", "x", "b")], (6,)),
    "conv": ([node("Conv", "x", "k", "c", pads=[1, 0, 2, 1], strides=[2, 1], dilations=[1, 2])], IMAGE),
    "conv_same": ([node("Conv", "x", "k", auto_pad="SAME_UPPER", strides=[2, 2])], IMAGE),
    "conv_lower": ([node("Conv", "x", "k", auto_pad="SAME_LOWER")], IMAGE),
    "conv_1d": ([node("Conv", "x", "k1", "c", pads=[2, 1])], (3, 9)),
    "conv_groups": ([node("Conv", "x", "kg", group=3)], IMAGE),
    "clip": ([node("Clip", "x", "zero", "six")], IMAGE),
    "clip_open": ([node("Clip", "x", "zero")], IMAGE),
    "abs": ([node("Abs", "x")], IMAGE),
    "average": ([node("AveragePool", "x", pads=[1, 0, 1, 1], **POOL)], IMAGE),
    "average_count": ([node("AveragePool", "x", pads=[1, 0, 1, 1], count_include_pad=1, **POOL)], IMAGE),
    "average_ceil": ([node("AveragePool", "x", ceil_mode=1, **POOL)], IMAGE),
    "max": ([node("MaxPool", "x", pads=[1, 0, 1, 1], **POOL)], IMAGE),
    "max_ceil": ([node("MaxPool", "x", ceil_mode=1, **POOL)], (3, 8, 7)),
    "global": ([node("GlobalAveragePool", "x"), node("Flatten", "x")], IMAGE),
    "squeeze": ([node("GlobalAveragePool", "x"), node("Squeeze", "x", "axes23"), node("Softmax", "x", axis=1)], IMAGE),
    "mean": ([node("ReduceMean", "x", axes=[2, 3], keepdims=0)], IMAGE),
    "norm": ([node("Conv", "x", "k"), node("BatchNormalization", "x", "p", "c", "c", "p", epsilon=1e-3)], IMAGE),
    "norm_first": ([node("BatchNormalization", "x", "p3", "c3", "c3", "p3")], IMAGE),
    "reshape": ([node("Relu", "x"), node("Reshape", "x", "flat"), node("MatMul", "x", "wide")], (3, 2, 2)),
    "transposed": (
        [node("Conv", "x", "k"), node("Transpose", "x", perm=[0, 2, 3, 1]), node("Relu", "x"),
         node("Flatten", "x"), node("Gemm", "x", "wide2")], IMAGE,
    ),
    "layout": ([node("Transpose", "x", perm=[0, 3, 1, 2]), node("Conv", "x", "k0")], (5, 6, 1)),
    "leaky": ([node("LeakyRelu", "x", alpha=0.2)], IMAGE),
    "leaky_default": ([node("LeakyRelu", "x")], (6,)),
    "prelu": ([node("PRelu", "x", "slopes")], IMAGE),
    "prelu_one": ([node("PRelu", "x", "b1s")], (6,)),
    "transposed_convolution": (
        [node("ConvTranspose", "x", "kt", "c2", strides=[2, 3], pads=[1, 0, 0, 2], output_padding=[1, 0])],
        IMAGE,
    ),
    "transposed_convolution_1d": ([node("ConvTranspose", "x", "kt1", dilations=[2])], (3, 9)),
    "resize": ([node("Resize", "x", "", "scales", mode="nearest", nearest_mode="floor",
                     coordinate_transformation_mode="asymmetric")], IMAGE),
    "resize_default": ([node("Resize", "x", "", "scales")], IMAGE),
    "identity": ([node("Identity", "x"), node("Dropout", "x"), node("Relu", "x")], (6,)),
    "softmax": ([node("Relu", "x"), node("Softmax", "x", axis=-1)], (6,)),
    "log_softmax": ([node("Relu", "x"), node("LogSoftmax", "x", axis=1)], (6,)),
    "residual": (
        [node("Conv", "x", "k33", pads=[1, 1, 1, 1], outputs=["y"]), node("Add", "y", "in"), node("Relu", "x")], IMAGE,
    ),
    "concat": (
        [node("Relu", "in", outputs=["a"]), node("Abs", "in", outputs=["b_"]), node("Concat", "a", "b_", axis=1)],
        IMAGE,
    ),
    "constant": (
        [node("Constant", outputs=["ww"], value=numpy_helper.from_array(W["w"])), node("Gemm", "in", "ww")], (6,),
    ),
}  # fmt: skip
TENSORS = {
    **W, "wt": array(5, 6), "b1": array(1, 5), "kg": array(6, 1, 2, 2), "zero": np.float32(0), "six": np.float32(0.8),
    "p": np.abs(array(4)) + 0.5, "p3": np.abs(array(3)) + 0.5, "c3": array(3), "axes23": np.array([2, 3]),
    "flat": np.array([0, -1]), "wide": array(12, 5), "wide2": array(100, 5), "k0": array(2, 1, 3, 3),
    "k33": array(3, 3, 3, 3), "slopes": array(3, 1, 1), "b1s": array(1), "kt": array(3, 2, 3, 2), "kt1": array(3, 2, 3),
    "scales": np.array([1, 1, 2, 3], np.float32), "halves": np.array([1, 1, 0.5, 0.5], np.float32),
    "sizes": np.array([1, 3, 14, 18]), "channelwise": np.array([1, 2, 1, 1], np.float32), "c2": array(2),
}  # fmt: skip


@pytest.mark.parametrize("name", MODELS)
def test_operator(name, tmp_path):
    nodes, shape = MODELS[name]
    used = {each for one in nodes for each in one.input}
    made = model([onnx.NodeProto.FromString(each.SerializeToString()) for each in nodes], shape,
                 {key: value for key, value in TENSORS.items() if key in used})  # fmt: skip
    graph = check(made, tmp_path, shape)
    assert all(layer.name.rpartition("_")[0] == layer.kind.lower() for layer in graph.layers)


def test_batch_norm_is_folded_and_activations_fused(tmp_path):
    nodes = [node("Conv", "x", "k"), node("BatchNormalization", "x", "p", "c", "c", "p"), node("Relu", "x"),
             node("Flatten", "x"), node("Gemm", "x", "wide2", "b"), node("Softmax", "x")]  # fmt: skip
    used = {key: TENSORS[key] for key in ("k", "p", "c", "wide2", "b")}
    graph = read_onnx(save(model(nodes, IMAGE, used), tmp_path))
    assert [(layer.kind, layer.activation) for layer in graph.layers] == [("Conv2d", "relu"), ("Dense", "softmax")]
    assert graph.layers[0].origin == "node 'conv_out' (Conv)"


def test_what_is_not_a_layer_of_its_own_is_counted(tmp_path):
    nodes = [node("Gemm", "in", "ww"), node("Identity", "x"), node("Dropout", "x"), node("Relu", "x")]
    graph = read_onnx(save(model(nodes, (6,), {"ww": W["w"]}), tmp_path))
    assert len(graph.layers) == 1
    assert graph.folded == {"Identity": 1, "Dropout": 1, "ReLU": 1}
    nodes = [node("Flatten", "in"), node("MatMul", "x", "ww"), node("Add", "x", "six"), node("Mul", "x", "six"),
             node("Relu", "x")]  # fmt: skip
    graph = read_onnx(save(model(nodes, (6,), {"ww": W["w"], "six": array(W["w"].shape[1])}), tmp_path))
    assert graph.folded == {"Flatten": 1, "Add": 1, "Mul": 1, "ReLU": 1}


def test_older_operator_sets(tmp_path):
    check(model([node("Clip", "x", min=0.0, max=0.8)], (6,), opset=10), tmp_path, (6,))
    check(model([node("Softmax", "x")], (6,), opset=9), tmp_path, (6,))
    with pytest.raises(ModelFileError, match="acts on axis 1 of values of shape"):
        read_onnx(save(model([node("Softmax", "x")], IMAGE, opset=9), tmp_path))


def test_static_batch_and_open_shapes(tmp_path):
    nodes = [node("Reshape", "x", "s"), node("Gemm", "x", "w")]
    tensors = {"s": np.array([1, 6]), "w": W["w"]}
    made = model(nodes, (2, 3), tensors, batch=1)
    assert read_onnx(save(made, tmp_path)).macs == 30
    with pytest.raises(ModelFileError, match=r"reshapes a sample of shape \(2, 3\) to \[1, 6\]; keep the samples"):
        read_onnx(save(model(nodes, (2, 3), tensors, batch=2), tmp_path))
    made = model([node("Relu", "x")], ("h", 3))
    with pytest.raises(ModelFileError, match="leaves the shape of a sample open"):
        read_onnx(save(made, tmp_path))
    assert read_onnx(save(made, tmp_path), input_shape=(2, 3)).input_shape == (2, 3)


def external():
    made = model([node("Gemm", "x", "w")], (6,), {"w": W["w"]})
    tensor = made.graph.initializer[0]
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="../../etc/passwd")
    return made


def lying(**changes):
    made = model([node("Gemm", "x", "w")], (6,), {"w": W["w"]})
    tensor = made.graph.initializer[0]
    for key, value in changes.items():
        if key == "dims":
            del tensor.dims[:]
            tensor.dims.extend(value)
        else:
            setattr(tensor, key, value)
    return made


def function():
    made = model([node("Relu", "x")], (6,))
    made.functions.add(name="f", domain="d")
    return made


def bad(op, *inputs, tensors=(), shape=IMAGE, **attributes):
    return model([node(op, "in", *inputs, **attributes)], shape, {key: TENSORS[key] for key in tensors})


REFUSED = [
    (external, "lies in another folder, .*, which is not read"),
    (lambda: lying(dims=[2**40, 2**40]), "declares .* values and has 30"),
    (lambda: lying(dims=[-6, -5]), r"has shape \[-6, -5\]"),
    (lambda: lying(data_type=TensorProto.STRING), "has data type 8"),
    (lambda: lying(raw_data=np.full(30, np.nan, np.float32).tobytes()), "holds NaN"),
    (lambda: lying(dims=[5, 6]), r"weights of shape \(5, 6\) for 6 values"),
    (function, "holds functions"),
    (lambda: model([node("Relu", "x")], (6,), opset=3), "operator set"),
    (lambda: model([node("Tanh", "x")], (6,)), r"node 'tanh_out' \(Tanh\) cannot be converted: it .*; use a ReLU"),
    (lambda: model([helper.make_node("Relu", ["x"], ["y"], domain="my")], (6,)), "is not understood"),
    (lambda: model([node("Relu", "nowhere")], (6,)), "before it is there"),
    (lambda: model([node("Relu", "x", new=1)], (6,)), "the attribute 'new', not known"),
    (lambda: model([node("Relu", "x")], (6,), output="in"), "not computed from the input"),
    (lambda: model([node("Relu", "x", outputs=["a"]), node("Abs", "in")], (6,)), "2 outputs"),
    (lambda: model([node("Relu", "x", outputs=["a"]), node("Relu", "a")], (6,), output="a"), "is not the only end"),
    (lambda: bad("Conv", "k", tensors=["k"], kernel_shape=[5, 5]), "and kernel_shape"),
    (lambda: bad("Conv", "k", tensors=["k"], auto_pad="ODD"), "auto_pad 'ODD'"),
    (lambda: bad("Conv", "k", tensors=["k"], pads=[-1, 0, 0, 0]), "has pads"),
    (lambda: bad("Conv", "k", tensors=["k"], strides=[0, 1]), "positive ones"),
    (lambda: bad("Conv", "k", tensors=["k"], strides="no"), "is no list"),
    (lambda: bad("Conv", "k", tensors=["k"], dilations=[9, 9]), "window of .* over 7"),
    (lambda: bad("Conv", "k", tensors=["k"], shape=(4, 7, 6)), r"takes \(3, height, width\) and gets \(4, 7, 6\)"),
    (lambda: bad("Conv", "k", tensors=["k"], group=10**12), "groups is"),
    (lambda: bad("MaxPool", kernel_shape=[3, 3], outputs=["a", "b"]), "2 outputs"),
    (lambda: bad("MaxPool", kernel_shape=[2, 2], pads=[2, 2, 2, 2]), "windows without input"),
    (lambda: bad("AveragePool", kernel_shape=[3, 3], strides=[3, 3], pads=[1, 1, 0, 0], ceil_mode=1,
                 count_include_pad=1),
     "rounds up and counts padding"),
    (lambda: bad("Resize", "", "halves", tensors=["halves"]), "cannot be converted: it blends neighbours"),
    (lambda: bad("Resize", "", "scales", tensors=["scales"], mode="linear"), "use mode='nearest' and whole scales"),
    (lambda: bad("Resize", "", "scales", tensors=["scales"], coordinate_transformation_mode="align_corners"),
     "blends neighbours"),
    (lambda: bad("Resize", "", "channelwise", tensors=["channelwise"]), "scale the lengths only"),
    (lambda: bad("Resize", "", "", "sizes", tensors=["sizes"]),
     r"sizes \[1, 3, 14, 18\], which fix the number of samples .*; export it with scales"),
    (lambda: bad("Resize", "", "in"), "takes a computed value as input 2"),
    (lambda: bad("ConvTranspose", "kt", tensors=["kt"], auto_pad="SAME_UPPER"), "finds its pads from a shape"),
    (lambda: bad("ConvTranspose", "kt", tensors=["kt"], output_padding=[2, 0], group=3), "less than the stride"),
    (lambda: bad("ConvTranspose", "kt", tensors=["kt"], group=10**12), "take more than"),
    (lambda: bad("PRelu", "c3", tensors=["c3"]), "use one number per channel"),
    (lambda: bad("Clip", "c3", tensors=["c3"]), "clips to several bounds"),
    (lambda: bad("Add", "k", tensors=["k"]), "use one number per channel"),
    (lambda: bad("Concat", "in", axis=0), "works along axis 0"),
    (lambda: bad("ReduceMean", axes=[2]), "averages over the axes"),
    (lambda: bad("Transpose", perm=[1, 0, 2, 3]), "keep the axis of the samples"),
    (lambda: bad("Gemm", "w", tensors=["w"]), "acts on the last axis"),
    (lambda: bad("Gemm", "w", tensors=["w"], transA=1, shape=(6,)), "transposes the samples"),
    (lambda: bad("Dropout", outputs=["a", "mask"]), "gives its mask"),
    (lambda: model([node("Transpose", "x", perm=[0, 3, 1, 2]), node("Conv", "x", "k")], (7, 6, 3), {"k": W["k"]}),
     "channels first .*--inputs-as-nchw"),
    (lambda: model([node("Softmax", "x"), node("Relu", "x")], (6,)), "a softmax must be last"),
    (lambda: model([node("Gemm", "x", "in")], (6,)), "takes a computed value as input 1"),
]  # fmt: skip


@pytest.mark.parametrize(("make", "match"), REFUSED, ids=[match[:30] for _, match in REFUSED])
def test_refusals(make, match, tmp_path):
    path = save(make(), tmp_path)
    with pytest.raises(ModelFileError, match=match) as caught:
        read_onnx(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def beside(tmp_path, location="data.bin", size=120, **said):
    made = external()
    tensor = made.graph.initializer[0]
    del tensor.external_data[:]
    for key, value in {"location": location, **said}.items():
        tensor.external_data.add(key=key, value=str(value))
    (tmp_path / "data.bin").write_bytes(W["w"].tobytes()[:size])
    return save(made, tmp_path)


def test_data_beside_the_file_are_read(tmp_path):
    np.testing.assert_array_equal(read_onnx(beside(tmp_path, offset=0, length=120)).layers[0].weights, W["w"])


@pytest.mark.parametrize(
    ("said", "match"),
    [
        ({"size": 100}, "needs 120 bytes of 'data.bin', which has 100"),
        ({"offset": 4}, "needs 124 bytes"),
        ({"length": 10**15}, "takes 120 bytes and has 1000000000000000"),
        ({"offset": -4}, "no number of bytes"),
        ({"location": "other.bin"}, "not beside the file"),
        ({"location": "/etc/passwd"}, "in another folder"),
        ({"location": "a/../../data.bin"}, "in another folder"),
        ({"location": "link"}, "in another folder"),
    ],
)
def test_data_beside_the_file_stay_in_its_bounds(said, match, tmp_path):
    (tmp_path / "link").symlink_to("/etc/passwd")
    with pytest.raises(ModelFileError, match=match):
        read_onnx(beside(tmp_path, **said))


def test_sizes_are_bounded(tmp_path):
    made = model([node("Gemm", "in", "w", outputs=[f"y{k}"]) for k in range(50)], (100,), {"w": array(100, 100)})
    path = save(made, tmp_path)
    with pytest.raises(ModelFileError, match="the layers take more than 1000000 bytes"):
        read_onnx(path, max_bytes=10**6)
    with pytest.raises(ModelFileError, match="the file takes more than 1000 bytes"):
        read_onnx(path, max_bytes=1000)


def test_a_constant_may_not_grow_without_bound(tmp_path):
    made = model([node("Add", "x", "zero")], (2**31 - 1,), {"zero": np.float32(0)})
    with pytest.raises(ModelFileError, match="the layers take more than"):
        read_onnx(save(made, tmp_path))
    made = model([node("Transpose", "x", perm=[0, 2, 1])], (2**15, 2**15))
    with pytest.raises(ModelFileError, match="the layers take more than"):
        read_onnx(save(made, tmp_path))


def test_names_never_become_names_of_layers(tmp_path):
    evil = "v'); import os; os.system('x') #\n"
    made = model([node("Gemm", "x", "w", outputs=[evil], name=evil)], (6,), {"w": W["w"]})
    (layer,) = read_onnx(save(made, tmp_path)).layers
    assert layer.name == "dense_0"


def test_missing_file_and_no_onnx(tmp_path):
    with pytest.raises(ModelFileError, match="no such file"):
        read_onnx(tmp_path / "none.onnx")
    (tmp_path / "text.onnx").write_bytes(b"text" * 10)
    with pytest.raises(ModelFileError, match="cannot be understood"):
        read_onnx(tmp_path / "text.onnx")
    (tmp_path / "empty.onnx").write_bytes(b"")
    with pytest.raises(ModelFileError, match="the file is empty; export the model again"):
        read_onnx(tmp_path / "empty.onnx")


def test_without_the_package(tmp_path):
    (tmp_path / "net.onnx").write_bytes(b"")
    code = (
        "import sys; sys.modules['onnx'] = None\n"
        "from brainnet.ann import read\nfrom brainnet.errors import ModelFileError\n"
        "try: read(sys.argv[1])\nexcept ModelFileError as error: sys.exit('brainnet[onnx]' not in str(error))\n"
        "sys.exit(2)"
    )
    assert subprocess.run([sys.executable, "-c", code, str(tmp_path / "net.onnx")], check=False).returncode == 0


def test_pytorch_exports(tmp_path):
    torch = pytest.importorskip("torch")
    nn = torch.nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.stem = nn.Sequential(nn.Conv2d(1, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2))
            self.body = nn.Conv2d(4, 4, 3, padding=1, groups=2)
            self.head = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(), nn.Linear(4, 3))

        def forward(self, x):
            x = self.stem(x)
            return self.head(torch.relu(self.body(x) + x))

    torch.manual_seed(0)
    net = Net().eval()
    path = tmp_path / "net.onnx"
    pytest.importorskip("onnx")
    torch.onnx.export(net, (torch.zeros(1, 1, 8, 8),), str(path), dynamo=False, dynamic_axes={"x": {0: "n"}},
                      input_names=["x"], do_constant_folding=False)  # fmt: skip
    x = torch.randn(5, 1, 8, 8)
    with torch.no_grad():
        wanted = net(x).numpy()
    np.testing.assert_allclose(read_onnx(path).activations(x.numpy())[-1], wanted, rtol=1e-5, atol=1e-6)
