"""Adapting spiking neuron: an analog signal as few spikes, by a threshold that rises with each of them.

The signal S is the constant input I and the current of the spikes g that arrive, which decays with tau_beta and is
smoothed with tau_phi. The neuron keeps S_hat, the approximation of S by its own spikes; it fires where
S - S_hat > theta/2. A spike adds theta to S_hat, which decays with tau_eta, and m_f theta to the threshold theta, which
decays to theta_0 with tau_gamma.

A constant signal is met by spikes at intervals T for which, with q = exp(-T/tau_gamma) and p = exp(-T/tau_eta),

    theta = theta_0 / (1 - m_f q/(1 - q)),    S = theta/2 + theta p/(1 - p)

since at the time of a spike S_hat has decayed to S - theta/2. All spikes are the same to others, so that the rate grows
ever more slowly with S; for small S it is that of a fixed threshold.
"""

from brian2 import ms

from brainnet import NeuronModel, Parameter

adaptive_spiking = NeuronModel(
    name="adaptive_spiking",
    summary="neuron that approximates its input by spikes, with multiplicative adaptation of the threshold",
    # Euler steps: each variable times its decay, the current first, then what it feeds, in the same step.
    equations="""dI_syn/dt = (g - (1 - exp(-dt/tau_beta))*I_syn)/dt : 1
                 dS_syn/dt = (1 - exp(-dt/tau_phi))*(exp(-dt/tau_beta)*I_syn + g - S_syn)/dt : 1
                 dg/dt = -g/dt : 1
                 dS_hat/dt = -(1 - exp(-dt/tau_eta))*S_hat/dt : 1
                 drise/dt = -(1 - exp(-dt/tau_gamma))*rise/dt : 1
                 theta = theta_0 + rise : 1
                 S = I + S_syn : 1""",
    method="euler",
    threshold="S - S_hat > theta/2",
    reset="S_hat += theta_0 + rise\nrise += m_f*(theta_0 + rise)",
    parameters={
        "I": Parameter(0.0, "constant part of the signal"),
        "theta_0": Parameter(0.1, "threshold at rest", above=0.0),
        "m_f": Parameter(0.1, "share of the threshold that a spike adds to it", low=0.0),
        "tau_beta": Parameter(50 * ms, "decay of the current of a spike", above=0 * ms),
        "tau_phi": Parameter(2.5 * ms, "smoothing of the current", above=0 * ms),
        "tau_eta": Parameter(50 * ms, "decay of the approximation", above=0 * ms),
        "tau_gamma": Parameter(15 * ms, "decay of the threshold", above=0 * ms),
    },
    source="Zambrano & Bohte 2016, arXiv:1609.02053, doi:10.48550/arXiv.1609.02053, "
    "sec. 2 (adapting spiking neuron); Bohte 2012, NIPS, no DOI, as in "
    "lynnsoerensen/SpatialAttention_sDCNN_2020, asn/neuronModel.py",
)
