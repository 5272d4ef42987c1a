"""Experiments, one file each; found by name through `brainnet.protocols`."""
