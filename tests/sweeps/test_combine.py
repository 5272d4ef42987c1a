"""Points become one data set that says of each what was measured there, or leaves it out."""

import numpy as np
import xarray as xr

from brainnet.sweeps.combine import combined


def point(x):
    return xr.Dataset(
        {
            "t": ("n", [x, 2.0], {"units": "ms", "seen": x}), "big": 2**60 + x, "on": x > 1,
            "word": ("n", ["a" * x, "b"]),
            "day": np.datetime64(x, "s"), "unit": ((), 1.0, {"units": "s" if x < 3 else "ms"}),
            "kind": 1.0 if x < 3 else "one", "index": ("m", [1, 2]),
        },
        {"n": [0, 1], "m": [0, x], "beside": ("n", [x, 5]), "scalar": 1.5 * x, "same": ("n", [7, 8])},
        {"about": "all", "own": x},
    )  # fmt: skip


def sweep(*given, n=None):
    found = {x - 1: point(x) for x in given}
    return combined(["unit"], {"x": (list(range(1, (n or len(given)) + 1)), "second")}, (n or len(given),), found)


def test_coordinates_are_those_of_each_point():
    found = sweep(1, 2, 3)
    assert found.scalar.values.tolist() == [1.5, 3, 4.5]
    assert found.beside.dims == ("x", "n")
    assert found.beside.values.tolist() == [[1, 5], [2, 5], [3, 5]]
    assert found.same.dims == ("n",)
    assert {"scalar", "beside", "same"} <= set(found.coords)
    assert found.t.values.tolist() == [[1, 2], [2, 2], [3, 2]]


def test_types_and_attributes_are_kept():
    found = sweep(1, 2, 3)
    assert found.big.values.tolist() == [2**60 + 1, 2**60 + 2, 2**60 + 3]
    assert found.on.dtype == bool
    assert (found.day.values == np.array([1, 2, 3], "M8[s]")).all()
    assert found.t.attrs == {"units": "ms"}
    assert found.x.attrs == {"units": "second"}
    assert found.attrs == {"about": "all", "left_out": "unit, index, kind"}


def test_what_is_missing_is_no_number():
    found = sweep(1, 3, n=3)
    assert np.isnan(found.big[1])
    assert np.isnat(found.day.values[1])
    assert found.word.values.tolist() == [["a", "b"], ["", ""], ["aaa", "b"]]
    assert np.isnan(found.scalar[1])


def test_an_axis_gets_a_name_of_its_own():
    found = combined([], {"x": ([1, 2], "")}, (2,), {k: xr.Dataset({"y": k, "x": 9, "swept_x": 8}) for k in (0, 1)})
    assert found.y.dims == ("swept_swept_x",)
