"""The picture of a conversion shows the data set."""

import warnings

import numpy as np
import pytest

import brainnet
from brainnet.ann import Dense, LayerGraph
from brainnet.convert import convert
from brainnet.measure import evaluate
from brainnet.plot import part
from brainnet.plot.conversion import draw_conversion


def measured(shape, layers=2, **settings):
    rng = np.random.default_rng(0)
    width = int(np.prod(shape))
    hidden = (Dense("hidden", rng.normal(0.1, 0.5, (width, 10)), np.zeros(10), "relu"),) if layers == 2 else ()
    output = Dense("output", rng.normal(0.1, 0.5, (10 if hidden else width, 3)), np.zeros(3), "identity")
    graph, x = LayerGraph((*hidden, output), shape, "net", "test"), rng.random((12, *shape))
    with brainnet.target("numpy"):
        network = convert(graph, calibration=x, **{"steps": 30, **settings})
        return evaluate(network, x, np.arange(12) % 3)


@pytest.mark.parametrize(
    ("shape", "settings"),
    [
        ((16,), {"coding": "bernoulli"}),
        ((4, 4), {"coding": "constant"}),
        ((4, 4), {"coding": "constant", "readout": "potential"}),
        ((1, 4, 4), {"coding": "regular", "steps": 1}),
        ((4, 4), {"coding": "constant", "readout": "potential", "layers": 1}),
    ],
)
# A panel without anything to name would make matplotlib warn.
def test_six_panels_show_what_was_measured(shape, settings, tmp_path):
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "layer .* is nearly silent")
        data = measured(shape, **settings)
        warnings.filterwarnings("error", module="brainnet|matplotlib")
        figure = draw_conversion(data)
        figure.savefig(tmp_path / "figure.png")
    names = ("raster", "accuracy", "scatter", "histogram", "operations", "energy")
    panels = [part(figure, name) for name in names]
    for axis, letter in zip(panels, "ABCDEF", strict=True):
        others = [text for text in axis.texts if text.get_gid() != f"panel {letter}"]
        assert axis.lines or axis.patches or others
        assert len(others) < len(axis.texts)
    raster, accuracy, scatter, histogram, operations, energy = panels
    assert not figure.get_suptitle()

    line, curve = accuracy.lines
    assert set(line.get_ydata()) == {100 * float(data.ann_accuracy)}
    np.testing.assert_array_equal(curve.get_ydata(), 100 * data.accuracy_by_step)
    np.testing.assert_array_equal(curve.get_xdata(), data.step)

    firing = [str(name) for name in data.firing_layer.values]
    assert [text.get_text() for text in raster.get_yticklabels()] == firing
    spikes = [drawn for drawn in raster.lines if drawn.get_marker() == "|"]
    for name, drawn in zip(firing, spikes, strict=True):
        np.testing.assert_array_equal(drawn.get_xdata(), data[f"{name}_raster_step"])
    assert len(raster.child_axes) == (len(shape) == 2)

    for name, drawn in zip(firing, histogram.lines, strict=True):
        counts = data.count_histogram.sel(firing_layer=name).values
        np.testing.assert_allclose(drawn.get_ydata(), 100 * counts[counts > 0] / counts.sum(), rtol=1e-12)

    points = [drawn for drawn in scatter.lines if drawn.get_marker() == "."]
    shown = [name for name in firing if name != "input"]
    for name, drawn in zip(shown, points, strict=True):
        np.testing.assert_array_equal(drawn.get_ydata(), data[f"{name}_rate"])
        np.testing.assert_array_equal(drawn.get_xdata(), np.maximum(data[f"{name}_activation"], 0))

    heights = [bar.get_height() for bar in operations.patches]
    np.testing.assert_array_equal(heights[: data.ann_layer.size], data.mac_operations_by_layer)
    np.testing.assert_array_equal(
        heights[data.ann_layer.size : 2 * data.ann_layer.size], data.synaptic_operations_by_layer
    )
    trained, spiking = (bar.get_height() for bar in energy.patches)
    assert trained == pytest.approx(1e9 * float(data.energy_ann), rel=1e-12)
    assert spiking / trained == pytest.approx(float(data.energy_ratio), rel=1e-12)
