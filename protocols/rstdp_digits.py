"""Digits learned from reward alone, by one layer: which neuron answers first decides, and is told right or wrong.

Each of the 8 x 8 pixels fires once, the brighter the earlier. Output neurons belong to classes, several to each; the
first of them that fires silences all for the rest of the trial, and its class is the decision. Pairs of spikes leave an
eligibility, and the reward (1 if right, -1 if wrong) minus its running mean turns it into weight: where the answer was
better than expected, pixels that fired before it gain and pixels that fired after it lose, else the other way round.
Neurons that answer often get a higher threshold; without it one class takes over. Potentials begin each training trial
at random, so that other neurons get a try; the width of that, and the learning rate, fall linearly to zero. In the test
potentials begin at rest, and nothing is learned.

The code, the decision and all values are ours. Published with reward-modulated STDP is 97.2 % on MNIST, by a deep
convolutional network whose features are learned too (Mozafari et al. 2018, IEEE TNNLS 29:6178,
doi:10.1109/TNNLS.2018.2826721): another task and another network, no reference for this one.
"""

import numpy as np
import xarray as xr
from brian2 import (
    Network,
    NeuronGroup,
    SpikeGeneratorGroup,
    SpikeMonitor,
    Synapses,
    TimedArray,
    defaultclock,
    ms,
    mV,
    volt,
)
from sklearn.linear_model import LogisticRegression

from brainnet import Parameter, Result, build, models, protocol, uniform
from brainnet.data import load_digits
from brainnet.pairing import reward
from brainnet.plot.reward_digits import draw_reward_digits

STEP = 0.2 * ms
LATEST, TRIAL = 40 * ms, 100 * ms  # of a dark pixel's spike, and from one image to the next
W_MAX = 0.02  # with E_e far away, conductances of this size act as currents


