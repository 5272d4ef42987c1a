"""What a machine is given, checked before anything is built: images, label neurons, the schedule."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from brainnet.errors import DataError, ParameterError
from brainnet.learn.srbm.settings import Settings
from brainnet.learn.stdp.images import check_images

__all__ = [
    "check_covered",
    "check_epoch",
    "check_kept",
    "check_label_neurons",
    "check_pixels",
    "check_schedules",
    "check_trained",
    "check_wanted",
    "schedule_factors",
]


def schedule_factors(
    schedule: Any, epochs: int, name: str = "schedule", of: str = "eta", above: bool = False
) -> NDArray[np.float64] | None:
    """Return what `of` is multiplied with in each epoch, None without a schedule; all above 0, if it must be.

    Raises
    ------
    ParameterError
        No factors, or fewer than epochs.
    """
    if schedule is None:
        return None
    try:
        factors = np.atleast_1d(np.asarray(schedule, dtype=float))
    except (TypeError, ValueError):
        factors = np.full(1, np.nan)
    if factors.ndim != 1 or not (np.isfinite(factors) & (factors > 0 if above else factors >= 0)).all():
        least = "above 0" if above else "from 0 on"
        raise ParameterError(f"SpikingRBM: {name} = {schedule!r}; give one factor of {of} per epoch, {least}")
    if len(factors) < epochs:
        raise ParameterError(
            f"SpikingRBM: {name} holds {len(factors)} epochs, and the training {epochs}; give a factor for each"
        )
    return factors[:epochs]


def check_schedules(settings: Settings, factors: NDArray[np.float64] | None, epochs: int) -> None:
    """Refuse a decay that some epoch makes too large, and noise under which neurons are no sigmoids.

    Raises
    ------
    ParameterError
    """
    largest = settings.eta * (1.0 if factors is None else float(factors.max()))
    if settings.weight_decay * largest >= 1:
        raise ParameterError(
            f"SpikingRBM: weight_decay = {settings.weight_decay:g} times the largest learning rate of the schedule, "
            f"{largest:g}, leaves nothing of weights after one image; lower one of them"
        )
    for epoch in range(epochs if settings.noise is not None else 0):
        try:
            settings.sigmoid(settings.noise_of(epoch))
        except ParameterError as error:
            raise ParameterError(
                f"SpikingRBM: noise_schedule holds {settings.noise_of(epoch):g} for epoch {epoch + 1}: {error}"
            ) from error


def check_trained(settings: Settings, trained: Settings) -> None:
    """Refuse to answer with parameters that make another machine of what was learned.

    Raises
    ------
    ParameterError
    """
    for name in ("hidden", "label_neurons", "bias_neurons", "neuron", "cells", "noise"):
        now, before = getattr(settings, name), getattr(trained, name)
        if now != before:
            told = "noise_schedule, for so many epochs," if name == "noise" else name
            raise ParameterError(f"SpikingRBM: {told} = {now} is not the {before} of the training; set it back")


def check_kept(now: dict[str, Any], pieces: int, epochs: int, path: Any) -> None:
    """Refuse what no training has left in a checkpoint, its types and shapes being right.

    Raises
    ------
    DataError
    """
    done, shown = int(now["done"]), len(now["history"])
    numbers = [each for each in now.values() if np.asarray(each).dtype.kind == "f"]
    finite = all(np.isfinite(each).all() for each in numbers)
    if not finite or not done == shown <= pieces or len(now["passes"]) > epochs:
        raise DataError(f"checkpoint {path} holds no state of this training; delete it to start anew")


def check_epoch(epoch_images: Any, n_images: int) -> int:
    """Return how many images an epoch has.

    Raises
    ------
    ParameterError
        Not a divisor of all.
    """
    if epoch_images is None:
        return n_images
    if isinstance(epoch_images, bool) or not isinstance(epoch_images, int | np.integer) or epoch_images < 1:
        raise ParameterError(f"SpikingRBM: epoch_images = {epoch_images!r}; give a number of images, or None for all")
    if n_images % epoch_images:
        raise ParameterError(
            f"SpikingRBM: epoch_images = {epoch_images} do not divide the {n_images} images; give a divisor"
        )
    return int(epoch_images)


def check_pixels(X: Any, n_pixels: int | None = None) -> NDArray[np.float64]:
    """Return images as rows of pixels from 0 to 1.

    Raises
    ------
    DataError
    """
    images = check_images(X, n_pixels, "SpikingRBM")
    if images.max() > 1:
        raise DataError(f"pixels reach {images.max():g}: they are compared with `brightness`; give images in [0, 1]")
    return images


def check_label_neurons(settings: Settings, n_classes: int, n_pixels: int) -> None:
    """Refuse label neurons that are not as many for each class, or more than pixels.

    Raises
    ------
    ParameterError
    """
    if settings.label_neurons % n_classes:
        raise ParameterError(
            f"SpikingRBM: label_neurons = {settings.label_neurons} are not as many for each of {n_classes} classes; "
            f"give a multiple of {n_classes}"
        )
    most = n_pixels // n_classes * n_classes
    if settings.label_neurons > n_pixels:
        raise ParameterError(
            f"SpikingRBM: label_neurons = {settings.label_neurons} are more than the {n_pixels} pixels beside them; "
            + (f"give at most {most}" if most else f"give images of {n_classes} pixels at least")
        )


def check_wanted(y: Any, classes: NDArray[Any]) -> NDArray[Any]:
    """Return labels to imagine images of, each of which is a class.

    Raises
    ------
    DataError
    """
    try:
        wanted = np.asarray(y).reshape(-1)
    except ValueError as error:
        raise DataError(f"labels are no array ({error}); give one class for each image") from None
    if not len(wanted) or not np.isin(wanted, classes).all():
        raise DataError(f"labels {wanted.tolist()} are none of the classes {classes.tolist()}; give some of those")
    return wanted


def check_covered(covered: Any, n_pixels: int) -> NDArray[np.bool_]:
    """Return which pixels are covered, in one row.

    Raises
    ------
    DataError
    """
    mask = np.asarray(covered)
    if mask.dtype != bool or mask.size != n_pixels:
        raise DataError(f"covered has the type {mask.dtype} and {mask.size} values; give {n_pixels} truth values")
    return mask.ravel()
