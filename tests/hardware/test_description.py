"""Descriptions of hardware: what is written fits the schema and comes back to the last bit; all else is refused."""

import json
from importlib.resources import files

import numpy as np
import pytest
from brian2 import uS

from brainnet import Device, models
from brainnet.ann import Add, AveragePool, Conv1d, Conv2d, Dense, LayerGraph, MaxPool
from brainnet.convert import spiking_graph
from brainnet.errors import ModelFileError, ParameterError, ResultsError
from brainnet.hardware import map_network, programmed, read_description, with_wire_resistance, write_description
from brainnet.spiking import read_nir

RNG = np.random.default_rng(6)


def dense(name, n_in, n_out, activation="relu", **more):
    return Dense(name, RNG.normal(0, 1, (n_in, n_out)), RNG.normal(0, 1, n_out), activation, **more)


CHAIN = LayerGraph((dense("first", 20, 12), dense("out", 12, 3, "identity")), (4, 5), "chain", "test", ("a", "b", "c"))
IMAGES = LayerGraph(
    (
        Conv2d("conv", RNG.normal(0, 1, (4, 2, 3, 3)), RNG.normal(0, 1, 4), "relu", padding=1),
        AveragePool("pool", (2, 2)), dense("out", 36, 3, "identity"),
    ), (2, 6, 6), "images", "a\x1b[2Jfile", (7, 8.5, 9),
)  # fmt: skip
BRANCHES = LayerGraph(
    (
        Conv1d("one", RNG.normal(0, 1, (2, 1, 3)), RNG.normal(0, 1, 2), "relu", padding=1, groups=1),
        dense("side", 16, 16, inputs=("one",)), dense("other", 16, 16, inputs=("one",)),
        Add("sum", inputs=("side", "other")), dense("out", 16, 2, "identity"),
    ), (1, 8), "branches", "test",
)  # fmt: skip
NETWORKS = {"chain": CHAIN, "images": IMAGES, "branches": BRANCHES}


@pytest.fixture(scope="module")
def schema():
    return json.loads((files("brainnet.hardware") / "hardware.schema.json").read_text())


