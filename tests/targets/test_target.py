"""The context: same spikes on every target, everything as it was at the end, options that do not apply."""

import numpy as np
import pytest
from brian2 import defaultclock, ms, prefs
from brian2.devices.device import get_device

import brainnet
from brainnet.declare import uniform
from brainnet.errors import ParameterError, TargetError
from brainnet.targets import current, fresh


def state():
    keys = ("codegen.target", "core.default_float_dtype", "codegen.cpp.extra_compile_args_gcc")
    return [*(prefs[key] for key in keys), prefs["devices.cpp_standalone.openmp_threads"], get_device(),
            float(defaultclock.dt), current()]  # fmt: skip


def assert_same_spikes(found, wanted):
    for (step, neuron), (step_wanted, neuron_wanted) in zip(found, wanted, strict=True):
        np.testing.assert_array_equal(step, step_wanted)
        np.testing.assert_array_equal(neuron, neuron_wanted)


def test_same_spikes(mixed, on_numpy, target_name, tmp_path):
    folder = tmp_path / "code"
    raster, drawn, target, _ = mixed(name=target_name, **({"directory": folder} if target_name == "cpp" else {}))
    assert target.name == target_name
    assert all(len(step) > 300 for step, _ in raster)
    assert_same_spikes(raster, on_numpy[0])
    np.testing.assert_array_equal(drawn, uniform.pyfunc(9, 3, np.arange(1000), np.arange(5)[:, None]))
    if target_name == "cpp":
        assert (folder / "main").exists()  # kept, and not written over
        with (
            pytest.raises(TargetError, match=r"code is not empty; give a new one"),
            brainnet.target("cpp", directory=folder),
        ):
            pass


@pytest.mark.usefixtures("compiler")
def test_two_threads(mixed, on_numpy):
    raster, _, target, _ = mixed(name="cpp", threads=2)
    assert target.threads == 2
    assert not target.directory.exists()
    assert_same_spikes(raster, on_numpy[0])


@pytest.mark.parametrize("name", ["numpy", "cpp"])
def test_float32(mixed, on_numpy, request, name):
    if name == "cpp":
        request.getfixturevalue("compiler")
    raster, _, _, dtype = mixed(name=name, dtype="float32")
    assert dtype == np.float32
    # 24 bits move a spike across a step here and there, and what it drives; the inputs are compared in 24 bits too.
    for (step, _), (wanted, _) in zip(raster, on_numpy[0], strict=True):
        assert abs(len(step) - len(wanted)) <= 5 * np.sqrt(len(wanted))
    assert current().dtype == "float64"


@pytest.mark.parametrize("fails", [False, True])
def test_everything_is_as_it_was(target_name, fails):
    defaultclock.dt = 0.25 * ms
    try:
        before = state()
        try:
            with brainnet.target(target_name, dtype="float32") as target:
                assert float(defaultclock.dt) == 0.25e-3  # every target begins with the caller's step
                assert current() is target
                defaultclock.dt = 1 * ms
                if fails:
                    raise KeyboardInterrupt
        except KeyboardInterrupt:
            assert fails
        assert state() == before
    finally:
        defaultclock.dt = 0.1 * ms


@pytest.mark.usefixtures("compiler")
def test_nested_contexts():
    before = state()
    with brainnet.target("cpp") as outer:
        device = get_device()
        with brainnet.target("numpy"):
            assert current().name == "numpy"
            assert get_device() is not device
        with fresh() as inner:
            assert (inner.name, inner.directory != outer.directory) == ("cpp", True)
            assert get_device() is not device
        assert get_device() is device
        assert current() is outer
        assert not inner.directory.exists()
        assert outer.directory.exists()
    assert not outer.directory.exists()
    assert state() == before


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"name": "nunpy"}, TargetError, "unknown target 'nunpy'; did you mean 'numpy'"),
        ({"name": "numpy", "threads": 2}, TargetError, "target numpy has no option threads; use target cpp"),
        ({"name": "cython", "directory": "x"}, TargetError, "target cython has no option directory"),
        ({"name": "cpp", "threads": 0}, ParameterError, "threads = 0 is out of range"),
        ({"name": "cpp", "threads": True}, ParameterError, "threads = True is out of range"),
        ({"name": "cpp", "threads": 1.5}, ParameterError, "threads = 1.5 is out of range"),
        ({"name": "numpy", "dtype": "float16"}, ParameterError, "dtype = 'float16' is not known; did you mean"),
    ],
)
def test_options_that_do_not_apply(options, error, message):
    before = state()
    with pytest.raises(error, match=message), brainnet.target(**options):
        pass
    assert state() == before


@pytest.mark.parametrize("name", ["cython", "cpp"])
def test_no_compiler(tmp_path, monkeypatch, name):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CXX", raising=False)
    with pytest.raises(TargetError, match=rf"target {name} needs g\+\+.*apt install g\+\+.*--target numpy"):
        brainnet.target(name).__enter__()


@pytest.mark.usefixtures("compiler")
def test_a_build_folder_that_is_a_file(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(TargetError, match="file cannot be used"), brainnet.target("cpp", directory=tmp_path / "file"):
        pass
