"""One order of events in a time step for all targets."""

from __future__ import annotations

from brian2 import Network

__all__ = ["SCHEDULE", "use_common_schedule"]

# Brian2's default (groups, thresholds, synapses, resets) wipes input that arrives in the step of a reset to
# zero. GeNN's order is the one below: input arrives, is integrated, may fire; a spike arrives one step later.
SCHEDULE = ["start", "synapses", "groups", "thresholds", "resets", "end"]


def use_common_schedule(network: Network) -> Network:
    """Give `network` the order of events that numpy, cython, C++ and GeNN share, and return it."""
    network.schedule = list(SCHEDULE)
    return network
