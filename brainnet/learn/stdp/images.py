"""What a classifier of images is given, checked before anything is built."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import issparse
from sklearn.utils.validation import check_array

from brainnet.errors import DataError
from brainnet.learn.estimator import refuse_data
from brainnet.learn.stdp.rule import NONE

__all__ = ["check_enough", "check_images", "tell_of_classes"]


def check_images(images: Any, n_inputs: int | None = None, owner: str = "StdpClassifier") -> NDArray[np.float64]:
    """Return images as rows of pixels.

    Parameters
    ----------
    images : array, shape (n_images, n_inputs) or (n_images, height, width)
        From 0 on, in any scale.
    n_inputs : int, optional
        Pixels of the images that the classifier was trained with.
    owner : str
        Estimator that is given them.

    Raises
    ------
    DataError
    """
    try:
        if not issparse(images):
            images = np.asarray(images)
        refuse_data(images)
        array = images.reshape(len(images), -1) if images.ndim > 2 else images
        checked = np.asarray(check_array(array, dtype=np.float64))
    except DataError:
        raise
    except (ValueError, TypeError) as error:  # scikit-learn's words, which name cause and remedy
        raise DataError(str(error)) from None
    if n_inputs is not None and checked.shape[1] != n_inputs:
        raise DataError(
            f"X has {checked.shape[1]} features, but {owner} is expecting {n_inputs} features as input; give "
            "images of the size that it was trained with"
        )
    if (checked < 0).any():
        raise DataError(
            f"Negative values in data passed to {owner}: pixels are rates of spikes; give images from 0 on, such "
            "as X - X.min()"
        )
    return checked


def check_enough(n_images: int, neurons: int) -> None:
    """Refuse fewer images than there are neurons to be labelled.

    Raises
    ------
    DataError
    """
    if n_images < neurons:
        raise DataError(
            f"{neurons} neurons get their labels from images that they answer to, and there are only "
            f"n_samples={n_images}; give at least {neurons} images, or fewer neurons"
        )


def tell_of_classes(assignments: NDArray[np.int64], classes: NDArray[Any]) -> NDArray[Any]:
    """Return the classes that no neuron stands for, with a warning where there are some.

    Raises
    ------
    DataError
        No neuron stands for any.
    """
    missing = classes[~np.isin(np.arange(len(classes)), assignments)]
    if (assignments == NONE).all():
        raise DataError(
            "no neuron answered to any image, so that none has a label; give brighter images, or a larger intensity, "
            "mean_weight or attempts"
        )
    if len(missing):
        warnings.warn(
            f"no neuron was assigned to {'class' if len(missing) == 1 else 'classes'} "
            f"{', '.join(map(str, missing[:20]))}, which will never be predicted; train with more images or neurons, "
            "or more of that class",
            stacklevel=3,
        )
    return missing
