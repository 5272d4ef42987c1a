"""What a changed or hostile file holds is refused, or runs as it says; its text never becomes code.

That files are read or refused is tested in tests/ann/test_model_file_fuzz.py; here what was read is converted and run.
"""

import json
import re

import h5py
import numpy as np
import pytest
from brian2 import ms
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import brainnet
from brainnet.ann import Conv2d, Dense, Flatten, LayerGraph, read_npz, write_npz
from brainnet.convert import convert
from brainnet.errors import BrainnetError
from brainnet.spiking import NirGraph, from_nir, read_nir, write_nir
from brainnet.spiking.neurons import IF, LIF, CubaLIF

pytestmark = pytest.mark.timeout(300)
QUICK = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
RNG = np.random.default_rng(0)
MOST, STEPS = 10**6, 3
X = np.ones((1, STEPS, 1, 3, 3))
# Code, keywords of C++ and Python, and names that Brian2, generated programs and brainnet use themselves.
NAMES = (
    "x; system('touch pwned')", "__import__('os').system('touch pwned')", "{{ 1/0 }}", "../../x", "", "int", "main",
    "lambda", "dt", "v", "_idx", "input", "steps", "defaultclock", "a" * 300,
)  # fmt: skip


@pytest.fixture(scope="module")
def nir_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("nir") / "net.nir"
    layers = (
        Conv2d("conv", np.abs(RNG.normal(size=(2, 1, 2, 2))), np.zeros(2)), LIF("cells", tau=0.01, r=100.0),
        Flatten("flat"),
        Dense("fc", np.ones((8, 3)), np.zeros(3), "identity"), CubaLIF("cuba", tau_mem=0.02, tau_syn=0.01, r=100.0),
        Dense("last", np.eye(3), np.zeros(3), "identity"), IF("out", r=1000.0),
    )  # fmt: skip
    write_nir(NirGraph(layers, (1, 3, 3), "net", "by hand", 1e-3), path)
    return path.read_bytes(), path


def one_line(error):
    text = str(error)
    assert "\n" not in text
    return text


def run_nir(path):
    """Return the output of a file, or the reason why it is refused: one line of ours."""
    try:
        with brainnet.target("numpy"):
            output = from_nir(read_nir(path, max_bytes=MOST), steps=STEPS, dt=1 * ms).run(X).output
    except BrainnetError as error:
        return one_line(error)
    assert output.shape[:2] == (1, STEPS)
    assert np.isfinite(output).all()
    return output


@QUICK
@given(data=st.data())
def test_nir_files_run_or_are_refused(nir_file, data):
    content, path = nir_file
    path.write_bytes(content)
    members = []
    with h5py.File(path, "a") as file:
        file.visititems(lambda name, item: members.append(name) if isinstance(item, h5py.Dataset) else None)
        for _ in range(data.draw(st.integers(1, 2))):
            name = data.draw(st.sampled_from(members))
            old = file[name][()] if name in file else None
            if not isinstance(old, np.ndarray | np.number) or np.asarray(old).dtype.kind not in "fi":
                continue
            # Numbers of the right shape, of any size: what the reader lets through must run.
            new = st.sampled_from([0.0, -1.0, 1e-300, 1e-3, 1e300, 1.5, -1e-9, float("inf"), float("nan")])
            value = np.asarray(old, float) * 0 + data.draw(new)
            del file[name]
            file[name] = value.astype(np.asarray(old).dtype) if np.isfinite(value).all() else value
    run_nir(path)


def renamed(content, path, old, new):
    """Give a node of a NIR file another name, in its edges, too; False where HDF5 cannot hold it."""
    path.write_bytes(content)
    with h5py.File(path, "a") as file:
        edges = np.array([[end.decode() for end in edge] for edge in file["node/edges"][()]], object)
        try:
            file.move(f"node/nodes/{old}", f"node/nodes/{new}")
        except (ValueError, KeyError):
            return False
        edges[edges == old] = new
        del file["node/edges"]
        file.create_dataset("node/edges", data=edges, dtype=h5py.string_dtype())
    return True


@pytest.mark.parametrize("name", NAMES)
def test_names_of_nodes_change_nothing(nir_file, name, tmp_path, monkeypatch):
    content, path = nir_file
    monkeypatch.chdir(tmp_path)
    path.write_bytes(content)
    wanted = run_nir(path)
    assert wanted.any()
    if renamed(content, path, "cells", name):
        found = run_nir(path)
        if not isinstance(found, str):  # it runs as it did
            np.testing.assert_array_equal(found, wanted)
    assert not list(tmp_path.iterdir())


CHAIN = LayerGraph(
    (Conv2d("conv", RNG.normal(0.3, 1, (2, 1, 2, 2)), np.zeros(2), "relu"), Flatten("flat"),
     Dense("fc", RNG.normal(0.3, 1, (8, 3)), np.zeros(3), "identity")),
    (1, 3, 3), "net", "by hand",
)  # fmt: skip


def run_npz(path, target="numpy"):
    x = np.linspace(0, 1, 18).reshape(2, 1, 3, 3)
    try:
        graph = read_npz(path, max_bytes=MOST)
        with brainnet.target(target):
            response = convert(graph, normalisation="none", steps=10).run(x)
    except BrainnetError as error:
        return one_line(error)
    (*_, output) = response.counts.values()
    return output


@pytest.fixture(scope="module")
def npz_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("npz") / "net.npz"
    write_npz(CHAIN, path)
    with np.load(path) as archive:
        return dict(archive), path


def with_name(npz_file, number, name):
    arrays, path = npz_file
    layers = [json.loads(text) for text in arrays["layers"]]
    old, layers[number]["name"] = layers[number]["name"], name
    for layer in layers:
        if "inputs" in layer:
            layer["inputs"] = [name if each == old else each for each in layer["inputs"]]
    np.savez(path, **{**arrays, "layers": np.array([json.dumps(layer) for layer in layers])})
    return path


@pytest.mark.parametrize("name", NAMES)
def test_names_of_layers_change_nothing(npz_file, name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    wanted = run_npz(with_name(npz_file, 0, "conv"))
    assert wanted.any()
    found = run_npz(with_name(npz_file, 0, name))
    if isinstance(found, str):
        assert not re.fullmatch("[a-z]{3,7}", name) or name in ("input", "steps", "defaultclock", "output"), found
    else:
        np.testing.assert_array_equal(found, wanted)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["int", "main"])
def test_keywords_of_cpp_are_names(npz_file, name, compiler):
    wanted = run_npz(with_name(npz_file, 0, "conv"))
    found = run_npz(with_name(npz_file, 0, name), "cpp")
    np.testing.assert_array_equal(found, wanted)


KEYS = ("weight_0", "bias_0", "weight_2", "bias_2")


@QUICK
@given(place=st.integers(0, 31), value=st.floats(width=64), key=st.sampled_from(KEYS))
@example(0, 1e308, KEYS[0])
@example(0, float("nan"), KEYS[-1])
@example(0, 1.797693135228554e307, KEYS[2])
@example(0, -1e100, KEYS[2])
def test_numbers_of_any_size(npz_file, place, value, key):
    arrays, path = npz_file
    changed = arrays[key].copy()
    changed.flat[place % changed.size] = value
    np.savez(path, **{**arrays, key: changed})
    found = run_npz(path)
    assert isinstance(found, str) == (not abs(value) <= 1e100)
    assert isinstance(found, str) or np.isfinite(found).all()
