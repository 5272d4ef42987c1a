"""The declaration of a published figure."""

import pytest
from matplotlib.figure import Figure

from brainnet.declare.figure import figure
from brainnet.errors import ParameterError


def test_the_function_gets_what_was_asked_for():
    given = []

    @figure(doi="10.1/x", title="Figure 1 of Somebody 2001")
    def fig1(quick, seed, data):
        """Figure 1 of Somebody 2001, doi 10.1/x.

        Deviations: none.
        """
        given.append((quick, seed, data))
        return Figure()

    assert fig1.summary == "Figure 1 of Somebody 2001, doi 10.1/x."
    assert fig1.doc.endswith("Deviations: none.")
    assert isinstance(fig1(quick=True, seed=3, data="d"), Figure)
    assert given == [(True, 3, "d")]
    with pytest.raises(ParameterError, match="seed = -1 is out of range"):
        fig1(seed=-1)
    with pytest.raises(ParameterError, match="figure fig1 draws no earlier runs; leave --run out"):
        fig1(runs=["a"])


def test_a_figure_may_take_earlier_runs():
    given = []

    @figure(doi="10.1/x", title="Figure 1 of Somebody 2001")
    def fig1(quick, seed, data, runs):
        given.append(runs)
        return Figure()

    assert fig1.takes_runs
    fig1()
    fig1(runs=["a"])
    assert given == [(), ("a",)]


def test_a_declaration_that_does_not_fit():
    with pytest.raises(ParameterError, match=r"takes \(seed\); declare f\(quick, seed, data\)"):

        @figure(doi="10.1/x", title="t")
        def f(seed):
            return None

    with pytest.raises(ParameterError, match="doi is empty"):
        figure(doi=" ", title="t")(lambda quick, seed, data: None)
