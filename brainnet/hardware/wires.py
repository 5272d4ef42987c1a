r"""Crossbars with resistance in their wires, by nodal analysis.

Row i is driven at column 0 by the voltage :math:`V_i`, column j ends behind the last row at 0 V, and each wire between
two devices, a driver and the first, or the last and a converter has the resistance R. With g = 1/R and :math:`w_{ij}`,
:math:`b_{ij}` the voltages on both sides of device (i, j), Kirchhoff's current law says

.. math::
    g (w_{i,j-1} - w_{ij}) + g (w_{i,j+1} - w_{ij}) &= G_{ij} (w_{ij} - b_{ij}) \\
    g (b_{ij} - b_{i-1,j}) + g (b_{ij} - b_{i+1,j}) &= G_{ij} (w_{ij} - b_{ij})

with :math:`w_{i,-1} = V_i`, :math:`b_{M,j} = 0`, and no wire beyond the far ends. It is linear: the current of column
j is :math:`I_j = \sum_i G^{seen}_{ij} V_i`, whatever the voltages.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from brian2 import Quantity, have_same_dimensions, ohm
from numpy.typing import ArrayLike, NDArray
from scipy.linalg import solveh_banded
from scipy.sparse import coo_array
from scipy.sparse.linalg import spsolve

from brainnet.errors import ParameterError
from brainnet.hardware.crossbar import CrossbarMap

__all__ = ["node_voltages", "seen_conductances", "with_wire_resistance"]

Array = NDArray[np.float64]


def node_voltages(
    conductances: ArrayLike, voltages: ArrayLike, wire_resistance: float | Quantity
) -> tuple[Array, Array]:
    """Compute the voltages on both sides of all devices, with scipy's sparse solver.

    Parameters
    ----------
    conductances : array (rows, columns)
        In siemens, from 0 on.
    voltages : array (rows,)
        Of the drivers, in volt.
    wire_resistance : Quantity or float
        R, above 0; in ohm where it has no unit.

    Returns
    -------
    rows, columns : arrays (rows, columns)
        In volt. The currents of the columns are the last row of the second over R.

    Raises
    ------
    ParameterError
        The resistance is not above 0; conductances or voltages are not finite, or of shapes that do not fit.
    """
    resistance, given = ohm_of(wire_resistance), _checked(conductances)
    driven = np.asarray(voltages, dtype=np.float64)
    if not resistance:
        raise ParameterError("wire_resistance = 0: every row has the voltage of its driver; give more than 0 ohm")
    if driven.shape != given.shape[:1] or not np.isfinite(driven).all():
        raise ParameterError(f"voltages have the shape {driven.shape}; give {given.shape[:1]}, all finite")
    words = np.arange(given.size).reshape(given.shape)
    bits, n = words + given.size, 2 * given.size
    wire = 1.0 / resistance
    left = np.concatenate([words, words[:, :-1], bits[:-1]], axis=None)
    right = np.concatenate([bits, words[:, 1:], bits[1:]], axis=None)
    joined = np.concatenate([given.ravel(), np.full(left.size - given.size, wire)])
    ground = np.zeros(n)
    ground[words[:, 0]] += wire  # drivers
    ground[bits[-1]] += wire  # converters
    diagonal = ground + np.bincount(left, joined, n) + np.bincount(right, joined, n)
    entries = np.concatenate([diagonal, -joined, -joined])
    place = np.concatenate([np.arange(n), left, right]), np.concatenate([np.arange(n), right, left])
    current = np.zeros(n)
    current[words[:, 0]] = wire * driven
    found = spsolve(coo_array((entries, place), shape=(n, n)).tocsc(), current, permc_spec="MMD_AT_PLUS_A")
    return found[words], found[bits]


def seen_conductances(conductances: ArrayLike, wire_resistance: float | Quantity) -> Array:
    r"""Compute the conductances that drivers and converters see through the wires, :math:`G^{seen}`.

    Row by row from the far ends of the columns: the voltages of a row follow from those of its columns, which leaves
    for each row one dense system in the voltages of the columns; the row after it takes what that one sends. Many times
    faster than a sparse solution for every driver.

    Parameters
    ----------
    conductances : array (rows, columns)
        In siemens, from 0 on.
    wire_resistance : Quantity or float
        R, in ohm where it has no unit. 0: the conductances themselves.

    Returns
    -------
    array (rows, columns)
        In siemens.

    Raises
    ------
    ParameterError
        The resistance is negative, not finite or no resistance; or conductances are negative or not finite.
    """
    resistance, given = ohm_of(wire_resistance), _checked(conductances)
    if not resistance:
        return given.copy()
    rows, columns = given.shape
    if columns > rows:  # the same network driven from its columns: its matrix is symmetric
        return seen_conductances(given[::-1, ::-1].T, resistance)[::-1, ::-1].T
    # In units of the wire's conductance.
    ratio = given * resistance
    one = np.eye(columns)
    chain = np.full(columns, 2.0)  # wires at each device of a row: two, at the last one
    chain[-1] = 1.0
    sent = np.zeros((columns, 0))  # what the rows so far send into the columns, by row, each at 1 V
    passed = np.zeros((columns, columns))  # and what they let through of the voltages of the next row
    for i in range(rows):
        bands = np.vstack([np.full(columns, -1.0), chain + ratio[i]])
        # voltages of the row from currents into it; LAPACK's solver wants two or more
        inverse = solveh_banded(bands, one) if columns > 1 else one / bands[1]
        load = np.diag(ratio[i]) - ratio[i][:, None] * inverse * ratio[i]
        here = np.linalg.inv(load + (2.0 if i else 1.0) * one - passed)
        sent = here @ np.column_stack([sent, ratio[i] * inverse[:, 0]])
        passed = here
    return np.asarray(sent.T / resistance)


def with_wire_resistance(mapped: CrossbarMap, wire_resistance: float | Quantity) -> CrossbarMap:
    """Return a map whose conductances are those seen through wires, see `seen_conductances`.

    Rows and columns that a tile does not use are taken as open.

    Parameters
    ----------
    mapped : CrossbarMap
    wire_resistance : Quantity or float
        Of a wire between two devices, in ohm where it has no unit.

    Raises
    ------
    ParameterError
        The resistance is not valid, or the map is one seen through wires already.
    """
    resistance = ohm_of(wire_resistance)
    mapped.check_devices("wires")
    seen = mapped.with_conductances(lambda conductances: seen_conductances(conductances, resistance))
    return replace(seen, wire_resistance=resistance)


def ohm_of(given: Any) -> float:
    """Return a resistance in ohm.

    Raises
    ------
    ParameterError
        It is none, negative or not finite.
    """
    if isinstance(given, Quantity) and not have_same_dimensions(given, ohm):
        raise ParameterError(f"wire_resistance = {given}; give a resistance, such as 2*ohm")
    try:
        value = float(given)
    except (TypeError, ValueError):
        value = -1.0
    if not 0 <= value < np.inf:
        raise ParameterError(f"wire_resistance = {given!r}; give a resistance from 0 on, such as 2*ohm")
    return value


def _checked(conductances: ArrayLike) -> Array:
    given = np.asarray(conductances, dtype=np.float64)
    if given.ndim != 2 or not given.size or not np.isfinite(given).all() or given.min() < 0:
        raise ParameterError("conductances are no array (rows, columns) of finite numbers from 0 on; give siemens")
    return given
