from __future__ import annotations

import gzip
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brainnet.data import read_idx
from brainnet.errors import DataError
from brainnet.guarded import limits

CODES = {"u1": 0x08, "i1": 0x09, "i2": 0x0B, "i4": 0x0C, "f4": 0x0D, "f8": 0x0E}


def idx_bytes(array):
    kind = array.dtype.str[1:]
    header = struct.pack(f">BBBB{array.ndim}I", 0, 0, CODES[kind], array.ndim, *array.shape)
    return header + array.astype(f">{kind}").tobytes()


GOOD = idx_bytes(np.arange(24, dtype=np.uint8).reshape(2, 3, 4))


def packed(data):
    """Without the time: the names of tests are made of it, and are to be those of every process that runs them."""
    return gzip.compress(data, mtime=0)


@pytest.mark.parametrize("kind", CODES)
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_every_type_plain_and_packed(tmp_path, kind, pack):
    array = (np.arange(24) - (0 if kind == "u1" else 12)).astype(kind).reshape(2, 3, 4)
    path = tmp_path / "file"
    path.write_bytes(pack(idx_bytes(array)))
    got = read_idx(path)
    np.testing.assert_array_equal(got, array)
    assert got.dtype == array.dtype
    assert got.flags.writeable


def header(*lengths, code=8, n_axes=None):
    return struct.pack(f">BBBB{len(lengths)}I", 0, 0, code, len(lengths) if n_axes is None else n_axes, *lengths)


@pytest.mark.parametrize(
    ("name", "content", "match"),
    [
        ("a", b"", "empty"),
        ("a", GOOD[:1], "truncated in its header"),
        ("a", GOOD[:3], "truncated in its header"),
        ("a", GOOD[:9], "truncated in its header"),
        ("a", GOOD[:-1], "truncated: 39 bytes where .* needs 40"),
        ("a", GOOD + b"x", "trailing bytes"),
        ("a", b"PK\x03\x04" + GOOD, "starts with 50 4b 03 04"),
        ("a", header(1, code=0x0A) + b"x", "type 0x0A does not exist"),
        ("a", header(n_axes=0), "declares 0 axes"),
        ("a", header(*[1] * 33) + b"x", "declares 33 axes"),
        ("a", header(2, 0), "holds no values"),
        ("a", header(2**32 - 1, 2**32 - 1, 2**32 - 1) + b"x", "over the limit"),
        ("a", header(2**30) + b"x", "truncated"),
        ("a.gz", packed(header(2**20) + b"x"), "truncated: 1 bytes of values"),
        ("a.gz", packed(header(2**32 - 1) + b"x"), "over the limit"),
        ("a.gz", packed(GOOD + b"x"), "trailing bytes"),
        ("a.gz", packed(GOOD[:-1]), "truncated"),
        ("a.gz", packed(GOOD)[:-9], "gzip data are damaged"),
        ("a.gz", packed(GOOD)[:-8] + bytes(8), "gzip data are damaged"),
        ("a.gz", packed(GOOD)[:10] + b"\xff" * 20, "gzip data are damaged"),
        ("a.gz", GOOD, "not a gzip file"),
        ("a.gz", b"", "empty"),
    ],
)
def test_damaged_files_are_refused(tmp_path, name, content, match):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=match) as caught:
        read_idx(tmp_path / name)
    assert str(tmp_path / name) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_missing_file_and_folder(tmp_path):
    for path in (tmp_path / "none", tmp_path):
        with pytest.raises(DataError, match="no such file"):
            read_idx(path)


@settings(max_examples=150, deadline=None)
@given(data=st.data(), packed=st.booleans())
def test_mutations_never_escape(tmp_path_factory, data, packed):
    good = gzip.compress(GOOD) if packed else GOOD
    content = bytearray(good[: data.draw(st.integers(0, len(good)))])
    flips = st.tuples(st.integers(0, max(len(content) - 1, 0)), st.integers(0, 255))
    for place, value in data.draw(st.lists(flips, max_size=4)) if content else []:
        content[place] = value
    path = tmp_path_factory.getbasetemp() / "mutated"
    path.write_bytes(content)
    try:
        got = read_idx(path)
    except DataError:
        return
    assert got.size
    if packed:  # the checksum covers every value
        np.testing.assert_array_equal(got, np.arange(24).reshape(2, 3, 4))


def test_memory_is_bounded_by_what_a_file_becomes(tmp_path, monkeypatch):
    path = tmp_path / "zeros.gz"
    path.write_bytes(gzip.compress(idx_bytes(np.zeros((1000, 1000), np.uint8))))
    assert read_idx(path).shape == (1000, 1000)
    monkeypatch.setattr(limits, "FLOOR", 1000)  # else the file would have to be as large as it is in life
    with pytest.raises(DataError, match=r"over the limit of \d+; a file of \d+ bytes has no such data"):
        read_idx(path)
    monkeypatch.setattr(limits, "FLOOR", 2**28)
    monkeypatch.setenv("BRAINNET_MAX_BYTES", "5000")
    with pytest.raises(DataError, match="over the limit of 5000; raise max_bytes, or BRAINNET_MAX_BYTES"):
        read_idx(path)
