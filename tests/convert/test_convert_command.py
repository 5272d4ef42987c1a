"""`brainnet convert` on data that are no pixels."""

import numpy as np
import pytest
from click.testing import CliRunner

from brainnet.ann import Conv2d, Dense, Flatten, LayerGraph, write_npz
from brainnet.cli import main


@pytest.fixture
def paths(tmp_path):
    """Images in [-1, 1] and a network that tells the sign of their mean."""
    rng = np.random.default_rng(0)
    x = rng.uniform(-1, 1, (30, 1, 2, 2))
    y = (x.mean(axis=(1, 2, 3)) < 0).astype(int)
    data = tmp_path / "signed.npz"
    np.savez(data, x_train=x[:20], y_train=y[:20], x_test=x[20:], y_test=y[20:])
    kernels = np.stack([np.ones((1, 2, 2)), -np.ones((1, 2, 2))])
    layers = (
        Conv2d("conv", kernels, np.zeros(2), "relu"),
        Flatten("flat"),
        Dense("out", np.eye(2), np.zeros(2), "identity"),
    )
    model = tmp_path / "net.npz"
    write_npz(LayerGraph(layers, (1, 2, 2), "net", "test"), model)
    return ["convert", str(model), "--data", str(data), "--steps", "40", "--target", "numpy", "--out",
            str(tmp_path / "out")]  # fmt: skip


@pytest.mark.parametrize("more", [["--set", "coding=regular", "--set", "signed_input=pairs"], []])
def test_what_the_coding_takes_is_taken(paths, more):
    done = CliRunner().invoke(main, [*paths, *more])
    assert done.exit_code == 0, done.output
    assert "Accuracy 100.00 % becomes" in done.stdout


@pytest.mark.parametrize("coding", ["bernoulli", "poisson", "regular"])
def test_images_for_a_coding_by_spikes_lie_between_0_and_1(paths, coding):
    done = CliRunner().invoke(main, [*paths, "--set", f"coding={coding}"])
    assert done.exit_code == 2
    assert f"and coding {coding} needs values in [0, 1]" in done.stderr


def test_what_does_not_fit_is_told_before_anything_is_built(paths, tmp_path, monkeypatch):
    def build(*_, **__):
        raise AssertionError("converted")

    monkeypatch.setattr("brainnet.catalogue.protocols.convert_model.convert", build)
    done = CliRunner().invoke(main, [*paths, "--set", "energy_table=fp31"])
    assert done.exit_code == 2
    assert "there is no energy table 'fp31'; did you mean 'fp32'?" in done.stderr
    with np.load(tmp_path / "signed.npz") as arrays:
        np.savez(tmp_path / "signed.npz", **{**arrays, "y_test": arrays["y_test"] + 1})
    done = CliRunner().invoke(main, paths)
    assert done.exit_code == 2
    assert "labels from 1 to 2 for 2 outputs" in done.stderr
