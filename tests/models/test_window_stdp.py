"""STDP by a table against pairs of nearest spikes."""

import brian2 as b2
import numpy as np
import pytest
import stdp
from brian2 import ms

import brainnet
from brainnet import SynapseModel, Trace, models
from brainnet.pairing import PAIRING, measured_window

# Neither odd nor even in dt, with a value at dt = 0 that no pair must ever read.
DT = np.arange(-30, 26)
TABLE = 0.01 * np.cos(DT / 9.0) + 0.002 * DT / 30
TABLE[DT == 0] = 100.0
RULE = {"dt_min": -30 * ms, "dt_max": 25 * ms}
SCHEMES = ("nearest_symmetric", "nearest_reduced")


def expected(pre, post, scheme, w=0.5):
    for t, _, side in stdp.events(pre, post):
        own, other = (post, pre) if side == "post" else (pre, post)
        for s in stdp.partners(side, t, own, other, scheme):
            dt = round(t - s if side == "post" else s - t)
            if DT[0] <= dt <= DT[-1]:
                w += TABLE[dt - DT[0]]
        w = stdp.clip(w, 0.0, 1.0)
    return w


@pytest.mark.parametrize("target", ["numpy", "cpp"])
def test_every_pair_reads_the_table(trains, drive, target):
    on_whole_ms = {name: pair for name, pair in trains.items() if name != "nest"}
    table = {"window": b2.TimedArray(TABLE, dt=1 * ms)}
    rules = {scheme: models.window_stdp(pairing=scheme, **RULE) for scheme in SCHEMES}
    for scheme, by_train in drive(rules, on_whole_ms, on=target, namespace=table).items():
        for train, (pre, post) in on_whole_ms.items():
            assert by_train[train] == pytest.approx(expected(pre, post, scheme), abs=1e-12), (scheme, train)


def test_swapped_sides_are_noticed(trains, drive):
    pre, post = trains["discriminating"]
    table = {"window": b2.TimedArray(TABLE, dt=1 * ms)}
    rules = {scheme: models.window_stdp(pairing=scheme, **RULE) for scheme in SCHEMES}
    for scheme, by_train in drive(rules, {"t": (post, pre)}, namespace=table).items():
        assert abs(by_train["t"] - expected(pre, post, scheme)) > 1e-3, scheme


def test_the_shipped_table_is_pair_stdp_at_its_points(trains, drive):
    pair = models.pair_stdp(pairing="nearest_symmetric", tau_plus=16.8 * ms, tau_minus=33.7 * ms, A_plus=0.01,
                            A_minus=0.01)  # fmt: skip
    got = drive({"table": models.window_stdp, "pair": pair}, {"t": trains["coincident"]})
    assert got["table"]["t"] == pytest.approx(got["pair"]["t"], abs=1e-12)


def test_all_to_all_is_refused_where_only_the_last_spike_is_remembered():
    with pytest.raises(brainnet.BrainnetError, match="remembers the last pre spike only"):
        SynapseModel("mine", traces={"t_pre": Trace("pre")}, on_post="w += int(t - t_pre < 5*ms)",
                     variants={"pairing": PAIRING})  # fmt: skip
    with pytest.raises(brainnet.BrainnetError, match="is no variant"):
        models.window_stdp(pairing="all_to_all")


def test_a_measured_window_of_ones_own(drive):
    window = measured_window([-20, -10, 0, 10, 30] * ms, [0.1, -0.05, 0.0, 0.2, 0.1], step=1 * ms)
    pairs = {f"{dt}": ([40.0], [40.0 + dt]) for dt in (-25, -20, -15, -10, -5, 5, 10, 20, 30, 31, 40)}
    rule = models.window_stdp(dt_min=window["dt_min"], dt_max=window["dt_max"])
    got = drive({"w": rule}, pairs, namespace=window["namespace"])["w"]
    changes = [0, 0.1, 0.025, -0.05, -0.025, 0.1, 0.2, 0.15, 0.1, 0, 0]
    assert [got[key] - 0.5 for key in pairs] == pytest.approx(changes, abs=1e-12)
    with pytest.raises(brainnet.BrainnetError, match="reads no 'windw'"):
        drive({"w": rule}, pairs, namespace={"windw": window["namespace"]["window"]})


def test_what_potentiates_depends_on_the_weight_as_potentiation(drive):
    # Of either sign on either side: the distance from the upper bound counts where the change is up.
    window = measured_window([-20, 0, 20] * ms, [0.1, 0.0, -0.1], step=1 * ms)
    rule = models.window_stdp(dt_min=-20 * ms, dt_max=20 * ms, weight_dependence="multiplicative")
    got = drive({"w": rule}, {"up": ([30.0], [10.0]), "down": ([10.0], [30.0])}, w=0.9, namespace=window["namespace"])
    assert got["w"]["up"] == pytest.approx(0.9 + 0.1 * (1 - 0.9), abs=1e-12)
    assert got["w"]["down"] == pytest.approx(0.9 - 0.1 * 0.9, abs=1e-12)


@pytest.mark.parametrize(
    ("dt", "change", "options", "message"),
    [
        ([1, 2], [0, 0], {}, "is no time"),
        ([-1, 1] * ms, [0], {}, "a change for each"),
        ([1, -1] * ms, [0, 0], {}, "times must rise"),
        ([-1, 1] * ms, [0, np.nan], {}, "times must rise"),
        ([1, 2] * ms, [0, 0], {}, "do not hold dt = 0"),
        ([-1, 1] * ms, [0, 0], {"step": 5 * ms}, "is no part of the window"),
    ],
)
def test_measurements_that_are_no_window(dt, change, options, message):
    with pytest.raises(brainnet.BrainnetError, match=message):
        measured_window(dt, change, **options)
