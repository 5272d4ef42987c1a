"""Brunel 2000, fig. 8: four regimes of a sparse network, doi:10.1023/A:1008925309027.

Deviations: the paper itself could not be read. "theirs" are rates and frequencies of its simulations as a public
re-implementation quotes them; for the synchronous regular regime, and of the CV, there are none. With --quick the
network is a tenth of the paper's, and they do not apply. Rasters are of 50 neurons, and show the last 50 to
200 ms.
"""

from brainnet import figure, protocols
from brainnet.plot import new_figure, panel_letter
from brainnet.plot.plastic_networks import regime_panels
from brainnet.targets import fresh

# Panel: g, nu_ext/nu_thr, what the paper calls it, and how much of it is shown, in seconds.
REGIMES = {
    "A": (3.0, 2.0, "synchronous regular", 0.05),
    "B": (6.0, 4.0, "synchronous irregular, fast", 0.1),
    "C": (5.0, 2.0, "asynchronous irregular", 0.1),
    "D": (4.5, 0.9, "synchronous irregular, slow", 0.2),
}


def compared(name, found, unit, protocol, values):
    """Our number beside the published one, where there is one."""
    reference = protocol.results[name].reference_for(values)
    theirs = "" if reference is None else f" (theirs: {reference:g})"
    return f"{name} {float(found[name]):.4g}{unit}{theirs}"


@figure(doi="10.1023/A:1008925309027", title="Brunel 2000, J. Comput. Neurosci. 8:183, fig. 8: four regimes")
def brunel_2000(quick, seed, data):
    """Rasters, global activity, rates, regularity and rhythm of the four regimes."""
    drawn, axes = new_figure(4, 2, figsize=(11, 9.5), letters=False)
    protocol = protocols.brunel_network
    for number, (panel, (g, ratio, regime, shown)) in enumerate(REGIMES.items()):
        with fresh():
            found = protocol(quick=quick, seed=seed, g=g, nu_ratio=ratio)
        values = protocol.bind({"g": g, "nu_ratio": ratio}, quick=quick)
        row, column = 2 * (number // 2), number % 2
        raster, activity = axes[row, column], axes[row + 1, column]
        raster.set_gid(f"raster_{panel}")
        activity.set_gid(f"activity_{panel}")
        regime_panels(raster, activity, found, shown)
        numbers = (("rate", " Hz"), ("frequency", " Hz"), ("cv", ""))
        text = ", ".join(compared(name, found, unit, protocol, values) for name, unit in numbers)
        panel_letter(raster, panel)
        raster.set_title(f"{regime}: g = {g:g}, nu_ext = {ratio:g} nu_thr\n{text}", fontsize=8, loc="left")
    return drawn
