"""SpikeProp: back-propagation on spike times."""

import marimo

app = marimo.App(app_title="SpikeProp")

with app.setup:
    import marimo as mo
    import numpy as np
    from brian2 import Network, SpikeGeneratorGroup, SpikeMonitor, defaultclock, ms

    import brainnet
    from brainnet import models
    from brainnet.coding import latency_code
    from brainnet.labs import Hidden
    from brainnet.learn import SpikeProp
    from brainnet.plot.style import new_figure

    XOR = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])  # the third input marks the start


@app.cell(hide_code=True)
def _():
    mo.md(r"""
    # SpikeProp

    **Goal.** Train a network of two layers on the exclusive or, with nothing but the times of single spikes.

    Each connection has 16 terminals with delays $d_k$ of 1 to 16 ms and weights of their own. A neuron fires once, when

    $$u(t) = \sum_{i,k} w_{ik}\, \varepsilon(t - t_i - d_k), \qquad \varepsilon(s) = \frac{s}{\tau} e^{1 - s/\tau}$$

    reaches $\vartheta$ = 1. The error is $E = \frac12 \sum (t - t_d)^2$, and its derivative needs
    $\partial t / \partial w = -\varepsilon / (du/dt)$ (Bohte, Kok & La Poutré 2002). A bit is a spike at 0 ms (1) or at
    6 ms (0); the output is to fire at 10 ms for "different" and at 16 ms for "equal".
    """)
    return


@app.function
def trained(hidden, learning_rate, optimiser, seed):
    """Train on the exclusive or in up to 100 epochs."""
    network = SpikeProp(
        hidden,
        outputs="single",
        optimiser=optimiser,
        learning_rate=learning_rate,
        max_epochs=100,
        tolerance=0.25,
        random_state=seed,
        progress=False,
    )
    return network.fit(latency_code(XOR, last=6 * ms, duration=40 * ms), [0, 1, 1, 0])


@app.cell(hide_code=True)
def _():
    hidden = mo.ui.slider(1, 12, 1, 5, label="hidden neurons", show_value=True)
    learning_rate = mo.ui.slider(0.001, 0.05, 0.001, 0.01, label="learning rate", show_value=True)
    optimiser = mo.ui.dropdown(["rprop", "plain", "momentum", "quickprop", "adaptive"], "rprop", label="optimiser")
    seed = mo.ui.slider(0, 20, 1, 1, label="draw of the first weights", show_value=True)
    mo.vstack([hidden, learning_rate, optimiser, seed])
    return hidden, learning_rate, optimiser, seed


@app.cell
def _(hidden, learning_rate, optimiser, seed):
    network = trained(hidden.value, learning_rate.value, optimiser.value, seed.value)
    shown = latency_code(XOR, last=6 * ms, duration=40 * ms)
    times = np.array(network.spike_times(shown)[-1] / ms).ravel()
    errors = network.errors_
    return errors, network, shown, times


@app.cell(hide_code=True)
def _(errors, times):
    figure, axes = new_figure(1, 2, figsize=(8, 3))
    left, right = axes[0]
    left.semilogy(errors)
    left.set(xlabel="epoch", ylabel="error E (ms²)")
    right.plot(range(4), [16, 10, 10, 16], "_", color="0.6", markersize=24, label="target")
    right.plot(range(4), times, "o", label="output")
    right.set(xlabel="bits", ylabel="time of the output spike (ms)", xticks=range(4))
    right.set_xticklabels(["00", "01", "10", "11"])
    right.legend()
    figure
    return


@app.cell(hide_code=True)
def _():
    mo.md(r"""
    ## Questions

    1. How few hidden neurons suffice? Would one do if it had only one terminal for each connection?
    2. Compare the optimisers from the same first weights. What makes *plain* slow, and large rates dangerous?
    3. The derivative has $du/dt$ in the denominator. What happens where the potential only just reaches the threshold?
    4. Why does the network need the third input?
    """)
    return


@app.cell(hide_code=True)
def _():
    student = mo.ui.text(label="Your name")
    mo.vstack(
        [
            mo.md(r"""
    ## Exercise: an unknown delay

    One input fires at 5 ms and reaches a neuron after an unknown delay, with the weight 1.5 in a first run and 3 in a
    second one. Neither the delay nor $\tau$ is known. The neuron fired at `fired` (ms). Estimate the delay."""),
            student,
        ]
    )
    return (student,)


@app.function
def first_spikes(weights, delay, tau):
    """Return when a neuron fires that gets one spike at 5 ms, for each weight; times in ms."""
    defaultclock.dt = 0.05 * ms
    n = np.arange(len(weights))
    with brainnet.target("numpy"):
        source = SpikeGeneratorGroup(1, [0], [5] * ms)
        cells = models.spikeprop.group(len(n), tau=tau * ms)
        terminals = models.static_synapse.connect(source, cells, np.array([weights]), onto="h", delay=delay * ms)
        spikes = SpikeMonitor(cells)
        Network(source, cells, terminals, spikes).run(40 * ms, namespace={})
    return np.array(spikes.t / ms)[np.argsort(spikes.i)]


@app.cell
def _(student):
    secret = Hidden("spikeprop.delay", student.value, low=2, high=12, tolerance=0.2, absolute=True)
    fired = first_spikes([1.5, 3.0], secret.value, secret.generator().uniform(5, 10))
    mo.md(f"The neuron fired at {fired[0]:.2f} ms with the weight 1.5, and at {fired[1]:.2f} ms with the weight 3.")
    return fired, secret


@app.cell(hide_code=True)
def _():
    answer = mo.ui.number(label="delay (ms)")
    answer
    return (answer,)


@app.cell(hide_code=True)
def _(answer, secret):
    mo.md(secret.verdict(answer.value))
    return


if __name__ == "__main__":
    app.run()
