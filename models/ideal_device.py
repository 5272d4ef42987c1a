"""A device without flaws: equal steps between two conductances, a window that falls off linearly, no noise.

    one pulse       G += +-(G_max - G_min)/n
    one pair        G += (G_max - G_min) (1 - dt/dt_max)     for 0 < dt < dt_max
                    G -= (G_max - G_min) (1 + dt/dt_max)     for -dt_max < dt < 0

One pair reaches any conductance from any other. What a network loses on it is lost by the levels, not by the device.
"""

from brian2 import nS, siemens, us

from brainnet import Device, Parameter

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
    },
    source="range and number of steps: IdealDevice of NeuroSim, Chen, Peng & Yu 2018, IEEE TCAD 37:3067, "
    "doi:10.1109/TCAD.2018.2789723; the window is a convention of ours",
)
