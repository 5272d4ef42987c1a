"""The picture of a network's activity says what was measured, and nothing where there is no value."""

import numpy as np
import pytest
import xarray as xr

from brainnet.plot import part
from brainnet.plot.plastic_networks import draw_activity, draw_regime


def activity(cv):
    silent = np.empty(0)
    return xr.Dataset(
        {"activity": ("time", np.zeros(10)), "spike_time": ("spike", silent), "spike_neuron": ("spike", silent),
         "rate": 0.0, "cv": cv, "frequency": 40.0},
        {"time": ("time", np.arange(10) / 10)},
        {"neuron": "conductance_lif", "neurons": 50, "g": 5.0, "nu_ratio": 2.0},
    )  # fmt: skip


@pytest.mark.parametrize(("cv", "said"), [(np.nan, ""), (0.5, ", CV 0.50")])
def test_a_title_has_the_cv_where_there_is_one(cv, said):
    title = part(draw_activity(activity(cv)), "raster").get_title()
    assert title == f"50 conductance_lif neurons: 0.0 Hz{said}"
    title = part(draw_regime(activity(cv)), "raster").get_title()
    assert title == f"g = 5, nu_ext = 2 nu_thr: 0.0 Hz{said}, 40 Hz"
