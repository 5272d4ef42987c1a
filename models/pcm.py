"""Phase-change memory: gradual SET, abrupt RESET, noise of programming and reading, and drift.

    one SET pulse, z = 2 (G - G_min)/(G_max - G_min)      G += dG_0 max(0, 1 + A exp(-gamma z))
    one RESET pulse                                       G = G_min
    written to a target g = G/G_ref                       sd = (-1.1731 g^2 + 1.9650 g + 0.26348) uS
    after a time t                                        G ((t + t_0)/t_0)^-nu
    one read, s = t + t_0                                 sd = G_t min(0.0088/g^0.65, 0.2) sqrt(ln((s + t_r)/(2 t_r)))

The exponent nu of a cell has the mean clip(0.0244 - 0.0155 ln g, 0.049, 0.1) and the standard deviation clip(-0.0125
ln g - 0.0059, 0.008, 0.045). The first read is t_0 after writing, and t counts from it. A RESET has no noise, and
leaves G_min (aihwkit's preset: 0.01 of 2, with variation). Costs are conventions of ours. Reads do not change the
cell. With SET alone a device cannot fall: two of them, G = G_p - G_m, make a weight that falls by raising the other
one.
"""

from brian2 import nS, second, siemens, um, uS, volt

from brainnet import Device, Parameter
from brainnet.hardware import BY_VOLTAGE, STUCK, STUCK_CELLS

pcm = Device(
    name="pcm",
    summary="phase-change memory with gradual SET and abrupt RESET",
    potentiation="dG_0*clip(1 + A*exp(-2*gamma*(G - G_min)/(G_max - G_min)), 0, 1e9)",
    depression="G_min - G",
    unidirectional=True,
    parameters={
        "G_min": Parameter(0 * nS, "lowest conductance", low=0 * siemens),
        "G_max": Parameter(25 * uS, "highest conductance"),
        "G_ref": Parameter(25 * uS, "conductance that the noise was measured at", above=0 * siemens),
        "dG_0": Parameter(0.125 * uS, "step of a SET pulse far above G_min", above=0 * siemens),
        "A": Parameter(27.235, "how much larger a step is at G_min", low=0.0),
        "gamma": Parameter(2.5, "how fast steps become smaller", low=0.0),
        "sigma_d": Parameter(0.2, "relative standard deviation of dG_0 between devices", low=0.0),
        "sigma_max": Parameter(0.1, "relative standard deviation of G_max between devices", low=0.0),
        "sigma_c": Parameter(0.6, "scale of the noise of a step from cycle to cycle", low=0.0),
        "dG_c": Parameter(0.525 * uS, "what is added to the step in that noise", low=0 * siemens),
        "slope_c": Parameter(0.108, "part of G that is added to the step in that noise", low=0.0),
        "programming": Parameter(1.0, "scale of the programming noise", low=0.0),
        "reading": Parameter(1.0, "scale of the read noise", low=0.0),
        "drifting": Parameter(1.0, "scale of the exponent of drift", low=0.0),
        "t_0": Parameter(20 * second, "time after which a cell is first read", above=0 * second),
        "t_r": Parameter(250e-9 * second, "length of a read", above=0 * second),
        **STUCK_CELLS,
        "V_w": Parameter(2 * volt, "voltage of a write"),
        "t_w": Parameter(1e-7 * second, "length of a write pulse", above=0 * second),
        "V_r": Parameter(0.2 * volt, "voltage of a read"),
        "side": Parameter(0.26 * um, "side of a square cell: 4 features of 65 nm", above=0 * um),
    },
    spread={"dG_0": "sigma_d", "G_max": "sigma_max"},
    cycle_noise="sigma_c*(abs(dG) + dG_c + slope_c*G)*int(dG > 0*G_max)",
    programming_noise="programming*clip(-1.1731*(G/G_ref)**2 + 1.9650*G/G_ref + 0.26348, 0, 10)*usiemens",
    drawn={
        "nu": (
            "drifting*clip(0.0244 - 0.0155*log(clip(G/G_ref, 1e-9, 1e9)), 0.049, 0.1)",
            "drifting*clip(-0.0125*log(clip(G/G_ref, 1e-9, 1e9)) - 0.0059, 0.008, 0.045)",
        )
    },
    drift="G*((t + t_0)/t_0)**(-abs(nu))",
    read_noise="reading*G_t*clip(0.0088/clip(G/G_ref, 1e-9, 1e9)**0.65, 0, 0.2)*sqrt(log((t + t_0 + t_r)/(2*t_r)))",
    stuck=STUCK,
    costs=BY_VOLTAGE,
    source="Nandakumar et al. 2020, Front. Neurosci. 14:406, doi:10.3389/fnins.2020.00406, with "
    "IBM/aihwkit, src/aihwkit/simulator/presets/devices.py (steps); "
    "Joshi et al. 2020, Nat. Commun. 11:2473, doi:10.1038/s41467-020-16108-9, with "
    "IBM/aihwkit, src/aihwkit/inference/noise/pcm.py (noise and drift)",
)
