"""Triplets of spikes, and how plasticity depends on the frequency of pairing."""

import marimo

app = marimo.App(app_title="Triplets and frequency")

with app.setup:
    import marimo as mo
    import numpy as np
    from brian2 import ms

    import brainnet
    from brainnet import models
    from brainnet.experiment import weight_changes
    from brainnet.labs import Hidden
    from brainnet.plot.style import new_figure

    # Of 20 pairings; the periods are multiples of 5 ms.
    FREQUENCIES = np.array([5, 10, 20, 25, 40, 50])


@app.cell(hide_code=True)
def _():
    mo.md(r"""
    # Triplets and frequency

    **Goal.** See what pairs of spikes cannot explain: the same pairing potentiates at high frequency only.

    In slices of visual cortex, pairs 10 ms apart were repeated at several frequencies (Sjöström et al. 2001). Pre
    before post did nothing at 0.1 Hz and potentiated at 50 Hz; post before pre depressed at low and potentiated at high
    frequency. The triplet rule (Pfister & Gerstner 2006, minimal, all to all) has a slow trace $o_2$ of post spikes:

    $$\text{post: } w \leftarrow w + A_3^+\, r_1\, o_2 \qquad\qquad \text{pre: } w \leftarrow w - A_2^-\, o_1$$

    $r_1$ and $o_1$ decay with 16.8 and 33.7 ms, $o_2$ with $\tau_y$. A post spike potentiates only if another post
    spike came not long before it. For comparison: the pair rule, with $A_+$ = 0.0065, $A_-$ = 0.0071 and the same fast
    traces.
    """)
    return


@app.function
def pairings(difference, frequencies, count=20):
    """Return trains of pairs at each frequency (Hz), with post - pre in ms."""
    starts = [np.arange(count) * 1000 / frequency for frequency in frequencies]
    return [((t + max(-difference, 0)) * ms, (t + max(difference, 0)) * ms) for t in starts]


@app.function
def curves(A3_plus, A2_minus, tau_y, frequencies=FREQUENCIES):
    """Return the change of the weight for {rule: array (post - pre = 10 and -10 ms, frequency)}; tau_y in ms."""
    triplet = models.triplet_stdp(
        parameters="visual_cortex.all_to_all.minimal", A3_plus=A3_plus, A2_minus=A2_minus, tau_y=tau_y * ms
    )
    pair = models.pair_stdp(A_plus=0.0065, A_minus=0.0071, tau_plus=16.8 * ms, tau_minus=33.7 * ms)
    trains = pairings(10, frequencies) + pairings(-10, frequencies)
    with brainnet.target("numpy"):
        found = weight_changes({"triplet": triplet, "pair": pair}, trains)
    return {rule: change.in_w_max.reshape(2, -1) for rule, change in found.items()}


@app.cell(hide_code=True)
def _():
    A3_plus = mo.ui.slider(0, 12, 0.5, 6.5, label="$A_3^+$ ($10^{-3}$)", show_value=True)
    A2_minus = mo.ui.slider(0, 12, 0.1, 7.1, label="$A_2^-$ ($10^{-3}$)", show_value=True)
    tau_y = mo.ui.slider(20, 200, 2, 114, label=r"$\tau_y$ (ms)", show_value=True)
    mo.vstack([A3_plus, A2_minus, tau_y])
    return A2_minus, A3_plus, tau_y


@app.cell
def _(A2_minus, A3_plus, tau_y):
    change = curves(A3_plus.value / 1000, A2_minus.value / 1000, tau_y.value)
    return (change,)


@app.cell(hide_code=True)
def _(change):
    figure, axes = new_figure(1, 2, figsize=(8, 3))
    for axis, (rule, values) in zip(axes[0], change.items(), strict=True):
        axis.axhline(0, color="0.8")
        axis.plot(FREQUENCIES, values[0], "o-", label="post 10 ms after pre")
        axis.plot(FREQUENCIES, values[1], "s-", label="post 10 ms before pre")
        axis.set(xlabel="frequency of pairing (Hz)", ylabel="change by 20 pairings", title=f"{rule} rule")
        axis.legend(fontsize=8)
    figure
    return


@app.cell(hide_code=True)
def _():
    mo.md(r"""
    ## Questions

    1. At 50 Hz a pre spike lies 10 ms after one post spike and 10 ms before the next. What does that do to the two
       curves of each rule?
    2. Why does the pair rule potentiate less the higher the frequency, though $A_+$ and $A_-$ stay the same?
    3. Which of the three sliders moves the frequency at which post before pre turns from depression to potentiation?
       In which direction?
    4. What does the triplet rule do with pairs of which each comes alone, once in 10 s?
    """)
    return


@app.cell(hide_code=True)
def _():
    student = mo.ui.text(label="Your name")
    mo.vstack(
        [
            mo.md(r"""
    ## Exercise: the strength of triplets

    The curve below is that of a synapse with $A_2^-$ = 0.0071, $\tau_y$ = 114 ms and an unknown $A_3^+$ (post 10 ms
    after pre). Estimate $A_3^+$. The sliders may help, `curves(...)` is more exact."""),
            student,
        ]
    )
    return (student,)


@app.cell
def _(student):
    secret = Hidden("triplets.A3_plus", student.value, low=2, high=12, tolerance=0.04)
    measured = curves(secret.value / 1000, 0.0071, 114)["triplet"][0]
    mo.ui.table(
        [{"frequency (Hz)": f, "change": round(c, 5)} for f, c in zip(FREQUENCIES, measured, strict=True)],
        selection=None,
    )
    return measured, secret


@app.cell(hide_code=True)
def _():
    answer = mo.ui.number(label="$A_3^+$ ($10^{-3}$)")
    answer
    return (answer,)


@app.cell(hide_code=True)
def _(answer, secret):
    mo.md(secret.verdict(answer.value))
    return


if __name__ == "__main__":
    app.run()
