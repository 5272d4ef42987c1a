"""The tables of docs/plasticity.md on coincident spikes, computed with the models."""

import re
from pathlib import Path

import pytest
from brian2 import ms

from brainnet import models

PAGE = Path(__file__).parents[2] / "docs" / "plasticity.md"
SCHEMES = ("all_to_all", "nearest_symmetric", "nearest_pre_centred", "nearest_reduced")


def table():
    """Rows of the page: name of the rule, pairing, then {(pre, post): change in % of one amplitude}."""
    text = PAGE.read_text().split("<!-- coincident -->")[1]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]
    trains = []
    for head in rows[0][1:]:
        pre, post = re.fullmatch(r"pre ([\d, ]+); post ([\d, ]+)", head).groups()
        trains.append(tuple(tuple(float(t) for t in side.split(",")) for side in (pre, post)))
    return {row[0]: dict(zip(trains, map(float, row[1:]), strict=True)) for row in rows[2:]}


SIZE = 0.01
PAIR = dict.fromkeys(("A_plus", "A_minus"), SIZE)
# What the page names: the model, what is chosen, and the pairings that the rule takes.
ROWS = {
    "pair_stdp": ("pair_stdp", PAIR, SCHEMES),
    "pair_stdp multiplicative": ("pair_stdp", {**PAIR, "weight_dependence": "multiplicative"}, SCHEMES),
    "triplet_stdp": (
        "triplet_stdp",
        dict.fromkeys(("A2_plus", "A2_minus", "A3_plus", "A3_minus"), SIZE)
        | dict.fromkeys(("tau_plus", "tau_minus", "tau_x", "tau_y"), 20 * ms),
        SCHEMES[:2],
    ),
    "vogels_stdp": ("vogels_stdp", {"eta": SIZE}, SCHEMES),
}


@pytest.mark.parametrize("name", ROWS)
def test_the_table_of_the_page_is_what_the_models_do(name, drive):
    model, chosen, schemes = ROWS[name]
    rows = table()
    rules = {f"{name}, {scheme}": models[model](pairing=scheme, **chosen) for scheme in schemes}
    assert {row for row in rows if row.startswith(f"{name},")} == set(rules)
    cases = {str(key): key for key in rows[f"{name}, all_to_all"]}
    for row, by_train in drive(rules, cases).items():
        for label, key in cases.items():
            # The page rounds to two decimals.
            assert 100 * (by_train[label] - 0.5) / SIZE == pytest.approx(rows[row][key], abs=0.00501), (row, key)


def test_the_table_holds_no_other_rule():
    assert {row.split(",")[0] for row in table()} == set(ROWS)


def test_at_one_time_the_postsynaptic_spike_changes_the_weight_first(drive):
    # Multiplicative: the order of the two changes shows. Pre 10 and 20, post 10 and 20, one trace each of exp(-1/2).
    size, trace = 0.1, 2.718281828459045**-0.5
    rule = models.pair_stdp(weight_dependence="multiplicative", A_plus=size, A_minus=size)
    found = drive({"w": rule}, {"t": ([10, 20], [10, 20])})["w"]["t"]
    post_first = 0.5 + size * trace * (1 - 0.5)
    assert found == pytest.approx(post_first - size * trace * post_first, abs=1e-9)
    pre_first = 0.5 - size * trace * 0.5
    assert abs(found - (pre_first + size * trace * (1 - pre_first))) > 1e-3
