"""The network of Diehl & Cook 2015 in Brian2: built once; the same program trains, observes and tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import cache
from typing import Any
from zlib import crc32

import numpy as np
from brian2 import Clock, Network, NeuronGroup, TimedArray, defaultclock, ms, mV, prefs, second, volt
from scipy import sparse

from brainnet.catalogue.content import models
from brainnet.errors import TargetError
from brainnet.learn.stdp.settings import RATE, Settings
from brainnet.projections import AllButOne, Answers, BernoulliInput, Dense, Projection, SparseRows, Trials
from brainnet.projections.presented import Restart
from brainnet.projections.trials import most_positions
from brainnet.targets import fresh

__all__ = ["THETA", "StdpNetwork", "first_weights", "opened", "positions_of", "rule_model", "spiking_network"]

_AS_PUBLISHED = 400  # neurons that theta_plus is given for
THETA = 20e-3  # of every neuron at first, in volts
# What neurons start again from with each image.
_RESTART = {
    "excitatory": {"v": -65 * mV, "g_e": 0, "g_i": 0},
    "inhibitory": {"v": -60 * mV, "g_e": 0, "g_i": 0},
}


def rule_model(name: str) -> Any:
    """Return the synapse model of a rule of `RULES`, with the values that it has here.

    triplet    Diehl & Cook's: at a postsynaptic spike by both traces, at a presynaptic one a hundredth of that down
    pair       pairs of nearest spikes
    power_law  at postsynaptic spikes only, after their equation 3; x_target is ours, by accuracy on other seeds
    """
    if name == "power_law":
        return models.power_law_stdp(pairing="nearest_symmetric", x_target=0.1)
    fixed = {"pairing": "nearest_symmetric", "tau_plus": 20 * ms, "tau_minus": 20 * ms}
    if name == "pair":
        return models.pair_stdp(A_plus=1e-2, A_minus=1e-4, **fixed)
    return models.triplet_stdp(
        parameters="hippocampus.nearest.minimal", A2_plus=0.0, A3_plus=1e-2, A2_minus=1e-4, A3_minus=0.0,
        tau_y=40 * ms, **fixed,
    )  # fmt: skip


def first_weights(n_inputs: int, neurons: int, seed: int) -> np.ndarray:
    """Draw the weights before learning: uniform, 0.003 to 0.303."""
    return 0.3 * (np.random.default_rng(seed).random((n_inputs, neurons)) + 0.01)


def positions_of(images: np.ndarray, most: int) -> list[int]:
    """Return the position below `most` that random input is drawn for, by what an image holds."""
    return [crc32(np.ascontiguousarray(image, dtype=float).tobytes()) % most for image in images]


def _competing(settings: Settings, clock: Clock | None) -> tuple[NeuronGroup, NeuronGroup, Projection, Projection]:
    """Make excitatory neurons, and inhibitory ones through which each of them silences the others."""
    n = settings.neurons
    # A spike of few neurons comes more often: with a rise in proportion to their number thresholds settle alike.
    theta_plus = settings.theta_plus * n / _AS_PUBLISHED * volt
    excitatory = models.adaptive_conductance_lif.group(
        n, vary=["adapts"], theta_plus=theta_plus, tau_theta=settings.tau_theta * second, clock=clock,
        name="excitatory",
    )  # fmt: skip
    inhibitory = models.conductance_lif.group(n, clock=clock, name="inhibitory")
    one_each = SparseRows(sparse.eye(n, format="csr") * settings.w_exc_inh)
    excite = Projection(excitatory, inhibitory, one_each, onto="g_e", name="excite")
    others = AllButOne(n, settings.w_inh_exc)
    return excitatory, inhibitory, excite, Projection(inhibitory, excitatory, others, onto="g_i", name="inhibit")


class StdpNetwork:
    """Excitatory neurons that learn from images, and inhibitory ones through which each of them silences the others.

    Parameters
    ----------
    settings : Settings
    n_inputs : int
    seed : int
        Of the random input.
    prunable : bool
        Whether the state may hold "kept", shape (n_inputs, neurons), which synapses there are, and "total", shape
        (neurons,), what the weights of a neuron are normalised to.
    teachers : int
        Further inputs after the pixels, one a class: each excites the neurons of its class, which are those whose
        number leaves the class as remainder, by a fixed weight.
    w_teacher : float
    """

    def __init__(
        self,
        settings: Settings,
        n_inputs: int,
        seed: int,
        *,
        prunable: bool = False,
        teachers: int = 0,
        w_teacher: float = 0.0,
    ) -> None:
        n = settings.neurons
        defaultclock.dt = settings.dt * second
        source = BernoulliInput(np.zeros(n_inputs + teachers), seed=seed, name="image")
        self.excitatory, inhibitory, *silence = _competing(settings, None)
        self.learned = rule_model(settings.rule).connect(
            source[:n_inputs] if teachers else source,
            self.excitatory,
            np.zeros((n_inputs, n)),
            onto="g_e",
            path="projection",
            name="learned",
        )
        self.learned.learn_while(self.excitatory, "adapts")
        if prunable:
            self.learned.prune()
        further: list[Any] = []
        if teachers:
            own = np.arange(teachers)[:, None] == np.arange(n) % teachers
            fixed = SparseRows(sparse.csr_matrix(own * w_teacher))
            further.append(Projection(source[n_inputs:], self.excitatory, fixed, onto="g_e", name="teach"))
        traces = {name: 0 for name in self.learned.variables if name.removeprefix("_") in self.learned.taus}
        self.trials = Trials(
            source, self.excitatory, (self.excitatory, "adapts"),
            restart={
                self.excitatory: _RESTART["excitatory"],
                inhibitory: _RESTART["inhibitory"],
                self.learned: traces,
            },
            shown=settings.shown * second, rest=settings.rest * second, intensity=settings.intensity,
            least=settings.least_spikes, attempts=settings.attempts,
        )  # fmt: skip
        total: Any = settings.mean_weight * n_inputs
        self.sums = NeuronGroup(n, "total : 1 (constant)", name="sums") if prunable else None
        if self.sums is not None:
            self.sums.total = total
            total = (self.sums, "total")
            further.append(self.sums)
        self.learned.normalise(total, every=defaultclock.dt, only_while=self.trials.begins)
        self.trials.build(source, self.excitatory, inhibitory, self.learned, *silence, *further)
        self._scale = scale_of(settings)

    @property
    def compile_seconds(self) -> float:
        """Time that generating and compiling the program took."""
        return 0.0 if self.trials.program is None else self.trials.program.compile_seconds

    def _run(self, images: np.ndarray, state: Mapping[str, np.ndarray], **how: Any) -> Answers:
        values = {self.learned.w: state["weights"].ravel(), self.excitatory.theta: state["theta"] * volt}
        if self.sums is not None and "kept" in state:
            values |= {self.learned.kept: state["kept"].ravel(), self.sums.total: state["total"]}
        return self.trials.show(np.asarray(images, float) * self._scale, values, **how)

    def learn(
        self, images: np.ndarray, state: Mapping[str, np.ndarray], *, phase: int = 0, positions: Any = None
    ) -> tuple[dict[str, np.ndarray], Answers]:
        """Learn from images.

        Parameters
        ----------
        images : array, shape (n_images, n_inputs)
            From 0 to 1.
        state : mapping
            "weights", shape (n_inputs, neurons), and "theta", shape (neurons,), in volts.
        phase, positions
            What random input is drawn for: as of `Trials.show`.

        Returns
        -------
        state, Answers
        """
        answers = self._run(images, state, learning=True, phase=phase, positions=positions)
        return {"weights": np.array(self.learned.weights), "theta": np.array(self.excitatory.theta)}, answers

    def respond(
        self, images: np.ndarray, state: Mapping[str, np.ndarray], *, phase: int, positions: Any = None
    ) -> Answers:
        """Let images be answered with weights and thresholds as they are."""
        return self._run(images, state, learning=False, phase=phase, positions=positions)


def spiking_network(
    settings: Settings, state: Mapping[str, np.ndarray], images: np.ndarray, seed: int, phase: int
) -> Network:
    """Make a trained network that is shown each image once, with weights and thresholds as they are.

    Parameters
    ----------
    settings : Settings
    state : mapping
        "weights", shape (n_inputs, neurons), and "theta", shape (neurons,), in volts.
    images : array, shape (n_images, n_inputs)
        From 0 to 1.
    seed, phase : int
        Of the random input.

    Returns
    -------
    brian2.Network
        With the groups ``image``, ``excitatory`` and ``inhibitory``, and the projections ``learned``, ``excite`` and
        ``inhibit``.
    """
    clock = Clock(settings.dt * second, name="steps")
    shown, steps = (round(time / settings.dt) for time in (settings.shown, settings.shown + settings.rest))
    source = BernoulliInput(
        np.zeros(images.shape[1]), seed=seed, stream=phase * settings.attempts, clock=clock, name="image"
    )
    excitatory, inhibitory, *silence = _competing(settings, clock)
    excitatory.theta, excitatory.adapts = state["theta"] * volt, 0
    learned = Projection(source, excitatory, Dense(state["weights"]), onto="g_e", name="learned")
    # An image draws by its own position, wherever it stands: what lies between the two is added to the step.
    apart = (np.array(positions_of(images, most_positions(steps))) - np.arange(len(images))) * steps
    probability = np.minimum(images * scale_of(settings) * settings.intensity, 1)
    names: Any = source.namespace
    names["probability"], names["apart"] = (TimedArray(each, dt=steps * clock.dt) for each in (probability, apart))
    source.run_regularly(
        f"first_step = int(apart(t))\np = probability(t, i) * int(t_in_timesteps % {steps} < {shown})",
        when="start", order=-1,
    )  # fmt: skip
    restarts = [Restart(group, 0, steps, _RESTART[group.name]) for group in (excitatory, inhibitory)]
    return Network(source, excitatory, inhibitory, learned, *silence, *restarts)


def scale_of(settings: Settings) -> float:
    """Return the probability of a spike in a step that a pixel of 1 has at intensity 1."""
    return float(RATE) * settings.dt


@contextmanager
def opened(settings: Settings, n_inputs: int, seed: int, **how: Any) -> Iterator[Callable[[], StdpNetwork]]:
    """Give a function that builds the network when it is first called, and returns the same one afterwards.

    Raises
    ------
    TargetError
        The target has single precision.
    """
    if np.dtype(prefs["core.default_float_dtype"]) != np.float64:
        raise TargetError(
            f"thresholds decay by {settings.dt / settings.tau_theta:.0e} of themselves in a step, which single "
            "precision rounds to something else; use float64"
        )
    with ExitStack() as stack:

        @cache
        def network() -> StdpNetwork:
            stack.enter_context(fresh())
            return StdpNetwork(settings, n_inputs, seed, **how)

        yield network
