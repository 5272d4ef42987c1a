"""Every default of every model against a table: value in SI units, and where it stands."""

import csv
from pathlib import Path

import numpy as np
import pytest

from brainnet import models

# "seen" was read at the place named; "convention" is a choice of ours, the unit of a normalised model or nothing at all
# (zero input, bounds); "unconfirmed" is quoted after the paper of the model but was not looked up again.
STANDING = ("seen: ", "convention", "unconfirmed")


def declared():
    for name in models:
        model = models[name]
        for key, parameter in model.parameters.items():
            yield (name, "", key), parameter.value
        for axis, choices in (model.variants or {}).items():
            for choice, fields in choices.items():
                for key, parameter in fields.get("parameters", {}).items():
                    yield (name, f"{axis}={choice}", key), parameter.value


def table():
    with (Path(__file__).parent / "defaults.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found = {(row["model"], row["variant"], row["parameter"]): row for row in rows}
    assert len(found) == len(rows), "a row twice"
    return found


def test_the_table_is_complete():
    assert set(table()) == {key for key, _ in declared()}


def test_defaults_are_those_of_the_table():
    rows = table()
    for key, value in declared():
        assert float(np.asarray(value)) == pytest.approx(float(rows[key]["value"]), rel=1e-12), key


def test_each_row_says_where_its_value_stands():
    for key, row in table().items():
        assert row["where"].startswith(STANDING), key
