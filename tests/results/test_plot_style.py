"""The house style."""

import matplotlib

from brainnet.plot import new_figure


def test_a_figure_has_the_style_and_leaves_no_trace():
    before = dict(matplotlib.rcParams)
    figure, axes = new_figure(2, 3)
    assert axes.shape == (2, 3)
    assert tuple(figure.get_size_inches()) == (12, 6)
    assert figure.get_layout_engine() is not None
    assert axes[0, 0].plot([1, 2])[0].get_color() == "#0072B2"
    assert not axes[0, 0].spines["top"].get_visible()
    assert dict(matplotlib.rcParams) == before


def test_one_axis_is_one_axis():
    for asked in ((), (1, 1)):
        _, axis = new_figure(*asked)
        assert axis.plot([1, 2])
    assert new_figure(1, 2)[1].shape == (1, 2)
    assert new_figure(2, 1)[1].shape == (2, 1)
