"""Calcium-based plasticity: spikes of both sides add calcium c, and the efficacy rho moves while c is above thresholds.

    tau drho/dt = gamma_p (1 - rho) [c > theta_p] - gamma_d rho [c > theta_d]      dc/dt = -c/tau_Ca

The weight is w_min + rho (w_max - w_min). Between spikes the solution is exact; w and c hold as of the last spike of
either side. With ``drift="double_well"`` the paper's two other terms are added, and w moves in every time step (Euler),
within its bounds at spikes only:

    - rho (1 - rho) (rho_star - rho) + sigma sqrt(tau ([c > theta_p] + [c > theta_d])) xi(t)

The noise is that of the published correction (doi:10.1073/pnas.1220044110): its variance is twice as large while
calcium is above both thresholds as above one. The paper had printed sigma sqrt(tau) [c > min(theta_d, theta_p)].
The well keeps what was learned, over minutes. The calcium of a presynaptic spike comes 13.7 ms after it in the paper:
connect with ``delay=13.7*ms``, which delays its effect on the target as well.
"""

from brian2 import ms, second

from brainnet import Parameter, SynapseModel

SINCE_LAST_EVENT = """above_p = clip(tau_Ca*log(clip(c, 1e-9, 1e9)/theta_p), 0*ms, t - t_event)
                      above_d = clip(tau_Ca*log(clip(c, 1e-9, 1e9)/theta_d), 0*ms, t - t_event)
                      above_both = clip(above_p, 0*ms, above_d)
                      rho = (w - w_min)/(w_max - w_min)
                      rho = rho_inf + (rho - rho_inf)*exp(-(gamma_p + gamma_d)*above_both/tau)
                      rho = rho*exp(-gamma_d*(above_d - above_both)/tau)
                      rho = 1 - (1 - rho)*exp(-gamma_p*(above_p - above_both)/tau)
                      w = w_min + (w_max - w_min)*rho
                      c *= exp(-(t - t_event)/tau_Ca)
                      t_event = t
"""

calcium_stdp = SynapseModel(
    name="calcium_stdp",
    summary="plasticity by the time that calcium spends above two thresholds",
    equations="c : 1\nt_event : second",
    bounds=("w_min", "w_max"),
    parameters={
        "tau_Ca": Parameter(20 * ms, "decay of calcium", above=0 * ms),
        "C_pre": Parameter(1.0, "calcium of a presynaptic spike", low=0.0),
        "C_post": Parameter(2.0, "calcium of a postsynaptic spike", low=0.0),
        "theta_p": Parameter(1.3, "threshold of potentiation", above=0.0),
        "theta_d": Parameter(1.0, "threshold of depression", above=0.0),
        "gamma_p": Parameter(321.808, "rate of potentiation", above=0.0),
        "gamma_d": Parameter(200.0, "rate of depression", above=0.0),
        "tau": Parameter(150 * second, "time constant of the efficacy", above=0 * second),
        "w_min": Parameter(0.0, "weight for rho = 0, in the unit of the driven variable"),
        "w_max": Parameter(1.0, "weight for rho = 1, in the unit of the driven variable"),
    },
    variants={
        "drift": {
            "none": {
                "equations": "w : {unit}\nrho_inf = gamma_p/(gamma_p + gamma_d) : 1",
                "on_pre": SINCE_LAST_EVENT + "{onto}_post += w\nc += C_pre",
                "on_post": SINCE_LAST_EVENT + "c += C_post",
                "meaning": "rho stays where calcium left it",
            },
            "double_well": {
                "equations": """dw/dt = (w_max - w_min)*(change/tau + loud*randn()) : {unit} (clock-driven)
                                loud = sigma*sqrt((up + down)/tau/dt) : Hz
                                change = gamma_p*(1 - rho)*up - gamma_d*rho*down - rho*(1 - rho)*(rho_star - rho) : 1
                                rho = (w - w_min)/(w_max - w_min) : 1
                                up = int(c*exp(-(t - t_event)/tau_Ca) > theta_p) : 1
                                down = int(c*exp(-(t - t_event)/tau_Ca) > theta_d) : 1""",
                "on_pre": "c *= exp(-(t - t_event)/tau_Ca)\nt_event = t\n{onto}_post += w\nc += C_pre",
                "on_post": "c *= exp(-(t - t_event)/tau_Ca)\nt_event = t\nc += C_post",
                "method": "euler",
                "parameters": {
                    "rho_star": Parameter(0.5, "border of the two states", above=0.0, high=1.0),
                    "sigma": Parameter(2.8284, "noise while calcium is above a threshold", low=0.0),
                },
                "meaning": "rho is drawn to 0 or 1, and calcium brings noise",
            },
        },
    },
    source="Graupner & Brunel 2012, PNAS 109:3991, doi:10.1073/pnas.1109359109, eqs. 1 and 2, table S1 (DP curve); "
    "noise term of eq. 1: correction, PNAS 109:21551, doi:10.1073/pnas.1220044110",
)
