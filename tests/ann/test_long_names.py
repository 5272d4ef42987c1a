"""Names of layers become names of files: they have a limit, and it is told."""

import numpy as np
import pytest

from brainnet.ann import Dense
from brainnet.ann.graph import identifier
from brainnet.errors import ModelFileError


def test_a_name_of_300_characters_is_refused_in_short():
    with pytest.raises(ModelFileError, match=r"has 300 characters; give it one of 100 at most") as caught:
        Dense("a" * 300, np.ones((2, 2)), np.zeros(2), "relu")
    assert len(str(caught.value)) < 150


def test_names_made_of_files_keep_to_the_limit():
    for text in ("a" * 250, "1" * 250):
        assert len(Dense(identifier(text), np.ones((2, 2)), np.zeros(2), "relu").name) <= 100
