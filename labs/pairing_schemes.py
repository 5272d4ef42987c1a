"""Which spikes make pairs: four schemes on the same trains."""

import marimo

app = marimo.App(app_title="Pairing schemes")

with app.setup:
    import marimo as mo
    import numpy as np
    from brian2 import ms

    import brainnet
    from brainnet import models, protocols
    from brainnet.experiment import final_weights
    from brainnet.labs import Hidden
    from brainnet.plot.plasticity import draw_schemes


@app.cell(hide_code=True)
def _():
    mo.md(r"""
    # Pairing schemes

    **Goal.** "Pair STDP" is not yet a rule: one has to say which of many spikes make pairs.

    | scheme | a spike pairs with | traces |
    |---|---|---|
    | all to all | all earlier spikes of the other side | each spike adds 1 |
    | nearest, symmetric | the last one of the other side | each spike sets the trace to 1 |
    | nearest, pre-centred | pre: the last and the next post spike of each | a post spike ends $x$ |
    | nearest, reduced | only immediate neighbours | both traces end |

    All use the same window: $A_+$ = 0.01, $A_-$ = 0.0085, $\tau_+$ = 16.8 ms, $\tau_-$ = 33.7 ms. Spikes are drawn as
    marks above the weight (Morrison, Diesmann & Gerstner 2008, fig. 7).
    """)
    return


@app.function
def trains(rate_pre, rate_post, draw):
    """Draw two Poisson trains of 150 ms, with at most one spike in a millisecond; times in ms, rates in Hz."""
    rng = np.random.default_rng(draw)
    times = np.arange(1, 150)
    pre, post = (times[rng.random(len(times)) < rate / 1000] for rate in (rate_pre, rate_post))
    return (pre if len(pre) else np.array([50])), (post if len(post) else np.array([60]))


@app.cell(hide_code=True)
def _():
    rate_pre = mo.ui.slider(10, 100, 10, 60, label="rate of pre (Hz)", show_value=True)
    rate_post = mo.ui.slider(10, 100, 10, 60, label="rate of post (Hz)", show_value=True)
    draw = mo.ui.slider(0, 50, 1, 0, label="draw", show_value=True)
    mo.vstack([rate_pre, rate_post, draw])
    return draw, rate_post, rate_pre


@app.cell
def _(draw, rate_post, rate_pre):
    pre, post = trains(rate_pre.value, rate_post.value, draw.value)
    with brainnet.target("numpy"):
        schemes = protocols.pairing_schemes(trains=(pre * ms, post * ms))
    draw_schemes(schemes)
    return post, pre, schemes


@app.cell(hide_code=True)
def _():
    mo.md(r"""
    ## Questions

    1. Set pre to 100 Hz and post to 10 Hz. Which scheme changes the weight most at a post spike, and why?
    2. With few spikes on both sides the curves hardly differ. Below which rate, roughly, and which time constants
       explain that?
    3. Find a draw in which two schemes end on different sides of 0.5. What would a paper have to say beside the window
       for you to reproduce it?
    4. The traces of nearest, symmetric never exceed 1. What bounds the trace of all to all at a rate $r$?
    """)
    return


@app.cell(hide_code=True)
def _():
    student = mo.ui.text(label="Your name")
    mo.vstack(
        [
            mo.md(r"""
    ## Exercise: one burst, two schemes

    Five presynaptic spikes at 0, 10, 20, 30 and 40 ms are followed by one postsynaptic spike at 45 ms. The change of
    the weight was measured with a synapse that pairs all to all, and with one that pairs nearest spikes
    symmetrically. Both have the same $A_+$ and $\tau_+$, and you know neither. Estimate $\tau_+$."""),
            student,
        ]
    )
    return (student,)


@app.cell
def _(student):
    secret = Hidden("pairing_schemes.tau_plus", student.value, low=8, high=40, tolerance=0.03)
    unknown = models.pair_stdp(A_plus=secret.generator().uniform(0.005, 0.02), tau_plus=secret.value * ms)
    burst = ([0, 10, 20, 30, 40] * ms, [45] * ms)
    with brainnet.target("numpy"):
        weights = final_weights({s: unknown(pairing=s) for s in ("all_to_all", "nearest_symmetric")}, [burst])
    all_to_all, nearest = (float(weight[0]) for weight in weights.values())
    mo.ui.table(
        [{"pairing": s, "change of the weight": f"{weight[0]:.6f}"} for s, weight in weights.items()], selection=None
    )
    return all_to_all, nearest, secret


@app.cell(hide_code=True)
def _():
    answer = mo.ui.number(label=r"$\tau_+$ (ms)")
    answer
    return (answer,)


@app.cell(hide_code=True)
def _(answer, secret):
    mo.md(secret.verdict(answer.value))
    return


if __name__ == "__main__":
    app.run()
