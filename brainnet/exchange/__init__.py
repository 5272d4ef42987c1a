"""Spikes to and from the formats of electrophysiology: neo, which elephant analyses, and NWB."""

from brainnet.exchange.neo_trains import from_neo, to_neo
from brainnet.exchange.nwb import read_nwb, write_nwb

__all__ = ["from_neo", "read_nwb", "to_neo", "write_nwb"]
