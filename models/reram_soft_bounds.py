"""Resistive memory with soft bounds: the nearer a bound, the smaller the step towards it.

    x = (G - G_min)/(G_max - G_min)
    one pulse that raises     G += alpha_p (G_max - G_min) (1 - x)        hence x -> 1 - (1 - x) (1 - alpha_p)^n
    one pulse that lowers     G -= alpha_d (G_max - G_min) x              hence x -> x (1 - alpha_d)^n

Values are those of a preset of IBM's aihwkit, ReRamSBPresetDevice, with weights from w_min to w_max mapped on G_min
to G_max; that range in siemens, and the costs, are conventions of ours. Steps of both directions are equal at x =
alpha_p/(alpha_p + alpha_d), the symmetry point. What aihwkit calls write noise, drawn at each write and kept until
the next, is here drawn at each read. Bounds do not differ between devices.
"""

from brian2 import second, siemens, um, uS, volt

from brainnet import Device, Parameter
from brainnet.hardware import BY_VOLTAGE, STUCK, STUCK_CELLS

reram_soft_bounds = Device(
    name="reram_soft_bounds",
    summary="resistive memory with soft bounds",
    potentiation="alpha_p*(G_max - G)",
    depression="-alpha_d*(G - G_min)",
    parameters={
        "G_min": Parameter(1 * uS, "lowest conductance", low=0 * siemens),
        "G_max": Parameter(11 * uS, "highest conductance"),
        "alpha_p": Parameter(0.0016, "step that raises, as a part of the range at G_min", above=0.0),
        "alpha_d": Parameter(0.002 / 0.75, "step that lowers, as a part of the range at G_max", above=0.0),
        "sigma_d": Parameter(0.3, "relative standard deviation of both steps between devices", low=0.0),
        "sigma_c": Parameter(
            0.00375, "standard deviation of a step from cycle to cycle, relative to the range", low=0.0
        ),
        "sigma_r": Parameter(0.056, "standard deviation of a read, relative to the range", low=0.0),
        **STUCK_CELLS,
        "V_w": Parameter(2 * volt, "voltage of a write"),
        "t_w": Parameter(1e-6 * second, "length of a write pulse", above=0 * second),
        "V_r": Parameter(0.2 * volt, "voltage of a read"),
        "t_r": Parameter(1e-7 * second, "length of a read pulse", above=0 * second),
        "side": Parameter(0.26 * um, "side of a square cell: 4 features of 65 nm", above=0 * um),
    },
    spread={"alpha_p": "sigma_d", "alpha_d": "sigma_d"},
    cycle_noise="sigma_c*(G_max - G_min)",
    read_noise="sigma_r*(G_max - G_min)",
    stuck=STUCK,
    costs=BY_VOLTAGE,
    source="IBM/aihwkit, src/aihwkit/simulator/presets/devices.py (ReRamSBPresetDevice), after "
    "Gong et al. 2018, Nat. Commun. 9:2102, doi:10.1038/s41467-018-04485-1, and "
    "Rasch et al. 2021, doi:10.1109/AICAS51828.2021.9458494",
)
