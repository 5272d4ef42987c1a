"""The sparse network: the same spikes on every target, the measures, and what is published where it applies."""

import numpy as np
import pytest
from brian2 import ms, second

import brainnet
from brainnet import figures, protocols
from brainnet.plot import part

SMALL = {"scale": 0.05, "settle": 20 * ms, "duration": 100 * ms}


def test_all_targets_see_the_same_spikes():
    runs = []
    for target in ("numpy", "cpp"):
        with brainnet.target(target):
            runs.append(protocols.brunel_network(seed=2, **SMALL))
    assert runs[0].rate > 5
    for name in ("activity", "spike_time", "spike_neuron", "variability"):
        assert np.array_equal(runs[0][name], runs[1][name]), name


def test_inhibition_makes_irregular_what_excitation_makes_regular():
    with brainnet.target("numpy"):
        regular, irregular = (protocols.brunel_network(seed=3, g=g, **SMALL) for g in (3.0, 5.0))
    # Excitation wins: close to the fastest that 2 ms of refractoriness allow, in step, each interval like the last.
    assert 200 < regular.rate < 500
    assert regular.cv < 0.2 < irregular.cv
    assert irregular.rate < regular.rate / 2


def test_variability_and_frequency_of_known_trains():
    module = protocols.brunel_network.module
    rng = np.random.default_rng(4)
    gaps = rng.gamma(4.0, size=(20, 2000))  # intervals of a gamma process of order 4: CV 1/2
    time = np.cumsum(gaps, axis=1).ravel()
    neuron = np.repeat(np.arange(20), 2000)
    order = np.argsort(time)
    measured = module.variability(neuron[order], time[order])
    # The CV of n gamma intervals has about the variance CV**2 (1/2 + CV**2)/n, and more for their skewness.
    assert abs(measured.mean() - 0.5) < 4 * 0.5 * np.sqrt(1.5 / (20 * 2000))
    few = module.variability(np.array([0, 0, 0, 1, 1, 1, 1, 1, 1]), np.arange(9.0))
    assert few.tolist() == [0.0], "one neuron has enough intervals, and they are equal"
    wave = 5 + np.sin(2 * np.pi * 180 * np.arange(20_000) * 1e-4) + rng.normal(size=20_000)
    assert module.peak(wave, 1e-4) == pytest.approx(180, abs=2.5)


def test_published_numbers_are_of_the_full_size():
    protocol = protocols.brunel_network
    full = protocol.bind({"g": 6.0, "nu_ratio": 4.0})
    assert protocol.results["rate"].reference_for(full) == 60.7
    assert protocol.results["frequency"].reference_for(full) == 180
    assert protocol.results["rate"].reference_for({**full, "scale": 0.5}) is None
    assert protocol.results["rate"].reference_for({**full, "g": 5.5}) is None


def test_the_figure_shows_four_regimes(monkeypatch):
    protocol = protocols.brunel_network
    with brainnet.target("numpy"):
        tiny = {key: protocol(seed=1, g=g, nu_ratio=ratio, **SMALL) for key, (g, ratio, *_) in regimes().items()}
        asked = []

        def shown(self, **given):
            asked.append((given["g"], given["nu_ratio"], given["quick"]))
            return tiny["ABCD"[len(asked) - 1]]

        monkeypatch.setattr(type(protocol), "__call__", shown)
        drawn = figures.brunel_2000(quick=True)
    assert asked == [(3, 2, True), (6, 4, True), (5, 2, True), (4.5, 0.9, True)]
    for panel, data in tiny.items():
        raster = part(drawn, f"raster_{panel}")
        assert f"rate {float(data.rate):.4g} Hz" in raster.get_title(loc="left")
        assert len(raster.lines[0].get_xdata())


def regimes():
    return figures.brunel_2000.module.REGIMES


def test_silence_is_refused():
    with pytest.raises(brainnet.BrainnetError, match="give more input"), brainnet.target("numpy"):
        protocols.brunel_network(nu_ratio=0.0, scale=0.01, settle=10 * ms, duration=0.1 * second)
