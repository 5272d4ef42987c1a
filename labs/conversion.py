"""From a trained network to spikes: the errors of a conversion, step by step."""

import marimo

app = marimo.App(app_title="Conversion and its errors")

with app.setup:
    import marimo as mo
    import numpy as np
    from sklearn.datasets import load_digits
    from sklearn.neural_network import MLPClassifier

    import brainnet
    from brainnet.ann import read
    from brainnet.convert import convert
    from brainnet.labs import Hidden
    from brainnet.plot.style import new_figure

    IMAGES = 20


@app.cell(hide_code=True)
def _():
    mo.md(r"""
    # Conversion and its errors

    **Goal.** Turn a trained network into spikes, and see which part of the error comes from where.

    A ReLU unit with the activation $a$ becomes an integrate-and-fire neuron that fires $n$ times in $T$ steps. Let
    $\lambda$ be the activation that becomes one spike a step. The neuron's estimate of $a$ is $\hat a = \lambda n / T$,
    and $\hat a - a$ has three parts:

    1. **clipping**: nothing above $\lambda$ can be said; $\mathrm{clip}(a, 0, \lambda) - a$
    2. **quantisation**: $n$ is a whole number; with constant input $n = \lfloor T a / \lambda + v_0 \rfloor$, where the
       membrane starts at $v_0$
    3. **unevenness**: in deeper layers the input comes as spikes, at uneven times, and what arrives late is lost.

    Below, a network 64-30-30-10 was trained on digits of 8 × 8 pixels; 20 test images are shown to the spiking one.
    """)
    return


@app.cell
def _():
    x, y = load_digits(return_X_y=True)
    x = x / 16
    trained = MLPClassifier((30, 30), random_state=0, tol=0.003).fit(x[:1200], y[:1200])
    graph = read(trained)
    shown, labels = x[1200 : 1200 + IMAGES], y[1200 : 1200 + IMAGES]
    activations = [np.maximum(a, 0) for a in graph.activations(shown)[:2]]
    return activations, graph, labels, shown, x


@app.cell(hide_code=True)
def _():
    steps = mo.ui.slider(4, 64, 4, 16, label="time steps $T$", show_value=True)
    percentile = mo.ui.slider(
        80, 100, 0.5, 99, label=r"percentile of activations that becomes $\lambda$", show_value=True
    )
    v_init = mo.ui.dropdown(["zero", "half"], "zero", label="membrane at the start $v_0$")
    reset = mo.ui.dropdown(["subtract", "zero"], "subtract", label="reset")
    mo.vstack([steps, percentile, v_init, reset])
    return percentile, reset, steps, v_init


@app.cell
def _(activations, graph, labels, percentile, reset, shown, steps, v_init, x):
    with brainnet.target("numpy"):
        spiking = convert(
            graph,
            calibration=x[:300],
            steps=steps.value,
            percentile=percentile.value,
            v_init=v_init.value,
            reset=reset.value,
        )
        response = spiking.run(shown)
    right = (response.decisions == labels[:, None]).mean(axis=0)
    T, v0 = steps.value, 0.5 if v_init.value == "half" else 0.0
    estimates, parts = [], []
    for _number, _a in enumerate(activations):
        _scale = spiking.scales[f"dense_{_number}"]
        _estimate = _scale * response.counts[f"dense_{_number}"] / T
        _clipped = np.minimum(_a, _scale)
        _ideal = np.minimum(np.floor(T * _clipped / _scale + v0 + 1e-9), T) * _scale / T
        estimates.append(_estimate)
        parts.append([np.sqrt(np.mean(e**2)) for e in (_clipped - _a, _ideal - _clipped, _estimate - _ideal)])
    return estimates, parts, right


@app.cell(hide_code=True)
def _(activations, estimates, parts, right):
    figure, axes = new_figure(1, 3, figsize=(9.5, 3))
    scatter, bars, course = axes[0]
    for _number, (_a, _estimate) in enumerate(zip(activations, estimates, strict=True)):
        scatter.plot(_a.ravel(), _estimate.ravel(), ".", markersize=3, label=f"layer {_number + 1}")
        bars.bar(np.arange(3) + 0.4 * _number - 0.2, parts[_number], width=0.4, label=f"layer {_number + 1}")
    scatter.axline((0, 0), slope=1, color="0.6", linewidth=0.8)
    scatter.set(xlabel="activation", ylabel="estimate from spikes")
    scatter.legend(fontsize=8)
    bars.set(ylabel="rms error", xticks=range(3))
    bars.set_xticklabels(["clipping", "quantisation", "unevenness"], fontsize=7)
    course.plot(np.arange(1, len(right) + 1), right)
    course.set(xlabel="time step", ylabel="share of 20 images", ylim=(0, 1.05), title="classified as labelled")
    figure
    return


@app.cell(hide_code=True)
def _():
    mo.md(r"""
    ## Questions

    1. Why is the unevenness of the first layer exactly 0 with the reset by subtraction, and what changes that?
    2. Lower the percentile. Which error grows, which shrinks, and why may the accuracy rise at few steps?
    3. By which factor does the quantisation error fall when $T$ doubles? What does $v_0$ = half do to its mean?
    4. Which error does not vanish, however large $T$ is?
    """)
    return


@app.cell(hide_code=True)
def _():
    student = mo.ui.text(label="Your name")
    mo.vstack(
        [
            mo.md(r"""
    ## Exercise: which scale was used?

    The same network was converted with another $\lambda$ of the first layer. You have its activations
    `activations[0]` and the spikes in 50 steps of each neuron and image, `counts`. Estimate $\lambda$."""),
            student,
        ]
    )
    return (student,)


@app.cell
def _(graph, shown, student):
    secret = Hidden("conversion.scale", student.value, low=1.5, high=4, tolerance=0.03)
    with brainnet.target("numpy"):
        unknown = convert(
            graph, scales={"input": 1.0, "dense_0": secret.value, "dense_1": 5.0, "dense_2": 10.0}, steps=50
        )
        counts = unknown.run(shown).counts["dense_0"]
    return counts, secret


@app.cell(hide_code=True)
def _(activations, counts):
    data, axis = new_figure(figsize=(4, 2.4))
    axis.plot(activations[0].ravel(), counts.ravel(), ".", markersize=3)
    axis.set(xlabel="activation", ylabel="spikes in 50 steps")
    data
    return


@app.cell(hide_code=True)
def _():
    answer = mo.ui.number(label=r"$\lambda$")
    answer
    return (answer,)


@app.cell(hide_code=True)
def _(answer, secret):
    mo.md(secret.verdict(answer.value))
    return


if __name__ == "__main__":
    app.run()
