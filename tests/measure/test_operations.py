"""Counts and energies, by hand."""

import json

import numpy as np
import pytest

from brainnet.errors import DataError, ParameterError
from brainnet.measure import (
    ENERGY_TABLES,
    EnergyTable,
    Operations,
    ann_operations,
    energy_table,
    snn_operations,
    synaptic_operations,
)

SIMPLE = EnergyTable("simple", mac=4.0, ac=1.0, source="by hand", memory=0.5)
# Two samples, three steps, two neurons: 3 and 1 spikes, 2 of neuron 0 in all.
RASTER = np.array([[[1, 0], [1, 1], [0, 0]], [[0, 0], [0, 1], [0, 0]]], dtype=np.uint8)


def test_accumulations_are_spikes_times_fan_out():
    assert synaptic_operations(RASTER.sum(axis=1), [10, 100]) == 10 * 2 / 2 + 100 * 2 / 2
    np.testing.assert_array_equal(synaptic_operations(RASTER, [10, 100]), [5, 105, 0])
    np.testing.assert_array_equal(synaptic_operations(RASTER, 2), [1, 3, 0])
    with pytest.raises(DataError, match="one fan-out per neuron"):
        synaptic_operations(RASTER, [1, 2, 3])


def counted(by_step):
    spikes = RASTER if by_step else RASTER.sum(axis=1)
    return snn_operations(
        ("first", "second"), {"second": (spikes, [10, 100])}, {"first": spikes},
        neurons={"first": 2, "second": 100}, steps=3, analog={"first": 7},
    )  # fmt: skip


def test_counts_by_layer_and_by_step_agree():
    steps, layers = counted(True), counted(False)
    np.testing.assert_array_equal(layers.ac, [0, 110])
    np.testing.assert_array_equal(layers.mac, [7, 0])  # the current is computed once and flows in all steps
    np.testing.assert_array_equal(layers.spikes, [2, 0])
    np.testing.assert_array_equal(layers.updates, [6, 300])
    np.testing.assert_array_equal(layers.memory, [7 * 4 + 6 * 2, 110 * 3 + 300 * 2])
    np.testing.assert_array_equal(layers.energy(SIMPLE), [7 * 4 + 40 * 0.5, 110 + 930 * 0.5])
    np.testing.assert_array_equal(steps.ac, [[0, 0, 0], [5, 105, 0]])
    np.testing.assert_array_equal(steps.mac, [[7, 0, 0], [0, 0, 0]])
    np.testing.assert_array_equal(steps.energy(SIMPLE).sum(axis=1), layers.energy(SIMPLE))
    assert steps.totals() == layers.totals() == {"ac": 110, "mac": 7, "spikes": 2, "updates": 306, "memory": 970}


def test_trained_networks_multiply():
    operations = ann_operations({"first": 100, "second": 20})
    assert operations.totals() == {"ac": 0, "mac": 120, "spikes": 0, "updates": 0, "memory": 480}
    np.testing.assert_allclose(operations.energy(ENERGY_TABLES["fp32"]), [460e-12, 92e-12], rtol=1e-12)


def test_wrong_counts_are_refused():
    one, two = np.ones(1), np.ones(2)
    with pytest.raises(DataError, match="shapes"):
        Operations(("a",), one, two, one, one)
    with pytest.raises(DataError, match="negative"):
        Operations(("a",), -one, one, one, one)


def test_the_table_of_papers_that_take_the_multiply_alone():
    table = energy_table("int32_multiply")
    assert (table.mac, table.ac) == (3.1e-12, 0.1e-12)
    # E_SNN / E_CNN = lambda E_AC / E_MAC at 0.6 spikes per neuron
    macs = 1000
    ratio = Operations(("a",), *(np.array([each]) for each in (0.6 * macs, 0.0, 0.0, 0.0))).energy(table)
    assert ratio[0] / ann_operations({"a": macs}).energy(table)[0] == pytest.approx(0.6 * 0.1 / 3.1, rel=1e-12)


@pytest.mark.parametrize("suffix", ["toml", "json"])
def test_a_table_of_the_users_own(suffix, tmp_path):
    path = tmp_path / f"chip.{suffix}"
    toml = 'mac = 1e-12\nac = 2e-13\nmemory = 5e-12\nsource = "data sheet"\n'
    content = {"mac": 1e-12, "ac": 2e-13, "memory": 5e-12, "source": "data sheet"}
    path.write_text(toml if suffix == "toml" else json.dumps(content))
    assert energy_table(path) == EnergyTable("chip", 1e-12, 2e-13, "data sheet", 5e-12)
    assert energy_table(content) == EnergyTable("own", 1e-12, 2e-13, "data sheet", 5e-12)
    assert energy_table(str(path)) == energy_table(energy_table(path))


@pytest.mark.parametrize(
    ("given", "error", "match"),
    [
        ("fp31", ParameterError, "no energy table 'fp31'; .*fp32"),
        ("none.toml", DataError, "cannot be read"),
        ({"mac": 1.0}, ParameterError, "lacks ac"),
        ({"mac": 1.0, "ac": -1.0}, ParameterError, "ac = -1.0"),
        ({"mac": 0.0, "ac": 1.0}, ParameterError, "mac = 0"),
        ({"mac": 1.0, "ac": "1"}, ParameterError, "ac = '1'"),
        ({"mac": 1.0, "ac": float("nan")}, ParameterError, "ac = nan"),
        ({"mac": 1.0, "ac": 1.0, "add": 1.0}, ParameterError, "no field 'add'"),
        ({"mac": 1.0, "ac": 1.0, "name": 3}, ParameterError, "are texts"),
    ],
)
def test_wrong_tables_are_refused(given, error, match):
    with pytest.raises(error, match=match):
        energy_table(given)


@pytest.mark.parametrize(
    ("name", "text"), [("a.json", "[1]"), ("b.json", "{"), ("c.toml", "mac ="), ("d.json", "[" * 60000)]
)
def test_wrong_files_are_refused(name, text, tmp_path):
    (tmp_path / name).write_text(text)
    with pytest.raises(DataError, match=name):
        energy_table(tmp_path / name)
