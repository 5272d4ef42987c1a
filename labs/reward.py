"""Learning from reward: eligibility and dopamine."""

import marimo

app = marimo.App(app_title="Reward")

with app.setup:
    import marimo as mo
    import numpy as np
    from brian2 import Hz, Network, SpikeGeneratorGroup, defaultclock, ms
    from brian2.utils.logger import catch_logs

    import brainnet
    from brainnet import models
    from brainnet.connectivity import OneToOne
    from brainnet.labs import Hidden
    from brainnet.pairing import reward
    from brainnet.plot.style import new_figure

    DELAYS = np.arange(0, 4001, 200)  # ms


@app.cell(hide_code=True)
def _():
    mo.md(r"""
    # Learning from reward

    **Goal.** A reward comes seconds after the spikes that earned it. How does a synapse know that it is meant?

    A pair of spikes does not change the weight but leaves an **eligibility** $c$; **dopamine** $d$ turns it into weight
    (Izhikevich 2007):

    $$\frac{dc}{dt} = -\frac{c}{\tau_c} + \text{pair STDP}, \qquad \frac{dd}{dt} = -\frac{d}{\tau_d} + \text{doses},
    \qquad \frac{dw}{dt} = c\, d.$$

    A pair that leaves $c = A_+ e^{-\Delta t/\tau_+}$, and a dose $D$ that comes $s$ later, change the weight in the end
    by

    $$\Delta w = A_+ e^{-\Delta t/\tau_+}\; D\; e^{-s/\tau_c}\, \frac{\tau_c \tau_d}{\tau_c + \tau_d}.$$

    Here $A_+$ = 0.1, $A_-$ = 0.15, $\tau_\pm$ = 20 ms and $D$ = 5 Hz. Each point is a synapse of its own, all with the
    same pair of spikes and with a reward after another delay.
    """)
    return


@app.function
def changes(difference, tau_c, tau_d, delays=DELAYS):
    """Return the change of the weight by one pair and a reward after each delay; all times in ms."""
    defaultclock.dt = 10 * ms  # between events the solution is exact
    n = np.arange(len(delays))
    with brainnet.target("numpy"), catch_logs():
        # A last presynaptic spike, long after: a weight holds as of the last event of its synapse.
        pre = SpikeGeneratorGroup(len(n), [*n, *n], [*(0 * n + 100), *(0 * n + 12000)] * ms)
        post = SpikeGeneratorGroup(len(n), n, (0 * n + 100 + difference) * ms)
        dopamine = SpikeGeneratorGroup(len(n), n, (200 + delays) * ms)
        rule = models.reward_stdp(tau_c=tau_c * ms, tau_d=tau_d * ms, dose=5 * Hz)
        synapses = rule.connect(pre, post, OneToOne(weights=0.5), onto=None)
        given = reward(dopamine, synapses, where="i == j")
        Network(pre, post, dopamine, synapses, given).run(12010 * ms, namespace={})
        return np.array(synapses.w) - 0.5


@app.function
def formula(difference, tau_c, tau_d, delays=DELAYS):
    """Return what the formula gives; the reward comes `delays` after a time of 200 ms."""
    left = 0.1 * np.exp(-difference / 20) if difference > 0 else -0.15 * np.exp(difference / 20)
    since = 200 + delays - 100 - max(difference, 0)
    return left * 5 * np.exp(-since / tau_c) * tau_c * tau_d / (tau_c + tau_d) / 1000


@app.cell(hide_code=True)
def _():
    difference = mo.ui.slider(
        steps=[-50, -40, -30, -20, -10, 10, 20, 30, 40, 50],
        value=10,
        label="$t_{post} - t_{pre}$ (ms)",
        show_value=True,
    )
    tau_c = mo.ui.slider(200, 2000, 100, 1000, label=r"$\tau_c$ of the eligibility (ms)", show_value=True)
    tau_d = mo.ui.slider(50, 1000, 50, 200, label=r"$\tau_d$ of dopamine (ms)", show_value=True)
    mo.vstack([difference, tau_c, tau_d])
    return difference, tau_c, tau_d


@app.cell
def _(difference, tau_c, tau_d):
    change = changes(difference.value, tau_c.value, tau_d.value)
    expected = formula(difference.value, tau_c.value, tau_d.value)
    return change, expected


@app.cell(hide_code=True)
def _(change, expected):
    figure, axis = new_figure(figsize=(5, 3))
    axis.axhline(0, color="0.8")
    axis.plot(DELAYS, change, "o", label="simulated")
    axis.plot(DELAYS, expected, color="black", linewidth=0.8, label="formula")
    axis.set(xlabel="delay of the reward (ms)", ylabel="change of the weight")
    axis.legend()
    figure
    return


@app.cell(hide_code=True)
def _():
    mo.md(r"""
    ## Questions

    1. What happens to a synapse whose pair was in the wrong order, and that is rewarded all the same?
    2. Which of the two time constants bridges the delay? What does the other one do?
    3. A longer $\tau_c$ bridges longer delays. What speaks against making it 10 s, in a network where all neurons fire
       about once a second?
    4. No dopamine flows without a reward here. What would a constant level of it do to synapses that nothing
       rewards?
    """)
    return


@app.cell(hide_code=True)
def _():
    student = mo.ui.text(label="Your name")
    mo.vstack(
        [
            mo.md(r"""
    ## Exercise: how long is a synapse eligible?

    The same experiment with an unknown synapse: neither its amplitude nor its $\tau_c$ is known.
    Estimate $\tau_c$."""),
            student,
        ]
    )
    return (student,)


@app.cell
def _(student):
    secret = Hidden("reward.tau_c", student.value, low=400, high=1800, tolerance=0.03)
    measured = changes(10, secret.value, tau_d=200) * secret.generator().uniform(0.5, 2)
    return measured, secret


@app.cell(hide_code=True)
def _(measured):
    data, data_axis = new_figure(figsize=(4, 2.4))
    data_axis.semilogy(DELAYS, measured, "o")
    data_axis.set(xlabel="delay of the reward (ms)", ylabel="change of the weight")
    data
    return


@app.cell(hide_code=True)
def _():
    answer = mo.ui.number(label=r"$\tau_c$ (ms)")
    answer
    return (answer,)


@app.cell(hide_code=True)
def _(answer, secret):
    mo.md(secret.verdict(answer.value))
    return


if __name__ == "__main__":
    app.run()
