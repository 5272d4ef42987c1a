"""Neuron and synapse models, one file each; found by name through `brainnet.models`."""
