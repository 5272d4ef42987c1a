"""Synapse models: what a declaration refuses, weights, delays, and the synapses that are made."""

import numpy as np
import pytest
from brian2 import Network, SpikeGeneratorGroup, ms, mV, nA, pA
from scipy import sparse

import brainnet
from brainnet import models
from brainnet.declare import Parameter, SynapseModel
from brainnet.errors import ParameterError, UnknownNameError

WEIGHTS = np.array([[1.0, 0.0], [2.0, 3.0], [0.0, 5.0]])


@pytest.fixture(autouse=True)
def _on_numpy():
    with brainnet.target("numpy"):
        yield


@pytest.fixture
def pair():
    """Three sources that fire at 1 ms, two neurons."""
    return SpikeGeneratorGroup(3, [0, 1, 2], [1, 1, 1] * ms), models.lif.group(2, synapse="current")


def after(pair, synapses, duration, name="v"):
    Network(*pair, synapses).run(duration, namespace={})
    return np.array(getattr(pair[1], name))


@pytest.mark.parametrize("kind", [np.asarray, sparse.csr_matrix, sparse.coo_array, sparse.csc_array])
def test_weights_arrive(pair, kind):
    given = (kind(WEIGHTS), pA) if kind is not np.asarray else WEIGHTS * pA
    synapses = models.static_synapse.connect(*pair, given, onto="I_syn", path="synapses")
    assert len(synapses) == (6 if kind is np.asarray else 4)
    found = after(pair, synapses, 1.1 * ms, "I_syn")
    np.testing.assert_allclose(found, WEIGHTS.sum(axis=0) * 1e-12, rtol=1e-12)


def test_delay(pair):
    synapses = models.static_synapse.connect(*pair, WEIGHTS * mV, delay=2 * ms)
    net = Network(*pair, synapses)
    net.run(3 * ms, namespace={})
    assert not (np.array(pair[1].v) + 0.07).any()
    net.run(0.1 * ms, namespace={})
    np.testing.assert_allclose(np.array(pair[1].v) + 0.07, WEIGHTS.sum(axis=0) * 1e-3, rtol=1e-9)


@pytest.mark.parametrize("delay", [1, -1 * ms, 1 * mV, [1, 2] * ms, np.nan * ms, np.inf * ms, "1*ms", "fast"])
def test_a_delay_that_is_none(pair, delay):
    with pytest.raises(ParameterError, match="is not one time of at least 0"):
        models.static_synapse.connect(*pair, WEIGHTS * mV, delay=delay)


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        (WEIGHTS.T * mV, r"shape \(2, 3\), expected \(3, 2\) \(n_pre, n_post\); transpose them"),
        (WEIGHTS[:2] * mV, "give one row per presynaptic neuron"),
        (1 * mV, r"have the shape \(\)"),
        (WEIGHTS, "weights must have the unit of the driven variable, volt"),
        (WEIGHTS * nA, "must have the unit of the driven variable, volt"),
        (np.where(WEIGHTS > 4, np.nan, WEIGHTS) * mV, "weights hold NaN or infinity"),
        (np.where(WEIGHTS > 4, np.inf, WEIGHTS) * mV, "weights hold NaN or infinity"),
        ((sparse.csr_array(np.where(WEIGHTS > 4, np.nan, WEIGHTS)), mV), "weights hold NaN or infinity"),
        (sparse.csr_array(WEIGHTS.T), "transpose them"),
    ],
)
def test_weights_that_do_not_fit(pair, weights, message):
    with pytest.raises(ParameterError, match=message):
        models.static_synapse.connect(*pair, weights)


def test_onto_what_does_not_exist(pair):
    with pytest.raises(ParameterError, match=r"onto = 'I_sym' is no variable of lif.*; did you mean 'I_syn'"):
        models.static_synapse.connect(*pair, WEIGHTS * pA, onto="I_sym")


def test_unconnected_without_weights(pair):
    synapses = models.static_synapse.connect(*pair)
    synapses.connect(j="i", skip_if_invalid=True)
    assert len(synapses) == 2


RULE = {
    "name": "rule",
    "equations": "w : {unit}\ndleft/dt = -left/tau : 1 (event-driven)",
    "on_pre": "{onto}_post += w\nleft += step",
    "parameters": {"tau": Parameter(20 * ms, "time constant", above=0 * ms), "step": Parameter(0.5, "rise")},
    "initial": {"left": "0.25"},
}


