"""The table of what spikes can stand for is what the readers do."""

import numpy as np
import pytest

from brainnet.ann.coverage import BLENDED, CONVERTED, REFUSED, refusal, unknown
from brainnet.ann.spellings import SPELLINGS
from brainnet.errors import ModelFileError
from brainnet.spiking.nir_nodes import NODES


def spelled(where):
    return {name for each in SPELLINGS.values() for name in getattr(each, where).split()}


def refused(where):
    return [(name, row) for row in REFUSED for name in getattr(row.names, where).split()]


ARGUMENTS = {
    "LayerNorm": (4,), "GroupNorm": (2, 4), "InstanceNorm1d": (4,), "InstanceNorm2d": (4,), "LocalResponseNorm": (2,),
    "MultiheadAttention": (4, 1), "RNN": (4, 4), "LSTM": (4, 4), "GRU": (4, 4),
}  # fmt: skip


def test_nothing_is_both_converted_and_refused():
    assert set(CONVERTED) <= set(SPELLINGS)
    for where in ("onnx", "modules", "functions", "methods"):
        names = [name for name, _ in refused(where)]
        assert len(names) == len(set(names))
        assert not set(names) & spelled(where)
        assert all(refusal(name) is row for name, row in refused(where))
    assert set(BLENDED.names.onnx.split()) <= spelled("onnx")


def test_a_name_that_always_blends_is_refused_and_one_that_may_repeat_is_read():
    torch = pytest.importorskip("torch")
    from brainnet.ann import from_torch

    assert refusal("UpsamplingBilinear2d") is BLENDED
    assert refusal("Upsample") is refusal("Resize") is refusal("interpolate") is None
    with pytest.raises(ModelFileError) as raised:
        from_torch(torch.nn.Sequential(torch.nn.UpsamplingBilinear2d(scale_factor=2)), (1, 3, 3))
    assert f"module '0' (UpsamplingBilinear2d) {BLENDED.text}" in str(raised.value)


def test_every_row_says_why_and_what_instead():
    for row in (*REFUSED, BLENDED):
        assert row.text == f"cannot be converted: it {row.reason}; {row.instead}"
        assert min(len(row.reason), len(row.instead)) > 10
        assert row.names.onnx or row.names.one_way


def test_nir_has_no_node_for_them_and_would_refuse_in_the_same_words():
    assert not [kind for kind in NODES if refusal(kind)]
    assert unknown("Tanh", [*NODES]) == refusal("tanh").text


@pytest.mark.parametrize(("name", "row"), refused("modules"))
def test_modules_are_refused_in_the_words_of_the_table(name, row):
    torch = pytest.importorskip("torch")
    from brainnet.ann import from_torch

    kind = name.removeprefix("nn.")
    module = torch.nn.Sequential(torch.nn.Linear(4, 4), getattr(torch.nn, kind)(*ARGUMENTS.get(kind, ())))
    with pytest.raises(ModelFileError) as raised:
        from_torch(module.eval())
    assert f"module '1' ({kind}) {row.text}" in str(raised.value)


def test_functions_and_methods_exist_and_are_refused_in_the_words_of_the_table():
    torch = pytest.importorskip("torch")
    from brainnet.ann import from_torch
    from brainnet.ann.torch_nodes import FUNCTIONS, METHODS, PACKAGES

    for name, row in refused("functions"):
        package, kind = name.split(".")
        function = getattr(PACKAGES[package], kind)
        assert function not in FUNCTIONS
        assert refusal(function.__name__) is row, name
    for name, _ in refused("methods"):
        assert hasattr(torch.Tensor, name)
        assert name not in METHODS

    class Net(torch.nn.Module):
        def forward(self, x):
            return torch.sigmoid(x)

    with pytest.raises(ModelFileError) as raised:
        from_torch(Net(), (4,))
    assert f"function 'sigmoid' {refusal('sigmoid').text}" in str(raised.value)


@pytest.mark.parametrize(("name", "row"), refused("onnx"))
def test_operators_are_refused_in_the_words_of_the_table(name, row, tmp_path):
    onnx = pytest.importorskip("onnx")
    from brainnet.ann import read_onnx

    helper, value = onnx.helper, onnx.helper.make_tensor_value_info
    assert onnx.defs.has(name)
    nodes = [helper.make_node(name, ["in", *["w"] * (name in ("Pow", "RNN"))], ["out"], name="place")]
    stored = [onnx.numpy_helper.from_array(np.ones(1, np.float32), "w")]
    graph = helper.make_graph(nodes, "g", [value("in", 1, ["n", 4])], [value("out", 1, ["n", 4])], stored)
    path = tmp_path / "net.onnx"
    path.write_bytes(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)]).SerializeToString())
    with pytest.raises(ModelFileError) as raised:
        read_onnx(path)
    assert str(raised.value).endswith(f"node 'place' ({name}) {row.text}")
