"""Steps that depend linearly on the conductance (aihwkit's LinearStep).

    x = (G - G_min)/(G_max - G_min)
    one pulse that raises     G += alpha_p (G_max - G_min) (1 - gamma_p (x - x_0)/(1 - x_0))
    one pulse that lowers     G -= alpha_d (G_max - G_min) (1 - gamma_d (x_0 - x)/x_0)

Values are those of a preset of IBM's aihwkit, EcRamPresetDevice, with weights from w_min to w_max mapped on G_min to
G_max; that range in siemens, and the costs, are conventions of ours. There x_0 is where the weight is 0: alpha is the
step there, and gamma by what part it is smaller at the bound. Bounds and slopes do not differ between devices.
"""

from brian2 import second, siemens, um, uS, volt

from brainnet import Device, Parameter
from brainnet.hardware import BY_VOLTAGE, STUCK, STUCK_CELLS

linear_device = Device(
    name="linear_device",
    summary="device with steps that fall linearly",
    potentiation="alpha_p*(G_max - G_min)*(1 - gamma_p*((G - G_min)/(G_max - G_min) - x_0)/(1 - x_0))",
    depression="-alpha_d*(G_max - G_min)*(1 - gamma_d*(x_0 - (G - G_min)/(G_max - G_min))/x_0)",
    parameters={
        "G_min": Parameter(1 * uS, "lowest conductance", low=0 * siemens),
        "G_max": Parameter(11 * uS, "highest conductance"),
        "alpha_p": Parameter(0.001, "step that raises, as a part of the range at x_0", above=0.0),
        "alpha_d": Parameter(0.001, "step that lowers, as a part of the range at x_0", above=0.0),
        "gamma_p": Parameter(0.1153, "by what part the step that raises is smaller at G_max", high=1.0),
        "gamma_d": Parameter(0.5085, "by what part the step that lowers is smaller at G_min", high=1.0),
        "x_0": Parameter(0.4138, "place in the range where the steps are alpha", above=0.0, below=1.0),
        "sigma_d": Parameter(0.1, "relative standard deviation of both steps between devices", low=0.0),
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
    source="IBM/aihwkit, src/aihwkit/simulator/presets/devices.py (EcRamPresetDevice), after "
    "Tang et al. 2018, IEDM, doi:10.1109/IEDM.2018.8614551, and "
    "Rasch et al. 2021, doi:10.1109/AICAS51828.2021.9458494",
)
