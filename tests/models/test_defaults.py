"""Every default of every model against a table: value in SI units, and where it stands."""

import csv
import re
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


def test_what_was_seen_names_the_file():
    # A repository and a path in it, or a model of ModelDB and its file.
    place = re.compile(r"seen: (?:[\w.-]+/[\w.-]+|ModelDB \d+), [\w/+. -]+\.(?:py|ipynb|cpp|h|m|jl)(?=$|[ ,;])")
    for key, row in table().items():
        assert not row["where"].startswith("seen") or place.match(row["where"]), key


def test_hardly_any_value_is_unconfirmed():
    # Neither the paper nor a program that follows it could be read for these.
    left = {(key[0], key[2]) for key, row in table().items() if row["where"].startswith("unconfirmed")}
    assert left == {("resume", "tau"), ("resume", "A"), ("resume", "a")}
