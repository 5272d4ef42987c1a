"""What stands in a run folder, and reading it back."""

import dataclasses
import json

import numpy as np
import pytest
import xarray as xr
from brian2 import ms, mV
from matplotlib import pyplot

from brainnet.errors import ResultsError
from brainnet.results import read_run, write_run
from brainnet.results.summary import parameter_text
from brainnet.values.parameter import Parameter

PNG = b"\x89PNG"


def test_a_run_is_written_and_read_back(tmp_path, protocol, dataset, how):
    out = write_run(tmp_path / "deep" / "run", protocol, protocol.bind(), dataset, extra={"threads": 2}, **how)
    assert sorted(file.name for file in out.iterdir()) == ["data.nc", "figure.png", "summary.json"]
    assert (out / "figure.png").read_bytes().startswith(PNG)
    assert [folder.name for folder in out.parent.iterdir()] == ["run"]
    summary, read = read_run(out)
    xr.testing.assert_identical(read, dataset)
    assert summary["protocol"] == "experiment"
    assert summary["parameters"] == {"tau": "20*ms", "n": 3, "coding": "a"}
    assert (summary["seed"], summary["target"], summary["wall_seconds"], summary["threads"]) == (7, "numpy", 1.25, 2)
    assert {"brainnet", "brian2", "numpy", "python", "platform"} == set(summary["versions"])
    assert summary["created"].endswith("+00:00")
    results = summary["results"]
    assert results["accuracy"] == {
        "value": 0.75,
        "unit": "1",
        "reference": 0.8,
        "tolerance": 0.1,
        "source": "Somebody 2001, table 1",
    }
    assert list(results["by_step"]["value"].items()) == [("1", 0.25), ("10", 0.5)]
    assert results["by_layer"]["value"] == {"hidden": 3, "output": 4}
    assert results["raw"]["value"] == [1.5, 2.5]
    assert results["raw"]["reference"] is None


def test_without_a_picture(tmp_path, protocol, dataset, how):
    out = write_run(tmp_path / "run", dataclasses.replace(protocol, draw=None), {}, dataset, **how)
    assert not (out / "figure.png").exists()


def test_a_pyplot_figure_is_closed(tmp_path, protocol, dataset, how):
    pyplot.switch_backend("Agg")
    before = pyplot.get_fignums()
    write_run(tmp_path / "run", dataclasses.replace(protocol, draw=lambda _: pyplot.figure()), {}, dataset, **how)
    assert pyplot.get_fignums() == before


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (np.nan, "result 'accuracy' holds nan; correct"),
        (("layer", [1.0, np.inf]), "result 'accuracy' holds inf"),
        ((("step", "layer"), np.zeros((2, 2))), "has 2 dimensions; return a scalar or one dimension"),
        (1j, "has the type complex128; return real numbers"),
        (np.datetime64("2020-01-01", "ns"), "has the type datetime64"),
        (("free", np.array([1.0, None], dtype=object)), "holds a NoneType"),
        (("free", np.array([1.0, np.nan], dtype=object)), "holds nan"),
    ],
)
def test_a_result_that_json_cannot_hold(tmp_path, protocol, dataset, how, value, message):
    with pytest.raises(ResultsError, match=message):
        write_run(tmp_path / "run", protocol, {}, dataset.assign(accuracy=value), **how)
    assert not list(tmp_path.iterdir())


def test_a_result_that_is_missing_or_has_a_coordinate_twice(tmp_path, protocol, dataset, how):
    with pytest.raises(ResultsError, match="result 'raw' is not in the data set"):
        write_run(tmp_path / "run", protocol, {}, dataset.drop_vars("raw"), **how)
    with pytest.raises(ResultsError, match="coordinate of 'layer' twice"):
        write_run(tmp_path / "run", protocol, {}, dataset.assign_coords(layer=["a", "a"]), **how)


def test_attributes_become_plain(tmp_path, protocol, dataset, how):
    dataset.attrs = {"flag": True, "table": {"E_MAC": np.float64(4.6)}, "none": None, "list": [1, "a"], "n": [1, 2]}
    dataset["raw"].attrs = {"tau": 20 * ms, "big": np.bool_(True), "path": tmp_path, "array": np.array([1.0, 2.0])}
    _, read = read_run(write_run(tmp_path / "run", protocol, {}, dataset, **how))
    assert read.attrs["flag"] == 1
    assert json.loads(read.attrs["table"]) == {"E_MAC": 4.6}
    assert read.attrs["none"] == "null"
    assert json.loads(read.attrs["list"]) == [1, "a"]
    assert list(read.attrs["n"]) == [1, 2]
    assert read["raw"].attrs["path"] == str(tmp_path)
    assert list(read["raw"].attrs["array"]) == [1, 2]
    assert dataset.attrs["flag"] is True  # the caller's data set is left as it was


def test_parameters_as_text():
    tau = Parameter(20 * ms, "time constant")
    assert parameter_text(tau, 5 * ms) == "5*ms"
    assert parameter_text(tau, [5, 6] * ms) == ["5*ms", "6*ms"]
    assert parameter_text(Parameter(1.0, "x"), np.float64(0.5)) == 0.5
    assert parameter_text(None, float("inf")) == "inf"
    assert parameter_text(None, np.arange(3)) == [0, 1, 2]
    assert parameter_text(None, 3 * mV) == "0.003*volt"
    assert parameter_text(None, True) is True


def test_reading_what_is_no_run(tmp_path, protocol, dataset, how):
    with pytest.raises(ResultsError, match=r"there is no .*summary\.json; give the folder"):
        read_run(tmp_path)
    with pytest.raises(
        ResultsError, match=r"there is no .*summary\.json; give the folder of a run, which `brainnet run`"
    ):
        read_run(tmp_path / "nowhere")
    out = write_run(tmp_path / "run", protocol, {}, dataset, **how)
    with pytest.raises(ResultsError, match=r"give one of the 1 runs in that folder, such as .*run"):
        read_run(tmp_path)
    summary = (out / "summary.json").read_bytes()
    (out / "summary.json").unlink()
    with pytest.raises(ResultsError, match=r"it was removed, or .* copied without it: copy it too, or repeat the run"):
        read_run(out)
    (out / "summary.json").write_bytes(summary)
    content = (out / "data.nc").read_bytes()
    (out / "data.nc").write_bytes(content[: len(content) // 2])
    with pytest.raises(ResultsError, match=r"data\.nc cannot be read: .*; repeat the run"):
        read_run(out)
    (out / "data.nc").unlink()
    with pytest.raises(ResultsError, match=r"data\.nc does not exist; give a complete run folder"):
        read_run(out)
    (out / "summary.json").write_text("{")
    with pytest.raises(ResultsError, match="is damaged"):
        read_run(out)
    (out / "summary.json").write_text("[]")
    with pytest.raises(ResultsError, match="is no summary of brainnet"):
        read_run(out)
