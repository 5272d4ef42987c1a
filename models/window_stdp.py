"""STDP by a measured window: each pair of nearest spikes changes the weight by what a table says for its dt.

The table is a `TimedArray` of dw/w_max, which holds its values from dt_min on in steps of its own dt, each valid up to
the next; beyond dt_min and dt_max nothing changes. Potentiation where its value is positive, depression where negative.
``connect(..., **brainnet.pairing.measured_window(dt, change))`` supplies one of your own; the one below is the fit
to Bi & Poo's data that Pfister & Gerstner use, 1 % at dt = 0, from -100 to 100 ms in steps of 1 ms.
"""

import numpy as np
from brian2 import TimedArray, ms

from brainnet import Parameter, SynapseModel, Trace
from brainnet.pairing import DELAY_SITE, PAIRING, WEIGHT_DEPENDENCE

dt = np.arange(-100, 101)
values = 0.01 * np.where(dt > 0, np.exp(-dt / 16.8), -np.exp(dt / 33.7)) * (dt != 0)

window_stdp = SynapseModel(
    name="window_stdp",
    summary="spike-timing-dependent plasticity by a table of changes",
    traces={
        "t_x": Trace("pre", meaning="last presynaptic spike"),
        "t_y": Trace("post", meaning="last postsynaptic spike"),
    },
    on_pre="""{onto}_post += w
              change = int(t_y - t >= dt_min - dt/2)*window(t_y - t - dt_min)
              w += (F_plus*int(change > 0) + F_minus*int(change < 0))*change""",
    on_post="""change = int(t - t_x <= dt_max + dt/2)*window(t - t_x - dt_min)
               w += (F_plus*int(change > 0) + F_minus*int(change < 0))*change""",
    bounds=("w_min", "w_max"),
    parameters={
        "dt_min": Parameter(-100 * ms, "dt of the first value of the table", high=0 * ms),
        "dt_max": Parameter(100 * ms, "dt of the last value of the table", low=0 * ms),
    },
    functions={"window": TimedArray(values, dt=1 * ms)},
    variants={
        "pairing": {name: PAIRING[name] for name in ("nearest_symmetric", "nearest_reduced")},
        "weight_dependence": WEIGHT_DEPENDENCE,
        "delay_site": DELAY_SITE,
    },
    source="Bi & Poo 1998, J. Neurosci. 18:10464, doi:10.1523/JNEUROSCI.18-24-10464.1998, fig. 7 (window); "
    "Pfister & Gerstner 2006, J. Neurosci. 26:9673, doi:10.1523/JNEUROSCI.1425-06.2006, tables 3 and 4 (fit)",
)