def first_answers(neuron, step, trials, steps):
    """Neuron that fires first in each trial, the lowest of several in one step; -1 where none does."""
    order, winner = np.lexsort((neuron, step)), np.full(trials, -1)
    answered, first = np.unique(step[order] // steps, return_index=True)
    winner[answered] = neuron[order][first]
    return winner


def judges(outputs, label, n_classes):
    """Two neurons, one of which fires in the step after a decision: the first if it is right, the second if not."""
    pair = NeuronGroup(2, "hit : 1", threshold="hit > 0", reset="hit = 0", name="judges")
    heard = Synapses(
        outputs, pair,
        on_pre="hit_post += int(label(t) >= 0)*int(int(int(label(t)) == i % n_classes) != j)",
        namespace={"label": label, "n_classes": n_classes}, name="heard",
    )  # fmt: skip
    heard.connect()
    return pair, heard


def answers(shown, labels, rate, cell, rule, start, values):
    """Show images, and learn where a label is 0 or more, with `rate` of the learning rate.

    Returns the neuron that answers first to each image, and the weights in the end.
    """
    trials, steps = len(shown), round(TRIAL / STEP)
    latency = np.rint((1 - shown) * (LATEST / STEP)).astype(int)
    at = latency + 1 + steps * np.arange(trials)[:, None]
    pixel = np.broadcast_to(np.arange(shown.shape[1]), at.shape)
    inputs = SpikeGeneratorGroup(shown.shape[1], pixel.ravel(), at.ravel() * STEP)
    outputs = cell.group(start.shape[1], name="outputs", vary=["adapts"])
    by_trial = {
        "learns": TimedArray(labels >= 0, dt=TRIAL), "rate": TimedArray(rate, dt=TRIAL), "uniform": uniform, **values,
    }  # fmt: skip
    outputs.namespace.update(by_trial)
    outputs.run_regularly(
        "adapts = learns(t)\nv = -70*mV + noise*rate(t)*(uniform(seed, 0, timestep(t, dt), i) - 0.5)\ng_e = 0",
        dt=TRIAL,
        when="start",
    )
    silence = Synapses(outputs, outputs, on_pre="v_post -= 10*volt", order=1, name="silence", namespace={"step": STEP})
    silence.connect()
    silence.delay = "int(i == j)*step"  # what arrives in the step of a reset is wiped
    plastic = rule.connect(inputs, outputs, start, onto="g_e", vary=["gamma"], name="plastic")
    plastic.namespace.update(by_trial)
    plastic.run_regularly("gamma = gamma_0*rate(t)", dt=TRIAL, when="start")
    told, heard = judges(outputs, TimedArray(labels, dt=TRIAL), values["n_classes"])
    given = [  # of a right and a wrong answer in one step the right one is heard last, and counts
        reward(
            told, plastic, where=f"i == {k}", order=1 - k, namespace={"signal": TimedArray([value], dt=TRIAL * trials)}
        )
        for k, value in enumerate((1.0, -1.0))
    ]
    out = SpikeMonitor(outputs)
    network = Network(inputs, outputs, silence, plastic, told, heard, *given, out)
    build(network, trials * TRIAL).run()

    winner = first_answers(np.asarray(out.i), np.rint(np.asarray(out.t) / float(STEP)).astype(int), trials, steps)
    return winner, np.asarray(plastic.w).reshape(start.shape)


@protocol(
    parameters={
        "neurons": Parameter(10, "of each class", low=1, high=1000, quick=5),
        "epochs": Parameter(20, "passes through the training images", low=1, high=10_000, quick=4),
        "gamma": Parameter(0.02, "learning rate at first, in units of the largest weight", above=0.0),
        "n_mean": Parameter(100.0, "trials that the mean of the reward runs over", low=1.0),
        "v_th": Parameter(-54 * mV, "threshold; potentials rest at -70 mV", low=-69 * mV),
        "theta_plus": Parameter(0.04 * mV, "rise of a threshold with a spike, in the training", low=0 * mV),
        "noise": Parameter(8 * mV, "width of the distribution of a potential at the begin of a trial, at first",
                           low=0 * mV),
    },
    results={
        "accuracy": Result("test images classified correctly"),
        "accuracy_standard_error": Result("of that, from the number of test images"),
        "accuracy_before": Result("the same test before learning"),
        "accuracy_on_training": Result("decisions that were right in the last epoch of the training"),
        "accuracy_logistic_regression": Result("of a logistic regression on the same pixels and images"),
        "unanswered": Result("test images at which no neuron fired"),
    },
    draw=draw_reward_digits,
    source="Florian 2007, Neural Comput. 19:1468, doi:10.1162/neco.2007.19.6.1468, sec. 3 (rule); baseline: "
    "Fremaux, Sprekeler & Gerstner 2010, J. Neurosci. 30:13326, doi:10.1523/JNEUROSCI.6249-09.2010, abstract",
)  # fmt: skip
def rstdp_digits(neurons, epochs, gamma, n_mean, v_th, theta_plus, noise, seed) -> xr.Dataset:
    """Learn digits from rewards with one layer, and test before and after without reward."""
    defaultclock.dt = STEP
    digits, rng = load_digits(seed=seed), np.random.default_rng(seed)
    x, x_test = (part.reshape(len(part), -1) for part in (digits.x_train, digits.x_test))
    n_classes, n_test = digits.n_classes, len(x_test)
    n_outputs = n_classes * neurons
    order = np.concatenate([rng.permutation(len(x)) for _ in range(epochs)])
    shown = np.concatenate([x_test, x[order], x_test])
    rest = np.full(n_test, -1.0)
    labels = np.concatenate([rest, digits.y_train[order], rest])
    rate = np.concatenate([0 * rest, 1 - np.arange(len(order)) / len(order), 0 * rest])
    cell = models.adaptive_conductance_lif(
        tau_m=20 * ms, tau_e=2.5 * ms, E_L=-70 * mV, E_e=1 * volt, v_th=v_th, v_reset=-70 * mV, theta_0=0 * mV,
        theta_plus=theta_plus, tau_theta=2000 * TRIAL, t_ref=0 * ms, t_gate=0 * ms,
    )  # fmt: skip
    rule = models.florian_stdp(
        eligibility="trace", baseline="running_mean", pairing="nearest_symmetric", n_mean=n_mean, tau_plus=20 * ms,
        tau_minus=40 * ms, tau_z=10 * ms, w_max=W_MAX,
    )  # fmt: skip
    start = rng.uniform(0.35, 0.45, (shown.shape[1], n_outputs)) * W_MAX
    winner, weights = answers(
        shown, labels, rate, cell, rule, start, {"n_classes": n_classes, "seed": seed, "noise": noise, "gamma_0": gamma}
    )
    decision = np.where(winner < 0, -1, winner % n_classes)
    before, after = decision[:n_test], decision[-n_test:]
    right = (decision[n_test:-n_test] == digits.y_train[order]).reshape(epochs, -1).mean(axis=1)
    accuracy = float((after == digits.y_test).mean())
    regression = LogisticRegression(max_iter=5000).fit(x, digits.y_train)
    confusion = np.zeros((n_classes, n_classes), int)
    np.add.at(confusion, (digits.y_test[after >= 0], after[after >= 0]), 1)
    return xr.Dataset(
        {
            "accuracy": accuracy,
            "accuracy_standard_error": np.sqrt(accuracy * (1 - accuracy) / n_test),
            "accuracy_before": float((before == digits.y_test).mean()),
            "accuracy_on_training": right[-1],
            "accuracy_logistic_regression": regression.score(x_test, digits.y_test),
            "unanswered": float((after < 0).mean()),
            "right_by_epoch": ("epoch", right),
            "confusion": (("class", "predicted_class"), confusion),
            "weights": (("pixel", "neuron"), weights),
        },
        {"epoch": np.arange(1, epochs + 1), "neuron": np.arange(n_outputs)},
        {"neurons": neurons, "height": digits.sample_shape[0], "train_images": len(x), "test_images": n_test},
    )
