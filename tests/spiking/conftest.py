"""What tests of several readers share."""

from __future__ import annotations

import subprocess

import pytest

from brainnet.spiking import hdf5_dump


@pytest.fixture
def in_process(monkeypatch):
    """Read HDF5 files in this process, which is faster; what the tests write is well formed and no danger."""

    def run(command, **more):
        try:
            hdf5_dump.main(command[3], command[4], int(command[5]))
        except Exception as error:
            return subprocess.CompletedProcess(command, 1, b"", " ".join(str(error).split()).encode())
        return subprocess.CompletedProcess(command, 0, b"", b"")

    monkeypatch.setattr("brainnet.spiking.hdf5.subprocess.run", run)
    monkeypatch.setattr(hdf5_dump, "limit_memory", lambda n_bytes: None)
