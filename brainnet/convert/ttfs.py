"""Time to the first spike: every neuron fires at most once for a sample, at a time that is linear in its value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from brian2 import Quantity, ms

from brainnet import ann
from brainnet.ann import LayerGraph
from brainnet.convert.connect import check_plan_names, code_of, connections, input_code, scaled_bias
from brainnet.convert.normalise import normalise
from brainnet.convert.plan import Plan, plan
from brainnet.convert.settings import PARAMETERS
from brainnet.declare import Parameter
from brainnet.errors import ConversionError, ParameterError
from brainnet.spiking import SpikingGraph, SpikingNetwork, build
from brainnet.spiking.graph import Cells, Connection, Population
from brainnet.spiking.inputs import Times
from brainnet.spiking.origin import Origin
from brainnet.spiking.readouts import FirstSpikes
from brainnet.values.clock import DT

__all__ = ["TTFS_PARAMETERS", "convert_ttfs"]

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
) -> SpikingNetwork:
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
    SpikingNetwork
        Its responses have `times` and `values`.

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
    dt = DT.check("convert_ttfs", "dt", dt)
    if max_pooling == "gate":
        raise ConversionError("convert_ttfs: a gate counts spikes, and here is one each; set max_pooling=average")
    graph = ann.read(source)
    planned = plan(graph, coding="regular", signed_input=signed_input, max_pooling=max_pooling)
    check_plan_names(planned)
    if normalisation != "data" and percentile != TTFS_PARAMETERS["percentile"].value:
        raise ParameterError("convert_ttfs: percentile acts only with normalisation=data; leave it out")
    of_data = percentile if normalisation == "data" else float(PARAMETERS["percentile"].value)
    scales = normalise(planned, normalisation, calibration=calibration, percentile=of_data, signed_output=True)
    settings = {"mapping": mapping, "window": window, "first": first}
    return build(_lowered(graph, planned, scales, settings, dt))


def _lowered(
    trained: LayerGraph, planned: Plan, scales: Mapping[str, Any], settings: Mapping[str, Any], dt: Quantity
) -> SpikingGraph:
    """Make a graph of what has been checked."""
    exact, window, first = settings["mapping"] == "exact", settings["window"], settings["first"]
    # Exact: a window to receive, and one to fire, later by a window and the step that spikes take.
    pace = window + 1 if exact else 1
    zero = dict.fromkeys(("v", "g", "k", "done") if exact else ("v", "g", "done"), 0.0)
    model = ("ttfs", {"T": float(window)}) if exact else ("ttfs_base", {"theta": float(first)})
    cells = Cells(*model, onto="g", initial=zero)
    codes, lags = {"input": input_code(planned, scales)}, {"input": 0}
    populations = [Population("input", planned.inputs, cells, fed="D", record="raster", code=codes["input"])]
    joined: list[Connection] = []
    for each in planned.populations:
        last = each is planned.populations[-1]
        codes[each.name], lags[each.name] = code_of(each, scales), each.depth
        own = replace(cells, fires=False) if last else cells
        populations.append(
            Population(
                each.name, each.neurons, own, {"D": scaled_bias(each, scales)}, lag=each.depth * pace,
                record="v" if last else "raster", code=codes[each.name],
            )
        )  # fmt: skip
        waits = {branch.source: (each.depth - 1 - lags[branch.source]) * pace for branch in each.branches}
        joined += connections(each, codes, waits)
    bias = scaled_bias(planned.populations[-1], scales)
    return SpikingGraph(
        trained.name,
        tuple(populations),
        tuple(joined),
        steps=2 * window if exact else window,
        dt=dt,
        inputs=Times(trained.input_shape, planned.signed_input),
        readout=FirstSpikes(window, window if exact else 0, None if exact else first, bias),
        origin=Origin(trained, scales, settings, changes=planned.changes),
    )
