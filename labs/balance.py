"""Balance of excitation and inhibition: why neurons fire irregularly."""

import marimo

app = marimo.App(app_title="E-I balance")

with app.setup:
    import marimo as mo
    import numpy as np
    from brian2 import Hz, Network, PoissonInput, SpikeMonitor, StateMonitor, defaultclock, ms, mV
    from brian2 import seed as set_seed

    import brainnet
    from brainnet import models
    from brainnet.labs import Hidden
    from brainnet.plot.style import new_figure

    EXCITATORY, INHIBITORY, TAU = 800, 200, 20  # numbers of inputs; membrane time constant in ms


@app.cell(hide_code=True)
def _():
    mo.md(r"""
    # Balance of excitation and inhibition

    **Goal.** Neurons of the cortex get thousands of inputs a second, and fire irregularly. How can that be?

    A LIF neuron ($\tau_m$ = 20 ms, threshold 20 mV above rest) has 800 excitatory inputs of weight $J$ and 200
    inhibitory ones of weight $-gJ$, all Poisson processes of the rate $r$. Without a threshold its potential would have

    $$\mu = \tau_m J r\, (800 - 200\, g), \qquad \sigma^2 = \frac{\tau_m}{2} J^2 r\, (800 + 200\, g^2)$$

    above rest (Campbell's theorem). If $\mu$ is above the threshold, the mean drives it: spikes are regular. If $\mu$
    is below, only fluctuations reach the threshold. Irregularity is measured by the CV of the intervals: standard
    deviation over mean, 0 for a clock and 1 for a Poisson process.
    """)
    return


@app.function
def simulate(J, r, g, n=60, duration=500, seed=0, threshold=20):
    """Run n neurons with independent inputs; J and threshold in mV, r in Hz.

    Returns time (ms), potentials above rest (mV) of shape (n, time), and the intervals (ms) of all neurons.
    """
    defaultclock.dt = 0.5 * ms
    set_seed(seed)
    with brainnet.target("numpy"):
        cells = models.lif.group(n, tau_m=TAU * ms, v_th=(threshold - 70) * mV)
        inputs = [
            PoissonInput(cells, "v", EXCITATORY, r * Hz, J * mV),
            PoissonInput(cells, "v", INHIBITORY, r * Hz, -g * J * mV),
        ]
        spikes, potential = SpikeMonitor(cells), StateMonitor(cells, "v", record=True)
        Network(cells, inputs, spikes, potential).run(duration * ms, namespace={})
    trains = [np.array(train / ms) for train in spikes.spike_trains().values()]
    return np.array(potential.t / ms), np.array(potential.v / mV) + 70, np.concatenate([np.diff(t) for t in trains])


@app.function
def campbell(J, r, g):
    """Return mean and standard deviation of the free potential above rest (mV)."""
    mean = TAU / 1000 * J * r * (EXCITATORY - g * INHIBITORY)
    return mean, np.sqrt(TAU / 2000 * J**2 * r * (EXCITATORY + g**2 * INHIBITORY))


@app.cell(hide_code=True)
def _():
    J = mo.ui.slider(0.1, 2, 0.1, 0.8, label="weight $J$ (mV)", show_value=True)
    r = mo.ui.slider(2, 20, 1, 8, label="rate of the inputs $r$ (Hz)", show_value=True)
    g = mo.ui.slider(0, 8, 0.25, 3.5, label="relative inhibition $g$", show_value=True)
    mo.vstack([J, r, g])
    return J, g, r


@app.cell
def _(J, g, r):
    time, v, intervals = simulate(J.value, r.value, g.value)
    mean, sd = campbell(J.value, r.value, g.value)
    cv = float(np.std(intervals) / np.mean(intervals)) if len(intervals) > 20 else np.nan
    return cv, intervals, mean, sd, time, v


@app.cell(hide_code=True)
def _(cv, intervals, mean, sd, time, v):
    figure, axes = new_figure(1, 2, figsize=(8.5, 3))
    left, right = axes[0]
    left.plot(time, v[0], linewidth=0.8)
    left.axhline(20, color="0.6", linestyle=":", label="threshold")
    left.axhspan(mean - sd, mean + sd, color="C1", alpha=0.25, label="free potential, µ ± σ")
    left.set(xlabel="time (ms)", ylabel="potential above rest (mV)")
    left.legend(fontsize=8)
    right.hist(intervals, bins=40)
    right.set(xlabel="interval (ms)", ylabel="number", title=f"{len(intervals)} intervals, CV = {cv:.2f}")
    figure
    return


@app.cell(hide_code=True)
def _():
    mo.md(r"""
    ## Questions

    1. At which $g$ do excitation and inhibition cancel on average? Why does the neuron fire there at all?
    2. Compare $g$ = 0 with a small $J$, and $g$ = 4 with a large $J$: which fires like a clock, and what is its CV?
    3. Double all rates at $g$ = 4. What happens to µ and σ, and to the rate of the neuron?
    4. In a network, inhibition follows excitation by itself. Why does that make it stable *and* irregular?
    """)
    return


@app.cell(hide_code=True)
def _():
    student = mo.ui.text(label="Your name")
    mo.vstack(
        [
            mo.md(r"""
    ## Exercise: how much inhibition is there?

    The spikes of a neuron with $J$ = 0.5 mV, $r$ = 8 Hz and an unknown $g$ were blocked, and its free potential was
    recorded: `recorded` (mV above rest, 60 neurons, 500 ms from rest on). Estimate $g$."""),
            student,
        ]
    )
    return (student,)


@app.cell
def _(student):
    secret = Hidden("balance.g", student.value, low=2, high=7, tolerance=0.2, absolute=True)
    record_time, recorded, _ = simulate(
        0.5, 8, secret.value, threshold=1000, seed=int(secret.generator().integers(2**31))
    )
    return record_time, recorded, secret


@app.cell(hide_code=True)
def _(record_time, recorded):
    data, axis = new_figure(figsize=(4, 2.4))
    axis.plot(record_time, recorded[:3].T, linewidth=0.6)
    axis.set(xlabel="time (ms)", ylabel="potential above rest (mV)")
    data
    return


@app.cell(hide_code=True)
def _():
    answer = mo.ui.number(label="$g$")
    answer
    return (answer,)


@app.cell(hide_code=True)
def _(answer, secret):
    mo.md(secret.verdict(answer.value))
    return


if __name__ == "__main__":
    app.run()
