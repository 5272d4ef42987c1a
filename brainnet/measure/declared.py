"""The results of an evaluation, as protocols declare them."""

from __future__ import annotations

from collections.abc import Mapping

from brainnet.declare import Parameter, Result

__all__ = ["ENERGY_TABLE", "RESULTS", "SPIKING_RESULTS", "TTFS_RESULTS"]

ENERGY_TABLE = Parameter("fp32", "energy of one operation: the name of a table, or a file with one (.toml, .json)")

RESULTS: Mapping[str, Result] = {
    "ann_accuracy": Result("test accuracy of the trained network"),
    "snn_accuracy": Result("test accuracy of the spiking network after all steps"),
    "accuracy_drop": Result("ann_accuracy - snn_accuracy"),
    "accuracy_by_step": Result("test accuracy if stopped after that many steps"),
    "latency": Result("steps after which test accuracy stays at 99 % of its final value or above"),
    "spikes_per_neuron": Result("mean over neurons and samples, by layer"),
    "synaptic_operations": Result("spikes times fan-out, per inference"),
    "mac_operations": Result("multiply-accumulates of the trained network, per inference"),
    "memory_accesses": Result("of the spiking network, per inference: 3 an accumulate, 4 a MAC, 2 a neuron and step"),
    "energy_ratio": Result("energy of the synaptic operations of the spiking network over that of the trained one"),
    "layer_correlation": Result("Pearson correlation of spike counts and activations, by layer that has one"),
    "milliseconds_per_image": Result("run time of the simulation per image", unit="ms"),
    "compile_seconds": Result("time to generate and compile the program", unit="s"),
}

# Of networks whose neurons fire once.
TTFS_RESULTS: Mapping[str, Result] = {
    "ann_accuracy": Result("test accuracy of the trained network"),
    "snn_accuracy": Result("test accuracy of the spiking network when all spikes have arrived"),
    "accuracy_drop": Result("ann_accuracy - snn_accuracy"),
    "accuracy_by_step": Result("test accuracy if stopped in a step of the window in which the outputs receive"),
    "spikes_per_neuron": Result("mean over neurons and samples, by layer; the outputs do not fire"),
    "mean_spikes_per_neuron": Result("of all neurons, input and outputs included"),
    "layer_correlation": Result("Pearson correlation of what times stand for and activations, by layer"),
    "synaptic_operations": Result("spikes times fan-out, per inference"),
    "mac_operations": Result("multiply-accumulates of the trained network, per inference"),
    "energy_ratio": Result("energy of the synaptic operations of the spiking network over that of the trained one"),
    "latency": Result("steps from the first one of the input to the decision"),
    "milliseconds_per_image": Result("run time of the simulation per image", unit="ms"),
    "compile_seconds": Result("time to generate and compile the program", unit="s"),
}

# Of networks that were not converted.
SPIKING_RESULTS: Mapping[str, Result] = {
    "snn_accuracy": Result("test accuracy after all steps"),
    "accuracy_by_step": Result("test accuracy if stopped after that many steps"),
    "spikes_per_neuron": Result("mean over neurons and samples, by layer that fires"),
    "synaptic_operations": Result("spikes times fan-out, per inference"),
    "milliseconds_per_image": Result("run time of the simulation per image", unit="ms"),
    "compile_seconds": Result("time to generate and compile the program", unit="s"),
}
