"""One point of a sweep, in whatever process it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from brainnet.catalogue import load_file
from brainnet.catalogue.content import protocols
from brainnet.declare import Protocol
from brainnet.errors import ParameterError, one_line
from brainnet.targets import target

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["Done", "How", "find_protocol", "name_of", "run_point"]


@dataclass(frozen=True)
class How:
    """What all points of a sweep have in common, as it can be sent to another process.

    Parameters
    ----------
    protocol : str
        Name of a shipped protocol, or absolute path of a .py file.
    data : str, optional
    quick : bool
    target, threads, dtype
        As of `brainnet.target`.
    """

    protocol: str
    data: str | None
    quick: bool
    target: str
    threads: int
    dtype: str


@dataclass(frozen=True)
class Done:
    """What has become of a point.

    Parameters
    ----------
    index : int
    dataset : xarray.Dataset, optional
        None where it went wrong.
    error : str
        Empty where it went well.
    """

    index: int
    dataset: xr.Dataset | None
    error: str = ""


def find_protocol(name: str) -> Protocol:
    """Return a protocol by its name, or the one in a .py file."""
    found: Protocol = load_file(name, Protocol) if name.endswith(".py") else protocols[name]
    return found


def name_of(protocol: Protocol | str | Path) -> str:
    """Return by what name another process finds a protocol.

    Raises
    ------
    UnknownNameError, ParameterError
        There is none of that name, or it stands in no file.
    """
    if isinstance(protocol, str | Path):
        name = str(protocol)
        find_protocol(name)
        return str(Path(name).expanduser().absolute()) if name.endswith(".py") else name
    if protocol.name in protocols and protocols[protocol.name] is protocol:
        return protocol.name
    file = getattr(protocol.module, "__file__", None) or ""
    if not file.endswith(".py") or getattr(protocol.module, "__name__", "") == "__main__":
        raise ParameterError(
            f"protocol {protocol.name} stands in no file that other processes could read; save it as "
            f"{protocol.name}.py and give that path"
        )
    return str(Path(file).absolute())


def run_point(how: How, index: int, values: Mapping[str, Any], seed: int) -> Done:
    """Run the protocol with these values. An error becomes part of what is returned: other points go on."""
    try:
        protocol = find_protocol(how.protocol)
        with target(how.target, threads=how.threads, dtype=how.dtype):
            return Done(index, protocol(seed=seed, data=how.data, quick=how.quick, **values).load())
    except Exception as error:
        return Done(index, None, f"{type(error).__name__}: {one_line(error)}")
