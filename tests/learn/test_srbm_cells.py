"""Weights held by memory cells: against a reference event by event, kept in checkpoints, and what is refused."""

import itertools

import numpy as np
import pytest
from brian2 import Network, NeuronGroup, amp, defaultclock, ms
from scipy.special import logit

import brainnet
from brainnet import models
from brainnet.errors import ParameterError
from brainnet.learn import MemoryCells, SpikingRBM
from brainnet.learn.srbm import training
from brainnet.learn.srbm.brian import ALWAYS, Layers
from brainnet.learn.srbm.settings import make_settings
from brainnet.random import normal
from tests.learn.test_srbm import FEW, X, Y
from tests.reference.srbm import CellMachine

N_VISIBLE, N_HIDDEN, BIAS, SEED, ETA = 6, 5, 1, 11, 3.0
HALF, PAUSE = 60, 20
TIMES = {"hidden": N_HIDDEN, "dt": 0.5 * ms, "cycle": 60 * ms, "transition": 10 * ms}


def clamps():
    rows = np.where(np.random.default_rng(0).random((4, N_VISIBLE)) < 0.5, logit(0.98), logit(1e-5))
    rows[1::2] = 0
    return rows


def steps_of(device):
    """Step of a SET pulse and of a RESET pulse, of a range from 0 to 1, written from the equations of the devices."""
    if device == "pcm":
        return lambda x: 0.125 / 25 * (1 + 27.235 * np.exp(-5 * x)), lambda x: -x
    return lambda x: 1 / 64, lambda x: -1 / 64


