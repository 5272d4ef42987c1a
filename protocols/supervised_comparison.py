"""Four ways to learn by spike times, on the same digits in the same latency code and with the same number of epochs."""

import time
from typing import Any

import numpy as np
import xarray as xr
from brian2 import ms

from brainnet import Parameter, Result, models, protocol
from brainnet.coding import latency_code
from brainnet.data import load_digits
from brainnet.learn import ReSuMe, ReSuMeClassifier, SpikeProp, SpikingRecipe, SurrogateClassifier, Tempotron
from brainnet.plot import new_figure

# The brightest pixels fire at once, the darkest that fire do so at LAST; a trial leaves time to answer.
LAST, TRIAL = 30 * ms, 45 * ms
METHODS = "Tempotron", "ReSuMe", "SpikeProp", "surrogate gradient"


def spikes_fired(learner, patterns):
    """Spikes of all neurons but the inputs, for each pattern."""
    if isinstance(learner, Tempotron):  # each neuron once, where its potential reaches the threshold
        return (learner.decision_function(patterns) >= 0).sum(axis=1)
    if isinstance(learner, SpikeProp):  # each neuron once, or never
        return np.sum([np.isfinite(times / ms).sum(axis=1) for times in learner.spike_times(patterns)], axis=0)
    return learner.count_spikes(patterns)


_PANELS = (("accuracy", "test accuracy"), ("spikes", "spikes per image"), ("seconds", "training time (s)"))


def draw_comparison(dataset):
    """Draw accuracy, spikes and training time of every method."""
    figure, axes = new_figure(1, len(_PANELS), figsize=(11, 3.2))
    names = [str(name) for name in dataset.method.values]
    for axis, (key, label) in zip(axes.flat, _PANELS, strict=True):
        bars = axis.barh(range(len(names)), dataset[key], color=[f"C{k}" for k in range(len(names))])
        axis.bar_label(bars, fmt="%.3g", padding=2, fontsize=8)
        axis.set_yticks(range(len(names)), names)
        axis.invert_yaxis()
        axis.set(xlabel=label)
        axis.margins(x=0.15)
    axes[0, 0].plot(
        dataset.train_accuracy, range(len(names)), "|", color="black", markersize=12, label="training images"
    )
    axes[0, 0].set(xlim=(0, 1.12))
    axes[0, 0].legend(loc="lower left", fontsize=8)
    return figure


@protocol(
    parameters={
        "samples": Parameter(1000, "training images, from the first on", low=50, high=1400, quick=80),
        "tests": Parameter(297, "test images, from the first on", low=10, high=397, quick=40),
        "epochs": Parameter(20, "passes through the training images", low=1, high=1000, quick=2),
        "hidden": Parameter(20, "hidden neurons of the two methods that have some", low=2, high=1000),
    },
    results={
        "accuracy": Result("test accuracy, by method"),
        "train_accuracy": Result("accuracy on the training images, by method"),
        "spikes": Result("mean spikes of all neurons but the inputs for a test image, by method"),
        "epochs_used": Result("epochs that the training ran for, by method"),
        "seconds": Result("training time, by method", unit="s"),
    },
    draw=draw_comparison,
    source="Gütig & Sompolinsky 2006, doi:10.1038/nn1643, eq. 1; "
    "Ponulak & Kasinski 2010, doi:10.1162/neco.2009.11-08-901, eq. 2.10; "
    "Bohte et al. 2002, doi:10.1016/S0925-2312(01)00658-0, eqs. 1 to 3; "
    "Neftci, Mostafa & Zenke 2019, doi:10.1109/MSP.2019.2931595, abstract (method)",
)
def supervised_comparison(samples, tests, epochs, hidden, seed) -> xr.Dataset:
    """Train each method once, and test it; settings of each were chosen on a few hundred images, not searched."""
    digits = load_digits(seed=seed)
    parts = {
        "train": (digits.x_train[:samples], digits.y_train[:samples]),
        "test": (digits.x_test[:tests], digits.y_test[:tests]),
    }
    coded = {
        name: (latency_code(x.reshape(len(x), -1), last=LAST, duration=TRIAL), y) for name, (x, y) in parts.items()
    }
    neuron = models.lif(synapse="current", tau_m=10 * ms, tau_s=5 * ms, t_ref=2 * ms)
    learners: dict[str, Any] = {
        "Tempotron": Tempotron(max_epochs=epochs, random_state=seed, progress=False),
        "ReSuMe": ReSuMeClassifier(
            resume=ReSuMe(
                neuron=neuron, dt=1 * ms, A=0.001, a=0.0, tau=20 * ms, max_epochs=epochs, random_state=seed,
                progress=False,
            ),
            target=[34, 40] * ms,
        ),
        # All times are five times those of the paper, whose inputs end at 6 ms.
        "SpikeProp": SpikeProp(
            hidden=hidden, tau=35 * ms, delays=5 * np.arange(1, 17) * ms, early=50 * ms, late=80 * ms,
            duration=200 * ms, least_slope=0.02 / ms, max_epochs=epochs, random_state=seed, progress=False,
        ),
        "surrogate gradient": SurrogateClassifier(
            str(hidden), random_state=seed, progress=False,
            recipe=SpikingRecipe(
                steps=int(TRIAL / ms), epochs=epochs, batch=32, rate=1e-2, tau=10.0, shift=0, dropout=0.0
            ),
        ),
    }  # fmt: skip
    found = {key: [] for key in ("accuracy", "train_accuracy", "spikes", "epochs_used", "seconds")}
    for learner in learners.values():
        began = time.perf_counter()
        learner.fit(*coded["train"])
        found["seconds"].append(time.perf_counter() - began)
        found["accuracy"].append(learner.score(*coded["test"]))
        found["train_accuracy"].append(learner.score(*coded["train"]))
        found["spikes"].append(float(np.mean(spikes_fired(learner, coded["test"][0]))))
        found["epochs_used"].append(int(getattr(learner, "n_epochs_", epochs)))
    return xr.Dataset(
        {name: ("method", values) for name, values in found.items()},
        {"method": list(learners)},
        {
            "samples": samples,
            "tests": tests,
            "epochs": epochs,
            "input_spikes": float(np.mean(np.diff(coded["test"][0].offsets))),
        },
    )
