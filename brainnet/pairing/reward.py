"""Rewards for plastic synapses: the spikes of a group are doses that all of them receive."""

from __future__ import annotations

from typing import Any

from brian2 import Synapses
from brian2.utils.stringtools import get_identifiers, word_substitute

from brainnet.errors import ParameterError

__all__ = ["deliver", "reward"]


def reward(source: Any, synapses: Synapses, *, name: str | None = None) -> Synapses:
    """Let every spike of `source` reward every synapse of `synapses`.

    Parameters
    ----------
    source : brian2 group
        Its spikes are the rewards.
    synapses : brian2.Synapses
        Connected, of a model that says what a reward does (``on_reward``).

    Returns
    -------
    brian2.Synapses
        To be put into the network.

    Raises
    ------
    ParameterError
        The model of `synapses` knows no reward.
    """
    model = getattr(synapses, "model", None)
    code = "" if model is None else model.resolved("on_reward")
    if not code:
        raise ParameterError(f"{synapses.name} is of no model with on_reward; use a rule such as reward_stdp")
    given = deliver(source, synapses, code, name or f"{synapses.name}_reward*")
    given.connect()
    return given


def deliver(source: Any, synapses: Synapses, code: str, name: str) -> Synapses:
    """Make what lets spikes of `source` run `code` of the synapses; which of them is open.

    A trace that the code reads is taken on from the last event of its synapse to now.
    """
    own = {word for word in get_identifiers(code) if word in synapses.variables and word not in ("t", "dt")}
    words = {word: f"{word}_post" for word in own}
    for trace, declared in synapses.model.traces.items():
        if trace in own and declared.tau:
            words[trace] = f"({trace}_post*exp((lastupdate_post - t)/{declared.tau}))"
    return Synapses(
        source,
        synapses,
        on_pre=word_substitute(code, words),
        namespace=dict(synapses.namespace),
        clock=synapses.clock,
        name=name,
    )
