"""The leaky integrate-and-fire neuron and its f-I curve."""

import marimo

app = marimo.App(app_title="LIF and the f-I curve")

with app.setup:
    import marimo as mo
    import numpy as np
    from brian2 import Network, SpikeMonitor, StateMonitor, defaultclock, ms, mV, nA

    import brainnet
    from brainnet import models
    from brainnet.labs import Hidden
    from brainnet.plot.style import new_figure


@app.cell(hide_code=True)
def _():
    mo.md(r"""
    # LIF and the f-I curve

    **Goal.** Find out what makes a neuron fire, and how its rate depends on the current.

    $$\tau_m \frac{dV}{dt} = E_L - V + R_m I, \qquad V \ge V_{th}:\ \text{spike, then } V = E_L \text{ for } t_{ref}$$

    The current fires the neuron if it can lift $V$ to the threshold: $R_m I > V_{th} - E_L$ (rheobase). Then the
    interval between two spikes is

    $$T = t_{ref} + \tau_m \ln \frac{R_m I}{R_m I - (V_{th} - E_L)}, \qquad f = 1/T.$$

    Here $R_m$ = 100 MΩ, $E_L$ = -70 mV and $V_{th}$ = -50 mV. `brainnet show lif` prints the whole model.
    """)
    return


@app.function
def simulate(currents, tau_m, t_ref):
    """Run one neuron for each current (nA), times in ms.

    Returns the rates (Hz), and time (ms) and potential (mV) of the first neuron.
    """
    defaultclock.dt = 0.2 * ms
    with brainnet.target("numpy"):
        cells = models.lif.group(len(currents), I_ext=currents * nA, tau_m=tau_m * ms, t_ref=t_ref * ms)
        potential, spikes = StateMonitor(cells, "v", record=[0]), SpikeMonitor(cells)
        Network(cells, potential, spikes).run(300 * ms, namespace={})
    trains = [np.array(train / ms) for train in spikes.spike_trains().values()]
    rates = np.array([1000 * (len(t) - 1) / (t[-1] - t[0]) if len(t) > 1 else 0.0 for t in trains])
    return rates, np.array(potential.t / ms), np.array(potential.v[0] / mV)


@app.function
def formula(currents, tau_m, t_ref):
    """Return the rates (Hz) that the formula gives for currents in nA and times in ms."""
    drive = 100 * currents  # R_m I in mV; the threshold is 20 mV above rest
    fires = drive > 20
    interval = t_ref + tau_m * np.log(drive[fires] / (drive[fires] - 20))
    rates = np.zeros(len(currents))
    rates[fires] = 1000 / interval
    return rates


@app.cell(hide_code=True)
def _():
    current = mo.ui.slider(0.1, 0.8, 0.02, 0.3, label="current $I$ of the left picture (nA)", show_value=True)
    tau_m = mo.ui.slider(5, 50, 1, 20, label=r"membrane time constant $\tau_m$ (ms)", show_value=True)
    t_ref = mo.ui.slider(0, 10, 1, 2, label="refractory time $t_{ref}$ (ms)", show_value=True)
    mo.vstack([current, tau_m, t_ref])
    return current, t_ref, tau_m


@app.cell
def _(current, t_ref, tau_m):
    currents = np.concatenate([[current.value], np.linspace(0.1, 0.8, 36)])
    rates, time, v = simulate(currents, tau_m.value, t_ref.value)
    expected = formula(currents, tau_m.value, t_ref.value)
    return currents, expected, rates, time, v


@app.cell(hide_code=True)
def _(currents, expected, rates, time, v):
    figure, axes = new_figure(1, 2, figsize=(8, 3))
    left, right = axes[0]
    left.plot(time, v)
    left.axhline(-50, color="0.6", linestyle=":")
    left.set(xlabel="time (ms)", ylabel="membrane potential (mV)", title=f"I = {currents[0]:g} nA: {rates[0]:.1f} Hz")
    right.plot(currents[1:], expected[1:], color="black", linewidth=0.8, label="formula")
    right.plot(currents[1:], rates[1:], ".", label="simulated")
    right.plot(currents[0], rates[0], "o", color="C1", label="left picture")
    right.set(xlabel="current (nA)", ylabel="firing rate (Hz)")
    right.legend()
    figure
    return


@app.cell(hide_code=True)
def _():
    mo.md(r"""
    ## Questions

    1. At which current does the neuron begin to fire? Which of the two times moves this point?
    2. Move $t_{ref}$ to 0 and then to 10 ms. Which part of the curve changes, and what is the highest rate possible?
    3. Double $\tau_m$. Why does the rate not halve at a large current with $t_{ref}$ = 10 ms?
    4. Some points lie a little beside the formula, most of all at high rates. The simulation has time steps of
       0.2 ms: what does that do to an interval, and on which side of the curve are the points with $t_{ref}$ = 0?
    """)
    return


@app.cell(hide_code=True)
def _():
    student = mo.ui.text(label="Your name")
    mo.vstack(
        [
            mo.md(r"""
    ## Exercise: an unknown neuron

    The neuron below has $t_{ref}$ = 3 ms; you are not told its $\tau_m$. Its rates were measured at six currents.
    Estimate $\tau_m$. Everybody has another neuron: type your name first."""),
            student,
        ]
    )
    return (student,)


@app.cell
def _(student):
    secret = Hidden("lif.tau_m", student.value, low=8, high=40, tolerance=0.05)
    probes = np.array([0.25, 0.3, 0.4, 0.5, 0.6, 0.7])
    measured, _, _ = simulate(probes, secret.value, t_ref=3)
    mo.ui.table([{"I (nA)": x, "f (Hz)": round(f, 1)} for x, f in zip(probes, measured, strict=True)], selection=None)
    return measured, probes, secret


@app.cell(hide_code=True)
def _():
    answer = mo.ui.number(label=r"$\tau_m$ (ms)")
    answer
    return (answer,)


@app.cell(hide_code=True)
def _(answer, secret):
    mo.md(secret.verdict(answer.value))
    return


if __name__ == "__main__":
    app.run()
