"""How well rates follow activations, layer by layer, from samples that come in parts."""

from __future__ import annotations

import warnings
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from brainnet.errors import ConversionError, DataError
from brainnet.measure.inference import check_network
from brainnet.measure.rates import RunningCorrelation
from brainnet.spiking import Response, SpikingNetwork

__all__ = ["CAUSES", "Checker", "LayerCheck", "verify"]

# Why a rate is not the activation over the scale; see `LayerCheck`.
CAUSES = ("saturated", "silent", "spurious", "rounded")

# A layer with fewer spikes than one in a thousand neuron-steps passes on next to nothing.
SILENT_RATE = 1e-3
# Samples whose activations are held at a time.
_BLOCK = 256


@dataclass(frozen=True)
class LayerCheck:
    """How well the rates of a layer follow the activations.

    Attributes
    ----------
    correlation : float
        Pearson correlation over values and samples; NaN where one side is constant. Of neurons in pairs it is that of
        the value that they code together.
    mean_rate : float
        Spikes per neuron and step.
    silent : float
        Fraction of neurons and samples without a spike.
    error : float
        Sum of the sizes of rate minus scaled activation over that of the scaled activations.
    causes : dict of str to float
        Shares of `error`: by neurons that fire in every step and should do so more often (saturated), that should fire
        and do not (silent), that should not and do (spurious), and all others (rounded).
    """

    correlation: float
    mean_rate: float
    silent: float
    error: float
    causes: Mapping[str, float]


def verify(network: SpikingNetwork, x: Any, response: Response | None = None) -> dict[str, LayerCheck]:
    """Compare firing rates with activations, layer by layer.

    Parameters
    ----------
    network : SpikingNetwork
        Converted, with values coded as rates.
    x : array (n, ...)
        Samples.
    response : Response, optional
        What the network did on them; it is run if not given.

    Returns
    -------
    dict of str to LayerCheck
        By layer, from the input on.

    Raises
    ------
    DataError
        The samples do not fit the network or the response.
    ConversionError
        The network was not converted, or its neurons fire once.

    Warns
    -----
    UserWarning
        Names each layer that is nearly silent; counts samples without a spike of the output.
    """
    check_network(network)
    if response is not None:
        n = len(response.decisions)
        if n != len(x):
            raise DataError(f"{len(x)} samples and a response to {n}; give the samples that were run")
    checker = Checker(network)
    checker.add(x, response or network.run(x))
    return checker.result()


class Checker:
    """Compares counts with activations.

    Parameters
    ----------
    network : SpikingNetwork
        Converted, with values coded as rates.

    Attributes
    ----------
    samples, undecided : int
        Samples so far, and those without any spike of an output that is read by its spikes.
    """

    def __init__(self, network: SpikingNetwork) -> None:
        if network.graph.fires_once:
            raise ConversionError(
                f"network {network.graph.name!r} codes values as times, and rates are compared; compare `values` of "
                "the response, or call evaluate"
            )
        self.trained, self.steps, self.output = network.trained, network.steps, network.graph.output.name
        self.codes = {each.name: each.code for each in network.graph.populations if each.code is not None}
        self._apart: dict[str, np.ndarray] = defaultdict(lambda: np.zeros(len(CAUSES)))
        self._size: dict[str, float] = defaultdict(float)
        self._running: dict[str, RunningCorrelation] = defaultdict(RunningCorrelation)
        self._spikes: dict[str, int] = defaultdict(int)
        self._silent: dict[str, int] = defaultdict(int)
        self._neurons: dict[str, int] = defaultdict(int)
        self.samples, self.undecided = 0, 0

    def add(self, x: Any, response: Response) -> None:
        """Take in samples (n, ...) and the `Response` to them."""
        for name, counts in response.counts.items():
            self._spikes[name] += int(counts.sum())
            self._silent[name] += int((counts == 0).sum())
            self._neurons[name] += counts.size
        samples, coded = np.asarray(x), [name for name in self.codes if name != "input"]
        self.samples += len(samples)
        output = response.counts.get(self.output)
        if output is not None:
            self.undecided += int((output.sum(axis=1) == 0).sum())
        for start in range(0, len(samples), _BLOCK):
            part = slice(start, start + _BLOCK)
            wanted = dict(zip(coded, self.trained.activations(samples[part], of=coded), strict=True))
            if "input" in response.counts:
                found = self.codes["input"].decoded(response.counts["input"][part])
                self._compare("input", found, samples[part].reshape(found.shape))
            for name in coded:
                if name == self.output and response.output_potential is not None:
                    self._compare(name, response.output_potential[part], wanted[name], fires=False)
                elif name in response.counts:
                    found = self.codes[name].decoded(response.counts[name][part])
                    # Rates cannot be negative: logits are compared by their positive part.
                    self._compare(name, found, wanted[name] if self.codes[name].signed else np.maximum(wanted[name], 0))

    def _compare(self, name: str, found: np.ndarray, wanted: np.ndarray, fires: bool = True) -> None:
        """Take in counts, or potentials after all steps, and the activations that they stand for."""
        code = self.codes[name]
        most, worth = self.steps * code.most, code.worth
        rates, goals = found * (worth / self.steps), code.scaled(wanted.reshape(found.shape))
        # Scaled, since scales may differ from channel to channel.
        self._running[name].add(rates, goals)
        apart = np.abs(rates - goals)
        cause = np.full(found.shape, CAUSES.index("rounded"))
        if fires:
            cause[(np.abs(found) >= most) & (np.abs(goals) > worth * code.most)] = CAUSES.index("saturated")
            cause[found == 0] = CAUSES.index("silent")
            cause[(found != 0) & (goals == 0)] = CAUSES.index("spurious")
        self._apart[name] += np.bincount(cause.ravel(), apart.ravel(), len(CAUSES))
        self._size[name] += float(np.abs(goals).sum())

    def result(self) -> dict[str, LayerCheck]:
        """Return what was found, by population from the input on; warns of what is nearly silent or undecided."""
        checks = {}
        for name, running in self._running.items():
            neurons = self._neurons[name]
            rate = self._spikes[name] / (neurons * self.steps) if neurons else 0.0
            silent = self._silent[name] / neurons if neurons else 1.0
            apart = float(self._apart[name].sum())
            # Where nothing should fire, whatever does is all wrong.
            error = apart / self._size[name] if self._size[name] else float(apart > 0)
            causes = dict(zip(CAUSES, (self._apart[name] / (apart or 1.0)).tolist(), strict=True))
            checks[name] = LayerCheck(running.value, rate, silent, error, causes)
            if neurons and rate < SILENT_RATE:
                warnings.warn(
                    f"layer {name!r} is nearly silent ({rate:.2g} spikes per neuron and step); "
                    "use normalisation='data' with a lower percentile, or more steps",
                    stacklevel=3,
                )
        if self.undecided:
            warnings.warn(
                f"{self.undecided} of {self.samples} samples end without a spike of the output and count as the first "
                "class; use readout='potential', or more steps",
                stacklevel=3,
            )
        return checks
