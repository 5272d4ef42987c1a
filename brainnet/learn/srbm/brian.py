"""The machine in Brian2: two layers, one weight for both directions; built once, it learns and samples."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import cache
from typing import Any

import numpy as np
from brian2 import Clock, Network, NeuronGroup, Quantity, TimedArray, amp, defaultclock, second, siemens
from numpy.typing import NDArray

from brainnet.catalogue.content import models
from brainnet.declare import NeuronModel
from brainnet.learn.srbm.sampling import Sigmoid, noisier, sigmoid_constants
from brainnet.learn.srbm.settings import Settings
from brainnet.projections import Presentation
from brainnet.targets import fresh

__all__ = ["Layers", "opened", "spiking_network"]

# What bias neurons are clamped to, in units of 1/beta. Their weights act on them as well, one weight serving both
# directions, and hundreds of neurons with negative biases silence one that is clamped as a bright pixel is.
ALWAYS = 1e6


def _layer(
    cell: NeuronModel, sigmoid: Sigmoid, n: int, bias: int, seed: int, hidden: bool, clock: Clock | None,
    vary: Sequence[str] = (),
) -> NeuronGroup:  # fmt: skip
    """Make a layer; hidden bias neurons, the last ones, are clamped for good."""
    clamps = np.zeros(n)
    if hidden:
        clamps[-bias:] = ALWAYS / sigmoid.beta
    return cell.group(
        n, I_ext=sigmoid.offset * amp, I_d=clamps * amp, seed=seed, stream=int(hidden), vary=["first_step", *vary],
        clock=clock, name="hidden" if hidden else "visible",
    )  # fmt: skip


def _synapses(
    settings: Settings, cell: NeuronModel, sigmoid: Sigmoid, visible: NeuronGroup, hidden: NeuronGroup, weights: Any,
    vary: Sequence[str] = (),
) -> Any:  # fmt: skip
    if settings.t_overlap:
        model = models.ecd_overlap(t_overlap=settings.t_overlap * second, A=0 * amp)
    else:
        model = models.ecd_stdp(tau_stdp=cell.parameters["t_ref"].value, A=0 * amp)
    if settings.cells is not None:
        model = settings.cells.rule(model, 1 / sigmoid.beta)
    return model.connect(visible, hidden, weights, onto="I_syn", path="projection", vary=vary, name="learned")


def spiking_network(
    settings: Settings, clamps: NDArray[np.float64], weights: NDArray[np.float64], seed: int, halves: int
) -> Network:
    """Make a trained network that is shown rows of clamps for some halves of a cycle each; nothing is learned.

    Returns
    -------
    brian2.Network
        With the groups ``visible`` and ``hidden``, the last of which are bias neurons, and the projection ``learned``.
    """
    clock, noise, bias = Clock(settings.dt * second, name="steps"), settings.noise_of(-1), settings.bias_neurons
    cell, sigmoid = noisier(models[settings.neuron], noise)[0], settings.sigmoid(noise)
    one = Quantity(1 / sigmoid.beta, dim=amp.dim)
    visible, hidden = (_layer(cell, sigmoid, n, bias, seed, side == 1, clock) for side, n in enumerate(weights.shape))
    learned = _synapses(settings, cell, sigmoid, visible, hidden, weights * one)
    always = np.full((len(clamps), bias), ALWAYS)
    shown = halves * settings.half * settings.dt * second
    visible.namespace["drive"] = TimedArray(np.hstack([clamps, always]) * one, dt=shown)
    visible.run_regularly("I_d = drive(t, i)", dt=shown, when="start", order=-1)
    return Network(visible, hidden, learned)


class Layers:
    """Visible and hidden neurons, which sample while they are shown data, and learn from that.

    Each layer has bias neurons, clamped so that they fire as often as they can, whatever they receive: their weights
    onto the other layer are its biases, and learn by the same rule. What is shown are rows of clamps, one for each half
    of a cycle: for each visible neuron the input that its rate answers to, in units of 1/beta (the logarithm of the
    odds of its probability), 0 where it runs freely. Weights are in the same unit.

    Parameters
    ----------
    settings : Settings
    n_visible : int
        Pixels and label neurons.
    seed : int
        Of the noise.
    cell : NeuronModel, optional
        The model that `settings` names, with other values than its own.
    vary : sequence of str
        Its parameters that `become` may change.
    """

    def __init__(
        self, settings: Settings, n_visible: int, seed: int, cell: NeuronModel | None = None, vary: Sequence[str] = ()
    ) -> None:
        cell = models[settings.neuron] if cell is None else cell
        defaultclock.dt = settings.dt * second
        bias, half = settings.bias_neurons, settings.half
        self.shape = (n_visible + bias, settings.hidden + bias)
        self.sigmoid: Sigmoid = sigmoid_constants(cell, settings.dt)
        self._settings, self._bias, self.step, self._cell, self._vary = settings, bias, settings.dt, cell, [*vary]
        self._values: dict[Any, Any] = {}
        changing = [*vary, *([] if settings.noise is None else [noisier(cell, 1.0)[1]])]
        self.visible, self.hidden = (
            _layer(cell, self.sigmoid, n, bias, seed, side == 1, None, ["I_ext", *changing] if changing else [])
            for side, n in enumerate(self.shape)
        )
        self.learned = _synapses(
            settings, cell, self.sigmoid, self.visible, self.hidden, np.zeros(self.shape) * amp, ["A", "g"]
        )
        # Nothing is learned at the begin of each half; then from data, and against the free run.
        pause = round(settings.transition / settings.dt)
        self.learned.run_regularly(
            f"g = int(t_in_timesteps % {half} >= {pause})*(1 - 2*int(t_in_timesteps % {2 * half} >= {half}))",
            when="start", dt=defaultclock.dt,
        )  # fmt: skip
        self.learned.learn_while(self.learned, "A")
        # Neftci et al. 2014, program: eta is what two neurons that fire as often as they can gain in the data phase.
        t_ref, overlap = self.sigmoid.t_ref, settings.t_overlap
        self._A = t_ref**2 / (2 * (overlap - settings.dt if overlap else t_ref) * settings.learning)
        if settings.cells is not None:
            G_min, G_max = (self.learned.model.parameters[f"dev_{name}"].value for name in ("G_min", "G_max"))
            self._range = float(G_max - G_min)
        self.shown = Presentation(half, at_once=True)
        self.shown.feed(self.visible, "I_d")
        for group in (self.visible, self.hidden):
            self.shown.record(group, 0, group.name)
        self.shown.build(self.visible, self.hidden, self.learned)

    @property
    def compile_seconds(self) -> float:
        """Time that generating and compiling the program took."""
        return 0.0 if self.shown.program is None else self.shown.program.compile_seconds

    @property
    def _one(self) -> Quantity:
        """The unit of weights and clamps."""
        return Quantity(1 / self.sigmoid.beta, dim=amp.dim)

    def become(self, sigmoid: Sigmoid | None = None, **values: Any) -> None:
        """Let neurons have other values from the next run on.

        Parameters
        ----------
        sigmoid : Sigmoid, optional
            Where rates are taken to lie, whose 1/beta is the unit of weights and clamps: as on a chip that is set up
            for other neurons. That of the new values if left out.
        **values
            Of parameters named in `vary`; others are as they were when the layers were built.
        """
        cell = self._cell(**{name: values.get(name, self._cell.parameters[name].value) for name in self._vary})
        self.sigmoid = sigmoid_constants(cell, self.step) if sigmoid is None else sigmoid
        self._values = self._values_of(cell, self.sigmoid, self._vary)

    def _values_of(self, cell: NeuronModel, sigmoid: Sigmoid, names: Sequence[str]) -> dict[Any, Any]:
        """Return what a run is to set, by variable of both layers."""
        new = {name: cell.parameters[name].value for name in names} | {"I_ext": sigmoid.offset * amp}
        return {getattr(group, name): value for group in (self.visible, self.hidden) for name, value in new.items()}

    def run(
        self,
        clamps: NDArray[np.float64],
        state: NDArray[np.float64],
        eta: float = 0.0,
        first: int = 0,
        noise: float = 1.0,
    ) -> tuple[NDArray[np.float64], dict[str, NDArray[np.int32]]]:
        """Show rows of clamps, and learn from them.

        Parameters
        ----------
        clamps : array, shape (n_rows, n_visible)
            In units of 1/beta. In a training rows of data and of zeros follow each other.
        state : array
            Weights with those of bias neurons, in units of 1/beta; or the conductances of cells that hold them.
        eta : float
            Learning rate; with 0 nothing is learned.
        first : int
            Number of the first row: noise is drawn by it.
        noise : float
            What the noise of neurons is multiplied with, if the settings have a schedule of it. Currents of weights
            stay; those of clamps, and the one that places the sigmoid, follow, so that clamps mean the same rates.

        Returns
        -------
        state : array
            What it has become.
        counts : dict
            ``visible`` and ``hidden``: spikes in each row, shape (n_rows, n), without those of bias neurons.
        """
        sigmoid = self.sigmoid if self._settings.noise is None else self._settings.sigmoid(noise)
        rows = np.hstack([clamps, np.full((len(clamps), self._bias), ALWAYS)]) * (1 / sigmoid.beta)
        synapses, cells = self.learned, self._settings.cells
        weights = state if cells is None else cells.weights(state)
        values = self._values | {
            synapses.w: (weights * self._one).ravel(),
            synapses.A: eta * self._A * self._one,
            self.hidden.first_step: first * self.shown.steps,
        }
        if self._settings.noise is not None:
            cell, name = noisier(self._cell, noise)
            values |= self._values_of(cell, sigmoid, [name])
        if cells is not None and cells.refreshes:
            values[synapses.dev_c] = cells.common(state).ravel() * self._range * siemens
        counts = self.shown.run(rows, first_sample=first, values=values)
        after = np.asarray(synapses.weights) * self.sigmoid.beta if eta else weights
        if cells is not None:
            common = (
                np.asarray(synapses.dev_c[:]).reshape(self.shape) / self._range if cells.refreshes else np.zeros(())
            )
            after = cells.conductances(after, common) if eta else state
        return after, {name: each[:, : -self._bias] for name, each in counts.items()}


@contextmanager
def opened(settings: Settings, n_visible: int, seed: int) -> Iterator[Callable[[], Layers]]:
    """Give a function that builds the layers when it is first called, and returns the same ones afterwards."""
    with ExitStack() as stack:

        @cache
        def layers() -> Layers:
            stack.enter_context(fresh())
            return Layers(settings, n_visible, seed)

        yield layers
