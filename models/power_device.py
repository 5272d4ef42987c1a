"""Steps that depend on the conductance by a power (aihwkit's PowStep).

    x = (G - G_min)/(G_max - G_min)
    one pulse that raises     G += alpha_p (G_max - G_min) (1 - x)^gamma_p
    one pulse that lowers     G -= alpha_d (G_max - G_min) x^gamma_d

With the power 1, the default, these are soft bounds; with 0 steps are equal. Values are those of IBM's aihwkit,
PowStepDevice, with weights from w_min to w_max mapped on G_min to G_max; that range in
siemens, and the costs, are conventions of ours. Bounds and powers do not differ between devices.
"""

from brian2 import second, siemens, um, uS, volt

from brainnet import Device, Parameter
from brainnet.hardware import BY_VOLTAGE, STUCK, STUCK_CELLS

power_device = Device(
    name="power_device",
    summary="device with steps by a power",
    potentiation="alpha_p*(G_max - G_min)*clip(1 - (G - G_min)/(G_max - G_min), 0, 1)**gamma_p",
    depression="-alpha_d*(G_max - G_min)*clip((G - G_min)/(G_max - G_min), 0, 1)**gamma_d",
    parameters={
        "G_min": Parameter(1 * uS, "lowest conductance", low=0 * siemens),
        "G_max": Parameter(11 * uS, "highest conductance"),
        "alpha_p": Parameter(0.001 / 1.2, "step that raises, as a part of the range at G_min", above=0.0),
        "alpha_d": Parameter(0.001 / 1.2, "step that lowers, as a part of the range at G_max", above=0.0),
        "gamma_p": Parameter(1.0, "power of potentiation", low=0.0),
        "gamma_d": Parameter(1.0, "power of depression", low=0.0),
        "sigma_d": Parameter(0.3, "relative standard deviation of both steps between devices", low=0.0),
        "sigma_c": Parameter(0.3, "relative standard deviation of a step from cycle to cycle", low=0.0),
        "sigma_r": Parameter(0.0, "standard deviation of a read, relative to the range", low=0.0),
        **STUCK_CELLS,
        "V_w": Parameter(2 * volt, "voltage of a write"),
        "t_w": Parameter(1e-6 * second, "length of a write pulse", above=0 * second),
        "V_r": Parameter(0.2 * volt, "voltage of a read"),
        "t_r": Parameter(1e-7 * second, "length of a read pulse", above=0 * second),
        "side": Parameter(0.26 * um, "side of a square cell: 4 features of 65 nm", above=0 * um),
    },
    spread={"alpha_p": "sigma_d", "alpha_d": "sigma_d"},
    cycle_noise="sigma_c*abs(dG)",
    read_noise="sigma_r*(G_max - G_min)",
    stuck=STUCK,
    costs=BY_VOLTAGE,
    source="IBM/aihwkit, src/aihwkit/simulator/configs/devices.py (PowStepDevice), after "
    "Rasch et al. 2021, doi:10.1109/AICAS51828.2021.9458494",
)
