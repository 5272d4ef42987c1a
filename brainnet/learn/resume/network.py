"""One trial of a ReSuMe neuron in Brian2, on the current target: the same spikes and weights as the estimator's."""

from __future__ import annotations

from typing import Any

import numpy as np
from brian2 import Clock, Network, Quantity, SpikeGeneratorGroup, SpikeMonitor, amp, second

from brainnet.catalogue.content import models
from brainnet.coding.patterns import SpikePatterns
from brainnet.errors import DataError
from brainnet.learn.estimator import check_fitted, check_patterns
from brainnet.learn.resume.estimator import ReSuMe
from brainnet.learn.resume.targets import read_targets, to_steps
from brainnet.pairing.teach import teach
from brainnet.targets import build, fresh, use_common_schedule

__all__ = ["present"]


def present(
    estimator: ReSuMe, pattern: SpikePatterns, target: Any = None, *, weights: Quantity | None = None
) -> tuple[list[Quantity], Quantity]:
    """Show one pattern to a neuron for each output, declared as Brian2 equations.

    Parameters
    ----------
    estimator : ReSuMe
        Fitted; or not, with `weights`.
    pattern : SpikePatterns
        Of one pattern, such as ``patterns[[0]]``.
    target : sequence of Quantity, optional
        A train for each output, as a `SpikeGeneratorGroup` that teaches the synapses. Without, nothing is learned.
    weights : Quantity of shape (n, outputs), optional
        At the start; those of the estimator where left out.

    Returns
    -------
    spikes : list of Quantity
        Spike times of each output.
    weights : Quantity of shape (n, outputs)
        After the trial.

    Raises
    ------
    DataError, ParameterError
        As `ReSuMe.fit`; more than one pattern.
    """
    patterns = check_patterns(pattern)
    if len(patterns) != 1:
        raise DataError(f"{len(patterns)} patterns; show one, such as patterns[[0]]")
    if weights is None:
        check_fitted(estimator)
        weights = estimator.weights_
    p, (n, outputs) = estimator._settings(), weights.shape
    check_patterns(patterns, n=n)
    dt = p["dt"]
    with fresh():  # a program of its own
        clock = Clock(dt * second, name="steps")
        source, times = patterns[0]
        inputs = SpikeGeneratorGroup(n, source, to_steps(times, dt) * dt * second, clock=clock, name="inputs")
        cells = estimator._model().group(outputs, clock=clock, name="outputs")
        spikes = SpikeMonitor(cells, name="spikes")
        objects: list[Any] = [inputs, cells, spikes]
        settings = {
            "w_min": -p["w_max"] * amp,
            "w_max": p["w_max"] * amp,
            "tau": p["tau"] * second,
            "A": p["A"],
            "a": p["a"],
        }
        if target is None:
            settings |= {"A": 0.0, "a": 0.0}
        synapses = models.resume.connect(
            inputs,
            cells,
            weights,
            onto="I_syn",
            path="synapses",
            update=p["update"],
            clock=clock,
            name="learned",
            **settings,
        )
        synapses.pre.delay = estimator._delay_steps(n, outputs).ravel() * dt * second
        objects.append(synapses)
        if target is not None:
            asked = read_targets([target], 1, float(patterns.duration), dt).steps[0]
            if len(asked) != outputs:
                raise DataError(f"targets of {len(asked)} neurons and {outputs} outputs; give one train for each")
            which = np.repeat(np.arange(outputs), [len(train) for train in asked])
            teacher = SpikeGeneratorGroup(
                outputs, which, np.concatenate(asked) * dt * second, clock=clock, name="target"
            )
            objects += [teacher, teach(teacher, synapses)]
        network = Network(objects)
        use_common_schedule(network)
        # The synapses' turn after the last step of the trial is that of a step more.
        n_steps = round(float(patterns.duration) / dt)
        build(network, (n_steps + 1) * dt * second).run()
        w = np.array(synapses.w[:]).reshape(n, outputs)
        if p["update"] == "trial":
            w = np.clip(w + np.array(synapses.dw[:]).reshape(n, outputs), -p["w_max"], p["w_max"])
        within = np.array(spikes.t[:]) < (n_steps - 0.5) * dt
        times, who = np.array(spikes.t[:])[within], np.array(spikes.i[:])[within]
    return [np.sort(times[who == j]) * second for j in range(outputs)], w * amp
