"""The nonlinear device of NeuroSim: two exponential curves, of label NL_p for potentiation and NL_d for depression.

    after P pulses            G(P) = B (1 - exp(-P/A)) + G_min,   B = (G_max - G_min)/(1 - exp(-P_max/A))
    one pulse that raises     G += (B_p - G + G_min) (1 - exp(-1/A_p))
    one pulse that lowers     G += (B_d - G + G_min) (1 - exp(1/A_d)),   A_d < 0 where NL_d < 0

Curves that begin more slowly than those of NL_p = -8.5 or NL_d = 8.5 would not leave their end: rounding is larger.

The label NL is how far the curve leaves the straight line, in units of 0.099 of the range; A follows from it. NeuroSim
itself rounds a wanted change to whole pulses and adds the noise of all pulses at once: the same mean and variance.
"""

from brian2 import ms, nS, second, siemens, um, volt

from brainnet import Device, Parameter
from brainnet.hardware import STUCK, STUCK_CELLS, curvature

neurosim_device = Device(
    name="neurosim_device",
    summary="NeuroSim's device with nonlinear potentiation and depression",
    potentiation="(B_p - G + G_min)*(1 - exp(-1/A_p))",
    depression="(B_d - G + G_min)*(1 - exp(1/A_d))",
    parameters={
        "G_min": Parameter(3.0769 * nS, "lowest conductance", low=0 * siemens),
        "G_max": Parameter(38.462 * nS, "highest conductance"),
        "NL_p": Parameter(2.4, "label of nonlinearity of potentiation", low=-8.5, high=9.9),
        "NL_d": Parameter(-4.88, "label of nonlinearity of depression", low=-9.9, high=8.5),
        "P_p": Parameter(97.0, "pulses from the lowest conductance to the highest", low=1.0),
        "P_d": Parameter(100.0, "pulses from the highest conductance to the lowest", low=1.0),
        "sigma_c": Parameter(0.035, "standard deviation of a step, relative to the range", low=0.0),
        "sigma_d": Parameter(0.0, "relative standard deviation of NL_p and NL_d between devices", low=0.0),
        "sigma_r": Parameter(0.0, "relative standard deviation of a read", low=0.0),
        **STUCK_CELLS,
        "V_p": Parameter(3.2 * volt, "voltage of a pulse that raises"),
        "V_d": Parameter(2.8 * volt, "voltage of a pulse that lowers"),
        "t_p": Parameter(0.3 * ms, "length of a pulse that raises", above=0 * ms),
        "t_d": Parameter(0.3 * ms, "length of a pulse that lowers", above=0 * ms),
        "V_r": Parameter(0.5 * volt, "voltage of a read"),
        "t_r": Parameter(5e-9 * second, "length of a read pulse", above=0 * ms),
        "side": Parameter(0.26 * um, "side of a square cell: 4 features of 65 nm", above=0 * um),
    },
    derived={
        "A_p": "P_p*curvature(NL_p)",
        "A_d": "P_d*curvature(NL_d)",
        "B_p": "(G_max - G_min)/(1 - exp(-P_p/A_p))",
        "B_d": "(G_max - G_min)/(1 - exp(-P_d/A_d))",
    },
    spread={"NL_p": "sigma_d", "NL_d": "sigma_d"},
    cycle_noise="sigma_c*(G_max - G_min)",
    read_noise="sigma_r*G_t",
    stuck=STUCK,
    costs={
        "write_energy": "V_p**2*G*t_p",
        "write_time": "t_p",
        "erase_energy": "V_d**2*G*t_d",
        "erase_time": "t_d",
        "read_energy": "V_r**2*G*t_r",
        "read_time": "t_r",
        "area": "side**2",
    },
    functions={"curvature": curvature},
    source="Chen, Peng & Yu 2018, IEEE TCAD 37:3067, doi:10.1109/TCAD.2018.2789723, with "
    "neurosim/MLP_NeuroSim_V3.0, Cell.cpp (RealDevice, Ag:a-Si) and formula.cpp (curvature)",
)
