"""Rules driven by given spikes: many pairs of trains and many rules side by side in one network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from brian2 import Clock, Network, Quantity, SpikeGeneratorGroup, second, seed
from scipy.sparse import coo_array

from brainnet.declare.synapse import SynapseModel
from brainnet.errors import ParameterError
from brainnet.experiment.grid import spike_times, time_step
from brainnet.experiment.rules import depends_on_weight, is_random, is_stepped
from brainnet.targets import build
from brainnet.values.parameter import Parameter

__all__ = ["Change", "Train", "final_weights", "one_to_one", "weight_changes"]

Train = tuple[Quantity, Quantity]

_STEP = 1e-4  # s: the longest step of a rule whose equations are integrated
_TIME = Parameter(1 * second, "a time step", above=0 * second)


@dataclass(frozen=True)
class Change:
    """What trains did to the weight.

    Attributes
    ----------
    weight : ndarray, shape (trains,)
        In the end; a pure number.
    start : float
        At the start.
    unit : float
        ``w_max``, the unit of amplitudes.
    depends : bool
        The change depends on the weight, so that the start matters.
    """

    weight: np.ndarray
    start: float
    unit: float
    depends: bool

    @property
    def in_w_max(self) -> np.ndarray:
        """Change in units of w_max."""
        return (self.weight - self.start) / self.unit

    @property
    def relative(self) -> np.ndarray:
        """Change in parts of the weight at the start; of w_max where the start does not matter."""
        return (self.weight - self.start) / (self.start if self.depends else self.unit)

    @property
    def words(self) -> str:
        """Say what `relative` is relative to."""
        return f"relative to the start at w = {self.start:g}" if self.depends else "in units of w_max"


def weight_changes(
    rules: Mapping[str, SynapseModel],
    trains: Sequence[Train],
    w_init: float = 0.5,
    *,
    bounded: bool = True,
    random_seed: int = 0,
) -> dict[str, Change]:
    """Run every rule on every pair of trains, from a weight that tells its change best.

    A rule whose change does not depend on the weight begins at 0, with bounds of -w_max and w_max, whatever its own.
    Every other rule begins at `w_init` of the way between its bounds.

    Parameters
    ----------
    rules, trains
        As for `final_weights`.
    w_init : float
        Place between the bounds.
    bounded : bool
        Raise where a weight that began at 0 reached its bound; else it has none.
    random_seed : int
        Of rules that draw random numbers.

    Raises
    ------
    ParameterError
        As for `final_weights`; a start that is 0, from which no relative change can be told.
    """
    begun = {label: _begin(rule, w_init, bounded) for label, rule in rules.items()}
    found = final_weights(
        {label: rule for label, (rule, *_) in begun.items()},
        trains,
        {label: start for label, (_, start, *_) in begun.items()},
        {label: np.inf if depends or not bounded else unit for label, (_, _, unit, depends) in begun.items()},
        random_seed=random_seed,
    )
    return {label: Change(found[label], *begun[label][1:]) for label in rules}


def _begin(rule: SynapseModel, w_init: float, bounded: bool) -> tuple[SynapseModel, float, float, bool]:
    """Return the rule with bounds for the experiment, weight at the start, w_max, and whether the start matters."""
    values = {name: float(rule.resolved_parameters()[name].value) for name in rule.bounds}
    depends = depends_on_weight(rule)
    if not rule.bounds:
        return rule, w_init if depends else 0.0, 1.0, depends
    low, high = rule.bounds
    if not depends and not bounded:
        return replace(rule.flattened(), bounds=()), 0.0, values[high], False
    if not depends:
        return rule(**{low: -values[high], high: values[high]}), 0.0, values[high], False
    start = values[low] + w_init * (values[high] - values[low])
    if start == 0:
        raise ParameterError(f"{rule.name} would begin at the weight 0; choose another w_init, or other bounds")
    return rule, start, values[high], True


def final_weights(
    rules: Mapping[str, SynapseModel],
    trains: Sequence[Train],
    w: float | Mapping[str, float] = 0.0,
    bound: float | Mapping[str, float] = np.inf,
    *,
    dt: Quantity | None = None,
    random_seed: int = 0,
) -> dict[str, np.ndarray]:
    """Run every rule on every pair of trains: one network, one build.

    Rules driven by spikes have exact solutions between them, so the time step is the longest one that holds
    every spike. Where equations are integrated it is at most 0.1 ms.

    Parameters
    ----------
    rules : mapping of str to SynapseModel
    trains : sequence of (presynaptic, postsynaptic) Quantity of shape (spikes,)
        Spike times from 0 on. Times that are no fractions of a second with a small common denominator are put on whole
        microseconds, so that no spike moves by more than 0.5 us.
    w : float or mapping of str to float
        Weight at the start, of all rules or of each; the weights are pure numbers.
    bound : float or mapping of str to float
        Size that no weight may reach, where the rules are clipped.
    dt : Quantity, optional
        A time step of your own, in place of that; every spike moves to its nearest multiple.
    random_seed : int
        Of rules that draw random numbers.

    Returns
    -------
    dict of str to ndarray, shape (len(trains),)

    Raises
    ------
    ParameterError
        Times without unit, two spikes of a train in one time step, a rule that needs more than spikes, or a weight that
        reached the bound.
    """
    pre, post = ([spike_times("trains", pair[side]) for pair in trains] for side in (0, 1))
    step = time_step([*pre, *post]) if dt is None else float(_TIME.check("final_weights", "dt", dt))
    for train in (*pre, *post):
        if len(train) > 1 and np.diff(np.round(train / step)).min() < 1:
            raise ParameterError(f"two spikes of a train are less than {step * 1e6:g} us apart; remove one of them")
    if dt is None and any(is_stepped(rule) for rule in rules.values()):
        step /= np.ceil(step / _STEP * (1 - 1e-12))
    if any(is_random(rule) for rule in rules.values()):
        seed(random_seed)
    clock = Clock(step * second)
    sources = [_source(side, clock, step) for side in (pre, post)]
    synapses = {}
    for label, rule in rules.items():
        start = w[label] if isinstance(w, Mapping) else w
        matrix = one_to_one(len(trains), start)
        synapses[label] = rule.connect(sources[0], sources[1], matrix, onto=None, clock=clock, path="synapses")
    last = max(np.round(train[-1] / step) if len(train) else 0 for train in (*pre, *post))
    build(Network(*sources, *synapses.values()), (last + 1) * step * second).run()
    found = {label: np.array(one.w[:]) for label, one in synapses.items()}
    for label, weights in found.items():
        limit = bound[label] if isinstance(bound, Mapping) else bound
        if np.abs(weights).max(initial=0.0) >= limit:
            raise ParameterError(
                f"the weight of {rules[label].name} reached its bound {limit:g}; repeat less often, or use "
                "smaller changes"
            )
    return found


def one_to_one(count: int, w: float) -> coo_array:
    """Return weights of one synapse between each presynaptic neuron and the postsynaptic one of the same number."""
    every = np.arange(count)
    return coo_array((np.full(count, float(w)), (every, every)), shape=(count, count))


def _source(trains: Sequence[np.ndarray], clock: Clock, step: float) -> Any:
    index = np.repeat(np.arange(len(trains)), [len(train) for train in trains])
    times = np.concatenate([*trains, np.zeros(0)])
    return SpikeGeneratorGroup(len(trains), index, np.round(times / step) * step * second, clock=clock)
