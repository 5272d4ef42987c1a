from __future__ import annotations

import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brainnet.data import load, load_digits, load_npz, npz
from brainnet.errors import DataError, ParameterError

ARRAYS = {
    "x_train": np.linspace(0, 1, 12).reshape(3, 4),
    "y_train": np.array([0, 1, 1]),
    "x_test": np.zeros((2, 4)),
    "y_test": np.array([0, 1]),
}


def test_digits_are_the_same_each_time():
    one, two = load_digits(), load("digits")
    np.testing.assert_array_equal(one.x_test, two.x_test)
    assert one.sample_shape == (8, 8)
    assert len(one.x_train) + len(one.x_test) == 1797
    assert len(one.x_test) == 450
    assert one.x_train.max() == 1
    counts = np.bincount(one.y_test)
    assert counts.min() >= 43
    assert not np.array_equal(load_digits(seed=1).y_test, one.y_test)


@pytest.mark.parametrize(
    ("arguments", "match"),
    [
        ({"test_fraction": 0}, "test_fraction is 0; give"),
        ({"test_fraction": float("nan")}, "test_fraction is nan"),
        ({"test_fraction": "0.2"}, "test_fraction is '0.2'"),
        ({"test_fraction": 0.001}, "too little or too much"),
        ({"test_fraction": 0.9999}, "too little or too much"),
        ({"seed": -1}, "seed = -1 is out of range"),
        ({"seed": 0.5}, "seed = 0.5 is out of range"),
        ({"seed": True}, "seed = True is out of range"),
    ],
)
def test_digits_parameters(arguments, match):
    with pytest.raises(ParameterError, match=match):
        load_digits(**arguments)


def test_npz_file_and_its_folder(tmp_path):
    np.savez(tmp_path / "mine.npz", **ARRAYS, more=np.zeros(3))
    for where in (tmp_path / "mine.npz", str(tmp_path)):
        data = load(where)
        assert data.name == "mine"
        np.testing.assert_allclose(data.x_train, ARRAYS["x_train"], atol=1e-7)


def test_npz_of_8_bit_pixels(tmp_path):
    pixels = {"x_train": np.full((3, 2, 2), 51, np.uint8), "x_test": np.ones((2, 2, 2), np.uint8)}
    np.savez(tmp_path / "mine.npz", **{**ARRAYS, **pixels})
    data = load_npz(tmp_path / "mine.npz")
    np.testing.assert_allclose(data.x_train, 0.2)
    np.testing.assert_allclose(data.x_test, 1 / 255)


def test_npz_without_an_array(tmp_path):
    np.savez(tmp_path / "mine.npz", x_train=ARRAYS["x_train"], y_test=ARRAYS["y_test"])
    with pytest.raises(DataError, match="y_train, x_test missing"):
        load(tmp_path / "mine.npz")


def test_npz_with_objects(tmp_path):
    np.savez(tmp_path / "mine.npz", **{**ARRAYS, "x_test": np.array([{}, {}])})
    with pytest.raises(DataError, match="pickles are never loaded"):
        load(tmp_path / "mine.npz")


def test_npz_too_large(tmp_path, monkeypatch):
    np.savez(tmp_path / "mine.npz", **ARRAYS)
    monkeypatch.setattr(npz, "MAX_BYTES", 50)
    with pytest.raises(DataError, match="more than 50 bytes"):
        load(tmp_path / "mine.npz")


def test_npz_with_a_member_that_is_no_npy(tmp_path):
    with zipfile.ZipFile(tmp_path / "mine.npz", "w") as archive:
        for key in npz.KEYS:
            archive.writestr(f"{key}.npy", "text")
    with pytest.raises(DataError, match="not an npz file, or damaged"):
        load(tmp_path / "mine.npz")


def test_not_a_zip(tmp_path):
    (tmp_path / "mine.npz").write_bytes(b"text")
    with pytest.raises(DataError, match="not an npz file"):
        load(tmp_path / "mine.npz")


def test_what_is_not_there_or_not_understood(tmp_path):
    (tmp_path / "data.csv").write_text("1,2")
    (tmp_path / "two").mkdir()
    for name in "ab":
        np.savez(tmp_path / "two" / f"{name}.npz", **ARRAYS)
    for where, match in [
        ("digit", "'digit' is no data set and no path; give 'digits'"),
        (tmp_path / "none", "no data set and no path"),
        (tmp_path / "data.csv", "not an npz file; give"),
        (tmp_path, "neither MNIST IDX files nor an npz file"),
        (tmp_path / "two", "holds 2 npz files; name one"),
        ("x" * 5000, "no data set and no path"),
        ("", "'' is not understood"),
        (None, "None is not understood"),
    ]:
        with pytest.raises(DataError, match=match):
            load(where)
    with pytest.raises(DataError, match="no such file"):
        load_npz(tmp_path / "none.npz")


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_mutated_npz_never_escapes(tmp_path_factory, data):
    folder = tmp_path_factory.getbasetemp()
    np.savez(folder / "good.npz", **ARRAYS)
    content = bytearray((folder / "good.npz").read_bytes())
    for place, value in data.draw(
        st.lists(st.tuples(st.integers(0, len(content) - 1), st.integers(0, 255)), max_size=4)
    ):
        content[place] = value
    (folder / "mutated.npz").write_bytes(content[: data.draw(st.integers(len(content) // 2, len(content)))])
    try:
        got = load_npz(folder / "mutated.npz")
    except DataError:
        return
    np.testing.assert_allclose(got.x_train, ARRAYS["x_train"], atol=1e-7)
