"""The figure of SpikeProp on exclusive or."""

from brainnet import figures


def test_our_variants_and_the_published_number_are_drawn():
    drawn = figures.bohte_2002_xor(quick=True, seed=0)
    (axis,) = drawn.axes
    labels = [text.get_text() for text in axis.get_legend().get_texts()]
    assert {"plain", "rprop", "quickprop"} <= set(labels)
    assert sum("published" in label for label in labels) == 1
