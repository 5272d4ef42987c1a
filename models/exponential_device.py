"""Steps that depend exponentially on the conductance (aihwkit's ExpStep).

    x = (G - G_min)/(G_max - G_min)
    one pulse that raises     G += alpha_p (G_max - G_min) max(0, 1 - A_p exp(-gamma_p x))
    one pulse that lowers     G -= alpha_d (G_max - G_min) max(0, 1 - A_d exp(gamma_d x))

Values are those of a preset of IBM's aihwkit, ReRamESPresetDevice, with weights from w_min to w_max mapped on G_min
to G_max; that range in siemens, and the costs, are conventions of ours. There z = a w + b with a = b = -1/2, which is
-x, and the step that lowers is 0.259359 smaller than the one that raises. What aihwkit calls write noise is here
drawn at each read. Bounds do not differ between devices.
"""

from brian2 import second, siemens, um, uS, volt

from brainnet import Device, Parameter
from brainnet.hardware import BY_VOLTAGE, STUCK, STUCK_CELLS

exponential_device = Device(
    name="exponential_device",
    summary="device with exponential steps",
    potentiation="alpha_p*(G_max - G_min)*clip(1 - A_p*exp(-gamma_p*(G - G_min)/(G_max - G_min)), 0, 1e9)",
    depression="-alpha_d*(G_max - G_min)*clip(1 - A_d*exp(gamma_d*(G - G_min)/(G_max - G_min)), 0, 1e9)",
    parameters={
        "G_min": Parameter(1 * uS, "lowest conductance", low=0 * siemens),
        "G_max": Parameter(11 * uS, "highest conductance"),
        "alpha_p": Parameter(0.000675, "step that raises, as a part of the range for A_p = 0", above=0.0),
        "alpha_d": Parameter(
            0.000675 * (1 - 0.259359), "step that lowers, as a part of the range for A_d = 0", above=0.0
        ),
        "A_p": Parameter(-1.18445, "factor of the exponential of potentiation"),
        "A_d": Parameter(-0.081404, "factor of the exponential of depression"),
        "gamma_p": Parameter(5.0, "exponent of potentiation"),
        "gamma_d": Parameter(5.0, "exponent of depression"),
        "sigma_d": Parameter(0.2, "relative standard deviation of both steps between devices", low=0.0),
        "sigma_c": Parameter(5.0, "relative standard deviation of a step from cycle to cycle", low=0.0),
        "sigma_r": Parameter(0.050625, "standard deviation of a read, relative to the range", low=0.0),
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
    source="IBM/aihwkit, src/aihwkit/simulator/presets/devices.py (ReRamESPresetDevice), after "
    "Gong et al. 2018, Nat. Commun. 9:2102, doi:10.1038/s41467-018-04485-1, and "
    "Rasch et al. 2021, doi:10.1109/AICAS51828.2021.9458494",
)
