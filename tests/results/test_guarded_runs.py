"""Run folders from anywhere: bounded in memory, every damage one line of the package."""

import os
import subprocess
import sys

import h5py
import numpy as np
import pytest
import xarray as xr

from brainnet.errors import BrainnetError, ResultsError
from brainnet.measure import report_text
from brainnet.results import read_run, read_summary, write_run
from brainnet.results.netcdf import read_netcdf

READ = """
import resource, sys
from brainnet.errors import ResultsError
from brainnet.results import read_run
try:
    read_run(sys.argv[1])
except ResultsError as error:
    print(error)
# Not ru_maxrss of this process, which counts the one that started it.
(own,) = (int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
"""


def zeros(file):
    chunk = np.zeros(2**22, "u1")
    data = file.create_dataset("a", (2**29,), "u1", chunks=chunk.shape, compression="gzip")
    for start in range(0, 2**27, 2**22):
        data[start : start + 2**22] = chunk


def declared(file):
    file.create_dataset("a", (2**40,), "f8", chunks=(2**10,))


@pytest.fixture
def out(tmp_path, protocol, dataset, how):
    """A run folder."""
    return write_run(tmp_path / "run", protocol, protocol.bind(), dataset, **how)


@pytest.mark.skipif(sys.platform != "linux", reason="kilobytes of getrusage")
@pytest.mark.parametrize("fill", [zeros, declared])
def test_memory_is_bounded_before_data_are_read(out, fill):
    with h5py.File(out / "data.nc", "w") as file:
        fill(file)
    done = subprocess.run([sys.executable, "-c", READ, str(out)], capture_output=True, text=True, check=True)
    message, kilobytes = done.stdout.splitlines()
    assert "the data take more than" in message
    assert int(kilobytes) < 500_000


def test_links_and_large_attributes_are_refused(out, monkeypatch):
    with h5py.File(out / "data.nc", "w", libver="latest") as file:
        file.attrs.create("big", np.zeros(2**16, "f4"))
    monkeypatch.setenv("BRAINNET_MAX_BYTES", "100000")
    with pytest.raises(ResultsError, match=r"data\.nc cannot be read: .*take more than 100000 bytes; raise"):
        read_run(out)
    with h5py.File(out / "data.nc", "w") as file:
        file["a"] = h5py.ExternalLink("/etc/passwd", "/a")
    with pytest.raises(ResultsError, match=r"is a link to elsewhere"):
        read_run(out)


def test_every_damaged_data_file_gives_the_error_of_the_package(out):
    content, rng, refused = (out / "data.nc").read_bytes(), np.random.default_rng(3), []
    for _ in range(16):
        at = int(rng.integers(len(content)))
        (out / "data.nc").write_bytes(content[:at] + rng.bytes(64) + content[at + 64 :])
        try:
            read_netcdf(out / "data.nc")
        except ResultsError as error:
            refused.append(str(error))
    assert len(refused) > 2
    assert all(len(each) <= 500 and each.isprintable() for each in refused)


def test_every_damaged_summary_gives_the_error_of_the_package(out):
    content, rng, refused = (out / "summary.json").read_bytes(), np.random.default_rng(4), []
    for _ in range(300):
        at, n = (int(rng.integers(most)) for most in (len(content), 30))
        (out / "summary.json").write_bytes(content[:at] + rng.bytes(n) + content[at + n :])
        try:
            read_summary(out)
        except ResultsError as error:
            refused.append(str(error))
    assert len(refused) > 200
    assert all(len(each) <= 500 and each.isprintable() for each in refused)


@pytest.mark.parametrize(
    "text",
    ["[" * 100_000, '{"protocol": 3}', '{"protocol": "a", "results": [1]}', '{"protocol": "a", "results": {"b": {}}}',
     '{"protocol": ' + "1" * 10_000 + "}", '{"protocol": "' + "a" * 2**24 + '"}'],
    ids=["deep", "number", "list", "empty", "digits", "long"],
)  # fmt: skip
def test_a_strange_summary_is_refused(out, text):
    (out / "summary.json").write_text(text)
    with pytest.raises(ResultsError):
        read_summary(out)


def test_messages_are_one_short_line_without_control_characters():
    message = str(BrainnetError("op type 'a\x1b[2J\u202e\x07' of\nmodel " + 1000 * "x" + "; write it again"))
    assert message.startswith(r"op type 'a\x1b[2J\u202e\x07' of model xxx")
    assert message.endswith("xxx; write it again")
    assert len(message) <= 500
    assert str(BrainnetError("plain µ é\xa0ok")) == "plain µ é ok"


def test_a_report_of_data_that_have_only_the_names_is_an_error():
    names = ("layer_error", "error_causes", "energy_ratio", "sources")
    with pytest.raises(ResultsError, match=r"are not those of a conversion, or damaged \('layers_converted'\)"):
        report_text(xr.Dataset(dict.fromkeys(names, 1.0)))
    with pytest.raises(ResultsError, match="an axis of more than 1000000"):
        report_text(xr.Dataset({name: ("layer", np.zeros(10**6 + 1, "u1")) for name in names}))


@pytest.mark.parametrize("name", ["data.nc", "summary.json"])
def test_a_pipe_in_place_of_a_file_is_not_waited_for(out, name):
    (out / name).unlink()
    os.mkfifo(out / name)
    with pytest.raises(ResultsError, match=f"{name} .*is no file; give"):
        read_run(out)
