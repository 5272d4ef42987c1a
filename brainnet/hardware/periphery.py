"""What stands around the devices of a tile, and what it costs."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from brainnet.errors import ParameterError

__all__ = ["ISAAC", "Periphery"]


@dataclass(frozen=True)
class Periphery:
    r"""A declared table of the circuits around a tile: one driver a row, one converter a tile.

    Parameters
    ----------
    name, source : str
    adc_bits : int
        Bits of the converter that the table is of. Another number b costs :math:`2^{b - adc\_bits}` times its energy
        and area: a constant energy for each level (Walden 1999, IEEE JSAC 17:539).
    adc_energy, adc_time, adc_area : float
        One conversion, in joule and seconds; square metres.
    driver_energy, driver_area : float
        Switching a row on and off once, in joule; square metres.
    add_energy : float
        One digital addition of a converted sum, in joule.
    neuron_energy : float
        One update of a neuron (compare, reset) in a step, in joule.

    Raises
    ------
    ParameterError
        A value is negative or not finite.
    """

    name: str
    source: str
    adc_bits: int
    adc_energy: float
    adc_time: float
    adc_area: float
    driver_energy: float
    driver_area: float
    add_energy: float
    neuron_energy: float

    def __post_init__(self) -> None:
        for field in fields(self)[2:]:
            value = getattr(self, field.name)
            if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < np.inf:
                raise ParameterError(
                    f"periphery {self.name!r}: {field.name} = {value!r}; give a number from 0 on, in SI"
                )

    def at(self, bits: int) -> float:
        """How much more than in the table a converter of so many bits costs."""
        return float(2.0 ** (bits - self.adc_bits))


# One of 8 converters: 16 mW at 1.2 GS/s, 9600 um2. One of 1024 drivers of 1 bit: 4 mW in cycles of 100 ns, 170 um2.
ISAAC = Periphery(
    "ISAAC", "converters and drivers: Shafiee et al. 2016, ISCA, doi:10.1109/ISCA.2016.12, table 1 (32 nm); additions "
    "and neurons: 32-bit integer additions, one and two, of Horowitz 2014, ISSCC (45 nm)",
    adc_bits=8, adc_energy=16e-3 / 8 / 1.2e9, adc_time=1 / 1.2e9, adc_area=9600e-12 / 8,
    driver_energy=4e-3 / 1024 * 100e-9, driver_area=170e-12 / 1024, add_energy=0.1e-12, neuron_energy=0.2e-12,
)  # fmt: skip
