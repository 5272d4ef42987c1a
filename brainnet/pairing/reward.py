"""Rewards for plastic synapses: the spikes of a group are doses that all of them receive."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from brian2 import Quantity, Synapses

from brainnet.brian import NumpyNodeRenderer, get_identifiers, word_substitute
from brainnet.errors import ParameterError, UnknownNameError, nearest
from brainnet.projections import Delivery, PlasticProjection
from brainnet.values.weights import check_delay

__all__ = ["deliver", "reward"]


def reward(
    source: Any,
    synapses: Synapses | PlasticProjection,
    *,
    where: str | None = None,
    delay: Quantity | None = None,
    order: int = 0,
    namespace: Mapping[str, Any] | None = None,
    name: str | None = None,
) -> Synapses | Delivery:
    """Let every spike of `source` reward the synapses of `synapses`.

    Parameters
    ----------
    source : brian2 group
        Its spikes are the rewards.
    synapses : brian2.Synapses or PlasticProjection
        Connected, of a model that says what a reward does (``on_reward``).
    where : str, optional
        Condition on the rewarding neuron ``i`` and the synapse ``j``: which reward reaches which synapse. All if left
        out.
    delay : Quantity, optional
        Time from the spike to the reward.
    order : int
        Among what happens at spikes in one time step; the rule itself acts at -2 (post) and -1 (pre). Give each of
        several rewards its own where more than one may come in a step: the last one counts.
    namespace : mapping, optional
        Replaces what the code of the synapses refers to, another ``signal`` for instance.

    Returns
    -------
    brian2.Synapses or Delivery
        To be put into the network.

    Raises
    ------
    ParameterError
        The model of `synapses` knows no reward, they are not connected, or `delay` or `where` do not fit.
    """
    model = getattr(synapses, "model", None)
    code = "" if model is None else model.resolved("on_reward")
    if model is None or not code:
        raise ParameterError(f"{synapses.name} is of no model with on_reward; use a rule such as reward_stdp")
    check_delay("reward", delay)
    if not getattr(synapses, "_connect_called", True):
        raise ParameterError(f"reward: {synapses.name} has no synapses yet; connect it first")
    for key in namespace or ():
        if key not in get_identifiers(code):
            raise UnknownNameError(
                f"reward: the code of {model.name} reads no {key!r}; {nearest(key, model.functions)}"
            )
    name = name or f"{synapses.name}_reward*"
    if isinstance(synapses, PlasticProjection):
        receivers = None if where is None else _receivers(where, len(source), synapses)
        return Delivery(
            source, synapses, code, receivers=receivers, delay=delay, order=order, namespace=namespace, name=name
        )
    given = deliver(source, synapses, code, name, delay, order, namespace)
    try:
        given.connect(condition=where)
    except (KeyError, SyntaxError, TypeError, ValueError) as error:
        raise _no_condition(where, error) from None
    return given


def _no_condition(where: Any, error: Any) -> ParameterError:
    return ParameterError(f"reward: where = {where!r} is no condition on i and j ({error}); write e.g. where='i == 0'")


def _receivers(where: str, n_givers: int, synapses: PlasticProjection) -> list[np.ndarray]:
    """Return the synapses that each neuron of the rewarding group reaches."""
    n = synapses.layout.n
    try:
        if unknown := get_identifiers(where) - {"i", "j", "N_pre", "N_post", "and", "or", "not", "True", "False"}:
            raise KeyError(f"{min(unknown)} is neither i nor j")
        condition = compile(NumpyNodeRenderer().render_expr(where), "<where>", "eval")
        found = []
        for giver in range(n_givers):
            known = {"i": giver, "j": np.arange(n), "N_pre": n_givers, "N_post": n}
            chosen = eval(condition, {"__builtins__": {}, "logical_and": np.logical_and, "logical_or": np.logical_or,
                                      "logical_not": np.logical_not}, known)  # fmt: skip
            if np.asarray(chosen).dtype != bool:
                raise TypeError("it is a number")
            found.append(np.flatnonzero(np.broadcast_to(chosen, n)).astype(np.int32))
    except (KeyError, SyntaxError, TypeError, ValueError) as error:
        raise _no_condition(where, error) from None
    return found


def deliver(
    source: Any,
    synapses: Synapses,
    code: str,
    name: str,
    delay: Quantity | None = None,
    order: int = 0,
    namespace: Mapping[str, Any] | None = None,
) -> Synapses:
    """Make what lets spikes of `source` run `code` of the synapses; which of them is open.

    A trace that the code reads is taken on from the last event of its synapse to now.
    """
    own = {word for word in get_identifiers(code) if word in synapses.variables and word not in ("t", "dt")}
    words = {word: f"{word}_post" for word in own}
    for trace, declared in synapses.model.traces.items():
        if trace in own and declared.tau:
            tau = f"{declared.tau}_post" if declared.tau in synapses.variables else declared.tau
            words[trace] = f"({trace}_post*exp((lastupdate_post - t)/{tau}))"
    made = Synapses(
        source,
        synapses,
        on_pre=word_substitute(code, words),
        delay=delay,
        namespace={**synapses.namespace, **(namespace or {})},
        clock=synapses.clock,
        name=name,
    )
    made.pre.order = order
    return made
