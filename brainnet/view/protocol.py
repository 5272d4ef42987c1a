"""The network that a protocol runs, seen while it does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from brian2 import Network, Quantity, SpikeMonitor, second

from brainnet.declare import Protocol
from brainnet.errors import ParameterError
from brainnet.targets import target
from brainnet.view.brian import network_scene, spiking_groups
from brainnet.view.parts import Scene

__all__ = ["protocol_scene"]

STEPS = 1000  # time steps that are run to see spikes


class _Seen(BaseException):
    """Ends a protocol once its network is seen; no `except Exception` of it is in the way."""


def protocol_scene(
    protocol: Protocol,
    values: Mapping[str, Any],
    *,
    about: str,
    shapes: Mapping[str, tuple[int, ...]],
    seed: int = 0,
    data: str | Path | None = None,
    quick: bool = True,
    runs: bool = True,
) -> Scene:
    """Run a protocol until its first network has run for a while, and return the scene of that network.

    Parameters
    ----------
    protocol : Protocol
    values : mapping
        Of its parameters; numbers with units or text.
    about, shapes
        As of `network_scene`.
    seed, data, quick
        As when a protocol is called.
    runs : bool
        Run it for 1000 time steps at most, with all spikes recorded; else it is seen as built.

    Raises
    ------
    ParameterError
        The protocol runs no Brian2 network, or none with neurons.
    """
    seen: list[Scene] = []

    def look(network: Network, duration: Quantity, run: Any) -> None:
        groups = spiking_groups(network)
        if not groups:
            return
        if runs:
            network.add(*[SpikeMonitor(group) for group in groups])
            run(min(duration, STEPS * min(group.dt for group in groups)))
        seen.append(_scene(network, protocol, about, shapes, duration if runs else None))
        raise _Seen

    try:
        with target("numpy"), _each_run(look):
            protocol(seed=seed, data=data, quick=quick, **values)
    except _Seen:
        return seen[0]
    raise ParameterError(
        f"protocol {protocol.name} runs no Brian2 network, so that there is none to be seen; view its run folder "
        f"(brainnet run {protocol.name} --out DIR)"
    )


def _scene(network: Network, protocol: Protocol, about: str, shapes: Any, duration: Quantity | None) -> Scene:
    found = network_scene(network, about, shapes, protocol.name)
    notes = [f"This is the first network that {protocol.name} runs."]
    if duration is None:
        notes.append("Weights are those before the run.")
    elif network.t < duration:
        notes.append(f"Spikes and weights are those after {network.t / second:g} of {duration / second:g} s.")
    return found.with_notes(notes)


@contextmanager
def _each_run(look: Any) -> Iterator[None]:
    """Hand each network over that is to be run: look(network, duration, run)."""
    plain = Network.run

    def run(self: Network, duration: Quantity, *rest: Any, namespace: Any = None, level: int = 0, **more: Any) -> Any:
        def shorter(length: Quantity) -> None:
            # Brian2 looks up names where `run` was called: three calls up from here.
            plain(self, length, namespace=namespace, level=level + 3)

        look(self, duration, shorter)
        return plain(self, duration, *rest, namespace=namespace, level=level + 1, **more)

    Network.run = run
    try:
        yield
    finally:
        Network.run = plain
