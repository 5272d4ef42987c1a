"""Spikes go to neo and NWB and come back as they were; what does not fit is told before anything is written."""

import sys

import numpy as np
import pytest
from brian2 import Network, SpikeGeneratorGroup, SpikeMonitor, ms, mV, second

import brainnet
from brainnet import models
from brainnet.errors import DataError, MissingExtraError, ResultsError
from brainnet.exchange import from_neo, read_nwb, to_neo, write_nwb

SPIKES = 4, np.array([2, 0, 2, 1]), np.array([1.5, 3.0, 7.0, 9.0]) * ms  # neuron 3 is silent


def equal(found, spikes):
    n, neurons, times = found
    assert n == spikes[0]
    np.testing.assert_array_equal(neurons, spikes[1])
    np.testing.assert_allclose(np.asarray(times), np.asarray(spikes[2]), rtol=1e-12)


def recorded(source):
    """A monitor of `source` after 10 ms."""
    with brainnet.target("numpy"):
        monitor = SpikeMonitor(source)
        Network(source, monitor).run(10 * ms)
    return monitor


def test_neo_and_back():
    neo = pytest.importorskip("neo", reason="neo is an extra")
    trains = to_neo(SPIKES, duration=10 * ms)
    for train, times in zip(trains, [[0.003], [0.009], [0.0015, 0.007], []], strict=True):
        np.testing.assert_allclose(train.magnitude, times, rtol=1e-12)
    assert {(float(each.t_start), float(each.t_stop), str(each.units.dimensionality)) for each in trains} == {
        (0.0, 0.01, "s")
    }
    equal(from_neo(trains), SPIKES)
    # Other units, and a recording that does not begin at 0.
    later = [
        neo.SpikeTrain([105.0], units="ms", t_start=100, t_stop=120),
        neo.SpikeTrain([], units="s", t_stop=1, t_start=0.1),
    ]
    equal(from_neo(later), (2, [0], [5] * ms))


def test_a_monitor_is_taken_and_trains_drive_a_network():
    pytest.importorskip("neo", reason="neo is an extra")
    monitor = recorded(SpikeGeneratorGroup(*SPIKES))
    trains = to_neo(monitor, duration=10 * ms)
    again = recorded(SpikeGeneratorGroup(*from_neo(trains)))
    np.testing.assert_array_equal(again.i, monitor.i)
    np.testing.assert_array_equal(again.t, monitor.t)
    with pytest.raises(DataError, match="counts spikes and records none; make it with record=True"):
        to_neo(SpikeMonitor(models.lif.group(1), record=False), duration=1 * second)


def test_nwb_and_back(tmp_path):
    pynwb = pytest.importorskip("pynwb", reason="pynwb is an extra")
    path = write_nwb(tmp_path / "a.nwb", SPIKES, duration=10 * ms, description="four neurons")
    equal(read_nwb(path), SPIKES)
    with pynwb.NWBHDF5IO(str(path), "r") as file:  # as others read it
        session = file.read()
        assert session.session_description == "four neurons"
        assert session.units["obs_intervals"][2].tolist() == [[0.0, 0.01]]
    assert not pynwb.validate(path=str(path))
    with pytest.raises(ResultsError, match="exists"):
        write_nwb(path, SPIKES, duration=10 * ms, description="again")
    assert [each.name for each in tmp_path.iterdir()] == ["a.nwb"]


def test_files_that_cannot_be_read(tmp_path):
    pynwb = pytest.importorskip("pynwb", reason="pynwb is an extra")
    path = write_nwb(tmp_path / "a.nwb", SPIKES, duration=10 * ms, description="four neurons")
    (tmp_path / "cut.nwb").write_bytes(path.read_bytes()[:5000])
    with pytest.raises(DataError, match=r"cut.nwb cannot be read as NWB .*; write it again"):
        read_nwb(tmp_path / "cut.nwb")
    with pytest.raises(DataError, match="no file"):
        read_nwb(tmp_path / "none.nwb")
    from datetime import UTC, datetime

    with pynwb.NWBHDF5IO(str(tmp_path / "empty.nwb"), "w") as file:
        file.write(pynwb.NWBFile(session_description="x", identifier="y", session_start_time=datetime.now(UTC)))
    with pytest.raises(DataError, match="holds no spike times"):
        read_nwb(tmp_path / "empty.nwb")


@pytest.mark.parametrize(
    ("spikes", "duration", "message"),
    [
        ((2, [0, 1], [1, 2]), 10 * ms, "times of spikes come without a unit of time"),
        ((2, [0, 1], [1, 2] * ms), 10, "the duration come"),
        ((2, [0, 1], [1, 2] * ms), 10 * mV, "without a unit of time"),
        ((2, [0, 2], [1, 2] * ms), 10 * ms, "a spike of neuron 2, and there are 2; number them 0 to 1"),
        ((2, [0, -1], [1, 2] * ms), 10 * ms, "a spike of neuron -1"),
        ((2, [0, 1], [1, 12] * ms), 10 * ms, "a spike at 0.012 s lies outside 0 to 0.01 s"),
        ((2, [0, 1], [1, np.nan] * ms), 10 * ms, "a spike at nan s"),
        ((2, [0], [1, 2] * ms), 10 * ms, "1 neurons and 2 times"),
        ((2, [0.5, 1], [1, 2] * ms), 10 * ms, "give whole numbers"),
        ((0, [], [] * ms), 10 * ms, "n = 0 neurons"),
        ([1, 2], 10 * ms, "give a SpikeMonitor or"),
        ((2, [0, 1], [1, 2] * ms), 0 * ms, "give a finite duration above 0"),
    ],
)
def test_what_does_not_fit_is_told(spikes, duration, message):
    with pytest.raises(DataError, match=message):
        to_neo(spikes, duration=duration)


def test_what_is_no_train_is_told():
    pytest.importorskip("neo", reason="neo is an extra")
    with pytest.raises(DataError, match="of type list is no neo"):
        from_neo([[0.1]])
    with pytest.raises(DataError, match="no spike train"):
        from_neo([])


def test_without_the_extras(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "neo", None)
    monkeypatch.setitem(sys.modules, "pynwb", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'brainnet\[neo\]'"):
        to_neo(SPIKES, duration=10 * ms)
    with pytest.raises(MissingExtraError, match=r"pip install 'brainnet\[nwb\]'"):
        write_nwb(tmp_path / "a.nwb", SPIKES, duration=10 * ms, description="x")
    assert not any(tmp_path.iterdir())
