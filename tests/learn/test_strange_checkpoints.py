"""Checkpoints of the right key that hold something else: the error of the package, never one of NumPy or PyTorch."""

import numpy as np
import pytest
from brian2 import ms

from brainnet.coding import SpikePatterns
from brainnet.errors import BrainnetError, DataError
from brainnet.learn import SpikeProp, Tempotron
from brainnet.learn.checkpoint import Checkpoint
from brainnet.learn.resume import ReSuMe
from brainnet.learn.surrogate.estimator import SurrogateClassifier
from brainnet.learn.surrogate.recipe import SpikingRecipe


def patterns():
    trains = [([0, 1], [10, 12] * ms), ([0, 1], [10, 60] * ms), ([0, 1], [11, 12] * ms), ([0, 1], [12, 60] * ms)]
    return SpikePatterns.from_lists(trains, n=2, duration=100 * ms)


def tempotron(path):
    Tempotron(max_epochs=2, random_state=0, progress=False, checkpoint=path).fit(patterns(), [0, 1, 0, 1])


def spikeprop(path, optimiser="quickprop"):
    SpikeProp(
        max_epochs=2,
        duration=200 * ms, early=80 * ms, late=120 * ms, optimiser=optimiser, random_state=0, progress=False,
        checkpoint=path,
    ).fit(patterns(), [0, 1, 0, 1])  # fmt: skip


def adaptive(path):
    spikeprop(path, "adaptive")


def resume(path):
    ReSuMe(max_epochs=1, random_state=0, progress=False, checkpoint=path).fit(patterns(), [[50] * ms] * 4)


def surrogate(path):
    pytest.importorskip("snntorch", reason="snnTorch is an extra")
    recipe = SpikingRecipe(steps=2, epochs=1)
    x = np.linspace(0, 1, 12).reshape(6, 2)
    SurrogateClassifier("3", recipe=recipe, checkpoint=path, progress=False).fit(x, [0, 1] * 3)


FITS = [tempotron, spikeprop, adaptive, resume, surrogate]
STRANGE = {
    "nothing": lambda array: np.zeros((0, 7), array.dtype),
    "more axes": lambda array: array[None, None],
    "more rows": lambda array: np.zeros((*(n + 1 for n in array.shape), 3), array.dtype),
    "a number": lambda array: np.asarray(3.0 if array.shape or array.dtype.kind != "f" else 1j),
    "another type": lambda array: array.astype(complex),
    "texts": lambda array: np.full(array.shape, "x"),
}


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """What each training has written."""
    made = {}

    def content(fit):
        if fit not in made:
            path = tmp_path_factory.mktemp("kept") / "fit.npz"
            fit(path)
            made[fit] = path.read_bytes()
        return made[fit]

    return content


@pytest.mark.parametrize("strange", STRANGE)
@pytest.mark.parametrize("fit", FITS)
def test_arrays_of_another_shape_or_type_are_refused(tmp_path, kept, fit, strange):
    path, content = tmp_path / "fit.npz", kept(fit)
    path.write_bytes(content)
    with np.load(path) as archive:
        arrays = dict(archive)
    names = [name for name in arrays if name not in ("_key", "_random")]
    assert names
    for name in names:
        np.savez(path, **{**arrays, name: STRANGE[strange](arrays[name])})
        with pytest.raises(DataError, match=f"checkpoint .*{name!r}? .*delete it to start anew"):
            fit(path)
    for name in names:
        np.savez(path, **{each: array for each, array in arrays.items() if each != name})
        if not name.startswith("memory_"):  # which an optimiser begins anew
            with pytest.raises(DataError, match=f"holds no {name!r}; delete it"):
                fit(path)


@pytest.mark.parametrize("fit", [tempotron, spikeprop])
def test_damaged_bytes_give_the_error_of_the_package_or_a_training(tmp_path, kept, fit):
    path, content, rng, refused = tmp_path / "fit.npz", kept(fit), np.random.default_rng(7), []
    for _ in range(200):
        at, n = int(rng.integers(len(content))), int(rng.integers(1, 20))
        path.write_bytes(content[:at] + rng.bytes(n) + content[at + (n if rng.random() < 0.5 else 0) :])
        try:
            fit(path)
        except BrainnetError as error:
            refused.append(str(error))
    assert len(refused) > 100
    assert all(len(each) <= 500 and each.isprintable() for each in refused)


def test_negative_counts_and_random_numbers_that_none_has_drawn(tmp_path, kept):
    path = tmp_path / "fit.npz"
    path.write_bytes(kept(surrogate))
    with np.load(path) as archive:
        arrays = dict(archive)
    for name, value in (("epoch", np.asarray(-1)), ("epoch", np.asarray(5)), ("batches", np.asarray(10**9)),
                        ("random", np.zeros_like(arrays["random"]))):  # fmt: skip
        np.savez(path, **{**arrays, name: value})
        with pytest.raises(DataError, match="delete it to start anew"):
            surrogate(path)


def test_what_is_expected_is_what_comes_back(tmp_path):
    Checkpoint(tmp_path / "fit.npz", "k").save(force=True, w=np.ones((2, 3)), n=3)
    state = Checkpoint(tmp_path / "fit.npz", "k").load(w=(float, (None, 3)), n=(int, ()))
    assert state["w"].shape == (2, 3)
    with pytest.raises(DataError, match=r"'w' is float64 of shape \(2, 3\), expected float64 of shape \(any, 4\)"):
        Checkpoint(tmp_path / "fit.npz", "k").load(w=(float, (None, 4)))
