"""Time to the first spike: every neuron fires at most once for a sample, at a time that is linear in its value."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from brian2 import Clock, Quantity, ms

from brainnet import ann
from brainnet.ann import LayerGraph
from brainnet.catalogue.content import models
from brainnet.coding.sources import as_samples
from brainnet.convert.cost import count_operations
from brainnet.convert.neurons import NeuronType
from brainnet.convert.normalise import normalise
from brainnet.convert.plan import Plan, plan
from brainnet.convert.populations import SpikingLayer, check_names, connect, scaled_bias, silenced
from brainnet.convert.settings import PARAMETERS
from brainnet.declare import Parameter
from brainnet.errors import ConversionError, DataError, ParameterError
from brainnet.measure import Operations
from brainnet.projections import Presentation

__all__ = ["TTFS_PARAMETERS", "TtfsNetwork", "TtfsResponse", "convert_ttfs"]

TTFS_PARAMETERS: Mapping[str, Parameter] = {
    "mapping": Parameter(
        "exact", "layers in turn, exact up to rounding (Stanojevic 2024); all at once, early and approximate "
        "(Rueckauer & Liu 2018)", choices=("exact", "base"),
    ),
    "window": Parameter(32, "time steps in which a layer may fire", low=1, high=10_000),
    "first": Parameter(1, "step in which the value 1 fires (mapping base only)", low=1, high=1000),
    "normalisation": Parameter("data", "what value fires first", choices=("data", "model", "none")),
    "percentile": Parameter(
        100.0, "percentile of a layer's activations that fires first; larger ones do so, too (data only)", above=0.0,
        high=100.0,
    ),
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class TtfsResponse:
    """What a network did on n samples.

    Attributes
    ----------
    decisions : integer array (n, window)
        Output with the highest potential in each step in which spikes arrive at the outputs.
    times : dict of str to integer array (n, neurons)
        Step of its layer's window in which a neuron fires, from 0 on; -1 where it does not.
    values : dict of str to array (n, neurons)
        What the times stand for: (window - time)/window, with the mapping "base" first/(time + 1); 0 without a spike.
    potential : array (n, outputs)
        Of the outputs after the last step, biases included; with the exact mapping, and times their scale, the
        activation.
    run_seconds : float
    """

    decisions: np.ndarray
    times: Mapping[str, np.ndarray]
    values: Mapping[str, np.ndarray]
    potential: np.ndarray
    run_seconds: float


@dataclass(frozen=True, eq=False)
class TtfsNetwork:
    """A network of neurons that fire once. Made by `convert_ttfs`.

    Attributes
    ----------
    graph : LayerGraph
    plan : Plan
    scales : dict of str to float or array (channels,)
        Activation that fires in the first step.
    window : int
    layers : tuple of SpikingLayer
    projections : tuple
    presentation : brainnet.projections.Presentation
    """

    graph: LayerGraph
    plan: Plan
    scales: Mapping[str, Any]
    window: int
    layers: tuple[SpikingLayer, ...]
    projections: tuple[Any, ...]
    presentation: Presentation
    mapping: str = "exact"
    first: int = 1

    @property
    def idle(self) -> int:
        """Steps in which a layer receives and does not fire."""
        return self.window if self.mapping == "exact" else 0

    @property
    def pace(self) -> int:
        """Steps by which the windows of a layer are later than those of the one before."""
        return self.idle + 1

    @property
    def steps(self) -> int:
        """Steps from the first one of the input to the last one of the last layer that fires."""
        return self.layers[-1].depth * self.pace + self.window

    @property
    def block(self) -> int:
        """Samples whose spikes by step take 256 MiB."""
        return max(1, 2**28 // (2 * self.window * sum(layer.group.N for layer in self.layers)))

    def run(self, x: Any) -> TtfsResponse:
        """Present samples.

        Parameters
        ----------
        x : array (n, ...)
            In [0, 1], or in [-1, 1] for an input on pairs of neurons.

        Raises
        ------
        DataError
            The samples do not fit the network, or are out of range.
        """
        values = as_samples(x, math.prod(self.graph.input_shape))
        lowest = -1.0 if self.plan.signed_input else 0.0
        if not (values.min() >= lowest and values.max() <= 1):
            raise DataError(
                f"samples run from {values.min():.4g} to {values.max():.4g}, and times stand for values from "
                f"{lowest:g} to 1; scale them"
            )
        if self.plan.signed_input:
            values = np.maximum(np.concatenate([values, -values], axis=1), 0)
        blocks = [values[start : start + self.block] for start in range(0, len(values), self.block)]
        times: dict[str, list[np.ndarray]] = {layer.name: [] for layer in self.layers[:-1]}
        potentials, seconds = [], 0.0
        processes = self.presentation.program.target.threads if self.presentation.program else 1
        for block in blocks:
            begin = time.perf_counter()
            records = self.presentation.run(block, processes=processes)
            seconds += time.perf_counter() - begin
            for name, of_layer in times.items():
                fired = records[name][:, self.idle :]
                of_layer.append(np.where(fired.any(axis=1), fired.argmax(axis=1), -1))
            potentials.append(records[self.layers[-1].name][:, : self.window])
        output = self.layers[-1].population
        assert output is not None
        potential = np.concatenate(potentials)
        joined = {name: np.concatenate(parts) for name, parts in times.items()}
        if self.mapping == "exact":
            potential = potential + scaled_bias(output, self.scales)
            meant = {name: np.where(t < 0, 0.0, (self.window - t) / self.window) for name, t in joined.items()}
        else:
            meant = {name: np.where(t < 0, 0.0, self.first / np.maximum(t + 1, 1)) for name, t in joined.items()}
        return TtfsResponse(potential.argmax(axis=2), joined, meant, potential[:, -1], seconds)

    def operations(self, times: Mapping[str, np.ndarray]) -> Operations:
        """Count operations per inference from the times of spikes, by layer of the trained network."""
        spikes = {name: (of_layer >= 0).astype(np.uint8) for name, of_layer in times.items()}
        return count_operations(self.plan, self.projections, spikes, self.idle + self.window)


def convert_ttfs(
    source: Any,
    *,
    calibration: Any = None,
    mapping: str = "exact",
    window: int = 32,
    first: int = 1,
    normalisation: str = "data",
    percentile: float = 100.0,
    signed_input: str = "refuse",
    max_pooling: str = "refuse",
    dt: Quantity = 1 * ms,
) -> TtfsNetwork:
    r"""Convert a trained ReLU network into one whose neurons fire at most once, on the current target.

    A neuron with the value :math:`z \lambda` fires in step :math:`T - \lfloor T z + 1/2 \rfloor` of the T steps of its
    layer's window, while the next layer integrates: a spike adds its weight to the slope of the potential, so that the
    earlier it comes, the more it contributes. In its own window the potential rises with slope 1, and the time at which
    it reaches the threshold is linear in what was integrated: the mapping is exact up to the rounding to 1/T.

    With ``mapping="base"`` all layers run at once, and a neuron fires as soon as it has reached its threshold: a
    decision takes one window, but spikes that come late are lost.

    Parameters
    ----------
    source : LayerGraph, path, scikit-learn estimator or torch module
        What `brainnet.ann.read` understands.
    calibration : array (n, ...), optional
        Training samples for data-based normalisation.
    mapping : {"exact", "base"}
    window : int
        T.
    first : int
        Step in which the value 1 fires, with the mapping "base".
    normalisation, percentile, signed_input
        As for `convert`.
    max_pooling : {"refuse", "average"}
    dt : Quantity

    Returns
    -------
    TtfsNetwork

    Raises
    ------
    ModelFileError, ConversionError, ParameterError
        As from `convert`; max pooling by a gate counts spikes, and here is one.

    References
    ----------
    Stanojevic et al. 2024, Nat. Commun. 15:6793; Rueckauer & Liu 2018, ISCAS (first spikes of converted networks).
    """
    window = TTFS_PARAMETERS["window"].check("convert_ttfs", "window", window)
    mapping = TTFS_PARAMETERS["mapping"].check("convert_ttfs", "mapping", mapping)
    first = TTFS_PARAMETERS["first"].check("convert_ttfs", "first", first)
    if mapping == "exact" and first != TTFS_PARAMETERS["first"].value:
        raise ParameterError("convert_ttfs: first acts only with mapping=base; leave it out")
    if mapping == "base" and first > window:
        raise ParameterError(
            f"convert_ttfs: the value 1 would fire in step first={first}, after the window of {window}; give at most "
            f"{window}"
        )
    dt = Parameter(1 * ms, "time step", above=0 * ms).check("convert_ttfs", "dt", dt)
    if max_pooling == "gate":
        raise ConversionError("convert_ttfs: a gate counts spikes, and here is one each; set max_pooling=average")
    graph = ann.read(source)
    planned = plan(graph, coding="regular", signed_input=signed_input, max_pooling=max_pooling)
    check_names(planned)
    if normalisation != "data" and percentile != TTFS_PARAMETERS["percentile"].value:
        raise ParameterError("convert_ttfs: percentile acts only with normalisation=data; leave it out")
    of_data = percentile if normalisation == "data" else float(PARAMETERS["percentile"].value)
    scales = normalise(planned, normalisation, calibration=calibration, percentile=of_data, signed_output=True)
    clock, exact = Clock(dt=dt, name="steps"), mapping == "exact"
    # Exact: a window to receive, and one to fire, later by a window and the step that spikes take.
    pace = window + 1 if exact else 1
    shown = Presentation(2 * window if exact else window)
    model = models.ttfs(T=float(window)) if exact else models.ttfs_base(theta=float(first))
    zero = dict.fromkeys(("v", "g", "k", "done") if exact else ("v", "g", "done"), 0.0)
    group = model.group(planned.inputs, D=np.zeros(planned.inputs), clock=clock, name="input")
    shown.feed(group, "D")
    shown.restart(group, 0, **zero)
    shown.record(group, 0, "input", by_step=True)
    layers = {"input": SpikingLayer("input", group, 0, None, None)}
    projections: list[Any] = []
    shapes = {"input": graph.input_shape, **{each.name: each.shape for each in planned.populations}}
    for each in planned.populations:
        own = silenced(model) if each is planned.populations[-1] else model
        group = own.group(each.neurons, D=scaled_bias(each, scales), clock=clock, name=each.name)
        layers[each.name] = SpikingLayer(each.name, group, each.depth, each, NeuronType(own, onto="g", initial=zero))
        shown.restart(group, each.depth * pace, **zero)
        if each is planned.populations[-1]:
            shown.record(group, each.depth * pace, each.name, variable="v")
        else:
            shown.record(group, each.depth * pace, each.name, by_step=True)
        projections += connect(each, layers, shapes, scales, dt, pace)
    shown.build(*(layer.group for layer in layers.values()), *projections, early=True)
    made = tuple(layers.values()), tuple(projections), shown
    return TtfsNetwork(graph, planned, scales, window, *made, mapping, first)
