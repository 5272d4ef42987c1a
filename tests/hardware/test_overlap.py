"""Windows that come from voltages: closed form against integration, and the protocol on both targets."""

import numpy as np
import pytest
from brian2 import us, volt
from scipy.integrate import quad

from brainnet import BrainnetError, Device, models, protocols, target
from brainnet.hardware import TAILS, overlap, overlap_change, overlap_synapse

T_L, TAU = 1e-6, 2e-6
SHAPES = {
    "exponential": lambda z: np.exp(-z),
    "rectangular": lambda z: float(z < 1),
    "triangular": lambda z: max(1 - z, 0.0),
}


def voltage(shape, s):
    """One pulse: a lobe of height 1 at the threshold, then a tail of height 1/2 of the other sign."""
    if s < 0:
        return 0.0
    return 1.0 if s < T_L else -0.5 * SHAPES[shape]((s - T_L) / TAU)


@pytest.mark.parametrize("tail", TAILS)
def test_the_overlap_is_the_integral_of_what_is_above_threshold(tail):
    for dt in (0.0, 0.3e-6, 1e-6, 1.7e-6, 4e-6):

        def above(t, dt=dt):
            return max(abs(voltage(tail, t - dt) - voltage(tail, t)) - 1, 0) / 0.5 / T_L

        edges = sorted({T_L, dt, dt + T_L, T_L + TAU, dt + T_L + TAU})
        whole = sum(quad(above, a, b, epsabs=1e-12)[0] for a, b in zip([0.0, *edges], [*edges, 2e-5], strict=True))
        assert float(overlap(tail, dt, T_L, TAU)) == pytest.approx(whole, abs=1e-8), dt
        assert overlap(tail, -dt, T_L, TAU) == overlap(tail, dt, T_L, TAU)


def test_an_exponential_tail_gives_an_exponential_window():
    dt = np.linspace(1.5, 9, 20) * 1e-6
    x = overlap("exponential", dt, T_L, TAU)
    assert np.diff(np.log(x)) == pytest.approx(-np.diff(dt) / TAU, rel=1e-9)
    change = overlap_change(models.synaptic_transistor, "exponential", dt, T_L, TAU, 0.5e-6)
    assert change == pytest.approx(1.2e-6 * np.exp(-4.5) * x, rel=1e-9)


def test_a_change_that_depends_on_the_conductance_has_its_closed_form():
    # soft bounds: dG/dx = alpha (G_max - G), hence an exponential in x
    device = models.reram_soft_bounds(alpha_p=0.5)
    x = overlap("triangular", 1.5e-6, T_L, TAU)
    change = overlap_change(device, "triangular", 1.5e-6, T_L, TAU, 4e-6)
    assert change == pytest.approx(7e-6 * -np.expm1(-0.5 * x), rel=1e-8)


@pytest.mark.parametrize("on", ["numpy", "cpp"])
def test_the_protocol_finds_the_closed_form(on):
    protocol = protocols.device_stdp_window
    values = {name: each.value if each.quick is None else each.quick for name, each in protocol.parameters.items()}
    with target(on):
        found = protocol.function(**{**values, "device": "neurosim_device", "tail": "triangular"}, seed=0)
    # Two steps of the midpoint rule: errors of the order (step/t_l)^2 times the square of the change of the step.
    assert float(found.max_error) < 1e-5
    assert float(found.rise) > 0 > float(found.fall)
    assert float(found.change[found["dt"] == 0].item()) == 0
    assert found.change.values.argmax() > found.change.values.argmin(), "pre before post potentiates"


def test_what_does_not_fit_is_refused():
    p = protocols.device_stdp_window
    values = {name: each.value for name, each in p.parameters.items()} | {"seed": 0}
    with pytest.raises(BrainnetError, match="is no device"):
        p.function(**{**values, "device": "lif"})
    with pytest.raises(BrainnetError, match="longer than t_l"):
        p.function(**{**values, "step": 2 * us})
    with pytest.raises(BrainnetError, match="tail"):
        overlap("round", 1 * us, 1 * us, 1 * us)
    with pytest.raises(BrainnetError, match="above 0"):
        overlap("triangular", 1 * us, 0 * us, 1 * us)
    with pytest.raises(BrainnetError, match="not in"):
        overlap("triangular", 1 * volt, 1 * us, 1 * us)
    old = models.synaptic_transistor
    with pytest.raises(BrainnetError, match="no step of one pulse"):
        overlap_synapse(Device("only", window=old.window, parameters=old.parameters), "triangular")


def test_the_picture_shows_both():
    from brainnet.plot.devices import draw_device_window

    p = protocols.device_stdp_window
    values = {name: each.value if each.quick is None else each.quick for name, each in p.parameters.items()}
    axes = draw_device_window(p.function(**values, seed=0)).axes[0]
    assert {line.get_label() for line in axes.lines} >= {"closed form", "simulated voltages"}
