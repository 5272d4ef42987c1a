"""Training procedures that are more than a synapse's equations."""

from typing import TYPE_CHECKING

from brainnet.deferred import deferred

if TYPE_CHECKING:
    from brainnet.learn.checkpoint import (
        Checkpoint,
    )
    from brainnet.learn.resume import (
        NEURON,
        ReSuMe,
        ReSuMeClassifier,
    )
    from brainnet.learn.spikeprop import (
        SpikeProp,
    )
    from brainnet.learn.srbm import (
        CELL_PARAMETERS,
        NEURONS,
        MemoryCells,
        Sigmoid,
        SpikingRBM,
        clamp_for,
        firing_rates,
        sigmoid_constants,
    )
    from brainnet.learn.stdp import StdpClassifier
    from brainnet.learn.surrogate import (
        SpikingRecipe,
        Surrogate,
        SurrogateClassifier,
        Tuned,
        finetune,
        simulate,
        simulate_torch,
        train_spiking,
        trained_spiking,
        tuned_network,
    )
    from brainnet.learn.tempotron import (
        Tempotron,
        published_rate,
        tempotron_network,
        time_to_peak,
    )

__all__ = [
    "CELL_PARAMETERS",
    "NEURON",
    "NEURONS",
    "Checkpoint",
    "MemoryCells",
    "ReSuMe",
    "ReSuMeClassifier",
    "Sigmoid",
    "SpikeProp",
    "SpikingRBM",
    "SpikingRecipe",
    "StdpClassifier",
    "Surrogate",
    "SurrogateClassifier",
    "Tempotron",
    "Tuned",
    "clamp_for",
    "finetune",
    "firing_rates",
    "published_rate",
    "sigmoid_constants",
    "simulate",
    "simulate_torch",
    "tempotron_network",
    "time_to_peak",
    "train_spiking",
    "trained_spiking",
    "tuned_network",
]

# A training brings its optional libraries.
__getattr__, __dir__ = deferred(
    __name__,
    {
        "brainnet.learn.checkpoint": ("Checkpoint",),
        "brainnet.learn.resume": (
            "NEURON",
            "ReSuMe",
            "ReSuMeClassifier",
        ),
        "brainnet.learn.spikeprop": ("SpikeProp",),
        "brainnet.learn.srbm": (
            "CELL_PARAMETERS",
            "NEURONS",
            "MemoryCells",
            "Sigmoid",
            "SpikingRBM",
            "clamp_for",
            "firing_rates",
            "sigmoid_constants",
        ),
        "brainnet.learn.stdp": ("StdpClassifier",),
        "brainnet.learn.surrogate": (
            "SpikingRecipe",
            "Surrogate",
            "SurrogateClassifier",
            "Tuned",
            "finetune",
            "simulate",
            "simulate_torch",
            "train_spiking",
            "trained_spiking",
            "tuned_network",
        ),
        "brainnet.learn.tempotron": (
            "Tempotron",
            "published_rate",
            "tempotron_network",
            "time_to_peak",
        ),
    },
)
