"""Targets for plastic synapses: the spikes that each postsynaptic neuron is to fire."""

from __future__ import annotations

from typing import Any

from brian2 import Synapses

from brainnet.errors import ParameterError
from brainnet.pairing.reward import deliver
from brainnet.projections import ORDERS, Delivery, PlasticProjection

__all__ = ["teach"]


def teach(source: Any, synapses: Synapses | PlasticProjection, *, name: str | None = None) -> Synapses | Delivery:
    """Let spike trains teach the synapses onto each neuron.

    A target spike acts before the presynaptic spikes of the same time step, as a postsynaptic one does: coincident
    spikes do not see each other.

    Parameters
    ----------
    source : brian2 group
        Its neuron j fires what the postsynaptic neuron j is to fire.
    synapses : brian2.Synapses or PlasticProjection
        Connected, of a model that says what a target spike does (``on_target``).

    Returns
    -------
    brian2.Synapses or Delivery
        To be put into the network.

    Raises
    ------
    ParameterError
        The model of `synapses` has no target, or `source` has not one neuron for each postsynaptic one.
    """
    model = getattr(synapses, "model", None)
    code = "" if model is None else model.resolved("on_target")
    if model is None or not code:
        raise ParameterError(f"{synapses.name} is of no model with on_target; use a rule such as resume")
    if len(source) != len(synapses.target):
        raise ParameterError(
            f"{source.name} has {len(source)} neurons and {synapses.target.name} {len(synapses.target)}; "
            "give one target for each"
        )
    if model.bounds:
        code += f"\nw = clip(w, {model.bounds[0]}, {model.bounds[1]})"
    name = name or f"{synapses.name}_target*"
    if isinstance(synapses, PlasticProjection):
        return Delivery(source, synapses, code, side="post", order=ORDERS["post"] - 1, name=name)
    given = deliver(source, synapses, code, name)
    given.connect(condition="i == j_post")
    given.pre.order = synapses.post.order - 1
    return given
