"""Tables and values in a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["results_table", "table", "value_text"]


def table(rows: Sequence[Sequence[str]], indent: str = "  ") -> str:
    """Align columns; columns that are empty below the header, the first row, are left out.

    Examples
    --------
    >>> print(table([("name", "value"), ("steps", "100")]))
      name   value
      steps  100
    """
    used = [column for column in zip(*rows, strict=True) if any(column[1:]) or len(rows) == 1]
    widths = [max(map(len, column)) for column in used]
    lines = zip(*used, strict=True)
    return "\n".join(
        indent + "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def value_text(value: Any) -> str:
    """Write a result in a few words; of a long series the last value."""
    if isinstance(value, Mapping):
        if len(value) > 4:
            key, last = list(value.items())[-1]
            return f"{value_text(last)} (at {key}, the last of {len(value)})"
        return ", ".join(f"{key}: {value_text(item)}" for key, item in value.items())
    if isinstance(value, list):
        if len(value) > 4:
            return f"{value_text(value[-1])} (the last of {len(value)})"
        return ", ".join(map(value_text, value))
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def results_table(results: Mapping[str, Mapping[str, Any]]) -> str:
    """Return name, value, unit, reference of the results in summary.json, and why there is none where there is none."""
    rows = [("result", "value", "unit", "reference")]
    for name, result in results.items():
        unit = "" if result["unit"] == "1" else result["unit"]
        value = "none" if result["value"] is None else value_text(result["value"])
        rows.append((name, value, unit if result["value"] is not None else "", reference_text(result)))
    reasons = [f"  no {name}: {result['no_value']}" for name, result in results.items() if result.get("no_value")]
    return "\n".join([table(rows), *reasons])


def reference_text(result: Mapping[str, Any]) -> str:
    """Return the published value with its tolerance and source; empty where nothing is published."""
    if result["reference"] is None:
        return ""
    text = "by the parameters" if callable(result["reference"]) else value_text(result["reference"])
    if result["tolerance"] is not None:
        text += f" ± {value_text(result['tolerance'])}"
    return f"{text} ({result['source']})" if result["source"] else text
