"""Song, Miller & Abbott 2000, figs. 2 and 4: competition and latency, doi:10.1038/78829.

Deviations: the paper's histogram is not tabulated. "theirs" is what its text says of it: weights pile up at both
bounds, and the middle is empty; and a neuron comes to respond earlier. The neuron has no inhibitory inputs, which the
paper's has.
"""

from brainnet import figure, protocols
from brainnet.plot import part
from brainnet.plot.plasticity import draw_histogram


@figure(
    doi="10.1038/78829",
    title="Song, Miller & Abbott 2000, Nat. Neurosci. 3:919, figs. 2 and 4: competition and latency",
)
def song_2000(quick, seed, data):
    """Bimodal weights under additive pair STDP, and the latency of the response to repeated volleys."""
    experiment = protocols.song_abbott(quick=quick, seed=seed)
    drawn = draw_histogram(experiment)
    histogram, latency = part(drawn, "histogram"), part(drawn, "latency")
    for low in (0.0, 0.8):
        histogram.axvspan(low, low + 0.2, color="0.9", zorder=0, label="theirs: weights pile up here" if low else None)
    histogram.legend(loc="upper center", bbox_to_anchor=(0.5, -0.18))
    early, late = (float(experiment[f"latency_{when}"]) for when in ("before", "after"))
    latency.axhline(early, color="black", linestyle=":", label=f"at the start, {early:.1f} ms")
    count = experiment.sizes["volley"]
    text = f"theirs: earlier\nours: by {early - late:.1f} ms"
    latency.annotate(text, (count / 2, late), (3, 0.3 * late), arrowprops={"arrowstyle": "->"})
    latency.legend()
    return drawn
