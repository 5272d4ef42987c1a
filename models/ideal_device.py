"""A device without flaws: equal steps between two conductances, a window that falls off linearly, no noise.

    one pulse       G += +-(G_max - G_min)/n
    one pair        G += (G_max - G_min) (1 - dt/dt_max)     for 0 < dt < dt_max
                    G -= (G_max - G_min) (1 + dt/dt_max)     for -dt_max < dt < 0

One pair reaches any conductance from any other. What a network loses on it is lost by the levels, not by the device.
"""

from brian2 import nS, second, siemens, um, us, volt

from brainnet import Device, Parameter
from brainnet.hardware import BY_VOLTAGE

ideal_device = Device(
    name="ideal_device",
    summary="device with equal steps and without noise",
    potentiation="(G_max - G_min)/n",
    depression="-(G_max - G_min)/n",
    window={
        "potentiation": "(G_max - G_min)*(1 - dt/dt_max)",
        "depression": "-(G_max - G_min)*(1 + dt/dt_max)",
    },
    parameters={
        "G_min": Parameter(100 * nS, "lowest conductance", low=0 * siemens),
        "G_max": Parameter(5000 * nS, "highest conductance"),
        "n": Parameter(64.0, "pulses from the lowest conductance to the highest", low=1.0),
        "dt_min": Parameter(0 * us, "shortest time difference of a pair"),
        "dt_max": Parameter(10 * us, "longest time difference of a pair"),
        "V_w": Parameter(2 * volt, "voltage of a write"),
        "t_w": Parameter(1e-8 * second, "length of a write pulse", above=0 * second),
        "V_r": Parameter(0.5 * volt, "voltage of a read"),
        "t_r": Parameter(5e-9 * second, "length of a read pulse", above=0 * second),
        "side": Parameter(0.26 * um, "side of a square cell: 4 features of 65 nm", above=0 * um),
    },
    costs=BY_VOLTAGE,
    source="Chen, Peng & Yu 2018, IEEE TCAD 37:3067, doi:10.1109/TCAD.2018.2789723, with "
    "neurosim/MLP_NeuroSim_V3.0, Cell.cpp (IdealDevice: range, steps, costs); the window is a convention of ours",
)
