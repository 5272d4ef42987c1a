"""Weights in devices that differ from each other."""

import marimo

app = marimo.App(app_title="Device mismatch")

with app.setup:
    import marimo as mo
    import numpy as np
    from brian2 import nsecond
    from sklearn.datasets import load_digits
    from sklearn.neural_network import MLPClassifier

    from brainnet import models
    from brainnet.ann import read
    from brainnet.compress import quantise_linear
    from brainnet.hardware import TransferScheme, transfer
    from brainnet.labs import Hidden
    from brainnet.plot.style import new_figure


@app.cell(hide_code=True)
def _():
    mo.md(r"""
    # Device mismatch

    **Goal.** Write trained weights into memory devices by pulses, and see what it costs that no two devices are alike.

    Weights are rounded to $2n + 1$ levels. One pair of pulses, $\Delta t$ apart, changes the conductance of a synaptic
    transistor (after Hwang, Kim & Park 2021) by

    $$\Delta G = A_p e^{-\Delta t/\tau_p}, \qquad
    \text{so that a level } \Delta G \text{ needs } \Delta t = \tau_p \ln(A_p/\Delta G),$$

    computed with the *nominal* $A_p$ and $\tau_p$. Each device has its own, spread about the nominal ones with the
    relative standard deviations $\sigma_A$ and $\sigma_\tau$; the time difference can be off by a jitter. Then
    $\Delta G$ is off by the relative error of $A$, and by $\Delta t / \tau$ times that of $\tau$.
    """)
    return


@app.cell
def _():
    x, y = load_digits(return_X_y=True)
    x = x / 16
    trained = MLPClassifier((20,), random_state=0, tol=0.003).fit(x[:1200], y[:1200])
    graph = read(trained)
    return graph, x, y


@app.function
def written(graph, levels, sigma_A, sigma_tau, jitter=0.0, seed=0):
    """Quantise a network, write it into devices, and return what was written; jitter in ns."""
    device = models.synaptic_transistor(sigma_A=sigma_A, sigma_tau=sigma_tau)
    return transfer(quantise_linear(graph, levels), device, TransferScheme(jitter=jitter * nsecond), seed=seed)


@app.cell(hide_code=True)
def _():
    levels = mo.ui.slider(3, 31, 4, 7, label="levels $2n + 1$", show_value=True)
    sigma_A = mo.ui.slider(0, 0.5, 0.02, 0.1, label=r"spread of amplitudes $\sigma_A$", show_value=True)
    sigma_tau = mo.ui.slider(0, 0.5, 0.02, 0, label=r"spread of time constants $\sigma_\tau$", show_value=True)
    jitter = mo.ui.slider(0, 1000, 50, 0, label="jitter of the time difference (ns)", show_value=True)
    mo.vstack([levels, sigma_A, sigma_tau, jitter])
    return jitter, levels, sigma_A, sigma_tau


@app.cell
def _(graph, jitter, levels, sigma_A, sigma_tau, x, y):
    network = written(graph, levels.value, sigma_A.value, sigma_tau.value, jitter.value)
    first = network.layers[0]
    wanted, got = first.levels.steps.ravel(), first.steps().ravel()
    accuracy = {
        "trained": graph.accuracy(x[1200:], y[1200:]),
        "quantised": network.aimed.accuracy(x[1200:], y[1200:]),
        "written": network.network().accuracy(x[1200:], y[1200:]),
    }
    spread = {int(k): float(np.std(got[wanted == k] / k)) for k in np.unique(wanted) if k and np.sum(wanted == k) > 5}
    return accuracy, got, spread, wanted


@app.cell(hide_code=True)
def _(accuracy, got, spread, wanted):
    figure, axes = new_figure(1, 3, figsize=(9.5, 3))
    left, middle, right = axes[0]
    left.plot(wanted + np.random.default_rng(0).uniform(-0.2, 0.2, len(wanted)), got, ".", markersize=2)
    left.set(xlabel="level that was wanted", ylabel="level that was written")
    middle.plot(list(spread), list(spread.values()), "o")
    middle.set(xlabel="level", ylabel="relative spread", ylim=(0, None))
    right.bar(list(accuracy), list(accuracy.values()))
    right.set(ylabel="test accuracy", ylim=(0, 1))
    figure
    return


@app.cell(hide_code=True)
def _():
    mo.md(r"""
    ## Questions

    1. With $\sigma_\tau$ only: which levels are written worst, and why? With $\sigma_A$ only?
    2. Up to which spread does the accuracy stay within 2 % of that of the quantised network?
    3. More levels are nearer to the trained weights. When do they stop to help?
    4. How precise must a time difference be, compared with $\tau_p$ = 2 µs?
    """)
    return


@app.cell(hide_code=True)
def _():
    student = mo.ui.text(label="Your name")
    mo.vstack(
        [
            mo.md(r"""
    ## Exercise: how different are these devices?

    A chip with an unknown $\sigma_A$ (and $\sigma_\tau$ = 0) was written with 7 levels, -3 to 3. You can read what was
    written where 1 was wanted: `readings`. Estimate $\sigma_A$."""),
            student,
        ]
    )
    return (student,)


@app.cell
def _(graph, student):
    secret = Hidden("mismatch.sigma_A", student.value, low=0.05, high=0.25, tolerance=0.12)
    chip = written(graph, 7, secret.value, 0.0, seed=int(secret.generator().integers(2**31)))
    readings = np.concatenate([layer.steps()[layer.levels.steps == 1] for layer in chip.layers])
    return readings, secret


@app.cell(hide_code=True)
def _(readings):
    data, axis = new_figure(figsize=(4, 2.4))
    axis.hist(readings, bins=30)
    axis.set(xlabel="level that was written", ylabel="devices")
    data
    return


@app.cell(hide_code=True)
def _():
    answer = mo.ui.number(label=r"$\sigma_A$")
    answer
    return (answer,)


@app.cell(hide_code=True)
def _(answer, secret):
    mo.md(secret.verdict(answer.value))
    return


if __name__ == "__main__":
    app.run()
