"""Energy from counts: operations times a named table."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["ENERGY_TABLES", "EnergyTable", "energy_ratio"]


@dataclass(frozen=True)
class EnergyTable:
    """Energy of one operation.

    Parameters
    ----------
    name : str
    mac, ac : float
        Energy of a multiply-accumulate and of an accumulate, in joule.
    source : str
    """

    name: str
    mac: float
    ac: float
    source: str


_HOROWITZ = "Horowitz 2014, ISSCC, 45 nm"
ENERGY_TABLES = {
    table.name: table
    for table in (
        EnergyTable("fp32", 4.6e-12, 0.9e-12, f"{_HOROWITZ}: 32-bit float, multiply 3.7 pJ, add 0.9 pJ"),
        EnergyTable("int32", 3.2e-12, 0.1e-12, f"{_HOROWITZ}: 32-bit integer, multiply 3.1 pJ, add 0.1 pJ"),
    )
}


def energy_ratio(synaptic_operations: float, analog_macs: float, macs: float, table: EnergyTable) -> float:
    """Energy of the spiking network over that of the trained one.

    Parameters
    ----------
    synaptic_operations : float
        Accumulations of the spiking network per inference: spikes times fan-out.
    analog_macs : float
        Multiply-accumulates of a first layer with analog input.
    macs : float
        Multiply-accumulates of the trained network per inference.
    table : EnergyTable
    """
    return (synaptic_operations * table.ac + analog_macs * table.mac) / (macs * table.mac)
