"""STDP by a table against pairs of nearest spikes."""

import brian2 as b2
import numpy as np
import pytest
import stdp
from brian2 import ms

import brainnet
from brainnet import SynapseModel, Trace, models
from brainnet.pairing import PAIRING

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
