"""What a declared connectivity gives a synapse model: weights with their unit, and delays."""

from __future__ import annotations

from typing import Any, NamedTuple

from brian2 import Clock

from brainnet.connectivity import Drawn, Wiring
from brainnet.errors import ParameterError

__all__ = ["Given", "take"]


class Given(NamedTuple):
    """What `connect` goes on with.

    Attributes
    ----------
    weights : as `SynapseModel.connect` takes them
    delay : Quantity or None
        One for all.
    delays : Quantity, shape (synapses,), or None
        One for each synapse, row by row.
    """

    weights: Any
    delay: Any
    delays: Any


def take(owner: str, pre: Any, post: Any, weights: Any, delay: Any, mask: Any, clock: Clock | None) -> Given:
    """Draw what is declared; anything else is returned as it is.

    Raises
    ------
    ParameterError
        It does not fit the groups, or says what an argument says too; delays are below one step.
    """
    if not isinstance(weights, Wiring | Drawn):
        return Given(weights, delay, None)
    if mask is not None:
        raise ParameterError(f"{owner}: a declared connectivity says itself where synapses are; leave mask out")
    drawn = weights.draw(pre, post) if isinstance(weights, Wiring) else weights
    if drawn.shape != (len(pre), len(post)):
        raise ParameterError(
            f"{owner}: synapses were drawn between {drawn.shape[0]} and {drawn.shape[1]} neurons, and the groups have "
            f"{len(pre)} and {len(post)}; draw them for these"
        )
    drawn.check_delays(owner, (clock or pre.clock).dt)
    if delay is not None and drawn.has_delays:
        raise ParameterError(f"{owner}: the connectivity declares delays, and delay = {delay} is given; leave one out")
    delays = drawn.delays if drawn.delays_differ else None
    return Given((drawn.matrix, drawn.unit), drawn.delay if drawn.has_delays else delay, delays)
