"""Training, and the cache of trained networks."""

import numpy as np
import pytest

from brainnet.ann import Dense, LayerGraph
from brainnet.errors import ParameterError
from brainnet.folders import cache_folder
from brainnet.keys import fingerprint
from brainnet.train.cache import cached_network
from brainnet.train.mlp import train_mlp


@pytest.fixture
def maker(tmp_path, monkeypatch):
    """A function that makes a network and counts its calls; the cache is in tmp_path."""
    monkeypatch.setenv("BRAINNET_CACHE", str(tmp_path / "cache"))

    def make():
        make.calls += 1
        layer = Dense("dense_0", [[1.0 / 3, -2.0]], [0.1, float(make.calls)], "identity")
        return LayerGraph((layer,), (1,), "made", "test")

    make.calls = 0
    return make


def files():
    return sorted((cache_folder() / "networks").glob("*"))


def test_the_second_call_does_not_train(maker):
    first, second = (cached_network({"epochs": 3, "seed": 0}, maker) for _ in range(2))
    assert maker.calls == 1
    np.testing.assert_array_equal(first.layers[0].weights, second.layers[0].weights)  # to the last bit
    np.testing.assert_array_equal(first.layers[0].bias, second.layers[0].bias)


def test_the_order_of_a_recipe_does_not_matter_and_its_content_does(maker):
    cached_network({"epochs": 3, "seed": 0}, maker)
    cached_network({"seed": 0, "epochs": 3}, maker)
    assert (maker.calls, len(files())) == (1, 1)
    cached_network({"epochs": 3, "seed": 1}, maker)
    cached_network({"epochs": 4, "seed": 0}, maker)
    assert (maker.calls, len(files())) == (3, 3)


@pytest.mark.parametrize("damage", [lambda content: b"", lambda content: content[:100], lambda content: b"x" * 1000])
def test_a_damaged_file_is_made_again(maker, damage):
    cached_network({"seed": 0}, maker)
    (file,) = files()
    file.write_bytes(damage(file.read_bytes()))
    assert cached_network({"seed": 0}, maker).layers[0].bias[1] == 2.0
    assert cached_network({"seed": 0}, maker).layers[0].bias[1] == 2.0  # the file is written anew
    assert maker.calls == 2
    assert files() == [file]


def test_a_cache_that_cannot_be_written_costs_nothing_but_time(maker, tmp_path, monkeypatch):
    (tmp_path / "cache").write_text("a file where a folder should be")
    assert cached_network({"seed": 0}, maker).name == "made"
    (tmp_path / "cache").unlink()

    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("numpy.savez", full)
    assert cached_network({"seed": 0}, maker).name == "made"
    assert (maker.calls, files()) == (2, [])


def test_fingerprint():
    x = np.arange(6.0)
    assert fingerprint(x) == fingerprint(x.copy())
    others = [x.reshape(2, 3), x.astype(np.float32), x[::-1], np.append(x, 0)]
    assert len({fingerprint(each) for each in [x, *others]}) == 5
    assert fingerprint(x, others[2]) != fingerprint(others[2], x)


@pytest.mark.parametrize("trainer", ["sklearn", "torch"])
def test_train(trainer):
    if trainer == "torch":
        torch = pytest.importorskip("torch", reason="PyTorch is an extra")
        torch.set_num_threads(1)  # threads that wait for each other make tiny batches slow
    rng = np.random.default_rng(0)
    y = np.arange(300) % 3
    x = np.eye(3)[y].repeat(2, axis=1).reshape(300, 2, 3) + rng.normal(0, 0.1, (300, 2, 3))
    network = train_mlp(x, y, 64, epochs=60, seed=1, trainer=trainer)
    sizes = [(layer.n_in, layer.n_out, layer.activation == "relu") for layer in network.layers]
    assert sizes == [(6, 64, True), (64, 3, False)]
    assert network.accuracy(x.reshape(300, 6), y) > 0.95  # classes ten standard deviations apart
    one, same, other = (train_mlp(x, y, 64, epochs=1, seed=seed, trainer=trainer) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one.layers[0].weights, same.layers[0].weights)
    assert (one.layers[0].weights != other.layers[0].weights).any()


def test_what_cannot_be_trained():
    with pytest.raises(ParameterError, match="did you mean 'torch'"):
        train_mlp(np.eye(2), np.arange(2), 2, epochs=1, seed=0, trainer="torsh")
    with pytest.raises(ParameterError, match=r"seed = 4294967296 is out of range"):
        train_mlp(np.eye(2), np.arange(2), 2, epochs=1, seed=2**32)
