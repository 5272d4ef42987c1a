"""ReSuMe: a neuron learns to fire a given train of spikes."""

import marimo

app = marimo.App(app_title="ReSuMe")

with app.setup:
    import marimo as mo
    import numpy as np
    from brian2 import Hz, ms, nA, pA

    from brainnet.coding import SpikePatterns, poisson_patterns, thinned
    from brainnet.labs import Hidden
    from brainnet.learn import ReSuMe
    from brainnet.plot.style import new_figure


@app.cell(hide_code=True)
def _():
    mo.md(r"""
    # ReSuMe

    **Goal.** Teach a neuron not only to fire, but when to fire.

    A teacher fires the target train $S_d$, the neuron its own train $S_o$. The weight of input $i$ changes by (Ponulak
    & Kasinski 2010)

    $$\frac{dw_i}{dt} = \left[S_d(t) - S_o(t)\right] \left[a + \int_0^\infty A e^{-s/\tau} S_i(t - s)\, ds\right].$$

    At a target spike all inputs that fired shortly before grow; at a spike of the neuron they shrink. Where both fire
    together, nothing changes: the neuron has learned.
    """)
    return


@app.function
def learned(inputs, targets, amplitude, seed=0):
    """Learn target spikes (ms) with some inputs of 10 Hz, in up to 60 epochs; A is given in 1e-3 of w_max."""
    rng = np.random.default_rng(seed)
    shown = thinned(poisson_patterns(1, inputs, rate=10 * Hz, duration=300 * ms, rng=rng), 0.2 * ms)
    neuron = ReSuMe(A=amplitude / 1000, max_epochs=60, random_state=seed, keep_spikes=True, progress=False, dt=0.2 * ms)
    return neuron.fit(shown, [targets * ms])


@app.cell(hide_code=True)
def _():
    inputs = mo.ui.slider(50, 400, 50, 200, label="inputs", show_value=True)
    count = mo.ui.slider(1, 8, 1, 4, label="target spikes", show_value=True)
    amplitude = mo.ui.slider(1, 40, 1, 10, label="$A$ ($10^{-3}\\, w_{max}$)", show_value=True)
    seed = mo.ui.slider(0, 20, 1, 0, label="draw", show_value=True)
    mo.vstack([inputs, count, amplitude, seed])
    return amplitude, count, inputs, seed


@app.cell
def _(amplitude, count, inputs, seed):
    targets = np.linspace(60, 270, count.value).round()
    neuron = learned(inputs.value, targets, amplitude.value, seed.value)
    correlation = neuron.correlations_[:, 0, 0]
    return correlation, neuron, targets


@app.cell(hide_code=True)
def _(correlation, neuron, targets):
    figure, axes = new_figure(1, 2, figsize=(8, 3))
    left, right = axes[0]
    for target in targets:
        left.axvline(target, color="C1", alpha=0.4, linewidth=3)
    left.plot(neuron.raster_[:, 3] * 1000, neuron.raster_[:, 0] + 1, ".", color="black", markersize=3)
    left.set(xlabel="time (ms)", ylabel="epoch", xlim=(0, 300), title="spikes, and targets (bars)")
    right.plot(np.arange(1, len(correlation) + 1), correlation)
    right.set(xlabel="epoch", ylabel="correlation with the target", ylim=(0, 1.05))
    figure
    return


@app.cell(hide_code=True)
def _():
    mo.md(r"""
    ## Questions

    1. How many inputs are needed for eight target spikes? Why does one input in a few milliseconds not suffice?
    2. What goes wrong with a large $A$? And with a small one, in 60 epochs?
    3. At first the neuron is silent. Which term of the rule wakes it, and when does it stop?
    4. Compare the rule with pair STDP: what plays the role of potentiation, and what that of depression?
    """)
    return


@app.cell(hide_code=True)
def _():
    student = mo.ui.text(label="Your name")
    mo.vstack(
        [
            mo.md(r"""
    ## Exercise: the window of learning

    Twenty inputs fired once each, at `fired` (ms), and the only target spike was at 120 ms. All weights began at 0,
    and the neuron stayed silent. After one epoch the weights are `weights`, in parts of $w_{max}$; $a$ is
    $0.5 \cdot 10^{-3}$. Estimate $\tau$."""),
            student,
        ]
    )
    return (student,)


@app.cell
def _(student):
    secret = Hidden("resume.tau", student.value, low=4, high=20, tolerance=0.04)
    fired = np.arange(100.0, 120.0)
    once = SpikePatterns.from_lists([(np.arange(20), fired * ms)], n=20, duration=150 * ms)
    unknown = ReSuMe(
        tau=secret.value * ms, A=secret.generator().uniform(0.005, 0.02), w_mean=0 * pA, w_std=0 * pA, max_epochs=1
    )
    weights = np.array(unknown.fit(once, [[120] * ms]).weights_[:, 0] / nA)
    return fired, secret, weights


@app.cell(hide_code=True)
def _(fired, weights):
    data, axis = new_figure(figsize=(4, 2.4))
    axis.plot(fired, weights, "o")
    axis.set(xlabel="spike of the input (ms)", ylabel="weight / w_max")
    data
    return


@app.cell(hide_code=True)
def _():
    answer = mo.ui.number(label=r"$\tau$ (ms)")
    answer
    return (answer,)


@app.cell(hide_code=True)
def _(answer, secret):
    mo.md(secret.verdict(answer.value))
    return


if __name__ == "__main__":
    app.run()