def test_a_rule_with_parameters(pair):
    synapses = SynapseModel(**RULE).connect(*pair, WEIGHTS * mV, step=0.75)
    assert synapses.model.parameters["step"].value == 0.75
    after(pair, synapses, 1.2 * ms)
    # Event-driven: last written at its event, 10 steps after the start.
    np.testing.assert_allclose(synapses.left[:], 0.25 * np.exp(-1 / 20) + 0.75, rtol=1e-12)
    assert "tau = 20*ms" in str(synapses.model)
    assert "on_pre: left += step" in str(synapses.model)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"equations": "w : {unit"}, "rule: equations cannot be read"),
        ({"equations": "w : 1\ndleft/dt = -left/taus : 1 (event-driven)"}, "equation of left uses"),
        ({"on_pre": "{onto}_post += ww"}, "on_pre uses 'ww', which is not declared"),
        ({"on_pre": "lefft = 1"}, "on_pre uses 'lefft', which is not declared; did you mean 'left'"),
        ({"on_post": "w += stepp*left"}, "on_post uses 'stepp', which is not declared; did you mean 'step'"),
        ({"initial": {"left": "x0"}}, "initial value of left uses 'x0'"),
        ({"initial": {"leftt": "0"}}, "initial value for 'leftt', which is no variable; did you mean 'left'"),
        ({"parameters": {**RULE["parameters"], "w": Parameter(1.0, "x")}}, "'w' is both parameter and variable"),
        ({"parameters": {"tau": Parameter([1, 2] * ms, "x")}}, r"tau has the shape \(2,\); give one value"),
        ({"variants": {"a": {"b": {"threshold": ""}}}}, "variant a=b sets 'threshold'"),
    ],
)
def test_a_declaration_that_is_wrong(changes, message):
    with pytest.raises(ParameterError, match=message):
        SynapseModel(**{**RULE, **changes})


def test_overrides_that_do_not_fit(pair):
    rule = SynapseModel(**RULE)
    with pytest.raises(UnknownNameError, match="rule has no parameter or variant 'steps'; did you mean 'step'"):
        rule.connect(*pair, WEIGHTS * mV, steps=1)
    with pytest.raises(ParameterError, match="give one value"):
        rule.connect(*pair, WEIGHTS * mV, step=np.ones(6))


def test_latex_shows_what_each_spike_does():
    from brainnet import models

    text = models.static_synapse.latex()
    assert "presynaptic" in text
    assert "postsynaptic" not in text
    assert r"v_{post} \leftarrow v_{post} + w" in text


def test_parameter_named_as_an_argument_is_refused():
    with pytest.raises(ParameterError, match="argument"):
        SynapseModel("odd", parameters={"delay": Parameter(1.0, "taken")})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"weights": [[7.0], [0.0], [0.0]]}, r"weights from 0 to 7 \(SI\) lie outside of w_min = 0.* to w_max = 1"),
        ({"weights": [[-0.5], [0.0], [0.0]]}, "lie outside of"),
        ({"weights": sparse.csr_matrix([[0.0], [2.0], [0.0]])}, "lie outside of"),
        ({"weights": [[-1.5]] * 3, "w_min": -2.0, "w_max": -1.0}, "w_max = -1.0, and changes are in units of it"),
        ({"weights": [[-0.5]] * 3, "w_min": -1.0, "w_max": 0.0}, "w_max = 0.0, and changes are in units of it"),
        ({"weights": np.array([["a"]] * 3)}, "weights have the type <U1; give real numbers"),
        ({"weights": np.array([[0.5 + 1j]] * 3)}, "weights have the type complex128"),
        ({"w_max": 1 * mV}, "w_max = 1. mV is a weight and must have the unit of the driven variable"),
        ({"namespace": {"windw": 1}}, "its code reads no 'windw'"),
    ],
)
@pytest.mark.parametrize("path", ["auto", "synapses"])
def test_what_a_rule_with_bounds_refuses(pair, changes, message, path):
    changes = {"weights": np.full((3, 1), 0.5)} | changes
    with pytest.raises(brainnet.BrainnetError, match=message):
        models.pair_stdp.connect(pair[0], pair[1][:1], onto=None, path=path, **changes)
