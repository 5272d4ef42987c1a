"""The figure of Diehl & Cook 2015 shows what was measured beside what was published."""

import numpy as np
import pytest

import brainnet
from brainnet import figures, protocols
from brainnet.errors import ResultsError
from brainnet.plot import part
from brainnet.results import write_run


def written(folder, protocol, dataset, **values):
    """A run folder."""
    return write_run(folder, protocol, protocol.bind(values), dataset, seed=1, target="cpp", wall_seconds=0.0)


def test_accuracy_stands_beside_the_published_one(compiler, tmp_path):
    declared = protocols.unsupervised_mnist
    with brainnet.target("cpp"):
        first = declared(quick=True, data="digits", seed=1, neurons=10)
        first["accuracy"], first["accuracy_weighted"] = 0.0123, 0.0456  # what a training anew would not come to
        run = written(tmp_path / "run", declared, first, neurons=10)
        drawn = figures.diehl_cook_2015(quick=True, data="digits", seed=1, runs=[run])
    theirs, ours, *_, weighted = part(drawn, "size").lines
    assert dict(zip(*theirs.get_data(), strict=True)) == pytest.approx({100: 82.9, 400: 87.0, 1600: 91.9, 6400: 95.0})
    assert list(ours.get_xdata()) == list(weighted.get_xdata()) == [10, 20]
    assert (ours.get_ydata()[0], weighted.get_ydata()[0]) == pytest.approx((1.23, 4.56)), "of the run folder"
    counts = [text for text in part(drawn, "confusion").texts if text.get_gid() is None]
    numbers = np.array([int(text.get_text()) for text in counts])
    assert numbers.sum() == 40
    _, test, _ = part(drawn, "course").lines
    assert test.get_ydata()[-1] == pytest.approx(max(ours.get_ydata())), "of the most accurate network"

    first.drop_vars("weights").to_netcdf(run / "data.nc", engine="h5netcdf")
    with pytest.raises(ResultsError, match=r"run lacks weights; repeat the run"):
        figures.diehl_cook_2015(quick=True, runs=[run])
    with pytest.raises(ResultsError, match=r"there is no .*summary\.json"):
        figures.diehl_cook_2015(quick=True, runs=[tmp_path])


def test_a_run_that_is_not_drawn(tmp_path):
    declared = protocols.stdp_window
    with brainnet.target("numpy"):
        other = written(tmp_path / "window", declared, declared(quick=True))
    with pytest.raises(ResultsError, match=r"window is a run of stdp_window; give runs of unsupervised_mnist"):
        figures.diehl_cook_2015(quick=True, data="digits", runs=[other])
