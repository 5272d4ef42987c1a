"""`brainnet list` and `brainnet show`."""

from __future__ import annotations

import dataclasses
import inspect
import sys
from typing import TYPE_CHECKING, Any

import click

from brainnet.cli.text import reference_text, table
from brainnet.errors import BrainnetError, UnknownNameError, nearest

if TYPE_CHECKING:
    from brainnet.catalogue import Catalogue
    from brainnet.declare.figure import PublishedFigure
    from brainnet.declare.protocol import Protocol
    from brainnet.values.parameter import Parameter

__all__ = ["list_content", "show"]

KINDS = ("models", "protocols", "figures")


def _catalogues() -> dict[str, Catalogue]:
    from brainnet.catalogue import content

    return {kind: getattr(content, kind) for kind in KINDS}


@click.command("list")
@click.argument("kind", required=False, type=click.Choice(KINDS))
def list_content(kind: str | None) -> None:
    """List the models, protocols and figures that there are."""
    for title, catalogue in _catalogues().items():
        if kind in (None, title):
            click.echo(title)
            click.echo(table([(name, _summary(catalogue, name)) for name in catalogue]) or "  none")


def _summary(catalogue: Catalogue, name: str) -> str:
    """First line of the documentation; content that is broken must not hide the rest."""
    try:
        found = catalogue[name]
    except BrainnetError as error:
        return f"broken: {error}"
    if isinstance(summary := getattr(found, "summary", None), str):
        return summary
    module = sys.modules.get(f"brainnet.catalogue.{catalogue.kind}.{name}")
    return str(inspect.getdoc(module) or getattr(found, "source", "")).partition("\n")[0]


@click.command()
@click.argument("name")
def show(name: str) -> None:
    """Show a model's equations, a protocol's parameters and results, or a figure's source.

    NAME is a name that `brainnet list` knows, or the path of a .py file, of which everything is shown.
    """
    found = _find_all(name)
    click.echo("\n\n".join(_describe(each, name) for each in found))


def _find_all(name: str) -> list[Any]:
    from brainnet.catalogue import load_all
    from brainnet.declare.device import Device
    from brainnet.declare.figure import PublishedFigure
    from brainnet.declare.neuron import NeuronModel
    from brainnet.declare.protocol import Protocol
    from brainnet.declare.synapse import SynapseModel

    if name.endswith(".py"):
        return load_all(name, (NeuronModel, SynapseModel, Device, Protocol, PublishedFigure))
    catalogues = _catalogues().values()
    found = [catalogue[name] for catalogue in catalogues if name in catalogue]
    if not found:
        known = {each for catalogue in catalogues for each in catalogue}
        raise UnknownNameError(f"there is no model, protocol or figure {name!r}; {nearest(name, known)}")
    return found


def _describe(found: Any, name: str) -> str:
    from brainnet.declare.figure import PublishedFigure
    from brainnet.declare.protocol import Protocol

    if isinstance(found, Protocol):
        return _describe_protocol(found, name)
    if isinstance(found, PublishedFigure):
        return _describe_figure(found)
    # What the file says: closed forms, coincident spikes, where values come from.
    file = sys.modules.get(f"brainnet.catalogue.models.{name}")
    header = inspect.getdoc(file) if file else None
    return f"{header}\n\n{found}" if header else str(found)


def _describe_figure(figure: PublishedFigure) -> str:
    return f"{figure.doc}\n\n{figure.title}\nhttps://doi.org/{figure.doi}"


def _describe_protocol(protocol: Protocol, asked: str) -> str:
    parts = [inspect.getdoc(protocol.function) or protocol.name]
    if protocol.source:
        parts.append(f"Source: {protocol.source}")
    if protocol.parameters:
        rows: list[tuple[str, ...]] = [("parameter", "default", "unit", "range", "quick", "meaning")]
        rows += [_parameter_row(name, declared) for name, declared in protocol.parameters.items()]
        parts.append(table(rows))
    if protocol.results:
        rows = [("result", "unit", "reference", "meaning")]
        for name, result in protocol.results.items():
            rows.append((name, result.unit, reference_text(dataclasses.asdict(result)), result.meaning))
        parts.append(table(rows))
    parts.append(f"Run it: brainnet run {asked}{' --data DIR' if protocol.takes_data else ''}")
    return "\n\n".join(parts)


def _parameter_row(name: str, declared: Parameter) -> tuple[str, ...]:
    quick = "" if declared.quick is None else declared.text(declared.quick)
    value, unit = declared.text(), ""
    if declared.has_unit:
        value, _, unit = value.partition("*")
    return name, value, unit, _range(declared), quick, declared.meaning


def _range(declared: Parameter) -> str:
    if declared.choices:
        return "|".join(map(str, declared.choices))
    bounds = ((">=", declared.low), (">", declared.above), ("<=", declared.high), ("<", declared.below))
    return " and ".join(
        f"{sign} {declared.text(bound) if float(bound) else '0'}" for sign, bound in bounds if bound is not None
    )
