"""The Tempotron rule: one neuron, pattern after pattern."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from brainnet.learn.tempotron.potential import Patterns

__all__ = ["learn_epoch"]

Floats = NDArray[np.float64]


def learn_epoch(
    patterns: Patterns,
    positive: NDArray[np.bool_],
    weights: Floats,
    velocity: Floats,
    *,
    learning_rate: float,
    momentum: float,
    threshold: float,
    margin: float = 0.0,
) -> tuple[int, int]:
    r"""Present every pattern once, in order, and learn from those that the neuron errs on.

    .. math:: v_i \leftarrow \mu v_i \pm \lambda \sum_{t_i < t_{max}} K(t_{max} - t_i), \qquad w_i \leftarrow w_i + v_i

    + if the neuron should have fired and did not, - if it fired and should not have. The velocity advances on errors
    only.

    Parameters
    ----------
    patterns : Patterns
    positive : boolean array (patterns,)
        Which ones the neuron should fire for.
    weights, velocity : array (n,)
        Changed in place.
    learning_rate, momentum, threshold : float
    margin : float
        Learn also where the potential is right, but nearer to the threshold than this.

    Returns
    -------
    errors, changes : int
        Patterns that the neuron erred on with the weights that they met, and those that it learned from: these, and
        those within the margin.

    References
    ----------
    Gütig & Sompolinsky 2006, Nat. Neurosci. 9:420, equation 2 and Methods.
    """
    errors, changes, row, ahead = 0, 0, 0, 8
    sign = np.where(positive, 1.0, -1.0)
    while row < len(patterns):
        # Patterns are looked at in groups, as none changes before the first error.
        last = min(row + ahead, len(patterns))
        value, time = patterns.peaks(weights, row, last)
        fires = value >= threshold
        wrong = np.flatnonzero((fires != positive[row:last]) | (sign[row:last] * (value - threshold) < margin))
        if not len(wrong):
            row, ahead = last, min(2 * ahead, 512)
            continue
        k = wrong[0]
        errors += int(fires[k] != positive[row + k])
        changes += 1
        # A potential that never exceeds rest has no t_max: the input is then learned where there is most of it.
        t_max = time[k] if value[k] > 0 else patterns.busiest[row + k]
        velocity *= momentum
        velocity += learning_rate * sign[row + k] * patterns.eligibilities(row + k, t_max)
        weights += velocity
        row, ahead = row + k + 1, max(2 * k, 4)
    return errors, changes
