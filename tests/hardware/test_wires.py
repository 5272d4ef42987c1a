"""Resistance of wires: closed forms, a solution by hand, a sparse solution, a circuit simulator."""

import shutil
import subprocess

import numpy as np
import pytest
from brian2 import mV, ohm

from brainnet.ann import Dense, LayerGraph
from brainnet.errors import ParameterError
from brainnet.hardware import (
    hardware_report,
    map_network,
    node_voltages,
    programmed,
    seen_conductances,
    with_wire_resistance,
    writing,
)

RNG = np.random.default_rng(4)


def devices(rows, columns):
    return 1e-6 + 24e-6 * RNG.random((rows, columns)) ** 3


def by_hand(conductances, voltages, r):
    """Currents of the devices of a 2 x 2: Kirchhoff's voltage law from each driver through one device to the ground.

    The row's wires carry what the devices behind them take, the column's wires what those above give:

        V_1 = I_11/G_11 + r (I_11 + I_12)            + r I_11 + r (I_11 + I_21)
        V_1 = I_12/G_12 + r (I_11 + I_12) + r I_12   + r I_12 + r (I_12 + I_22)
        V_2 = I_21/G_21 + r (I_21 + I_22)                     + r (I_11 + I_21)
        V_2 = I_22/G_22 + r (I_21 + I_22) + r I_22            + r (I_12 + I_22)
    """
    r11, r12, r21, r22 = 1 / conductances.ravel()
    loops = np.array([[r11 + 3 * r, r, r, 0], [r, r12 + 4 * r, 0, r], [r, 0, r21 + 2 * r, r], [0, r, r, r22 + 3 * r]])
    return np.linalg.solve(loops, np.repeat(voltages, 2)).reshape(2, 2)


def test_two_by_two_of_equal_devices_in_closed_form():
    # With R = 1/G and V = 1 on both rows, I_11 = I_22 = a, and the four equations above are
    #   (R + 3r) a + r b + r c = 1,   (R + 4r) b + 2r a = 1,   (R + 2r) c + 2r a = 1
    # so that with s = 1/(R + 4r) + 1/(R + 2r):   a = (1 - r s)/(R + 3r - 2 r^2 s)
    conductance, r = 25e-6, 1000.0
    R = 1 / conductance
    s = 1 / (R + 4 * r) + 1 / (R + 2 * r)
    a = (1 - r * s) / (R + 3 * r - 2 * r**2 * s)
    b, c = (1 - 2 * r * a) / (R + 4 * r), (1 - 2 * r * a) / (R + 2 * r)
    currents = seen_conductances(np.full((2, 2), conductance), r * ohm).sum(axis=0)
    np.testing.assert_allclose(currents, [a + c, b + a], rtol=1e-12)


@pytest.mark.parametrize("voltages", [(1.0, 0.0), (0.0, 1.0), (0.3, -0.7)])
def test_two_by_two_by_hand(voltages):
    conductances, r = np.array([[20e-6, 3e-6], [7e-6, 11e-6]]), 2000.0
    currents = by_hand(conductances, np.array(voltages), r)
    np.testing.assert_allclose(
        np.array(voltages) @ seen_conductances(conductances, r), currents.sum(axis=0), rtol=1e-12
    )
    rows, columns = node_voltages(conductances, voltages, r)
    np.testing.assert_allclose((rows - columns) * conductances, currents, rtol=1e-11)


def test_a_single_device_is_in_series_with_its_wires():
    # In a crossbar of which one device conducts, its row has j + 1 wires and its column rows - i.
    for i, j in ((0, 0), (2, 1), (1, 4)):
        conductances = np.zeros((3, 5))
        conductances[i, j] = 1e-3
        wanted = np.zeros((3, 5))
        wanted[i, j] = 1 / (1 / 1e-3 + 50.0 * (j + 1 + 3 - i))
        np.testing.assert_allclose(seen_conductances(conductances, 50.0), wanted, rtol=1e-12, atol=1e-18)


