"""The report of a conversion: what it says is what was measured, by hand where that can be done."""

import numpy as np
import pytest
import xarray as xr
from click.testing import CliRunner

import brainnet
from brainnet.ann import BatchNorm, Conv1d, Dense, Flatten, LayerGraph, ReLU
from brainnet.cli import main
from brainnet.convert import convert
from brainnet.errors import ResultsError
from brainnet.measure import evaluate, report_text, verify
from brainnet.measure.rate_tally import latency

X = np.array([[0.75, 0.25, 0.0], [0.5, 1.0, 0.0], [0.0, 0.25, 0.5], [1.0, 0.0, 0.0]])


def measured(weights, x=X, y=(0, 1, 2, 0), **settings):
    out = Dense("out", np.eye(len(weights)), np.zeros(len(weights)), "identity")
    graph = LayerGraph((Dense("hidden", weights, np.zeros(len(weights)), "relu"), out), (3,), "net", "test")
    with brainnet.target("numpy"):
        network = convert(graph, **{"normalisation": "none", "steps": 4, **settings})
        return evaluate(network, x, np.array(y))


@pytest.mark.parametrize(
    ("weight", "x", "cause", "error"),
    [
        (2.0, 1.0, "saturated", 0.5),  # 4 spikes in 4 steps, and the activation is 2
        (0.125, 1.0, "silent", 1.0),  # half a spike in 4 steps
        (0.875, 1.0, "rounded", 1 / 7),  # 3 of 3.5 spikes
    ],
)
def test_causes_of_errors_by_hand(weight, x, cause, error):
    data = measured(weight * np.eye(3), np.full((1, 3), x), [0])
    hidden = data.sel(layer="hidden")
    assert hidden.layer_error == pytest.approx(error, rel=1e-12)
    assert hidden.error_causes.sel(cause=cause) == 1.0
    assert hidden.error_causes.sum() == 1.0


def test_spikes_that_should_not_be():
    # +1 of an early spike fires the output before the late ones of the same size take it back: the logit is 0.
    first = Dense("a", [[1.0, 0.5]], [0.0, 0.0], "relu")
    second = Dense("b", [[1.0], [-2.0]], [0.0], "relu")
    graph = LayerGraph((first, second, Dense("out", np.eye(1, 2), np.zeros(2), "identity")), (1,), "net", "test")
    with brainnet.target("numpy"):
        network = convert(graph, normalisation="none", steps=4)
        check = verify(network, np.ones((1, 1)))["b"]
    assert check.mean_rate > 0
    assert check.causes["spurious"] == 1.0
    assert check.error == 1.0  # all of it


def test_operations_by_step_add_up():
    data = measured(np.eye(3), coding="regular")
    assert data.synaptic_operations_by_step.attrs["samples"] == 4
    for name in ("synaptic_operations", "memory_accesses", "energy"):
        by_step = data[f"{name}_by_step"].sum("step")
        np.testing.assert_allclose(by_step, data[f"{name}_by_layer"], rtol=1e-12)
    # 17 spikes of four inputs of 4 steps, each into 3 neurons; and hidden, which fires as often.
    assert data.synaptic_operations == 2 * 3 * 17 / 4
    assert data.memory_accesses == 3 * data.synaptic_operations + 2 * 2 * 3 * 4


def test_latency_is_where_accuracy_stays():
    assert latency(np.array([0.1, 0.995, 0.5, 0.99, 1.0])) == 4
    assert latency(np.array([1.0, 1.0])) == 1
    assert latency(np.array([0.0, 0.0])) == 1
    assert latency(np.array([0.5, 1.0])) == 2


