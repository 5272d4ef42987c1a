"""Rewards and teachers of a plastic projection: spikes of another group that act on its synapses."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from brian2 import Quantity

from brainnet.brian import word_substitute
from brainnet.errors import ProjectionError
from brainnet.projections.arrivals import check_delay
from brainnet.projections.pathway import PathwayRunner
from brainnet.projections.plastic import PlasticProjection
from brainnet.projections.rule import Pathway, assignments

__all__ = ["Delivery"]


class Delivery(PathwayRunner):
    """What spikes of a group do to the synapses of a projection; to be put into the network.

    Parameters
    ----------
    source : brian2 group
    owner : PlasticProjection
    code : str
        What happens to a synapse.
    side : {"reward", "post"}
        Whether a spike reaches the synapses that `receivers` names, or those of the postsynaptic neuron of its number.
    receivers : sequence of array of int, optional
        Numbers of the synapses, for each neuron of `source`; all of them if not given.
    delay : Quantity, optional
    order : int
        In the time step.
    namespace : mapping, optional
        What names in the code mean here, instead of what they mean to the projection.
    name : str

    Raises
    ------
    ProjectionError
        The group has no spikes or another clock, or the code changes what is not of a synapse.
    """

    add_to_magic_network = True

    def __init__(
        self,
        source: Any,
        owner: PlasticProjection,
        code: str,
        *,
        side: str = "reward",
        receivers: Sequence[np.ndarray] | None = None,
        delay: Quantity | None = None,
        order: int = 0,
        namespace: Mapping[str, Any] | None = None,
        name: str,
    ) -> None:
        if "_spikespace" not in getattr(source, "variables", {}):
            raise ProjectionError(
                f"{getattr(source, 'name', repr(source)[:40])} has no spikes that {owner.name} could be given; give a "
                "group that has a threshold"
            )
        for target, _ in assignments(code):
            if target.endswith(("_pre", "_post")) or target in owner.rule.traces:
                raise ProjectionError(
                    f"{owner.name}: a spike of {source.name} would change {target}, which is not of a synapse; connect "
                    "with path='synapses'"
                )
        if source.clock is not owner.clock:
            raise ProjectionError(
                f"{source.name} and {owner.name} have clocks of their own; give both groups one, clock="
            )
        for word, value in (namespace or {}).items():
            alias = next(a for n in itertools.count(1) if (a := f"{word}_given_{n}") not in owner.namespace)
            owner.__dict__["namespace"][alias] = value
            code = str(word_substitute(code, {word: alias}))
        pathway = Pathway("reward" if side == "reward" else "target", side, owner.rule.read(code))
        super().__init__(owner, pathway, check_delay(delay), "synapses", order, group=source, name=name)
        self.group, self.source = self, source  # says so itself if nobody runs it
        if side == "reward":
            self._choose(receivers)
        owner.given.add(self)

    def _choose(self, receivers: Sequence[np.ndarray] | None) -> None:
        self._receivers = receivers
        self._lines = {side: f"_{self.name}_{side}" for side in self.owner.layout.bundles}
        for side, name in self._lines.items():
            of = self.owner.layout.bundles[side].of
            self.owner.variables.add_array(
                name, len(of), dtype=np.int32, index="_idx", constant=True, read_only=True, values=of
            )
        if receivers is None:
            return
        starts = np.concatenate([[0], np.cumsum([len(each) for each in receivers])]).astype(np.int32)
        for name, array, index in (("starts", starts, "_giver"), ("synapses", np.concatenate(receivers), "_receiver")):
            self.owner.variables.add_array(
                f"_{self.name}_{name}", max(len(array), 1), dtype=np.int32, index=index, constant=True, read_only=True,
                values=array if len(array) else np.zeros(1, np.int32),
            )  # fmt: skip

    def _looked_up(self) -> list[str]:
        if self.pathway.side != "reward":
            return super()._looked_up()
        chosen = [f"_{self.name}_starts", f"_{self.name}_synapses"] if self._receivers is not None else []
        return [*(["_i_of", "_j_of"] if self.owner.layout.pairs is not None else []), *chosen, *self._lines.values()]

    def _forms(self, prunable: bool) -> dict[str, Any]:
        if self.pathway.side != "reward":
            return super()._forms(prunable)
        chosen = {key: f"_{self.name}_{key}" for key in ("starts", "synapses")} if self._receivers is not None else {}
        sparse = self.owner.layout.pairs is not None
        return {"forms": ["given"], "sparse": sparse, "chosen": chosen, "lines": self._lines}

    def _walk(self) -> Any:
        if self.pathway.side != "reward":
            return super()._walk()
        layout = self.owner.layout
        ends = layout.pairs or (np.arange(layout.n) // layout.shape[1], np.arange(layout.n) % layout.shape[1])
        rows, columns = (
            layout.bundles[side].of if side in layout.bundles else end
            for side, end in zip(("pre", "post"), ends, strict=True)
        )
        left = self.owner.variables["kept"].get_value() if "kept" in self.owner.variables else None

        def walk(neuron: int) -> Iterator[tuple[Any, ...]]:
            synapses: Any = np.arange(layout.n) if self._receivers is None else self._receivers[neuron]
            if left is not None:
                synapses = synapses[left[synapses]]
            yield synapses, rows[synapses], columns[synapses], ends[0][synapses], ends[1][synapses]

        return walk
