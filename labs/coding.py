"""How spikes carry a value: rate, Poisson and latency codes."""

import marimo

app = marimo.App(app_title="Spike codes")

with app.setup:
    import marimo as mo
    import numpy as np
    from brian2 import Hz, Network, PoissonGroup, SpikeMonitor, defaultclock, ms
    from brian2 import seed as set_seed

    import brainnet
    from brainnet import models
    from brainnet.coding import jittered, latency_code
    from brainnet.labs import Hidden
    from brainnet.plot.style import new_figure


@app.cell(hide_code=True)
def _():
    mo.md(r"""
    # How spikes carry a value

    **Goal.** Compare three codes of a value $x$ between 0 and 1: how long must one listen to know $x$?

    - **Regular rate code**: spikes are evenly spaced, $r = x\, r_{max}$. After a time $t$ the estimate is
      $\hat x = n / (r_{max}\, t)$, off by less than one spike.
    - **Poisson rate code**: the same rate, but each spike is independent of all others. The count $n$ has the mean
      and the variance $r t$, so that $\hat x$ has the standard deviation $\sqrt{x / (r_{max}\, t)}$.
    - **Latency code**: one spike, the earlier the larger the value, at $t = T (1 - x)$. If it is moved by a jitter
      $\sigma$, then $\hat x$ is off by $\sigma / T$.
    """)
    return


@app.function
def rate_codes(x, r_max, duration, n=400, seed=0):
    """Let n neurons fire for x, regularly and as Poisson processes; return the spikes of both in each step of 1 ms."""
    defaultclock.dt = 1 * ms
    phase = np.random.default_rng(seed).random(n)
    with brainnet.target("numpy"):
        regular = models.regular.group(n, p=x * r_max / 1000, phase=phase)
        set_seed(seed)
        poisson = PoissonGroup(n, x * r_max * Hz)
        monitors = SpikeMonitor(regular), SpikeMonitor(poisson)
        Network(regular, poisson, *monitors).run(duration * ms, namespace={})
    spikes = np.zeros((2, n, duration), bool)
    for code, monitor in enumerate(monitors):
        spikes[code, monitor.i, np.rint(monitor.t / ms).astype(int)] = True
    return spikes


@app.function
def latencies(x, duration, jitter, n=400, seed=0):
    """Return when n neurons fire their one spike (ms)."""
    spikes = latency_code(np.full((n, 1), x), last=duration * ms)
    return jittered(spikes, jitter * ms, rng=np.random.default_rng(seed)).times * 1000


@app.cell(hide_code=True)
def _():
    x = mo.ui.slider(0.05, 0.95, 0.05, 0.5, label="value $x$", show_value=True)
    r_max = mo.ui.slider(20, 200, 10, 100, label="largest rate $r_{max}$ (Hz)", show_value=True)
    duration = mo.ui.slider(50, 500, 50, 200, label="time $T$ (ms)", show_value=True)
    jitter = mo.ui.slider(0, 20, 1, 4, label=r"jitter $\sigma$ of the latency (ms)", show_value=True)
    mo.vstack([x, r_max, duration, jitter])
    return duration, jitter, r_max, x


@app.cell
def _(duration, jitter, r_max, x):
    spikes = rate_codes(x.value, r_max.value, duration.value)
    first = latencies(x.value, duration.value, jitter.value)
    time = np.arange(1, duration.value + 1)
    estimates = spikes.cumsum(axis=2) / (r_max.value * time / 1000)  # (code, neuron, time)
    errors = np.sqrt(((estimates - x.value) ** 2).mean(axis=1))
    latency_error = np.sqrt(np.mean((1 - first / duration.value - x.value) ** 2))
    return errors, first, latency_error, spikes, time


@app.cell(hide_code=True)
def _(errors, first, latency_error, r_max, spikes, time, x):
    figure, axes = new_figure(1, 2, figsize=(8, 3.2))
    raster, course = axes[0]
    for number, (name, trains) in enumerate(zip(("regular", "Poisson"), spikes, strict=True)):
        neuron, step = np.nonzero(trains[:12])
        raster.plot(step, neuron + 14 * number, "|", color=f"C{number}", markersize=4)
        course.loglog(time, errors[number], color=f"C{number}", label=name)
    raster.plot(first[:12], np.arange(12) + 28, "|", color="C2", markersize=4)
    raster.set(xlabel="time (ms)", yticks=[6, 20, 34], yticklabels=["regular", "Poisson", "latency"])
    course.loglog(time, np.sqrt(x.value / (r_max.value * time / 1000)), color="black", linewidth=0.8, label="formula")
    course.plot(time[-1], max(latency_error, 1e-4), "o", color="C2", label="latency")
    course.set(xlabel="time listened (ms)", ylabel="error of the estimate", ylim=(1e-3, 10))
    course.legend(fontsize=8)
    figure
    return


@app.cell(hide_code=True)
def _():
    mo.md(r"""
    ## Questions

    1. By what factor must $t$ grow to halve the error of the Poisson code? And of the regular code?
    2. How long must one listen to a Poisson neuron at $x$ = 0.5, $r_{max}$ = 100 Hz, to know $x$ to 10 %? How many
       neurons would tell it in 20 ms?
    3. At which jitter does the latency code become worse than the regular code of the same time?
    4. Which values are told soonest by a latency code, and what does that mean for a network that classifies?
    """)
    return


@app.cell(hide_code=True)
def _():
    student = mo.ui.text(label="Your name")
    mo.vstack(
        [
            mo.md(r"""
    ## Exercise: what do these neurons say?

    400 Poisson neurons with $r_{max}$ = 100 Hz say the same value $x$. You are told only how many spikes each of them
    has fired in 500 ms: `counts`, drawn below. Estimate $x$."""),
            student,
        ]
    )
    return (student,)


@app.cell
def _(student):
    secret = Hidden("coding.x", student.value, low=0.2, high=0.9, tolerance=0.05)
    seed = int(secret.generator().integers(1, 2**31))
    counts = rate_codes(secret.value, 100, 500, seed=seed)[1].sum(axis=1)
    return counts, secret


@app.cell(hide_code=True)
def _(counts):
    histogram, axis = new_figure(figsize=(4, 2.4))
    axis.hist(counts, bins=np.arange(counts.max() + 2) - 0.5)
    axis.set(xlabel="spikes in 500 ms", ylabel="neurons")
    histogram
    return


@app.cell(hide_code=True)
def _():
    answer = mo.ui.number(label="$x$")
    answer
    return (answer,)


@app.cell(hide_code=True)
def _(answer, secret):
    mo.md(secret.verdict(answer.value))
    return


if __name__ == "__main__":
    app.run()
