"""`brainnet doctor`: what this installation can do, and what to install where it cannot."""

from __future__ import annotations

import os
import platform
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version

import click

from brainnet.cli.text import table
from brainnet.errors import TargetError, one_line, printable

__all__ = ["doctor"]

DEVELOPERS = ("dev", "docs")  # extras that no experiment needs


@dataclass(frozen=True)
class Finding:
    """One line of the report; `needed` where brainnet does not work as documented without."""

    what: str
    found: str
    remedy: str = ""
    needed: bool = False


@click.command()
@click.pass_context
def doctor(context: click.Context) -> None:
    """Tell what this installation can do, and what to install where it cannot.

    The exit code is 1 if something is missing that brainnet needs: a package in a version that fits, or the compiler of
    the default target.
    """
    findings = [*_basics(), *_compiler(), *_gpu(), *_extras()]
    rows = [(_mark(each), each.what, each.found) for each in findings]
    click.echo(printable(table(rows)))
    remedies = [each for each in findings if each.remedy]
    for each in remedies:
        click.echo(printable(f"{each.what}: {each.remedy}"))
    missing = sum(each.needed for each in remedies)
    click.echo(f"{missing} to mend" if missing else "all that brainnet needs is there")
    context.exit(1 if missing else 0)


def _mark(finding: Finding) -> str:
    if not finding.remedy:
        return "ok"
    return "MISSING" if finding.needed else "-"


def _basics() -> Iterator[Finding]:
    from brainnet import __version__
    from brainnet.folders import cache_folder

    yield Finding("brainnet", __version__)
    yield Finding("Python", f"{platform.python_version()} in {sys.prefix}")
    yield Finding("system", f"{platform.platform()}, {os.cpu_count()} processors")
    for name, specifier, extra in _declared():
        if not extra:
            yield _package(name, specifier, f"pip install '{name}{specifier}'", needed=True)
    folder = cache_folder()
    there = f"{sum(each.stat().st_size for each in folder.rglob('*') if each.is_file()) / 1e6:.1f} MB"
    yield Finding("cache", f"{folder}, {there if folder.is_dir() else 'not made yet'} (BRAINNET_CACHE names another)")


def _compiler() -> Iterator[Finding]:
    from brainnet.targets.compiler import check_compiler, compiler_command, require_compiler

    try:
        require_compiler("cpp")
        check_compiler()
        found, remedy = f"{' '.join(compiler_command())}, make", ""
    except TargetError as error:
        found, remedy = "none that works", one_line(error)
    yield Finding("target cpp", found, remedy, needed=True)
    yield Finding("target numpy", "needs no compiler")


def _gpu() -> Iterator[Finding]:
    driver, compiler = shutil.which("nvidia-smi"), shutil.which("nvcc")
    yield Finding("CUDA", f"driver {driver or 'none'}, nvcc {compiler or 'none'} (only PyTorch and GeNN use it)")
    try:
        yield Finding("GeNN", f"brian2genn {version('brian2genn')}")
    except PackageNotFoundError:
        yield Finding("GeNN", "no brian2genn (no target of brainnet needs it)")


def _extras() -> Iterator[Finding]:
    told = set()
    for name, specifier, extra in _declared():
        if extra and extra not in DEVELOPERS and name not in told:  # several extras may need one package
            told.add(name)
            yield _package(name, specifier, f"pip install 'brainnet[{extra}]'", needed=False)


def _declared() -> list[tuple[str, str, str]]:
    """Return (package, versions that fit, extra or empty) of all that the installed brainnet declares."""
    found: dict[tuple[str, str], str] = {}
    for text in requires("brainnet") or ():
        need, _, marker = text.partition(";")
        extra = re.search(r"extra\s*==\s*['\"](\w+)['\"]", marker)
        name = re.match(r"[\w.-]+", need)
        if name:
            found.setdefault((name[0], extra[1] if extra else ""), need[len(name[0]) :].strip())
    return [(name, specifier, extra) for (name, extra), specifier in found.items()]


def _package(name: str, specifier: str, remedy: str, *, needed: bool) -> Finding:
    try:
        there = version(name)
    except PackageNotFoundError:
        return Finding(name, "not installed", remedy, needed)
    return Finding(name, there, "" if _fits(there, specifier) else f"{there} is not {specifier}: {remedy}", needed)


def _fits(there: str, specifier: str) -> bool:
    """Whether a version meets bounds such as ``<2.12,>=2.9``; only these two signs are used in setup.cfg."""
    for sign, bound in re.findall(r"(>=|<)\s*([\d.]+)", specifier):
        numbers = [[int(part) for part in re.findall(r"\d+", text.split("+")[0])][:3] for text in (there, bound)]
        have, want = ([*each, 0, 0, 0][:3] for each in numbers)
        if (have < want) if sign == ">=" else (have >= want):
            return False
    return True
