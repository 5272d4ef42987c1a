"""What many devices declare alike: stuck cells, and costs from voltages, lengths of pulses and the side of a cell."""

from __future__ import annotations

from brainnet.declare import Parameter

__all__ = ["BY_VOLTAGE", "STUCK", "STUCK_CELLS"]

STUCK_CELLS = {
    "p_low": Parameter(0.0, "probability of a cell stuck at G_min", low=0.0, high=1.0),
    "p_high": Parameter(0.0, "probability of a cell stuck at G_max", low=0.0, high=1.0),
}
STUCK = {"G_min": "p_low", "G_max": "p_high"}
# With the parameters V_w, t_w, V_r, t_r and side.
BY_VOLTAGE = {
    "write_energy": "V_w**2*G*t_w",
    "write_time": "t_w",
    "read_energy": "V_r**2*G*t_r",
    "read_time": "t_r",
    "area": "side**2",
}
