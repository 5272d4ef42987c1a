"""Whether a synapse's states are the same in all synapses of a neuron, so that they can be held once a neuron."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from brainnet.brian import get_identifiers
from brainnet.declare.equations import parse_equations
from brainnet.projections.released import Release
from brainnet.projections.rule import assignments

if TYPE_CHECKING:
    from brainnet.declare.synapse import SynapseModel

__all__ = ["find_release"]

_DRIVE = re.compile(r"\{onto\}_post\s*\+=\s*(?:w\s*\*\s*(\w+)|(\w+)\s*\*\s*w)")
# What tells one synapse of a neuron from another.
_OWN = {"w", "i", "j", "rand", "randn", "poisson", "binomial", "xi", "lastupdate"}


def find_release(model: SynapseModel, namespace: Mapping[str, Any]) -> Release | None:
    """Return what a presynaptic spike does to states of its neuron, if that is all that a model does.

    Its last statement is ``{onto}_post += w*r``, r being a state; nothing else in it reads the weight, the postsynaptic
    neuron or a random number; it writes nothing to the presynaptic neuron, where each synapse would do so anew; and
    nothing else happens in a synapse.
    """
    lines = [line.strip() for line in model.resolved("on_pre").splitlines() if line.strip()]
    drive = _DRIVE.fullmatch(lines[-1]) if lines else None
    others = ("on_post", "on_reward", "on_target")
    if drive is None or model.traces or model.bounds or any(model.resolved(key).strip() for key in others):
        return None
    equations = [line.strip() for line in model.resolved("equations").splitlines() if line.strip()]
    states = [line for line in equations if line.split() != ["w", ":", "{unit}"]]
    texts = [*lines[:-1], *states, *model.resolved("initial").values()]
    words = {word for text in texts for word in get_identifiers(text)}
    own = _OWN | {word for word in words if word.endswith("_post")} | {*model.functions}
    if len(states) == len(equations) or words & own or any("{" in text for text in texts):
        return None
    if any(written.endswith("_pre") for line in lines for written, _ in assignments(line)):
        return None
    factor = drive[1] or drive[2]
    known = parse_equations(model.name, "\n".join(states))
    if factor not in known or known[factor].type == "subexpression" or "shared" in known[factor].flags:
        return None
    return Release(
        "\n".join(states), "\n".join(lines[:-1]), factor, model.resolved("method"), model.resolved("initial"), namespace
    )
