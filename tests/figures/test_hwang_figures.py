"""Figures of quantised weight transfer, at their quick size."""

import pytest

import brainnet
from brainnet.plot import part


@pytest.fixture(autouse=True)
def cache(tmp_path_factory, monkeypatch):
    """One cache for all of them."""
    monkeypatch.setenv("BRAINNET_CACHE", str(tmp_path_factory.getbasetemp() / "hwang"))


def test_curve_and_fit():
    drawing = brainnet.figures.hwang_2021_fig1(quick=True)
    labels = [text.get_text() for text in part(drawing, "curve").get_legend().get_texts()]
    nominal = brainnet.models.synaptic_transistor.values()
    # 5 % and 5 % on 200 changes of each sign: a standard error below 1 % of A and of tau; three of them
    for letter, label in zip("pd", labels[1:], strict=True):
        assert f"A_{letter}" in label
        amplitude, tau = float(label.split("= ")[1].split()[0]), float(label.split("= ")[2].split()[0])
        assert amplitude == pytest.approx(400, rel=0.03)
        assert tau == pytest.approx(1e6 * nominal[f"tau_{letter}"], rel=0.03)


def test_levels_and_maps():
    drawing = brainnet.figures.hwang_2021_levels(quick=True)
    assert [axis.get_title(loc="left") for axis in drawing.axes] == ["3 levels", "7 levels", "15 levels"]
    maps = [part(brainnet.figures.hwang_2021_maps(quick=True), f"level {level}") for level in (-2, -1, 1, 2)]
    images = [each.get_array() for each in maps]
    assert all(image.shape == (8, 8) for image in images)
    assert sum(images).max() == 1  # no synapse is on two levels


def test_accuracy():
    drawing = brainnet.figures.hwang_2021_accuracy(quick=True)
    assert part(drawing, "published").get_ydata()[0] == pytest.approx(97.58)
    few, many = (part(drawing, name).get_ydata() for name in ("map by map", "one by one"))
    assert (few < many).all()
