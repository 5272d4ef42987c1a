"""Rewards for plastic synapses: the spikes of a group are doses that all of them receive."""

from __future__ import annotations

from typing import Any

from brian2 import Synapses
from brian2.utils.stringtools import get_identifiers, word_substitute

from brainnet.errors import ParameterError

__all__ = ["reward"]


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
    # Variables of the synapse are those of the target here.
    own = {
        word: f"{word}_post" for word in get_identifiers(code) if word in synapses.variables and word not in ("t", "dt")
    }
    given = Synapses(
        source,
        synapses,
        on_pre=word_substitute(code, own),
        namespace=dict(synapses.namespace),
        clock=synapses.clock,
        name=name or f"{synapses.name}_reward*",
    )
    given.connect()
    return given
