"""Pruning: how many weights does a network need?"""

import marimo

app = marimo.App(app_title="Pruning")

with app.setup:
    import marimo as mo
    import numpy as np
    from sklearn.datasets import load_digits
    from sklearn.neural_network import MLPClassifier

    import brainnet
    from brainnet.ann import read
    from brainnet.compress import prune_activity, prune_magnitude, prune_random, prune_threshold
    from brainnet.convert import convert
    from brainnet.labs import Hidden
    from brainnet.plot.style import new_figure

    FRACTIONS = np.array([0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.6, 0.8, 1.0])


@app.cell(hide_code=True)
def _():
    mo.md(r"""
    # Pruning

    **Goal.** Take weights away until the network fails, and see that it matters which.

    Of each layer's weights a fraction $f$ stays, the others become 0 and need no synapse any more:

    - **magnitude**: those with the largest $|w|$ stay
    - **activity**: those with the largest $|w|\, \bar a$, where $\bar a$ is the mean activity of the input
    - **random**: chance decides.

    Nothing is trained again. The network 64-40-10 reads digits of 8 × 8 pixels; a sample of 20 images is run as spikes,
    for which fewer weights mean fewer synaptic operations.
    """)
    return


@app.cell
def _():
    x, y = load_digits(return_X_y=True)
    x = x / 16
    trained = MLPClassifier((40,), random_state=0, tol=0.003).fit(x[:1200], y[:1200])
    graph = read(trained)
    return graph, x, y


@app.function
def pruned(graph, fraction, how, x):
    """Return the network with a fraction of its weights."""
    if how == "magnitude":
        return prune_magnitude(graph, fraction)
    if how == "activity":
        return prune_activity(graph, fraction, x[:1200])
    return prune_random(graph, fraction, seed=0)


@app.cell(hide_code=True)
def _():
    fraction = mo.ui.slider(0.05, 1, 0.05, 0.3, label="fraction of weights $f$ that stays", show_value=True)
    how = mo.ui.dropdown(["magnitude", "activity", "random"], "magnitude", label="which ones stay")
    steps = mo.ui.slider(5, 40, 5, 20, label="time steps as spikes", show_value=True)
    mo.vstack([fraction, how, steps])
    return fraction, how, steps


@app.cell
def _(fraction, graph, how, steps, x, y):
    small = pruned(graph, fraction.value, how.value, x)
    left_over = np.mean([np.mean(layer.weights != 0) for layer in small.layers])
    accuracies = [pruned(graph, f, how.value, x).accuracy(x[1200:], y[1200:]) for f in FRACTIONS]
    with brainnet.target("numpy"):
        spiking = convert(small, calibration=x[:300], steps=steps.value)
        response = spiking.run(x[1200:1220])
    as_spikes = (response.decisions == y[1200:1220, None]).mean(axis=0)
    return accuracies, as_spikes, left_over, small


@app.cell(hide_code=True)
def _(accuracies, as_spikes, fraction, graph, small):
    figure, axes = new_figure(1, 3, figsize=(9.5, 3))
    left, middle, right = axes[0]
    before, after = (network.layers[0].weights for network in (graph, small))
    bins = np.linspace(before.min(), before.max(), 60)
    left.hist(before.ravel(), bins, color="0.8", label="trained")
    left.hist(after[after != 0], bins, label="kept")
    left.set(xlabel="weight of the first layer", ylabel="number")
    left.legend(fontsize=8)
    middle.plot(FRACTIONS, accuracies, "o-")
    middle.axvline(fraction.value, color="0.6", linestyle=":")
    middle.set(xlabel="fraction that stays", ylabel="test accuracy", ylim=(0, 1))
    right.plot(np.arange(1, len(as_spikes) + 1), as_spikes)
    right.set(xlabel="time step", ylabel="share of 20 images", ylim=(0, 1.05), title="as spikes")
    figure
    return


@app.cell(hide_code=True)
def _():
    mo.md(r"""
    ## Questions

    1. Down to which fraction does the accuracy stay within 5 % of that of the whole network, for each method?
    2. Why may a small weight matter more than a large one? Which method takes that into account?
    3. Many pixels at the border are always 0. What do the three methods do with their weights?
    4. Fewer weights make less input: what happens to the firing of a converted network, and what does the calibration
       do about it?
    """)
    return


@app.cell(hide_code=True)
def _():
    student = mo.ui.text(label="Your name")
    mo.vstack(
        [
            mo.md(r"""
    ## Exercise: where was the cut?

    All weights below a threshold were set to 0 in a network like this one. You are given the first layer that is left,
    `cut` (64 × 40). Estimate the threshold."""),
            student,
        ]
    )
    return (student,)


@app.cell
def _(graph, student):
    secret = Hidden("pruning.threshold", student.value, low=0.05, high=0.25, tolerance=0.03)
    cut = prune_threshold(graph, secret.value).layers[0].weights
    mo.md(f"Of {cut.size} weights {np.count_nonzero(cut)} are left.")
    return cut, secret


@app.cell(hide_code=True)
def _():
    answer = mo.ui.number(label="threshold")
    answer
    return (answer,)


@app.cell(hide_code=True)
def _(answer, secret):
    mo.md(secret.verdict(answer.value))
    return


if __name__ == "__main__":
    app.run()
