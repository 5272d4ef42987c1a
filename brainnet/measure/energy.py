"""Energy from counts: operations times a named table."""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from numbers import Real
from pathlib import Path
from typing import Any

from brainnet.errors import DataError, ParameterError, nearest
from brainnet.guarded.limits import read_text

__all__ = ["ENERGY_TABLES", "EnergyTable", "energy_table"]

_MOST_BYTES = 65536
# One operation: beyond any device, and far from where sums and ratios of joules overflow.
_LEAST_JOULES, _MOST_JOULES = 1e-30, 1e6


@dataclass(frozen=True)
class EnergyTable:
    """Energy of one operation.

    Parameters
    ----------
    name : str
    mac, ac : float
        Energy of a multiply-accumulate and of an accumulate, in joule.
    source : str
    memory : float
        Energy of one access to memory, in joule; 0 leaves memory out, as published comparisons do.

    Raises
    ------
    ParameterError
        An energy is negative, no number or no energy of one operation, or that of a multiply-accumulate is 0; or a text
        holds control characters.
    """

    name: str
    mac: float
    ac: float
    source: str
    memory: float = 0.0

    def __post_init__(self) -> None:
        for field in ("mac", "ac", "memory"):
            value: Any = getattr(self, field)
            number = isinstance(value, Real) and not isinstance(value, bool)
            if not number or not 0 <= value <= _MOST_JOULES:
                raise ParameterError(
                    f"energy table {self.name!r}: {field} = {repr(value)[:40]}; give joules, from 0 to {_MOST_JOULES:g}"
                )
            object.__setattr__(self, field, float(value))
        if self.mac < _LEAST_JOULES:
            raise ParameterError(
                f"energy table {self.name!r}: mac = {self.mac:g} J and nothing to compare with; give its joules"
            )
        for field in ("name", "source"):
            if not getattr(self, field).isprintable():
                raise ParameterError(f"energy table {self.name!r}: {field} holds control characters; leave them out")


_HOROWITZ = "Horowitz 2014, ISSCC, 45 nm"
ENERGY_TABLES = {
    table.name: table
    for table in (
        EnergyTable("fp32", 4.6e-12, 0.9e-12, f"{_HOROWITZ}: 32-bit float, multiply 3.7 pJ, add 0.9 pJ"),
        EnergyTable("int32", 3.2e-12, 0.1e-12, f"{_HOROWITZ}: 32-bit integer, multiply 3.1 pJ, add 0.1 pJ"),
        EnergyTable(
            "int32_multiply", 3.1e-12, 0.1e-12, f"{_HOROWITZ}: 32-bit integer, the multiply alone taken for a "
            "multiply-accumulate, as many papers do",
        ),
    )
}  # fmt: skip


def energy_table(given: str | os.PathLike[str] | EnergyTable | Mapping[str, Any]) -> EnergyTable:
    """Return a table by its name, from a file, or from a mapping.

    Parameters
    ----------
    given : str, path, mapping or EnergyTable
        A name in `ENERGY_TABLES`; or a file that ends in ``.toml`` or ``.json``, or a mapping, with the fields of
        `EnergyTable` in joules: ``mac`` and ``ac``, and if wanted ``name``, ``source`` and ``memory``.

    Raises
    ------
    ParameterError
        No such name, or a field is missing, unknown or out of range.
    DataError
        The file cannot be read.
    """
    if isinstance(given, EnergyTable):
        return given
    if isinstance(given, Mapping):
        return _from_mapping(given, "own")
    if isinstance(given, str) and given in ENERGY_TABLES:
        return ENERGY_TABLES[given]
    if not isinstance(given, str | os.PathLike):
        raise ParameterError(f"an energy table is a name, a file or a mapping, not {given!r}; give one of them")
    path = Path(given)
    if path.suffix not in (".toml", ".json"):
        raise ParameterError(
            f"there is no energy table {given!r}; {nearest(str(given), ENERGY_TABLES)}, or give a file that ends in "
            ".toml or .json"
        )
    try:
        text = read_text(path, _MOST_BYTES)
        if text is None:
            raise DataError(f"{path} has more than {_MOST_BYTES} bytes; an energy table is a few lines")
        content = tomllib.loads(text) if path.suffix == ".toml" else json.loads(text)
    except DataError:
        raise
    except (OSError, ValueError, RecursionError) as error:
        raise DataError(
            f"{path} cannot be read as an energy table ({' '.join(str(error).split())}); correct it"
        ) from error
    if not isinstance(content, dict):
        raise DataError(f"{path} holds no fields; write mac and ac, in joules")
    return _from_mapping(content, path.stem)


def _from_mapping(content: Mapping[str, Any], name: str) -> EnergyTable:
    known = [field.name for field in fields(EnergyTable)]
    for field in content:
        if field not in known:
            raise ParameterError(f"energy table {name!r} has no field {field!r}; {nearest(str(field), known)}")
    for field in ("mac", "ac"):
        if field not in content:
            raise ParameterError(f"energy table {name!r} lacks {field}; give its joules")
    texts = {
        "name": name,
        "source": "given by the user",
        **{k: v for k, v in content.items() if k in ("name", "source")},
    }
    if not all(isinstance(text, str) for text in texts.values()):
        raise ParameterError(f"energy table {name!r}: name and source are texts; correct them")
    return EnergyTable(**{**content, **texts})