@pytest.mark.parametrize("shape", [(1, 1), (1, 6), (6, 1), (12, 7), (7, 12), (64, 40)])
def test_rows_after_rows_is_the_sparse_solution(shape):
    conductances, voltages = devices(*shape), RNG.normal(0, 1, shape[0])
    _, columns = node_voltages(conductances, voltages, 3 * ohm)
    np.testing.assert_allclose(voltages @ seen_conductances(conductances, 3 * ohm), columns[-1] / 3, rtol=1e-9)


@pytest.mark.skipif(not shutil.which("ngspice"), reason="no ngspice")
def test_a_circuit_simulator_agrees(tmp_path):
    rows, columns, r = 5, 4, 200.0
    conductances, voltages = devices(rows, columns), RNG.normal(0, 0.2, rows)
    lines = ["crossbar"]
    for i in range(rows):
        lines.append(f"V{i} d{i} 0 {float(voltages[i])!r}")
        for j in range(columns):
            lines.append(f"RW{i}_{j} {f'w{i}_{j - 1}' if j else f'd{i}'} w{i}_{j} {r}")
            lines.append(f"RD{i}_{j} w{i}_{j} b{i}_{j} {float(1 / conductances[i, j])!r}")
            lines.append(f"RB{i}_{j} b{i}_{j} {f'b{i + 1}_{j}' if i < rows - 1 else f'e{j}'} {r}")
    lines += [f"VE{j} e{j} 0 0" for j in range(columns)]
    lines += [".options reltol=1e-9", ".control", "set numdgt=12", "op"]
    lines += [f"print i(VE{j})" for j in range(columns)] + [".endc", ".end"]
    (tmp_path / "crossbar.cir").write_text("\n".join(lines))
    text = subprocess.run(
        ["ngspice", "-b", str(tmp_path / "crossbar.cir")], capture_output=True, text=True, timeout=60
    ).stdout
    found = [float(line.partition("=")[2]) for line in text.splitlines() if line.startswith("i(ve")]
    assert len(found) == columns, text
    np.testing.assert_allclose(voltages @ seen_conductances(conductances, r), found, rtol=1e-8)


def test_wires_take_current_and_none_leave_it():
    conductances = devices(30, 20)
    np.testing.assert_array_equal(seen_conductances(conductances, 0), conductances)
    little, much = (seen_conductances(conductances, each * ohm) for each in (1, 100))
    assert (little < conductances).all()
    assert much.sum() < little.sum()
    tiny = seen_conductances(conductances, 1e-6)
    np.testing.assert_allclose(tiny, conductances, rtol=1e-6)


def test_a_map_seen_through_wires():
    weights = RNG.normal(0, 1, (20, 6))
    graph = LayerGraph((Dense("out", weights, np.zeros(6), "identity"),), (20,), "net", "test")
    mapped = map_network(graph, device="pcm", tile=(12, 8))
    seen = with_wire_resistance(mapped, 5 * ohm)
    for before, after in zip(mapped.tiles, seen.tiles, strict=True):
        np.testing.assert_array_equal(after.conductances, seen_conductances(before.conductances, 5.0))
    made = seen.effective_graph().layers[0].weights
    assert 0 < np.abs(made - weights).max() < 0.05 * np.abs(weights).max()
    for refused in (
        lambda: with_wire_resistance(seen, 5 * ohm),
        lambda: programmed(seen, 1),
        lambda: writing(seen),
        lambda: hardware_report(seen, None),
    ):
        with pytest.raises(ParameterError, match="seen through wires"):
            refused()


@pytest.mark.parametrize("wrong", [-1, np.nan, np.inf, "much", 3 * mV])
def test_what_is_no_resistance_is_refused(wrong):
    with pytest.raises(ParameterError, match="resistance"):
        seen_conductances(devices(2, 2), wrong)


@pytest.mark.parametrize("wrong", [[1.0], [[np.nan]], [[-1.0]], np.zeros((0, 2))])
def test_what_are_no_conductances_is_refused(wrong):
    with pytest.raises(ParameterError, match="siemens"):
        seen_conductances(wrong, 1.0)


def test_voltages_that_do_not_fit_are_refused():
    with pytest.raises(ParameterError, match="voltages"):
        node_voltages(devices(2, 2), [1.0], 1.0)
    with pytest.raises(ParameterError, match="more than 0"):
        node_voltages(devices(2, 2), [1.0, 1.0], 0.0)
