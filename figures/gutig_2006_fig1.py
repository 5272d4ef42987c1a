"""Gütig & Sompolinsky 2006, fig. 1: patterns, potentials, and the neuron's decision, doi:10.1038/nn1643.

Deviations: the patterns of the paper are not tabulated; these are random, ten inputs that fire once each within 500 ms,
two patterns of each class. Learned without momentum. "theirs" is equation 1 for the potential of one spike, with V_0
and the time of the maximum.
"""

import numpy as np
from brian2 import Network, StateMonitor, ms

from brainnet import build, figure
from brainnet.coding import SpikePatterns, random_latency_patterns
from brainnet.learn import Tempotron, tempotron_network
from brainnet.plot import new_figure
from brainnet.targets import fresh

N, DURATION, DT = 10, 500 * ms, 0.5 * ms


@figure(doi="10.1038/nn1643", title="Gütig & Sompolinsky 2006, Nat. Neurosci. 9:420, fig. 1: the Tempotron's decision")
def gutig_2006_fig1(quick, seed, data):
    """Two of four patterns, their potentials before and after learning, and the potential of one spike."""
    patterns = random_latency_patterns(4, N, duration=DURATION - 5 * ms, rng=np.random.default_rng(seed))
    steps = np.rint(patterns.times / float(DT))
    patterns = SpikePatterns(patterns.neurons, steps * float(DT), patterns.offsets, N, DURATION)
    labels = np.array([1, 0, 1, 0])
    start = np.random.default_rng(seed).normal(0.1, 0.1, N)
    learner = Tempotron(
        initial_weights=start, learning_rate=0.02, momentum=0.0, margin=0.03, random_state=seed, progress=False
    )
    learner.fit(patterns, labels)
    drawing, axes = new_figure(2, 3, figsize=(13, 6))
    for row, k in enumerate((0, 1)):
        sign, colour = ("+", "C0") if labels[k] else ("-", "C1")
        which, when = patterns[k]
        axes[row, 0].plot(when * 1e3, which, "|", color=colour, markersize=10, markeredgewidth=1.5)
        axes[row, 0].set(title=f"pattern {sign}", xlabel="time (ms)", ylabel="input", xlim=(0, 500))
    for row, (name, weights) in enumerate((("before", start[:, None]), ("after", learner.weights_))):
        t, v = potentials(weights, patterns)
        axis = axes[row, 1]
        axis.axhline(1, color="black", linestyle="--", linewidth=0.8, label="threshold")
        for k in (0, 1):
            sign, colour = ("+", "C0") if labels[k] else ("-", "C1")
            axis.plot(t, v[k], color=colour, label=f"pattern {sign}")
        axis.set(title=f"{name} learning", xlabel="time (ms)", ylabel="V / threshold", xlim=(0, 500))
    axes[0, 1].legend(fontsize=8)
    draw_psp(axes[0, 2])
    axes[1, 2].plot(np.arange(1, learner.n_epochs_ + 1), learner.errors_[:, 0], "o-", markersize=3)
    axes[1, 2].set(xlabel="epoch", ylabel=f"errors of {len(patterns)} patterns", title="learning")
    return drawing


def potentials(weights, patterns, **parameters):
    """Time (ms) and V of every pattern, from the neuron's Brian2 equations."""
    with fresh():
        network = tempotron_network(weights, patterns, dt=DT, **parameters)
        trace = StateMonitor(network["tempotrons"], "v", record=True)
        build(Network(network.objects, trace), patterns.duration).run()
        return np.array(trace.t / ms) - float(DT / ms), np.array(trace.v)  # a spike takes one step to the neuron


def draw_psp(axis):
    """Draw the potential of one spike of weight 1: the Brian2 equations as a line, equation 1 as points."""
    patterns = SpikePatterns.from_lists([([0], [0] * ms)], n=1, duration=80 * ms)
    t, v = potentials(np.ones((1, 1)), patterns, after_spike="free")
    axis.plot(t, v[0], label="ours: Brian2")
    t, tau, tau_s = np.arange(0, 80, 4), 15, 3.75
    eta = tau / tau_s
    v_0 = eta ** (eta / (eta - 1)) / (eta - 1)
    axis.plot(t, v_0 * (np.exp(-t / tau) - np.exp(-t / tau_s)), "o", color="black", mfc="none", label="theirs: eq. 1")
    peak = tau * tau_s / (tau - tau_s) * np.log(eta)
    axis.plot([peak], [1], "x", color="C3", label=f"theirs: maximum at {peak:.2f} ms")
    axis.set(xlabel="time since the spike (ms)", ylabel="V / w", title="potential of one spike", xlim=(0, 80))
    axis.legend(fontsize=8)
