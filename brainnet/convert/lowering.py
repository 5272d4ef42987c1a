"""A plan and its scales become a spiking graph."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from brian2 import Quantity

from brainnet.ann import LayerGraph
from brainnet.convert.connect import code_of, connections, input_code, scaled_bias
from brainnet.convert.neurons import neuron_type
from brainnet.convert.plan import Plan, PlannedPopulation
from brainnet.convert.settings import with_channels
from brainnet.spiking import inputs
from brainnet.spiking.graph import Cells, Connection, Population, SpikingGraph
from brainnet.spiking.origin import Origin
from brainnet.spiking.readouts import Spikes

__all__ = ["bias_shift", "lower"]


def bias_shift(settings: Mapping[str, Any]) -> float:
    """Return what each neuron receives at every step on top of its bias, in thresholds.

    Counts are rounded to the nearest instead of down (Deng & Gu 2021, ICLR, equation 14).
    """
    return 0.5 / int(settings["steps"]) if settings["shift"] == "half" else 0.0


def lower(
    trained: LayerGraph, plan: Plan, scales: Mapping[str, Any], settings: Mapping[str, Any], *, dt: Quantity,
    seed: int = 0, record: bool = False, calibrated: tuple[float, float] | None = None,
) -> SpikingGraph:  # fmt: skip
    """Make a graph of what `convert` has checked: spikes cross one layer a step.

    Parameters
    ----------
    trained : LayerGraph
    plan : Plan
    scales : mapping
        What `normalise` returned.
    settings : mapping
        All of the conversion.
    dt : Quantity
    seed : int
    record : bool
        Keep every spike.
    calibrated : (float, float) or None
        Range of the samples that the scales were found on, as far as it is known.
    """
    s = settings
    populations: list[Population] = []
    joined: list[Connection] = []
    codes = {"input": input_code(plan, scales)}
    lags = {"input": 0}
    if not plan.analog:
        cells = Cells("regular" if s["coding"] == "regular" else "bernoulli")
        kept = "raster" if record else "counts"
        populations.append(Population("input", plan.inputs, cells, fed="p", record=kept, code=codes["input"]))
    for each in plan.populations:
        last = each is plan.populations[-1]
        kind = _type(each, s, dt, by_potential=last and s["readout"] != "spikes")
        codes[each.name], lags[each.name] = code_of(each, scales, kind.worth, kind.most), each.depth
        # What is fed has its bias in the currents, which `inputs` computes.
        bias = {} if each.analog else {"I": scaled_bias(each, scales) + (0.0 if each.gated else bias_shift(s))}
        kept = "v" if not kind.cells.fires else "raster" if record or last else "counts"
        populations.append(
            Population(
                each.name, each.neurons, kind.cells, bias, lag=each.depth, fed="I" if each.analog else "",
                record=kept, code=codes[each.name],
            )
        )  # fmt: skip
        waits = {branch.source: each.depth - 1 - lags[branch.source] for branch in each.branches}
        joined += connections(each, codes, waits, kind.gain)
    return SpikingGraph(
        trained.name,
        tuple(populations),
        tuple(joined),
        steps=s["steps"],
        dt=dt,
        inputs=_inputs(plan, scales, s, dt, calibrated),
        readout=Spikes(s["generator_rate"] if s["readout"] == "winner_take_all" else None),
        seed=seed,
        origin=_origin(trained, plan, scales, s),
    )


def _type(each: PlannedPopulation, settings: Mapping[str, Any], dt: Quantity, *, by_potential: bool) -> Any:
    """Return the type of neuron of a population."""
    v_init = 0.5 if each.half or settings["v_init"] == "half" else 0.0
    # A gate passes spikes one by one, and a potential that is read adds up without leak.
    kind = neuron_type({**settings, "neuron": "if"} if by_potential or each.gated else settings, v_init, dt, each.name)
    return replace(kind, cells=replace(kind.cells, fires=False)) if by_potential else kind


def _inputs(
    plan: Plan, scales: Mapping[str, Any], settings: Mapping[str, Any], dt: Quantity,
    calibrated: tuple[float, float] | None,
) -> inputs.Rates:  # fmt: skip
    fed = [each for each in plan.populations if each.analog]
    currents = inputs.Currents(
        plan.stem, {each.name: scales[each.name] for each in fed}, {each.name: each.halves for each in fed},
        bias_shift(settings),
    ) if plan.analog else None  # fmt: skip
    return inputs.Rates(
        plan.graph.input_shape, settings["coding"], settings["max_rate"], dt, pairs=plan.signed_input,
        bounded=settings["normalisation"] == "model", calibrated=calibrated, currents=currents,
    )  # fmt: skip


def _origin(trained: LayerGraph, plan: Plan, scales: Mapping[str, Any], settings: Mapping[str, Any]) -> Origin:
    macs = plan.stem.macs if plan.analog else {}
    return Origin(trained, scales, settings, macs, plan.changes, bool(with_channels(plan)))
