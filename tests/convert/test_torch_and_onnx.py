"""A convolutional network of PyTorch, from the object and from an ONNX file, on the command line."""

import numpy as np
import pytest
from click.testing import CliRunner

import brainnet
from brainnet.ann import LayerGraph, read
from brainnet.cli import main
from brainnet.convert import convert
from brainnet.data import load_digits
from brainnet.errors import ModelFileError
from brainnet.results import read_run

torch = pytest.importorskip("torch", reason="needs PyTorch; install brainnet[torch]")


@pytest.fixture(scope="module")
def module():
    """Convolution, batch norm and both kinds of pooling, trained as anyone would."""
    nn, digits = torch.nn, load_digits()
    x, y = torch.from_numpy(digits.x_train[:, None]), torch.from_numpy(digits.y_train)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        module = nn.Sequential(
            nn.Conv2d(1, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(8, 16, 3, padding=1), nn.ReLU(), nn.AvgPool2d(2), nn.Flatten(), nn.Dropout(0.1),
            nn.Linear(64, 10),
        )  # fmt: skip
        optimiser = torch.optim.Adam(module.parameters(), lr=5e-3)
        for _ in range(8):
            for rows in torch.randperm(len(x)).split(64):
                optimiser.zero_grad()
                nn.functional.cross_entropy(module(x[rows]), y[rows]).backward()
                optimiser.step()
    return module.eval()


SETTINGS = {"max_pooling": "gate", "v_init": "half"}


def test_the_object(module):
    digits = load_digits()
    x, samples = digits.x_test[:30], {"calibration": digits.x_train[:100], "steps": 30}
    with brainnet.target("numpy"):
        network = convert(module, input_shape=(1, 8, 8), **samples, **SETTINGS)
        found = network.run(x).decisions
        again = convert(read(module, input_shape=(1, 8, 8)), **samples, **SETTINGS)
        np.testing.assert_array_equal(found, again.run(x).decisions)
    assert (found[:, -1] == digits.y_test[:30]).mean() > 0.9
    with pytest.raises(ModelFileError, match=r"does not say the shape of a sample; give input_shape="):
        convert(module, **samples)
    with pytest.raises(ModelFileError, match="a LayerGraph says its own input shape; leave input_shape out"):
        convert(LayerGraph(again.trained.layers, (1, 8, 8), "own", "test"), input_shape=(1, 8, 8), **samples)


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")
def test_the_file_on_the_command_line(module, tmp_path):
    pytest.importorskip("onnx", reason="needs onnx; install brainnet[onnx]")
    path = tmp_path / "cnn.onnx"
    torch.onnx.export(module, (torch.zeros(1, 1, 8, 8),), str(path), dynamo=False)

    digits = load_digits()
    x, y = digits.x_test[:60], digits.y_test[:60]
    some = tmp_path / "some.npz"
    np.savez(some, x_train=digits.x_train[:200], y_train=digits.y_train[:200], x_test=x, y_test=y)

    def call(*more):
        words = ["convert", path, "--data", some, "--steps", 30, "--target", "numpy", "--out", tmp_path / "out"]
        return CliRunner().invoke(main, [str(word) for word in (*words, *more)], prog_name="brainnet")

    refused = call()
    assert refused.exit_code == 2
    assert "takes maxima in maxpool_0; set max_pooling=gate" in refused.stderr
    assert not (tmp_path / "out").exists()
    done = call("--set", "max_pooling=gate", "--set", "v_init=half")
    assert done.exit_code == 0, done.stderr
    value = {name: result["value"] for name, result in read_run(tmp_path / "out")[0]["results"].items()}
    layers = ["conv2d_0", "maxpool_0", "conv2d_1", "averagepool_0", "dense_0"]
    assert list(value["layer_correlation"]) == layers
    assert min(value["layer_correlation"].values()) > 0.95
    with torch.no_grad():
        decided = module(torch.from_numpy(x[:, None])).argmax(dim=1).numpy()
    assert value["ann_accuracy"] == pytest.approx((decided == y).mean(), abs=1e-9)
    assert value["ann_accuracy"] > 0.93
    # 3 of 60: those that the trained network is least sure of.
    assert abs(value["accuracy_drop"]) <= 0.05
