"""Four-terminal synaptic transistor: two gates, and the time difference of their pulses sets the change.

    one pair, dt = t_post - t_pre > 0      G += A_p exp(-dt/tau_p)
    one pair, dt < 0                       G -= A_d exp(dt/tau_d)
    one PGM pulse, one ERS pulse           the pair at dt = dt_p, and at dt = -dt_d

Gate 1 takes the presynaptic pulse (which is on the drain too), gate 2 the one that writes; hot carriers change the
charge that is stored. The measured curve is fitted by two exponentials over a few microseconds. The authors do not
publish A_p, A_d, tau_p and tau_d, nor the range of conductance, variation or costs: **all values here are conventions
of ours**, of the right shape and scale, such that one pair reaches every level from G_min. So are the variation, off by
default, and the costs (a pulse of 1 us at 5 V through the channel, a cell of 1 um2).
"""

from brian2 import nS, siemens, um, uS, us, volt

from brainnet import Device, Parameter
from brainnet.hardware import BY_VOLTAGE, STUCK, STUCK_CELLS

synaptic_transistor = Device(
    name="synaptic_transistor",
    summary="four-terminal synaptic transistor, with an exponential STDP window",
    potentiation="A_p*exp(-dt_p/tau_p)",
    depression="-A_d*exp(-dt_d/tau_d)",
    window={"potentiation": "A_p*exp(-dt/tau_p)", "depression": "-A_d*exp(dt/tau_d)"},
    parameters={
        "G_min": Parameter(10 * nS, "lowest conductance", low=0 * siemens),
        "G_max": Parameter(1000 * nS, "highest conductance"),
        "A_p": Parameter(1.2 * uS, "amplitude of potentiation", above=0 * siemens),
        "A_d": Parameter(1.1 * uS, "amplitude of depression", above=0 * siemens),
        "tau_p": Parameter(2 * us, "time constant of potentiation", above=0 * us),
        "tau_d": Parameter(2.5 * us, "time constant of depression", above=0 * us),
        "dt_min": Parameter(0 * us, "shortest time difference that was fitted"),
        "dt_max": Parameter(20 * us, "longest time difference that was fitted"),
        "dt_p": Parameter(9 * us, "time difference of a PGM pulse", above=0 * us),
        "dt_d": Parameter(11 * us, "time difference of an ERS pulse", above=0 * us),
        "sigma_A": Parameter(0.0, "relative standard deviation of both amplitudes between devices", low=0.0),
        "sigma_tau": Parameter(0.0, "relative standard deviation of both time constants between devices", low=0.0),
        "sigma_c": Parameter(0.0, "relative standard deviation of a step from cycle to cycle", low=0.0),
        "sigma_r": Parameter(0.0, "relative standard deviation of a read", low=0.0),
        **STUCK_CELLS,
        "V_w": Parameter(5 * volt, "voltage of a write"),
        "V_r": Parameter(0.1 * volt, "voltage of a read"),
        "t_w": Parameter(1 * us, "length of a write pulse", above=0 * us),
        "t_r": Parameter(1 * us, "length of a read pulse", above=0 * us),
        "side": Parameter(1 * um, "side of a square cell", above=0 * um),
    },
    spread={"A_p": "sigma_A", "A_d": "sigma_A", "tau_p": "sigma_tau", "tau_d": "sigma_tau"},
    cycle_noise="sigma_c*abs(dG)",
    read_noise="sigma_r*G_t",
    stuck=STUCK,
    costs=BY_VOLTAGE,
    source="Hwang, Kim & Park 2021, Appl. Sci. 11:2059, doi:10.3390/app11052059, abstract: no values",
)
