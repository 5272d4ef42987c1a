"""Energy and correlation, by hand."""

import numpy as np
import pytest

from brainnet.errors import ParameterError
from brainnet.measure import (
    ENERGY_TABLES,
    EnergyTable,
    ann_operations,
    correlation,
    energy_ratio,
    energy_table,
    snn_operations,
)


def test_energy_ratio():
    table = EnergyTable("simple", mac=4.0, ac=1.0, source="by hand")
    # 30 accumulates and 10 multiply-accumulates against 100: (30 + 40) / 400.
    trained = ann_operations({"a": 100})
    for ac, mac, ratio in ((30, 10, 0.175), (400, 0, 1.0), (0, 100, 1.0)):
        spiking = snn_operations(
            ("a",), {"a": (np.full((1, 1), ac), 1)}, {}, neurons={"a": 1}, steps=1, analog={"a": mac}
        )
        assert energy_ratio(spiking, trained, table) == ratio


@pytest.mark.parametrize(("name", "mac", "ac"), [("fp32", 3.7e-12 + 0.9e-12, 0.9e-12), ("int32", 3.2e-12, 0.1e-12)])
def test_tables_hold_what_their_source_says(name, mac, ac):
    # Horowitz 2014, figure 1.1.9, 45 nm: multiply plus add.
    table = ENERGY_TABLES[name]
    assert (table.name, table.ac) == (name, ac)
    assert table.mac == pytest.approx(mac, rel=1e-12)


def test_correlation():
    # Deviations (-1, 0, 1) and (-1, -1, 2): 3 / sqrt(2 * 6).
    assert correlation(np.array([1, 2, 3]), np.array([4, 4, 7])) == pytest.approx(3 / np.sqrt(12), rel=1e-12)
    assert correlation(np.array([[1, 2], [3, 4]]), np.array([[-2, -4], [-6, -8]])) == -1.0


def test_correlation_never_leaves_its_range():
    rng = np.random.default_rng(0)
    for _ in range(100):
        a = rng.random(7)
        assert 1 - 1e-12 < correlation(a, 3 * a + 1) <= 1


def test_a_constant_has_no_correlation():
    # 0.1 minus the mean of many 0.1 is not 0 in floating point, and yet it is constant.
    for constant in (np.zeros(9), np.full(9, 0.1), np.full(9, 1e300)):
        assert np.isnan(correlation(constant, np.arange(9)))
        assert np.isnan(correlation(np.arange(9), constant))
    assert np.isnan(correlation(np.array([]), np.array([])))


@pytest.mark.parametrize(
    ("given", "match"),
    [
        (None, "a name, a file or a mapping, not None"),
        (["fp32"], "a name, a file or a mapping"),
        ({"mac": 1, "ac": 10**400}, "ac = 1000.*give joules, from 0 to 1e.06"),
        ({"mac": 1e-12, "ac": 1e308}, "ac = 1e.308; give joules"),
        ({"mac": 5e-324, "ac": 1.0}, "mac = 4.94066e-324 J and nothing to compare with"),
        ({"mac": float("nan"), "ac": 1.0}, "mac = nan"),
        ({"mac": True, "ac": 1.0}, "mac = True; give joules"),
        ({"mac": 1, "ac": 1, "name": "a\nb"}, "name holds control characters"),
    ],
)
def test_tables_that_are_none(given, match):
    with pytest.raises(ParameterError, match=match):
        energy_table(given)


def test_tables_of_any_real_numbers():
    assert energy_table({"mac": np.float32(2), "ac": np.int64(1)}) == energy_table({"mac": 2, "ac": 1})