def same(one, other):
    """Compare all that two maps are made of, bit for bit."""
    assert one.scales == other.scales
    assert (one.tile, one.scheme, one.convolution) == (other.tile, other.scheme, other.convolution)
    assert one.device.name == other.device.name
    assert one.device.values() == other.device.values()
    for before, after in zip(one.tiles, other.tiles, strict=True):
        assert before.block == after.block
        assert before.plus.tobytes() == after.plus.tobytes()
        assert before.minus.tobytes() == after.minus.tobytes()
    for before, after in ((one.graph, other.graph), (one.effective_graph(), other.effective_graph())):
        assert (before.name, before.input_shape, before.classes) == (after.name, after.input_shape, after.classes)
        for a, b in zip(before.layers, after.layers, strict=True):
            assert (a.kind, a.name, a.inputs) == (b.kind, b.name, b.inputs)
            for field in a.arrays:
                assert getattr(a, field).tobytes() == getattr(b, field).tobytes()


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("scheme", ["pairs", "reference column"])
@pytest.mark.parametrize("convolution", ["unrolled", "kernel-stationary"])
def test_the_same_map_comes_back(name, scheme, convolution, tmp_path, schema):
    jsonschema = pytest.importorskip("jsonschema")
    device = models.pcm(G_max=20 * uS)
    mapped = map_network(NETWORKS[name], device=device, tile=(30, 16), scheme=scheme, convolution=convolution)
    folder = write_description(mapped, tmp_path / "hardware")
    content = json.loads((folder / "hardware.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(content)
    same(mapped, read_description(folder))


def test_conductances_of_real_devices_come_back(tmp_path):
    mapped = programmed(map_network(CHAIN, device="pcm", tile=(30, 16)), 5)
    same(mapped, read_description(write_description(mapped, tmp_path / "hardware")))


def test_nir_beside_it_is_the_same_network(tmp_path):
    mapped = map_network(CHAIN, device="pcm")
    graph = spiking_graph(mapped.effective_graph(), normalisation="model")
    folder = write_description(mapped, tmp_path / "hardware", spiking=graph)
    again = spiking_graph(read_description(folder).effective_graph(), normalisation="model")
    read = read_nir(folder / "network.nir")
    second = read_nir(write_description(mapped, tmp_path / "again", spiking=again) / "network.nir")
    for before, after in zip(read.layers, second.layers, strict=True):
        for field in before.arrays:
            np.testing.assert_array_equal(getattr(before, field), getattr(after, field))


def test_a_device_of_ones_own_is_given_to_the_reader(tmp_path):
    mine = Device("mine", potentiation="(G_max - G_min)/3", depression="(G_min - G_max)/3",
                  parameters=dict(models.ideal_device.parameters))  # fmt: skip
    folder = write_description(map_network(CHAIN, device=mine), tmp_path / "hardware")
    with pytest.raises(ModelFileError, match="mine"):
        read_description(folder)
    assert read_description(folder, device=mine).device is mine
    with pytest.raises(ModelFileError, match="no such device"):
        read_description(folder, device=models.pcm)


def test_nothing_is_overwritten_and_nothing_half_written(tmp_path):
    mapped = map_network(CHAIN)
    folder = write_description(mapped, tmp_path / "hardware")
    before = {each.name: each.read_bytes() for each in folder.iterdir()}
    other = map_network(CHAIN, tile=(8, 8))
    with pytest.raises(ResultsError, match="overwrite"):
        write_description(other, folder)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years")
    with pytest.raises(ResultsError, match="holds no hardware description"):
        write_description(other, tmp_path / "mine", overwrite=True)
    pooled = LayerGraph((MaxPool("pool", 2), dense("out", 10, 2, "identity")), (1, 20), "pooled", "test")
    no_words = spiking_graph(pooled, normalisation="model", max_pooling="gate")
    with pytest.raises(Exception, match=r"gate|NIR"):
        write_description(other, folder, spiking=no_words, overwrite=True)
    assert {each.name: each.read_bytes() for each in folder.iterdir()} == before
    assert sorted(each.name for each in tmp_path.iterdir()) == ["hardware", "mine"]
    write_description(other, folder, overwrite=True)
    same(other, read_description(folder))


def test_what_is_seen_through_wires_is_no_hardware(tmp_path):
    with pytest.raises(ParameterError, match="wires"):
        write_description(with_wire_resistance(map_network(CHAIN), 1.0), tmp_path / "hardware")
    assert not (tmp_path / "hardware").exists()


@pytest.fixture
def folder(tmp_path):
    return write_description(map_network(IMAGES, device="pcm", tile=(30, 16)), tmp_path / "hardware")


def set_to(*path_and_value):
    *path, last, value = path_and_value

    def change(content):
        place = content
        for key in path:
            place = place[key]
        place[last] = value

    return change


def without(*path):
    def change(content):
        place = content
        for key in path[:-1]:
            place = place[key]
        del place[path[-1]]

    return change


CHANGES = {
    "another format": set_to("format", "other"),
    "another version": set_to("version", 2),
    "a field more": set_to("extra", 1),
    "a field less": without("scales"),
    "a tile less": without("tiles", 0),
    "another place": set_to("tiles", 0, "inputs", [[0, 1], [0, 1], [0, 1]]),
    "another utilisation": set_to("tiles", 0, "utilisation", 0.5),
    "rows of another number": set_to("tiles", 0, "rows", 3),
    "tiles too small": set_to("tile", "rows", 4),
    "tiles of text": set_to("tile", "rows", "30"),
    "tiles without end": set_to("tile", "rows", 10**9),
    "a scale below 0": set_to("scales", "conv", -1.0),
    "a scale without end": set_to("scales", "conv", float("1e999")),
    "a scale of nothing": set_to("scales", "nothing", 1.0),
    "no such scheme": set_to("scheme", "triples"),
    "no such convolution": set_to("convolution", ["unrolled"]),
    "no such device": set_to("device", "name", "nobody"),
    "a neuron as device": set_to("device", "name", "lif"),
    "a path as device": set_to("device", "name", "../../etc/passwd"),
    "a device of nothing": set_to("device", "name", None),
    "conductances in the wrong order": set_to("device", "parameters", "G_max", -1.0),
    "a parameter more": set_to("device", "parameters", "G_mid", 1.0),
    "a parameter of text": set_to("device", "parameters", "G_max", "__import__('os')"),
    "no such variant": set_to("device", "variants", {"noise": "none"}),
    "no such layer": set_to("network", "layers", 0, "kind", "Exec"),
    "another stride": set_to("network", "layers", 0, "stride", [2, 2]),
    "another kernel of pooling": set_to("network", "layers", 1, "kernel", [3, 3]),
    "another order": set_to("network", "layers", 2, "inputs", ["conv"]),
    "a name that is code": set_to("network", "layers", 0, "name", "a;b"),
    "an endless image": set_to("network", "input_shape", [2, 2**30, 2**30]),
    "classes too few": set_to("network", "classes", [1]),
    "nested classes": set_to("network", "classes", [[1], [2], [3]]),
    "a network of nothing": set_to("network", None),
    "arrays elsewhere": set_to("arrays", "file", "/etc/passwd"),
    "another sum": set_to("arrays", "sha256", "0" * 64),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_changed_description_is_refused(name, folder, schema):
    path = folder / "hardware.json"
    content = json.loads(path.read_text())
    CHANGES[name](content)
    path.write_text(json.dumps(content))
    with pytest.raises(ModelFileError) as error:
        read_description(folder)
    assert str(path) in str(error.value)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "[" * 100_000, '{"format": NaN}', "\x00", '{"format": "brainnet hardware"}', "null"]
)
def test_what_is_no_description_is_refused(text, folder):
    (folder / "hardware.json").write_text(text)
    with pytest.raises(ModelFileError):
        read_description(folder)


def test_bytes_and_folders_that_are_none(folder, tmp_path, monkeypatch):
    with pytest.raises(ModelFileError, match="No such file"):
        read_description(tmp_path / "nowhere")
    monkeypatch.setenv("BRAINNET_MAX_BYTES", "1000")
    with pytest.raises(ModelFileError, match="BRAINNET_MAX_BYTES"):
        read_description(folder)
    monkeypatch.delenv("BRAINNET_MAX_BYTES")
    (folder / "hardware.json").write_bytes(b"\xff\xfe")
    with pytest.raises(ModelFileError, match="cannot be read"):
        read_description(folder)


def arrays_of(folder):
    with np.load(folder / "arrays.npz") as archive:
        return dict(archive)


@pytest.mark.parametrize(
    "change",
    [
        lambda a: a.pop("plus_0"),
        lambda a: a.pop("weights_0"),
        lambda a: a.update(plus_0=a["plus_0"][1:]),
        lambda a: a.update(plus_0=-a["plus_0"] - 1),
        lambda a: a.update(plus_0=a["plus_0"] * np.nan),
        lambda a: a.update(more=np.ones(2)),
        lambda a: a.update(plus_99=np.ones((2, 2))),
        lambda a: a.update(plus_0=np.array(["a"])),
        lambda a: a.update(plus_0=np.array([{}], dtype=object)),
        lambda a: a.update(weights_0=a["weights_0"][..., :2]),
    ],
)
def test_changed_arrays_are_refused_even_with_their_sum(change, folder):
    import hashlib

    arrays = arrays_of(folder)
    change(arrays)
    np.savez(folder / "arrays.npz", **arrays)
    content = json.loads((folder / "hardware.json").read_text())
    content["arrays"]["sha256"] = hashlib.sha256((folder / "arrays.npz").read_bytes()).hexdigest()
    (folder / "hardware.json").write_text(json.dumps(content))
    with pytest.raises(ModelFileError):
        read_description(folder)


def test_other_arrays_are_refused(folder):
    arrays = arrays_of(folder)
    arrays["plus_0"] = arrays["plus_0"] * 0.5
    np.savez(folder / "arrays.npz", **arrays)
    with pytest.raises(ModelFileError, match="not the one that was written with it"):
        read_description(folder)
    (folder / "arrays.npz").unlink()
    with pytest.raises(ModelFileError, match="no such file"):
        read_description(folder)
