"""Parts of a picture are found by name, not by their place."""

import pytest

from brainnet import BrainnetError
from brainnet.plot import new_figure, part


def test_parts_have_names():
    figure, axes = new_figure(1, 2, names=("left", "right"))
    (line,) = axes[0, 1].plot([0, 1], gid="course")
    assert part(figure, "right") is axes[0, 1]
    assert part(figure, "course") is line
    with pytest.raises(BrainnetError, match="no part 'rihgt'; did you mean 'right'"):
        part(figure, "rihgt")