def reference(settings, sigmoid, G):
    cells = settings.cells
    draws = [
        [normal.pyfunc(SEED, layer, k, np.arange(n)) for k in range(4 * HALF)]
        for layer, n in enumerate((N_VISIBLE + BIAS, N_HIDDEN + BIAS))
    ]
    machine = CellMachine(
        G, cells.w_max / sigmoid.beta, *steps_of(cells.device), lambda layer, k, i: draws[layer][k][i], 0.5e-3,
        sigmoid.offset, round(settings.t_overlap / 0.5e-3),
    )  # fmt: skip
    on = ALWAYS / sigmoid.beta
    window = settings.t_overlap - 0.5e-3 if settings.t_overlap else 4e-3
    A = ETA * 4e-3**2 / (2 * window * 20e-3) / sigmoid.beta
    for k in range(4 * HALF):
        drive = [[*(clamps()[k // HALF] / sigmoid.beta), *[on] * BIAS], [0.0] * N_HIDDEN + [on] * BIAS]
        machine.step(k, drive, 0 if k % HALF < PAUSE else 1 if k % (2 * HALF) < HALF else -1, A)
    return np.array(machine.G), machine.refreshed


@pytest.mark.parametrize("target", ["numpy", "cpp"])
@pytest.mark.parametrize(
    ("device", "structure", "t_overlap"),
    [("pcm", "6T2R", 0), ("ideal_device", "6T2R", 3), ("pcm", "2T1R", 3)],
)
def test_conductances_as_the_reference(target, device, structure, t_overlap, request):
    if target == "cpp":
        request.getfixturevalue("compiler")
    cells = MemoryCells(device, structure, w_max=4.0, G_0=0.6, sigma_G=0.1)
    settings = make_settings(cells=cells, t_overlap=t_overlap * ms, b_0=-0.5, **TIMES)
    G = settings.first(N_VISIBLE, 3)
    with brainnet.target(target):
        layers = Layers(settings, N_VISIBLE, SEED)
        found, _ = layers.run(clamps(), G, ETA)
        same, _ = layers.run(clamps(), G, 0.0)
    expected, refreshed = reference(settings, layers.sigmoid, G)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-11)
    assert np.abs(found - G).max() > 0.05
    assert (same == G).all(), "nothing is learned, and nothing is rounded"
    if structure == "6T2R":
        assert refreshed > 0, "some pairs saturate on the way"
        kept = expected.sum(axis=0) >= G.sum(axis=0) - 1e-12
        assert not kept.all(), "a refresh resets both"


def test_overlap_changes_a_weight_by_the_same_amount_within_the_pulse():
    """One pair of spikes in either order: A below t_overlap, nothing from there on, and nothing for one time."""
    lags = np.array([-5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5])
    with brainnet.target("numpy"):
        defaultclock.dt = 1 * ms
        pre, post = (
            NeuronGroup(11, "at : integer\ncurrent : amp", threshold="t_in_timesteps == at", name=name)
            for name in ("pre", "post")
        )
        pre.at, post.at = 10, 10 + lags
        synapses = models.ecd_overlap.connect(
            pre, post, np.zeros((11, 11)) * amp, onto="current", mask=True, t_overlap=4 * ms, g=-1.0
        )
        Network(pre, post, synapses).run(20 * ms)
    found = np.diag(np.asarray(synapses.weights))
    np.testing.assert_allclose(found, np.where((abs(lags) < 4) & (lags != 0), -5.7e-13, 0), rtol=1e-12)


@pytest.mark.parametrize("structure", ["6T2R", "2T1R"])
def test_cells_written_anew_with_smaller_weights(structure):
    """By the closed form: weights shrink, biases do not, and what a pair has in common stays."""
    settings = make_settings(cells=MemoryCells("ideal_device", structure, w_max=4.0, sigma_G=0.1), b_0=-0.5, **TIMES)
    G = settings.first(N_VISIBLE, 3)
    less = settings.decayed(G, 0.9)
    factor = np.full(G.shape[1:], 0.9)
    factor[-BIAS:] = factor[:, -BIAS:] = 1
    np.testing.assert_allclose(settings.weights_of(less), factor * settings.weights_of(G), atol=1e-15)
    if structure == "6T2R":
        np.testing.assert_allclose(less.min(axis=0), G.min(axis=0), atol=1e-15)
    assert settings.decayed(G, 1.0) is G


class Killed(Exception):
    pass


def test_a_killed_training_goes_on_with_the_same_conductances(compiler, tmp_path, monkeypatch):
    monkeypatch.setattr(training, "PIECE", 40)
    options = {**FEW, "cells": MemoryCells("ideal_device", w_max=5.0), "t_overlap": 3 * ms}
    with brainnet.target("cpp"):
        whole = SpikingRBM(**options).fit(X, Y)
        save, calls = training.Checkpoint.save, itertools.count(1)

        def killed(self, **state):
            save(self, **{**state, "force": True})
            if next(calls) == 2:
                raise Killed

        monkeypatch.setattr(training.Checkpoint, "save", killed)
        with pytest.raises(Killed):
            SpikingRBM(checkpoint=tmp_path / "fit.npz", **options).fit(X, Y)
        monkeypatch.setattr(training.Checkpoint, "save", save)
        with np.load(tmp_path / "fit.npz") as kept:
            assert kept["state"].shape == (2, 49, 13)
        resumed = SpikingRBM(checkpoint=tmp_path / "fit.npz", **options).fit(X, Y)
    assert (resumed.conductances_ == whole.conductances_).all()
    assert (resumed.weights_ == 5 * (whole.conductances_[0] - whole.conductances_[1])[:-1, :-1]).all()


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"G_0": 0.9, "sigma_G": 0.2}, "many cells saturated at the start"),
        ({"device": "pmc"}, "did you mean 'pcm'"),
        ({"structure": "1T1R"}, "structure"),
        ({"w_max": 0.0}, "w_max"),
        ({"G_0": 1.0}, "G_0"),
        ({"pulses": "stochastic"}, "give a seed"),
        ({"seed": 1}, "what is read, not what is stored"),
    ],
)
def test_bad_cells(values, message):
    with pytest.raises(brainnet.BrainnetError, match=message):
        MemoryCells(**values)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"cells": "pcm"}, "give MemoryCells"),
        ({"cells": MemoryCells(), "w_0": 0.2}, "w_0 = 0.2 is of ideal weights"),
        ({"cells": MemoryCells(), "initial": "xavier"}, "initial = .xavier. is of ideal weights"),
        ({"cells": MemoryCells(), "optimiser": "adam"}, "optimiser = .adam. is of ideal weights"),
        ({"cells": MemoryCells(w_max=1.0), "b_0": -3.0}, "would be saturated at the start"),
        ({"cells": MemoryCells(G_0=0.5, sigma_G=0.4)}, "would be saturated at the start"),
        ({"t_overlap": 1 * ms}, "no longer than a time step"),
        ({"t_overlap": 5 * ms}, "t_overlap"),
    ],
)
def test_what_does_not_fit_is_refused_before_anything_is_built(values, message, monkeypatch):
    monkeypatch.setattr("brainnet.learn.srbm.brian.Layers", None)
    with pytest.raises(ParameterError, match=message):
        SpikingRBM(**{**FEW, **values}).fit(X, Y)


def test_without_pathway_back_visible_neurons_do_not_answer(compiler):
    with brainnet.target("cpp"):
        machine = SpikingRBM(cells=MemoryCells("ideal_device", "2T1R"), **FEW).fit(X, Y)
    assert machine.conductances_.shape == (1, 49, 13)
    assert machine.predict(X[:3]).shape == (3,)
    for ask in (lambda: machine.sample([0]), lambda: machine.complete(X[:1], np.zeros(36, bool))):
        with pytest.raises(ParameterError, match="no pathway from hidden to visible"):
            ask()
    with pytest.raises(ParameterError, match="no pathway from hidden to visible"):
        machine.set_params(readout="label_neurons").predict(X[:2])
