"""Spiking Boltzmann machines: neurons that draw samples."""

import marimo

app = marimo.App(app_title="Spiking Boltzmann machine")

with app.setup:
    import marimo as mo
    import numpy as np
    from brian2 import Network, SpikeMonitor, amp, defaultclock, ms

    import brainnet
    from brainnet import models
    from brainnet.connectivity import OneToOne
    from brainnet.experiment import exact_distribution
    from brainnet.labs import Hidden
    from brainnet.learn import sigmoid_constants
    from brainnet.plot.style import new_figure

    COPIES, DURATION, WARM_UP = 550, 120, 40  # ms
    STATES = ["00", "10", "01", "11"]  # v and h


@app.cell(hide_code=True)
def _():
    mo.md(r"""
    # Spiking Boltzmann machines

    **Goal.** Let noisy neurons draw samples from a distribution that weights and biases define.

    A Boltzmann machine of two units $v, h \in \{0, 1\}$ is to be met in each state with the probability

    $$p(v, h) = \frac1Z\, e^{b_v v + b_h h + w v h}.$$

    A noisy neuron, $C \dot u = -g_L u + I + \sigma \xi(t)$, fires with nearly a sigmoid probability of its current
    $I$; it counts as 1 for its refractory time of 4 ms after each spike. A bias $b$ is the current $b/\beta$, and each
    spike gives the other neuron the current $w/\beta$ for about as long (Neftci et al. 2014). $\beta$ follows from the
    noise: `sigmoid_constants`. Here 550 copies of the machine run side by side for 80 ms, so that one sees their
    distribution at once.
    """)
    return


@app.cell
def _():
    sigmoid = sigmoid_constants(models.noisy_lif, 1e-3)
    return (sigmoid,)


@app.function
def sampled(sigmoid, w, b_v, b_h, seed=0):
    """Return the share of time in the states 00, 10, 01, 11 of (v, h)."""
    defaultclock.dt = 1 * ms
    bias = np.repeat([b_v, b_h], COPIES)
    with brainnet.target("numpy"):
        cells = models.noisy_lif.group(2 * COPIES, I_ext=(sigmoid.offset + bias / sigmoid.beta) * amp, seed=seed)
        weights = OneToOne(weights=w / sigmoid.beta * amp)
        v, h = cells[:COPIES], cells[COPIES:]
        there = models.static_synapse.connect(v, h, weights, onto="I_syn")
        back = models.static_synapse.connect(h, v, weights, onto="I_syn")  # one weight serves both directions
        spikes = SpikeMonitor(cells)
        Network(cells, there, back, spikes).run(DURATION * ms, namespace={})
    on = np.zeros((2 * COPIES, DURATION + 4), bool)
    step = np.rint(spikes.t / ms).astype(int)
    for later in range(4):  # the refractory time
        on[spikes.i, step + later] = True
    v_on, h_on = on[:COPIES, WARM_UP:DURATION], on[COPIES:, WARM_UP:DURATION]
    return np.bincount((v_on + 2 * h_on.astype(int)).ravel(), minlength=4) / v_on.size


@app.cell(hide_code=True)
def _():
    w = mo.ui.slider(-3, 3, 0.25, 1.5, label="weight $w$", show_value=True)
    b_v = mo.ui.slider(-2, 2, 0.25, -0.5, label="bias $b_v$", show_value=True)
    b_h = mo.ui.slider(-2, 2, 0.25, -0.5, label="bias $b_h$", show_value=True)
    mo.vstack([w, b_v, b_h])
    return b_h, b_v, w


@app.cell
def _(b_h, b_v, sigmoid, w):
    shares = sampled(sigmoid, w.value, b_v.value, b_h.value)
    exact, independent = exact_distribution(np.array([[w.value]]), np.array([b_v.value, b_h.value]))
    divergence = float(np.sum(shares * np.log(np.maximum(shares, 1e-12) / exact)))
    return divergence, exact, independent, shares


@app.cell(hide_code=True)
def _(divergence, exact, independent, shares):
    figure, axis = new_figure(figsize=(5.5, 3))
    place = np.arange(4)
    for _number, (_name, _p) in enumerate(
        {"spiking": shares, "Boltzmann": exact, "independent neurons": independent}.items()
    ):
        axis.bar(place + 0.27 * (_number - 1), _p, 0.27, label=_name, color=["C0", "black", "0.75"][_number])
    axis.set(xlabel="state v h", ylabel="share of time", xticks=place, title=f"divergence {divergence:.4f} nats")
    axis.set_xticklabels(STATES)
    axis.legend(fontsize=8)
    figure
    return


@app.cell(hide_code=True)
def _():
    mo.md(r"""
    ## Questions

    1. Set $w$ = 0. Which of the two distributions beside it must the spiking one equal, and does it?
    2. With a large $w$, which state gains and which ones lose? Which is the "memory" of this machine?
    3. The neurons do not sample exactly. Name two things in which they differ from units that are 1 or 0.
    4. A weight is learned by $\langle vh \rangle$ under data minus $\langle vh \rangle$ of the free machine. Which bar
       of the picture is the second one?
    """)
    return


@app.cell(hide_code=True)
def _():
    student = mo.ui.text(label="Your name")
    mo.vstack(
        [
            mo.md(r"""
    ## Exercise: the hidden weight

    Two neurons with $b_v = b_h$ = -0.5 and an unknown weight spend their time in the four states as below. Estimate the
    weight. For exact units it would be $\ln (p_{11} p_{00} / p_{10} p_{01})$; find out with `sampled` how much of a
    weight these neurons make of it."""),
            student,
        ]
    )
    return (student,)


@app.cell
def _(sigmoid, student):
    secret = Hidden("srbm.w", student.value, low=1, high=3, tolerance=0.35, absolute=True)
    measured = sampled(sigmoid, secret.value, -0.5, -0.5, seed=int(secret.generator().integers(2**31)))
    mo.ui.table(
        [{"state": s, "share": round(float(p), 4)} for s, p in zip(STATES, measured, strict=True)], selection=None
    )
    return measured, secret


@app.cell(hide_code=True)
def _():
    answer = mo.ui.number(label="$w$")
    answer
    return (answer,)


@app.cell(hide_code=True)
def _(answer, secret):
    mo.md(secret.verdict(answer.value))
    return


if __name__ == "__main__":
    app.run()
