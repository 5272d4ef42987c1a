"""Runs what the spikes of one side do to a plastic projection."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import numpy as np
from brian2 import Quantity

from brainnet.brian import create_runner_codeobj, weakproxy_with_fallback
from brainnet.projections.arrivals import Arrivals
from brainnet.projections.codeobject import NumpyProjectionCodeObject, ProjectionCodeObject
from brainnet.projections.pruned import FEW
from brainnet.projections.rule import Pathway
from brainnet.projections.runner import Runner

__all__ = ["PathwayRunner"]

# A trace is written anew, relative to now, when it has decayed by more than this: long before it would overflow, and
# before the exponential of a rounded number loses digits. What is smaller than `_NOTHING` is then 0, not denormal.
_DECAYED, _NOTHING = 16.0, 1e-200
_AHEAD = 8  # synapses of a column that C++ fetches ahead; without states it makes no difference


class PathwayRunner(Runner):
    """One pathway; Brian2 translates the rule's statements, our templates walk rows and columns."""

    template = "plastic"

    def __init__(
        self, owner: Any, pathway: Pathway, delay: Quantity | None, when: str, order: int, group: Any = None,
        name: str = "",
    ) -> None:  # fmt: skip
        group = group or (owner.source if pathway.side == "pre" else owner.target)
        super().__init__(clock=owner.clock, when=when, order=order, name=name or f"{owner.name}_{pathway.name}")
        self.owner, self.pathway, self.delay = weakproxy_with_fallback(owner), pathway, delay
        self.group = self.owner  # part of another object: that one alone says so if nobody runs it
        self.add_dependency(group)
        self._arrivals = Arrivals(group, delay, bundles=owner.layout.bundles.get(pathway.side))
        self.gate: Any = None  # a shared variable: nothing is learned while it is 0
        text = f"{pathway.each}\n{pathway.spiking}"
        subexpressions = " ".join(owner.rule.read(str(e.expr)) for e in owner.rule.equations.values() if e.expr)
        # Traces that decay, with their rate and what must be written anew together.
        self._decaying = [
            (f"_{name}", f"_{name}_from", 1 / tau, [f"_{name}"] + [f"_{name}_left"] * (name in owner.rule.left))
            for name, tau in owner.taus.items()
            if f"_{name}_from" in text + subexpressions
        ]

    def _make(self, run_namespace: Any, codeobj_class: Any, **values: Any) -> Any:
        written = {"each": self.pathway.each, "spiking": self.pathway.spiking}
        if self.gate is not None:
            written["frozen"] = self.pathway.frozen
        decaying = [array for _, start, _, arrays in self._decaying for array in (start, *arrays)]
        owner = self.owner
        # What is looked up by the template rather than by the rule.
        extra = _Extra({"_spikespace": self._arrivals.space})
        if self.gate is not None:
            extra["_gate"] = self.gate
        prunable = "kept" in owner.variables and codeobj_class is ProjectionCodeObject
        if codeobj_class is ProjectionCodeObject:
            extra |= {name: owner.variables[name] for name in self._looked_up() + ["kept"] * prunable}
        return create_runner_codeobj(
            group=owner,
            code={key: text for key, text in written.items() if text},
            template_name=self.template,
            run_namespace=run_namespace,
            name=f"{self.name}_codeobject*",
            needed_variables=["t", *extra, *decaying],
            additional_variables=extra,
            codeobj_class=codeobj_class,
            template_kwds={
                "n_pre": len(owner.source),
                "n_post": len(owner.target),
                "pre_start": owner.source.start,
                "post_start": owner.target.start,
                "side": self.pathway.side,
                "bundles": owner.layout.bundles,
                **self._forms(prunable),
                "walks": [part for part in ("each", "frozen") if written.get(part)],
                "spiking": bool(self.pathway.spiking),
                "gated": self.gate is not None,
                "prunable": prunable,
                "few": FEW,
                "ahead": _AHEAD if owner.rule.states else 0,
                "each_synapse": ["w", *owner.rule.states, *(f"_{name}_left" for name in owner.rule.left)],
                "decaying": self._decaying,
                "decayed": _DECAYED,
                "nothing": _NOTHING,
                **values,
            },
        )

    def _looked_up(self) -> list[str]:
        """Return the variables by which C++ finds the synapses of a neuron."""
        return list(self.owner.layout.looked_up[self.pathway.side])

    def _forms(self, prunable: bool) -> dict[str, Any]:
        """Return how C++ finds the synapses of a neuron."""
        return {"forms": ["few", "whole"] if prunable else [self.owner.layout.form]}

    def make_code(self, device: Any, run_namespace: Any) -> Any:
        """Return the C++ code object."""
        values = self._arrivals.template_values()
        if self._arrivals.bundles is not None:
            line = "_row" if self.pathway.side == "pre" else "_column"
            names = {key: self.owner.variables[f"{line}_{key}"] for key in ("first", "late")}
            values |= {key: device.get_array_name(variable) for key, variable in names.items()}
        return self._make(run_namespace, ProjectionCodeObject, **values)

    def bind(self, run_namespace: Any) -> None:
        """Make the NumPy code object."""
        self._arrivals.prepare()
        self.owner.look_up()
        self._form = self._make(run_namespace, NumpyProjectionCodeObject)
        self._t = self.owner.variables["t"]
        self._renewed = [
            (rate, self.owner.variables[start].get_value(), [self.owner.variables[a].get_value() for a in arrays])
            for _, start, rate, arrays in self._decaying
        ]

    def step(self) -> None:
        """Do what the spikes of one step do."""
        spikes = self._arrivals.take()
        if not len(spikes):
            return
        if self.gate is not None and not self.gate.get_value()[0]:
            self._form(_spikes=spikes[:0], _frozen=spikes, _walk=self._walk(), _neuron_of=self._neuron_of())
            return
        t = float(self._t.get_value().item())
        for rate, start, arrays in self._renewed:
            decayed = (t - start[0]) * rate
            if decayed > _DECAYED:
                for array in arrays:
                    array *= np.exp(-decayed)
                    array[np.abs(array) < _NOTHING] = 0
                start[0] = t
        self._form(_spikes=spikes, _frozen=spikes[:0], _walk=self._walk(), _neuron_of=self._neuron_of())

    def _neuron_of(self) -> Any:
        """Return a function of what arrives: the neuron."""
        bundles = self._arrivals.bundles
        return int if bundles is None else bundles.neuron.__getitem__

    def _walk(self) -> Any:
        """Return a function of what arrives: its synapses, lines beyond, and neurons counted from 0 of their group."""
        layout, left, side = self.owner.layout, self.owner.left(), self.pathway.side
        start = (self.owner.target if side == "pre" else self.owner.source).start

        def walk(line: int) -> Iterator[tuple[Any, ...]]:
            for synapses, lines, neurons in layout.walk(side, line, left):
                if isinstance(neurons, slice):
                    yield synapses, lines, slice(neurons.start + start, neurons.stop + start)
                else:
                    yield synapses, lines, neurons + start

        return walk

    @property
    def delay_text(self) -> str:
        """The delay, or what tells delays that differ from others."""
        bundles = self._arrivals.bundles
        if self.delay is not None:
            return repr(float(self.delay))
        assert bundles is not None
        digest = hashlib.sha256(np.stack([bundles.of, bundles.steps[bundles.of]]).astype("<i4").tobytes()).hexdigest()
        return f"{bundles.steps.min()} to {bundles.steps.max()} steps of {bundles.dt!r}, {digest[:16]}"

    def _full_state(self) -> list[np.ndarray]:
        return self._arrivals.state()

    def _restore_from_full_state(self, state: list[np.ndarray] | None) -> None:
        self._arrivals.restore(state)


class _Extra(dict[str, Any]):
    """Variables that a code object takes besides those of its group."""

    @property
    def indices(self) -> dict[str, str]:
        return dict.fromkeys(self, "_idx")
