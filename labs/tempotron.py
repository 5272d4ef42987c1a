"""The Tempotron: a neuron that learns when to fire at all."""

import marimo

app = marimo.App(app_title="Tempotron")

with app.setup:
    import marimo as mo
    import numpy as np
    from brian2 import ms

    from brainnet.coding import SpikePatterns, random_latency_patterns
    from brainnet.labs import Hidden
    from brainnet.learn import Tempotron
    from brainnet.plot.style import new_figure


@app.cell(hide_code=True)
def _():
    mo.md(r"""
    # The Tempotron

    **Goal.** Let one neuron tell patterns of spikes apart, and find out how many patterns it can hold.

    Every input fires once in a pattern, at a random time. The potential of the neuron is

    $$V(t) = \sum_i w_i \sum_{t_i < t} K(t - t_i), \qquad K(s) = V_0 (e^{-s/\tau} - e^{-s/\tau_s}),$$

    with $K$ at most 1. It is to reach the threshold 1 for the patterns of class ⊕, and never for those of class ⊖.
    After an error each weight changes by $\pm\lambda \sum_{t_i < t_{max}} K(t_{max} - t_i)$; $V$ is highest at
    $t_{max}$ (Gütig & Sompolinsky 2006). The load is $\alpha$ = patterns / inputs.
    """)
    return


@app.function
def task(patterns, inputs, draw):
    """Draw patterns of 200 ms and their classes, half 1 and half 0."""
    rng = np.random.default_rng(draw)
    return random_latency_patterns(patterns, inputs, duration=200 * ms, rng=rng), np.arange(patterns) % 2


@app.cell(hide_code=True)
def _():
    patterns = mo.ui.slider(4, 100, 4, 40, label="patterns", show_value=True)
    inputs = mo.ui.slider(10, 60, 10, 40, label="inputs", show_value=True)
    margin = mo.ui.slider(0, 0.4, 0.05, 0, label="margin that is learned", show_value=True)
    draw = mo.ui.slider(0, 20, 1, 0, label="draw", show_value=True)
    mo.vstack([patterns, inputs, margin, draw])
    return draw, inputs, margin, patterns


@app.cell
def _(draw, inputs, margin, patterns):
    shown, classes = task(patterns.value, inputs.value, draw.value)
    neuron = Tempotron(margin=margin.value, max_epochs=150, random_state=0, progress=False).fit(shown, classes)
    time = np.linspace(0, 200, 401)
    potentials = np.array([neuron.potential(shown[k : k + 1], time * ms)[:, 0] for k in range(4)])
    highest = neuron.peaks(shown)[0][:, 0]
    return classes, highest, neuron, potentials, time


@app.cell(hide_code=True)
def _(classes, highest, neuron, potentials, time):
    figure, axes = new_figure(1, 3, figsize=(9, 2.8))
    left, middle, right = axes[0]
    for k, v in enumerate(potentials):
        left.plot(time, v, color=f"C{k % 2}", linewidth=1)
    left.axhline(1, color="0.6", linestyle=":")
    left.set(xlabel="time (ms)", ylabel="potential", title="two patterns of each class")
    middle.hist([highest[classes == 0], highest[classes == 1]], bins=15, stacked=True, label=["⊖", "⊕"])
    middle.axvline(1, color="0.6", linestyle=":")
    middle.set(xlabel="highest potential", ylabel="patterns")
    middle.legend()
    right.plot(neuron.errors_[:, 0])
    right.set(xlabel="epoch", ylabel="errors", title="learned" if neuron.converged_ else "not learned")
    figure
    return


@app.cell(hide_code=True)
def _():
    mo.md(r"""
    ## Questions

    1. Up to which load does the neuron learn all patterns within 150 epochs?
       (A perceptron holds two patterns an input.)
    2. What does the margin do to the histogram, and to the load that can be learned?
    3. The neuron fires once for a ⊕ pattern. Who has told it when?
    4. Shuffle the spike times of a learned pattern in your mind: would the neuron know it by its number of spikes?
    """)
    return


@app.cell(hide_code=True)
def _():
    student = mo.ui.text(label="Your name")
    mo.vstack(
        [
            mo.md(r"""
    ## Exercise: the memory of a neuron

    The potential after a single spike was measured every 0.1 ms. The spike reaches the neuron
    at 0 ms. You know that $\tau_s = \tau/4$. Estimate $\tau$; `traced` and `trace_time` hold the data."""),
            student,
        ]
    )
    return (student,)


@app.cell
def _(student):
    secret = Hidden("tempotron.tau", student.value, low=8, high=25, tolerance=0.04)
    single = SpikePatterns.from_lists([([0], [0] * ms), ([0], [1] * ms)], n=1, duration=80 * ms)
    unknown = Tempotron(
        tau=secret.value * ms, tau_s=secret.value / 4 * ms, initial_weights=[0.5], max_epochs=1, learning_rate=1e-9
    ).fit(single, [0, 1])
    trace_time = np.arange(0, 80, 0.1)
    traced = unknown.potential(single[:1], trace_time * ms)[:, 0]
    return secret, trace_time, traced


@app.cell(hide_code=True)
def _(trace_time, traced):
    data, axis = new_figure(figsize=(4, 2.4))
    axis.plot(trace_time, traced)
    axis.set(xlabel="time since the spike (ms)", ylabel="potential")
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
