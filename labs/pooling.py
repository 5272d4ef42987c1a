"""Pooling spikes: the largest of a window, or its average."""

import marimo

app = marimo.App(app_title="Max against average pooling")

with app.setup:
    import warnings

    import marimo as mo
    import numpy as np

    import brainnet
    from brainnet.ann import Dense, Flatten, LayerGraph, MaxPool
    from brainnet.convert import convert
    from brainnet.labs import Hidden
    from brainnet.plot.style import new_figure


@app.cell(hide_code=True)
def _():
    mo.md(r"""
    # Max against average pooling

    **Goal.** Find out why converted networks prefer average pooling.

    A window of four neurons fires with the rates $r_1 \ldots r_4$ (spikes a step). Their **average** is one neuron that
    adds the spikes with the weight 1/4: any order of spikes gives $\frac14 \sum r_i$. The **maximum** is not a sum. A
    *gate* lets pass only the spikes of the input that has fired most so far,

    $$i^*(t) = \arg\max_i n_i(t), \qquad \text{output} = s_{i^*(t)}(t),$$

    and who leads has to be found out while spikes arrive. The output neuron's estimate is its spikes divided by the
    steps.
    """)
    return


@app.function
def pooled(rates, how, coding, steps, seed=0):
    """Return the spikes of four inputs (steps, 4) and of the output (steps,), pooled by "gate" or "average"."""
    layers = (MaxPool("pool", (2, 2)), Flatten("flat"), Dense("out", [[1.0]], [0.0], "relu"))
    network = LayerGraph(layers, (1, 2, 2), "one_window", "by hand")
    with brainnet.target("numpy"), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that the average is another network than the maximum
        spiking = convert(
            network, normalisation="none", steps=steps, max_pooling=how, coding=coding, record=True, seed=seed
        )
        rasters = spiking.run(np.reshape(rates, (1, 1, 2, 2))).rasters
    return rasters["input"][0].reshape(steps, 4), rasters["out"][0, :, 0]


@app.cell(hide_code=True)
def _():
    largest = mo.ui.slider(0.1, 1, 0.05, 0.6, label="largest rate", show_value=True)
    spread = mo.ui.slider(0, 1, 0.05, 0.5, label="how much less the smallest one is", show_value=True)
    steps = mo.ui.slider(20, 200, 20, 100, label="time steps", show_value=True)
    coding = mo.ui.dropdown(["bernoulli", "regular"], "bernoulli", label="spikes of the inputs")
    mo.vstack([largest, spread, steps, coding])
    return coding, largest, spread, steps


@app.cell
def _(coding, largest, spread, steps):
    rates = largest.value * (1 - spread.value * np.array([1.0, 2 / 3, 1 / 3, 0.0]))
    inputs, gate = pooled(rates, "gate", coding.value, steps.value)
    _, average = pooled(rates, "average", coding.value, steps.value)
    time = np.arange(1, steps.value + 1)
    estimates = {"gate": gate.cumsum() / time, "average": average.cumsum() / time}
    return estimates, inputs, rates, time


@app.cell(hide_code=True)
def _(estimates, inputs, rates, time):
    figure, axes = new_figure(1, 2, figsize=(8, 3))
    left, right = axes[0]
    step, neuron = np.nonzero(inputs)
    left.plot(step + 1, neuron, "|", color="black")
    left.set(xlabel="time step", ylabel="input", yticks=range(4), yticklabels=[f"{r:.2f}" for r in rates])
    for number, (name, estimate) in enumerate(estimates.items()):
        right.plot(time, estimate, color=f"C{number}", label=name)
        right.axhline([max(rates), np.mean(rates)][number], color=f"C{number}", linestyle=":")
    right.set(xlabel="time step", ylabel="estimate from spikes", ylim=(0, 1.2))
    right.legend()
    figure
    return


@app.cell(hide_code=True)
def _():
    mo.md(r"""
    ## Questions

    1. The dotted lines are the true maximum and average. On which side of its line is the gate at the beginning?
    2. Set the spread to 0: all rates are equal. What does the gate say with irregular spikes, and why?
    3. When is the average of a window a bad substitute for its maximum? What can be done in training about that?
    4. Which of the two can be written as one more layer of weights, and so as crossbar hardware?
    """)
    return


@app.cell(hide_code=True)
def _():
    student = mo.ui.text(label="Your name")
    mo.vstack(
        [
            mo.md(r"""
    ## Exercise: the hidden input

    Three inputs of a window have the rates 0.1, 0.2 and 0.3, with regular spikes. The fourth one is hidden. The output
    of average pooling over 200 steps is `pooled_spikes`. Estimate the hidden rate."""),
            student,
        ]
    )
    return (student,)


@app.cell
def _(student):
    secret = Hidden("pooling.rate", student.value, low=0.3, high=0.95, tolerance=0.04, absolute=True)
    _, pooled_spikes = pooled([0.1, 0.2, 0.3, secret.value], "average", "regular", 200)
    mo.md(f"The output fired {int(pooled_spikes.sum())} times in 200 steps.")
    return pooled_spikes, secret


@app.cell(hide_code=True)
def _():
    answer = mo.ui.number(label="rate")
    answer
    return (answer,)


@app.cell(hide_code=True)
def _(answer, secret):
    mo.md(secret.verdict(answer.value))
    return


if __name__ == "__main__":
    app.run()
