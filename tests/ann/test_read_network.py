from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from brainnet.ann import Dense, LayerGraph, read, write_npz
from brainnet.errors import ModelFileError

GRAPH = LayerGraph((Dense("a", np.eye(2), np.zeros(2), "identity"),), (2,), "net", "by hand")


def test_a_graph_comes_back_as_it_is():
    assert read(GRAPH) is GRAPH


def test_a_path_may_be_text(tmp_path):
    write_npz(GRAPH, tmp_path / "net.npz")
    assert read(str(tmp_path / "net.npz")).macs == 4


def test_an_input_shape_that_has_no_effect_is_refused(tmp_path):
    write_npz(GRAPH, tmp_path / "net.npz")
    for source in (GRAPH, tmp_path / "net.npz"):
        with pytest.raises(ModelFileError, match="says its own input shape; leave input_shape out"):
            read(source, input_shape=(2,))


@pytest.mark.parametrize("ending", [".pt", ".pth", ".pkl", ".pickle", ".joblib", ".PKL"])
def test_pickles_are_never_loaded(tmp_path, ending):
    path = tmp_path / f"net{ending}"
    path.write_bytes(b"cos\nsystem\n(S'false'\ntR.")
    with pytest.raises(ModelFileError, match="pickles are never loaded; load it yourself and pass the object"):
        read(path)


@pytest.mark.parametrize("name", ["net.h5", "net.keras", "net"])
def test_other_files(tmp_path, name):
    with pytest.raises(ModelFileError, match="no such file"):
        read(tmp_path / name)
    (tmp_path / name).write_bytes(b"x")
    with pytest.raises(ModelFileError, match="is not understood yet; give an npz or onnx file"):
        read(tmp_path / name)


@pytest.mark.parametrize("source", [None, 3, {}, np.ones((2, 2)), LayerGraph])
def test_other_objects(source):
    with pytest.raises(ModelFileError, match=f"a {type(source).__name__} is not understood as a network; give"):
        read(source)


def test_frameworks_are_not_imported_needlessly(tmp_path):
    write_npz(GRAPH, tmp_path / "net.npz")
    code = (
        "import sys; from brainnet.ann import read; read(sys.argv[1])\n"
        "sys.exit(any(name in sys.modules for name in ('torch', 'sklearn', 'onnx')))"
    )
    result = subprocess.run([sys.executable, "-c", code, str(tmp_path / "net.npz")], check=False)
    assert result.returncode == 0
