from __future__ import annotations

import importlib.util
from pathlib import Path

import h5py
import numpy as np
import pytest

from brainnet.ann import Add, AveragePool, Conv2d, Dense, Flatten, ReLU, read
from brainnet.errors import ModelFileError
from brainnet.spiking import NirGraph, read_nir, write_nir
from brainnet.spiking.neurons import IF, LI, LIF, CubaLIF, Scale, SumPool

RNG = np.random.default_rng(0)
REFERENCE = Path(__file__).parents[1] / "reference" / "nir_equations.py"


@pytest.fixture(scope="module")
def reference():
    spec = importlib.util.spec_from_file_location("nir_equations", REFERENCE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.run


def positive(*shape):
    return RNG.uniform(0.5, 1.5, shape)


def neurons(nir, kind, *shape):
    """Neurons that fire now and then within 30 steps of 1 ms."""
    more = {"v_leak": 0.1 * positive(*shape), "r": positive(*shape)}
    fire = {"v_threshold": 0.3 * positive(*shape), "v_reset": -0.1 * positive(*shape)}
    tau = {"tau": 0.01 * positive(*shape)}
    two = {"tau_syn": 0.005 * positive(*shape), "tau_mem": 0.01 * positive(*shape), "w_in": positive(*shape)}
    given = {
        "I": {"r": 100 * more["r"]}, "IF": {"r": 100 * more["r"], **fire}, "LI": {**tau, **more},
        "LIF": {**tau, **more, **fire}, "CubaLI": {**two, **more}, "CubaLIF": {**two, **more, **fire},
    }[kind]  # fmt: skip
    return getattr(nir, kind)(**given)


def chain(nir, kind):
    """Everything that is understood, one after the other."""
    kernel = np.array([2, 2])
    return nir.NIRGraph.from_list(
        nir.Input(np.array([2, 8, 7])),
        nir.Conv2d((8, 7), RNG.normal(size=(4, 1, 3, 2)), (1, 2), (1, 0), (1, 1), 2, RNG.normal(size=4)),
        neurons(nir, "IF", 4, 8, 3), nir.AvgPool2d(kernel, kernel, np.array([1, 0])),
        nir.SumPool2d(kernel, np.array([1, 1]), np.array([0, 1])), nir.Scale(0.7 * positive(4, 4, 2)),
        neurons(nir, kind, 4, 4, 2), nir.Delay(RNG.integers(0, 4, (4, 4, 2)) * 1e-3),
        nir.Flatten({"input": np.array([4, 4, 2])}, 0, -1), nir.Linear(RNG.normal(size=(6, 32))),
        nir.Threshold(positive(6)), nir.Affine(RNG.normal(size=(3, 6)), RNG.normal(size=3)), neurons(nir, "LIF", 3),
        type_check=False,  # of the package, which does not know groups
    )  # fmt: skip


@pytest.mark.parametrize("kind", ["I", "IF", "LI", "LIF", "CubaLI", "CubaLIF"])
def test_read_and_written_again_it_does_the_same(kind, tmp_path, reference):
    nir = pytest.importorskip("nir")
    first, second = tmp_path / "first.nir", tmp_path / "second.nir"
    nir.write(first, chain(nir, kind))
    graph = read_nir(first)
    assert len(graph.layers) == 12
    assert [layer.kind for layer in graph.neurons] == ["IF", kind, "LIF"]
    write_nir(graph, second)
    x = np.random.default_rng(1).uniform(-1, 1, (30, 2, 8, 7))
    wanted = reference(nir.read(first, type_check=False), x, 1e-3)["output"]
    got = reference(nir.read(second, type_check=False), x, 1e-3)["output"]
    assert 0 < wanted.mean() < 1
    np.testing.assert_array_equal(got, wanted)
    again = read_nir(second)
    for one, other in zip(graph.layers, again.layers, strict=True):
        assert type(one) is type(other)
        for field in one.arrays:
            np.testing.assert_array_equal(*np.broadcast_arrays(getattr(one, field), getattr(other, field)))


def test_parts_without_state_compute_what_the_reference_computes(tmp_path, reference):
    nir = pytest.importorskip("nir")
    path = tmp_path / "net.nir"
    made = chain(nir, "IF")
    nir.write(path, made)
    x = np.random.default_rng(1).normal(size=(5, 2, 8, 7))
    values = reference(nir.read(path, type_check=False), x, 1e-3)
    for layer in read_nir(path).layers:
        if layer.name in ("if", "lif", "if_1", "delay") or layer.kind in ("IF", "LIF", "Delay"):
            continue
        (before,) = [a for a, b in made.edges if b == layer.name]
        np.testing.assert_allclose(layer.forward(values[before]), values[layer.name], rtol=1e-12, atol=1e-12)


def test_the_reference_keeps_time(reference):
    nir = pytest.importorskip("nir")
    one = np.ones(1)
    # tau dv/dt = -v + 2 reaches 1 after tau ln 2; reset to 0
    graph = nir.NIRGraph.from_list(nir.Input(np.array([1])), nir.LIF(0.02 * one, 2 * one, 0 * one, one))
    spikes = reference(graph, np.ones((20000, 1)), 1e-5)["lif"].sum()
    assert abs(spikes - 0.2 / (0.02 * np.log(2))) <= 1
    # two exponentials against small Euler steps
    cuba = nir.CubaLI(0.005 * one, 0.01 * one, one, 0.2 * one, 3 * one)
    graph = nir.NIRGraph.from_list(nir.Input(np.array([1])), cuba)
    got = reference(graph, np.ones((20, 1)), 1e-3)["cubali"][-1, 0]
    v = i = 0.0
    for _ in range(20000):
        v, i = v + 1e-6 / 0.01 * (0.2 - v + i), i + 1e-6 / 0.005 * (3 - i)
    assert abs(got - v) < 1e-3


def test_several_edges_are_a_sum(tmp_path):
    nir = pytest.importorskip("nir")
    nodes = {"input": nir.Input(np.array([3])), "a": nir.Scale(2 * np.ones(3)), "b": nir.Scale(3 * np.ones(3)),
             "c": nir.Scale(np.ones(3)), "output": nir.Output(np.array([3]))}  # fmt: skip
    edges = [("input", "a"), ("input", "b"), ("a", "c"), ("b", "c"), ("c", "output")]
    nir.write(tmp_path / "net.nir", nir.NIRGraph(nodes, edges))
    graph = read_nir(tmp_path / "net.nir")
    assert sorted(layer.kind for layer in graph.layers) == ["Add", "Scale", "Scale", "Scale"]
    write_nir(graph, tmp_path / "again.nir")
    assert sorted(nir.read(tmp_path / "again.nir").edges) == sorted(edges)


def soft(**more):
    layers = (
        Dense("fc", np.eye(2), np.zeros(2), "identity"),
        IF("cells", r=1000.0, v_threshold=1.0, reset="subtract", subtracted=0.75, v_init=0.5),
    )
    return NirGraph(layers, (2,), "net", "by hand", 1e-3, **more)


def test_what_nir_cannot_say_is_written_as_extension(tmp_path, reference):
    path = tmp_path / "net.nir"
    with pytest.raises(ModelFileError, match=r"'cells' needs brainnet_v_init, brainnet_reset, .* no word for"):
        write_nir(soft(), path, extension=False)
    assert not path.exists()
    write_nir(soft(), path)
    graph = read_nir(path)
    (cells,) = graph.neurons
    assert (cells.reset, cells.subtracted, cells.v_init, graph.dt) == ("subtract", 0.75, 0.5, 1e-3)
    nir = pytest.importorskip("nir")
    spikes = reference(nir.read(path), np.full((4, 2), 0.4), 1e-3)["cells"][:, 0]
    assert spikes.tolist() == [0, 1, 0, 1]  # 0.9, 1.3 - 0.75, 0.95, 1.35


def test_names(tmp_path):
    path = tmp_path / "net.nir"
    write_nir(soft(), path)
    with h5py.File(path, "a") as file:
        nodes = file["node/nodes"]
        nodes.move("cells", "x'); import os #")
        nodes.move("fc", "if")
        del file["node/edges"]
        edges = [("input", "if"), ("if", "x'); import os #"), ("x'); import os #", "output")]
        file["node"].create_dataset("edges", data=np.array(edges, object), dtype=h5py.string_dtype())
    graph = read_nir(path)
    assert [layer.name for layer in graph.layers] == ["dense_0", "if_0"]
    assert "import os" in graph.layers[1].origin


def change(path, where, value):
    """Put something else into a file."""
    with h5py.File(path, "a") as file:
        if where in file:
            del file[where]
        if value is None:
            return
        if callable(value):
            value(file, where)
        elif isinstance(value, str | list):
            file.create_dataset(where, data=np.array(value, object), dtype=h5py.string_dtype())
        else:
            file.create_dataset(where, data=value)


def bomb(file, where):
    file.create_dataset(where, shape=(2**40,), dtype="f8", chunks=(1024,))


def outside(file, where):
    file[where] = h5py.ExternalLink("/etc/passwd", "/")


def soft_link(file, where):
    file[where] = h5py.SoftLink("/node")


def circle(file, where):
    file[where] = file["/node"]


def raw_outside(file, where):
    file.create_dataset(where, shape=(2,), dtype="f8", external=[("/etc/passwd", 0, 16)])


def virtual(file, where):
    layout = h5py.VirtualLayout((2,), "f8")
    layout[:] = h5py.VirtualSource("/etc/passwd", "x", (2,))
    file.create_virtual_dataset(where, layout)


def references(file, where):
    file.create_dataset(where, data=np.array([file["/node"].ref], dtype=h5py.ref_dtype), dtype=h5py.ref_dtype)


def compound(file, where):
    file.create_dataset(where, data=np.zeros(2, [("a", "f4")]))


CELLS, FC = "node/nodes/cells/", "node/nodes/fc/"
CHANGES = [
    ("node/type", "Graph", "holds no NIRGraph"),
    ("node/nodes", None, "holds no NIRGraph"),
    ("node/edges", None, "has no edges"),
    ("node/edges", [["input", "fc"], ["fc", "nobody"]], "names 'nobody', which is no node"),
    ("node/edges", [["input", "fc"], ["fc", "cells"], ["cells", "fc"], ["cells", "output"]], "runs in a circle"),
    ("node/edges", [["input", "fc"], ["input", "fc"]], "is there twice"),
    ("node/edges", [["input", "fc"], ["fc", "output"]], "'cells' .* has no edge into it"),
    ("node/nodes/input", None, "an edge names 'input'"),
    (CELLS + "type", "Izhikevich", r"\(Izhikevich\) is not understood; understood: Input, Affine"),
    (CELLS + "type", "NIRGraph", "is not understood"),
    (CELLS + "type", None, "has no type"),
    (CELLS + "type", "LIF", "lacks tau"),
    (CELLS + "tau", np.ones(2), "has 'tau', which is not understood"),
    (CELLS + "r", np.ones(3), r"r has shape \(3,\) for values of \(2,\)"),
    (CELLS + "r", np.full(2, np.nan), "r holds NaN"),
    (CELLS + "r", "many", "r is no array of numbers"),
    (CELLS + "r", np.ones(2, complex), "has type complex128; numbers and text"),
    (CELLS + "metadata/brainnet_reset", "soft", "reset 'soft' is not understood"),
    (CELLS + "metadata/brainnet_v_init", "soft", "v_init is 'soft'"),
    (CELLS + "metadata/brainnet_leak", "soft", "the extension 'brainnet_leak', which is not understood"),
    ("node/metadata/brainnet_dt", -1.0, "dt is -1.0"),
    (FC + "metadata/brainnet_reset", "subtract", "the extension 'brainnet_reset', which is not understood here"),
    ("node/metadata/brainnet_reset", "subtract", "the extension 'brainnet_reset', which is not understood here"),
    ("node/edges", [["input", "fc"], ["fc", "cells"], ["fc", "output"]], "is not the only end"),
    ("node/edges", [["input", "fc"], ["fc", "output"], ["output", "cells"]], "is not the only end"),
    ("node/edges", [["input", "output"]], "has no edge into it"),
    (FC + "weight", np.ones((2, 3)), "takes 3 values and the input gives 2"),
    (FC + "weight", np.ones(2), "has weights of shape"),
    (FC + "bias", np.ones(3), "3 biases"),
    ("node/nodes/input/shape", np.array([2.5]), "a few whole numbers"),
    ("node/nodes/input/shape", np.array([-2]), "input_shape is"),
    ("node/nodes/output/shape", np.array([3]), r"has shape \[3\] and gets \(2,\)"),
    (FC + "weight", bomb, "take more than 268435456 bytes"),
    (FC + "weight", outside, "is a link to elsewhere, which is not followed"),
    (FC + "weight", soft_link, "is a link to elsewhere"),
    (FC + "weight", circle, "more than 16 deep"),
    (FC + "weight", raw_outside, "lies in another file, which is not read"),
    (FC + "weight", virtual, "lies in another file, which is not read"),
    (FC + "weight", references, "has type object; numbers and text"),
    (FC + "weight", compound, "numbers and text"),
    (FC + "weight", h5py.Empty("f8"), "has type float64"),
    (FC + "weight", np.ones((0, 2)), "is empty"),
]


@pytest.mark.parametrize(("where", "value", "match"), CHANGES)
def test_refusals(where, value, match, tmp_path, in_process):
    path = tmp_path / "net.nir"
    write_nir(soft(), path)
    change(path, where, value)
    with pytest.raises(ModelFileError, match=match) as caught:
        read_nir(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_missing_and_other_files(tmp_path):
    with pytest.raises(ModelFileError, match="no such file"):
        read_nir(tmp_path / "net.nir")
    (tmp_path / "net.nir").write_bytes(b"text")
    with pytest.raises(ModelFileError, match="cannot be read"):
        read_nir(tmp_path / "net.nir")
    with pytest.raises(ModelFileError, match=r"nothing to convert; read it with brainnet\.spiking\.read_nir"):
        read(tmp_path / "net.nir")
    with pytest.raises(ModelFileError, match=r"does not end in \.nir"):
        write_nir(soft(), tmp_path / "net.h5")
    with pytest.raises(ModelFileError, match="cannot be written"):
        write_nir(soft(), tmp_path / "none" / "net.nir")


def test_a_reader_that_hangs_is_ended(tmp_path, monkeypatch):
    write_nir(soft(), tmp_path / "net.nir")
    monkeypatch.setattr("brainnet.guarded.hdf5.SECONDS", 0.001)
    with pytest.raises(ModelFileError, match=r"takes more than 0\.001 s"):
        read_nir(tmp_path / "net.nir")


def test_a_reader_that_dies_is_an_error(tmp_path, monkeypatch):
    write_nir(soft(), tmp_path / "net.nir")
    script = tmp_path / "dies.py"
    script.write_text("import os\nos.abort()\n")
    monkeypatch.setattr("brainnet.guarded.hdf5_dump.__file__", str(script))
    with pytest.raises(ModelFileError, match="the HDF5 library gave up"):
        read_nir(tmp_path / "net.nir")


@pytest.mark.parametrize(
    ("layers", "match"),
    [
        ((Dense("a", np.eye(4), np.zeros(4), "relu"),), "has the activation 'relu'; put neurons"),
        ((ReLU("a"),), "a layer is a ReLU; understood: I, IF"),
        ((IF("a", r=np.ones(3)),), r"r has shape \(3,\)"),
        ((Scale("output"),), "is the name of the end"),
        ((Flatten("f"), Scale("s"), Add("a", inputs=("s", "s"))), "takes 's' twice, which NIR cannot say"),
        ((AveragePool("p", (2, 2), padding=((0, 1), (0, 1))),), "unequal before and after"),
        ((AveragePool("p", (2, 2), count_padding=False),), "no word for"),
        ((SumPool("p", (2,)),), "pools 1 axes and gets"),
        ((Conv2d("c", np.ones((1, 1, 1, 1)), [0.0], padding=((0, 1), (0, 1))),), "unequal before and after"),
    ],
)
def test_graphs_that_cannot_be_written(layers, match, tmp_path):
    with pytest.raises(ModelFileError, match=match):
        write_nir(NirGraph(layers, (1, 2, 2), "net", "by hand"), tmp_path / "net.nir")


@pytest.mark.parametrize(
    ("make", "match"),
    [
        (lambda: LIF("a", tau=0.0), "tau is 0; give positive"),
        (lambda: CubaLIF("a", tau_syn=-1.0), "tau_syn is -1"),
        (lambda: LI("a", tau="x"), "tau has type"),
        (lambda: IF("a", v_init=np.inf), "v_init is inf"),
        (lambda: IF("a", reset="soft"), "reset 'soft'"),
        (lambda: IF("a", subtracted=np.nan), "subtracted is nan"),
        (lambda: IF("a").forward(np.ones((1, 2))), "has a state; simulate it in time"),
    ],
)
def test_neurons_are_checked(make, match):
    with pytest.raises(ModelFileError, match=match):
        make()