def test_text():
    data = measured(np.diag([2.0, 1.0, 1.0]), coding="regular", steps=8)
    text = report_text(data)
    assert text.startswith("2 of 2 layers converted to 2 populations; 4 samples of 8 steps\n")
    assert "hidden loses the most" in text
    assert "read as part" not in text, "nothing was"
    assert "\nread as part of these layers, or without effect at inference: 2 Dropout, 1 ReLU\n" in report_text(
        data.assign_attrs(folded="2 Dropout, 1 ReLU")
    )
    assert "(saturated)" in text
    assert text.splitlines()[-1] == "To try: normalisation=data, or neuron=burst."
    (row,) = (line.split() for line in text.splitlines() if line.split()[:2] == ["hidden", "hidden"])
    assert row[2:5] == ["3", "1", "1"]  # neurons, threshold, scale
    assert float(row[5]) == pytest.approx(float(data.spikes_per_neuron.sel(layer="hidden")), rel=1e-3)


def test_no_advice_of_what_is_in_force():
    x = np.random.default_rng(0).random((20, 3))
    given = {"calibration": x, "normalisation": "data", "percentile": 100.0, "v_init": "half", "steps": 5}
    data = measured(np.random.default_rng(1).random((3, 3)), x, np.arange(20) % 3, **given)
    assert report_text(data).splitlines()[-1] == "To try: steps=10."


def test_every_layer_is_counted():
    graph = LayerGraph(
        (Dense("a", np.eye(3), np.zeros(3), "identity"), BatchNorm("n", *np.ones((4, 3))), ReLU("r"),
         Dense("out", np.eye(3), np.zeros(3), "identity")),
        (3,), "net", "test",
    )  # fmt: skip
    with brainnet.target("numpy"):
        data = evaluate(convert(graph, normalisation="none", steps=4), X, np.array([0, 1, 2, 0]))
    assert data.computes.values.tolist() == ["a, n, r", "out"]
    assert report_text(data).startswith("4 of 4 layers converted to 2 populations")


def test_command(tmp_path):
    runner = CliRunner()
    done = runner.invoke(main, ["run", "digits_conversion", "--quick", "--target", "numpy", "--set", "steps=5",
                                "--set", "epochs=1", "--out", str(tmp_path / "out")])  # fmt: skip
    assert done.exit_code == 0, done.stderr
    told = runner.invoke(main, ["report", str(tmp_path / "out")])
    assert told.exit_code == 0, told.stderr
    assert "2 of 2 layers converted" in told.stdout
    assert "ratio" in told.stdout
    with pytest.raises(ResultsError, match="give the run of a conversion"):
        report_text(xr.Dataset())


def test_advice_can_be_followed(samples, graph):
    # v_init=half and reset are refused with this neuron: what is said to try must convert.
    x = samples(20, 12)
    with brainnet.target("numpy"):
        given = {"neuron": "adaptive", "calibration": x, "steps": 20}
        data = evaluate(convert(graph(12, 20, 5), **given), x, np.arange(20) % 5)
        advice = report_text(data).splitlines()[-1]
        for setting in advice.removeprefix("To try: ").removesuffix(".").split(", or "):
            name, value = setting.split("=")
            convert(graph(12, 20, 5), **{**given, name: int(value) if name == "steps" else value})


def test_a_scale_for_each_channel_is_advice_where_there_are_channels():
    """Half a spike in the first neuron or channel: silent, and one scale for both is why."""
    x = np.ones((1, 1, 4))
    conv = Conv1d("h", np.array([0.125, 1.0]).reshape(2, 1, 1), np.zeros(2), "relu")
    dense = Dense("h", np.repeat([[0.03, 0.25]], 4, axis=0), np.zeros(2), "relu")
    for hidden, n, acts in ((conv, 8, True), (dense, 2, False)):
        out = Dense("out", np.eye(n), np.zeros(n), "identity")
        flat = (Flatten("f"),)
        layers = (hidden, *flat, out) if acts else (*flat, hidden, out)
        with brainnet.target("numpy"):
            network = convert(LayerGraph(layers, (1, 4), "net", "test"), calibration=x, percentile=100.0, steps=4)
            data = evaluate(network, x, np.array([0]))
        last = report_text(data).splitlines()[-1]
        assert ("granularity=channel" in last) == acts, last
