"""Spike-timing-dependent plasticity of pairs of spikes."""

import marimo

app = marimo.App(app_title="Pair STDP")

with app.setup:
    import marimo as mo
    import numpy as np
    from brian2 import Hz, Network, PoissonGroup, SpikeGeneratorGroup, defaultclock, ms, seed

    import brainnet
    from brainnet import models
    from brainnet.connectivity import OneToOne
    from brainnet.labs import Hidden
    from brainnet.plot.style import new_figure


@app.cell(hide_code=True)
def _():
    mo.md(r"""
    # Pair STDP

    **Goal.** See how the order of two spikes changes a weight, and when weights grow or shrink on average.

    Each presynaptic spike leaves a trace $x$, each postsynaptic one a trace $y$; they decay with $\tau_+$ and $\tau_-$:

    $$\text{post spike: } w \leftarrow w + A_+\, x \qquad\qquad \text{pre spike: } w \leftarrow w - A_-\, y$$

    For one pair, with $\Delta t = t_{post} - t_{pre}$, this is the window

    $$\Delta w = A_+ e^{-\Delta t/\tau_+} \ (\Delta t > 0), \qquad
    \Delta w = -A_- e^{\Delta t/\tau_-} \ (\Delta t < 0).$$

    If pre and post fire independently at the rates $r_x$ and $r_y$, the weight drifts by
    $\dot w = r_x r_y (A_+\tau_+ - A_-\tau_-)$: the areas of the two sides decide.
    """)
    return


@app.function
def changes(rule, pre, post, duration):
    """Connect pre and post one to one by a rule, run for a duration, and return the change of each weight."""
    defaultclock.dt = 1 * ms
    with brainnet.target("numpy"):
        synapses = rule.connect(pre, post, OneToOne(weights=0.0), onto=None)
        Network(pre, post, synapses).run(duration, namespace={})
        return np.array(synapses.w)


@app.function
def window(rule, differences):
    """Return the change of the weight by one pair of spikes at each difference of times (ms)."""
    n = np.arange(len(differences))
    pre = SpikeGeneratorGroup(len(n), n, np.maximum(-differences, 0) * ms)
    post = SpikeGeneratorGroup(len(n), n, np.maximum(differences, 0) * ms)
    return changes(rule, pre, post, 101 * ms)


@app.function
def drift(rule, rate, n=300):
    """Return the changes of n weights between independent Poisson trains of one rate (Hz), in 1 s."""
    seed(1)
    pre, post = (PoissonGroup(n, rate * Hz) for _ in range(2))
    return changes(rule, pre, post, 1000 * ms)


@app.cell(hide_code=True)
def _():
    A_plus = mo.ui.slider(0, 20, 1, 10, label=r"$A_+$ ($10^{-3}$)", show_value=True)
    A_minus = mo.ui.slider(0, 20, 1, 6, label=r"$A_-$ ($10^{-3}$)", show_value=True)
    tau_plus = mo.ui.slider(5, 50, 1, 17, label=r"$\tau_+$ (ms)", show_value=True)
    tau_minus = mo.ui.slider(5, 50, 1, 34, label=r"$\tau_-$ (ms)", show_value=True)
    rate = mo.ui.slider(5, 50, 5, 20, label="rate of both sides in the right picture (Hz)", show_value=True)
    mo.vstack([A_plus, A_minus, tau_plus, tau_minus, rate])
    return A_minus, A_plus, rate, tau_minus, tau_plus


@app.cell
def _(A_minus, A_plus, rate, tau_minus, tau_plus):
    rule = models.pair_stdp(
        A_plus=A_plus.value / 1000,
        A_minus=A_minus.value / 1000,
        tau_plus=tau_plus.value * ms,
        tau_minus=tau_minus.value * ms,
        w_min=-10.0,  # far away: we look at changes
        w_max=1.0,
    )
    differences = np.concatenate([np.arange(-100, 0, 4), np.arange(4, 101, 4)])
    change = window(rule, differences)
    drifted = drift(rule, rate.value)
    area = (A_plus.value * tau_plus.value - A_minus.value * tau_minus.value) * 1e-6  # s
    expected_drift = rate.value**2 * area
    return change, differences, drifted, expected_drift


@app.cell(hide_code=True)
def _(change, differences, drifted, expected_drift):
    figure, axes = new_figure(1, 2, figsize=(8, 3))
    left, right = axes[0]
    left.axhline(0, color="0.8")
    left.axvline(0, color="0.8")
    left.plot(differences, change, ".")
    left.set(xlabel=r"$t_{post} - t_{pre}$ (ms)", ylabel="change of the weight")
    right.hist(drifted, bins=30, color="0.7")
    right.axvline(drifted.mean(), color="C0", label="mean of 300 synapses")
    right.axvline(expected_drift, color="black", linestyle=":", label="formula")
    right.set(xlabel="change of the weight in 1 s", ylabel="synapses")
    right.legend(fontsize=8)
    figure
    return


@app.cell(hide_code=True)
def _():
    mo.md(r"""
    ## Questions

    1. Which side of the picture on the left is Hebb's "takes part in firing it"? Which is the other one?
    2. With the values at the start $A_+ > A_-$. Why do most weights shrink nevertheless?
    3. Choose values for which the weights do not drift. Does the width of the histogram vanish too?
    4. How does the drift depend on the rate? What does that mean for a neuron whose inputs all grow?
    """)
    return


@app.cell(hide_code=True)
def _():
    student = mo.ui.text(label="Your name")
    mo.vstack(
        [
            mo.md(r"""
    ## Exercise: how long does a synapse remember?

    The depression of an unknown synapse was measured at 15 differences of times, with an error of 2 % each. You know
    neither $A_-$ nor $\tau_-$. Estimate $\tau_-$."""),
            student,
        ]
    )
    return (student,)


@app.cell
def _(student):
    secret = Hidden("pair_stdp.tau_minus", student.value, low=12, high=45, tolerance=0.06)
    rng = secret.generator()
    unknown = models.pair_stdp(tau_minus=secret.value * ms, A_minus=rng.uniform(0.005, 0.02), w_min=-10.0)
    before = np.arange(-60, 0, 4)
    measured = window(unknown, before) * (1 + 0.02 * rng.standard_normal(len(before)))
    return before, measured, secret


@app.cell(hide_code=True)
def _(before, measured):
    data, axis = new_figure(figsize=(4, 2.4))
    axis.semilogy(before, -measured, "o")
    axis.set(xlabel=r"$t_{post} - t_{pre}$ (ms)", ylabel="depression")
    data
    return


@app.cell(hide_code=True)
def _():
    answer = mo.ui.number(label=r"$\tau_-$ (ms)")
    answer
    return (answer,)


@app.cell(hide_code=True)
def _(answer, secret):
    mo.md(secret.verdict(answer.value))
    return


if __name__ == "__main__":
    app.run()
