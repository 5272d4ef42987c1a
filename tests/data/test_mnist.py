from __future__ import annotations

import gzip
import struct
from urllib.error import URLError

import numpy as np
import pytest

from brainnet.data import load, load_mnist
from brainnet.errors import DataError


def idx(array):
    code = {"u1": 0x08, "i4": 0x0C}[array.dtype.str[1:]]
    return struct.pack(f">BBBB{array.ndim}I", 0, 0, code, array.ndim, *array.shape) + array.tobytes()


@pytest.fixture
def files():
    rng = np.random.default_rng(0)
    out = {}
    for prefix, n in (("train", 5), ("t10k", 3)):
        out[f"{prefix}-images-idx3-ubyte"] = rng.integers(0, 256, (n, 28, 28), dtype=np.uint8)
        out[f"{prefix}-labels-idx1-ubyte"] = rng.integers(0, 10, n, dtype=np.uint8)
    return out


def write(folder, files, spell=str, pack=bytes):
    for name, array in files.items():
        (folder / spell(name)).write_bytes(pack(idx(array)))


@pytest.mark.parametrize(
    ("spell", "pack"),
    [
        (str, bytes),
        (lambda name: name + ".gz", gzip.compress),
        (lambda name: name.replace("-idx", ".idx"), bytes),
        (lambda name: name.replace("-idx", ".idx") + ".gz", gzip.compress),
    ],
)
def test_all_spellings(tmp_path, files, spell, pack):
    write(tmp_path, files, spell, pack)
    for data in (load_mnist(tmp_path), load(str(tmp_path))):
        assert data.x_train.shape == (5, 28, 28)
        np.testing.assert_allclose(data.x_train * 255, files["train-images-idx3-ubyte"], atol=1e-4)
        np.testing.assert_array_equal(data.y_test, files["t10k-labels-idx1-ubyte"])


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"t10k-labels-idx1-ubyte": None}, r"t10k-labels-idx1-ubyte\(.gz\) is missing in"),
        ({"train-labels-idx1-ubyte": np.zeros(4, np.uint8)}, "5 images and .* has 4 labels"),
        ({"train-labels-idx1-ubyte": np.full(5, 10, np.uint8)}, "label 10 is outside 0..9"),
        ({"train-labels-idx1-ubyte": np.zeros((5, 1), np.uint8)}, "2 axes of uint8, not 1"),
        ({"train-images-idx3-ubyte": np.zeros((5, 784), np.uint8)}, "2 axes of uint8, not 3"),
        ({"train-images-idx3-ubyte": np.zeros((5, 28, 28), ">i4")}, "3 axes of int32, not 3 of uint8"),
        ({"train-images-idx3-ubyte": np.zeros((5, 20, 28), np.uint8)}, "give both the same shape"),
    ],
)
def test_what_does_not_fit_is_refused(tmp_path, files, change, match):
    write(tmp_path, {name: array for name, array in {**files, **change}.items() if array is not None})
    with pytest.raises(DataError, match=match):
        load_mnist(tmp_path)


def test_no_folder(tmp_path):
    with pytest.raises(DataError, match="no such folder"):
        load_mnist(tmp_path / "none")


@pytest.mark.parametrize("error", [URLError("no route\nto host"), ValueError("md5"), ConnectionResetError("reset")])
def test_openml_out_of_reach(monkeypatch, error):
    def fail(*args, **kwargs):
        raise error

    monkeypatch.setattr("sklearn.datasets.fetch_openml", fail)
    with pytest.raises(DataError, match=r"could not be fetched from OpenML \(.*\); pass --data DIR") as caught:
        load_mnist()
    assert "\n" not in str(caught.value)


def test_openml_rows_are_split(monkeypatch):
    x = np.zeros((60_004, 784), np.uint8)
    x[60_000:] = 255
    y = np.array(["3"] * 60_000 + ["7"] * 4, dtype=object)
    monkeypatch.setattr("sklearn.datasets.fetch_openml", lambda *args, **kwargs: (x, y))
    data = load("mnist")
    assert data.x_train.shape == (60_000, 28, 28)
    assert data.x_test.min() == 1
    assert set(data.y_test) == {7}


def test_openml_gives_too_little(monkeypatch):
    monkeypatch.setattr("sklearn.datasets.fetch_openml", lambda *a, **k: (np.zeros((9, 784)), np.array(["1"] * 9)))
    with pytest.raises(DataError, match="9 images came"):
        load_mnist()
