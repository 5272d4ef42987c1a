"""Neuron models: what a declaration refuses, what a changed copy is, and the groups that are made."""

import re

import brian2
import numpy as np
import pytest
from brian2 import Mohm, Network, TimedArray, ms, mV, nA

import brainnet
from brainnet import models
from brainnet.declare import Device, NeuronModel, Parameter, SynapseModel, uniform
from brainnet.errors import ParameterError, UnknownNameError
from brainnet.traces import Scheme, Trace

NAMES = {**vars(brian2), "uniform": uniform, "Parameter": Parameter}
NAMES |= {"NeuronModel": NeuronModel, "SynapseModel": SynapseModel, "Device": Device, "Trace": Trace, "Scheme": Scheme}
LEAK = {
    "name": "leak",
    "equations": "dv/dt = -v/tau_m : volt",
    "parameters": {"tau_m": Parameter(10 * ms, "time constant", above=0 * ms)},
}


@pytest.fixture(autouse=True)
def _on_numpy():
    with brainnet.target("numpy"):
        yield


CHANGED = {
    "lif": {"synapse": "conductance", "reset": "subtract", "tau_e": 1 / 3 * ms, "I_ext": np.array([1, 2]) / 3 * nA},
    "integrate_and_fire": {"reset": "zero", "v_init": 0.5},
    "bernoulli": {"seed": 12, "p": 1 / 3},
    "adaptive_lif": {"delta": 1 / 3 * mV},
}


@pytest.mark.parametrize("name", list(models))
def test_repr_gives_the_model_back(name):
    model = models[name]
    names = {**NAMES, **getattr(model, "functions", {})}  # a function is written as the name that it is called by
    assert eval(repr(model), names) == model
    changed = model(**CHANGED.get(name, {}))
    again = eval(repr(changed), names)
    assert again == changed
    assert hash(again) == hash(changed)
    assert (changed != model) == (name in CHANGED)


def test_the_order_of_changes_does_not_matter():
    one, other = models.lif(synapse="current")(tau_s=3 * ms), models.lif(tau_m=20 * ms)(synapse="current", tau_s=3 * ms)
    assert one == other
    assert hash(one) == hash(other)
    assert models.lif.choice("synapse") == "delta"  # the original is as it was


@pytest.mark.parametrize("name", [name for name in models if isinstance(models[name], NeuronModel)])
def test_page_and_latex_show_everything(name):
    model = models[name]
    page, formula = str(model), model.latex()
    for key, parameter in model.resolved_parameters().items():
        assert re.search(rf"^    {key} = {re.escape(parameter.text())}\s+{re.escape(parameter.meaning)}", page, re.M)
    for line in model.resolved("equations").strip().splitlines():
        assert line.strip() in page
    assert model.source in page
    flat = re.sub(r"\\mathrm|\\operatorname|[\\{}]", "", formula)
    for key in {*brian2.Equations(model.resolved("equations")).names, *model.resolved_parameters()}:
        words = key.replace("_", "(_| )?")
        assert re.search(words, flat) or key == "t_ref", key  # refractoriness is not typeset
    assert formula.count("{") == formula.count("}")
    assert formula.count("$") % 2 == 0
    assert r"\mathrm{rad}" not in formula


def test_printing_a_changed_model():
    page = str(models.lif(synapse="current", tau_s=7 * ms))
    assert "tau_s = 7*ms" in page
    assert "variant synapse = current" in page
    assert "dI_syn/dt = -I_syn/tau_s : amp" in page


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"tau_n": 1 * ms}, UnknownNameError, "lif has no parameter or variant 'tau_n'; did you mean 'tau_m'"),
        ({"tau_s": 1 * ms}, UnknownNameError, "lif has the parameter 'tau_s' only with synapse='current'"),
        ({"synapse": "currents"}, ParameterError, "synapse = 'currents' is no variant; did you mean 'current'"),
        ({"reset": None}, ParameterError, "reset = None is no variant"),
        ({"tau_m": 1 * mV}, ParameterError, "tau_m has the unit V, expected s"),
        ({"tau_m": 0 * ms}, ParameterError, "out of range"),
        ({"I_ext": "stimulus(t)"}, ParameterError, "is not a number"),
    ],
)
def test_a_change_that_does_not_fit(changes, error, message):
    with pytest.raises(error, match=message):
        models.lif(**changes)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": "two words"}, "model name 'two words' is not a plain identifier"),
        ({"name": "_hidden"}, "not a plain identifier"),
        ({"parameters": {"τ": Parameter(1, "x")}}, "parameter name 'τ' is not a plain identifier"),
        ({"equations": "dv/dt = -v/tau_m"}, "leak: equations cannot be read"),
        ({"equations": "dv/dt = -v/tau_n : volt"}, "of v uses 'tau_n', which is not declared; did you mean 'tau"),
        ({"threshold": "vv > 1*mV"}, "threshold uses 'vv', which is not declared"),
        ({"threshold": "vv == 1*mV"}, "threshold uses 'vv', which is not declared"),
        ({"reset": "v = v_rest"}, "reset uses 'v_rest', which is not declared"),
        ({"reset": "vv = 0*mV"}, "reset uses 'vv', which is not declared"),
        ({"reset": "vv -= 1*mV"}, "reset uses 'vv', which is not declared"),
        ({"refractory": "t_ref"}, "refractory uses 't_ref', which is not declared"),
        ({"initial": {"v": "E_L"}}, "initial value of v uses 'E_L', which is not declared"),
        ({"initial": {"u": "0"}}, "initial value for 'u', which is no variable"),
        ({"parameters": {**LEAK["parameters"], "v": Parameter(1 * mV, "x")}}, "'v' is both parameter and variable"),
        ({"parameters": {"tau_m": Parameter(-1 * ms, "x", above=0 * ms)}}, "leak: tau_m = -1. ms is out of range"),
        ({"variants": {"reset": {"zero": {"rest": "v = 0*mV"}}}}, "reset=zero sets 'rest'; did you mean 'reset'"),
        ({"chosen": {"reset": "zero"}}, "leak has no variant axis 'reset'"),
    ],
)  # fmt: skip
def test_a_declaration_that_is_wrong(changes, message):
    with pytest.raises((ParameterError, UnknownNameError), match=message):
        NeuronModel(**{**LEAK, **changes})


def test_a_variable_of_the_reset_itself():
    model = NeuronModel(**LEAK, threshold="v > 1*mV", reset="jump = v/2; v = jump")
    assert model.reset == "jump = v/2; v = jump"


def test_numbers_of_neurons():
    for n in (0, -1, 2.0, True, "3"):
        with pytest.raises(ParameterError, match="is not a number of neurons"):
            models.lif.group(n)
    assert models.lif.group(np.int64(3)).N == 3


def test_a_value_for_each_neuron():
    group = models.lif.group(3, I_ext=[0.1, 0.2, 0.3] * nA, t_ref=[0, 1, 2] * ms)
    np.testing.assert_allclose(group.I_ext[:] / nA, [0.1, 0.2, 0.3])
    np.testing.assert_allclose(group.v[:] / mV, -70)
    with pytest.raises(ParameterError, match=r"I_ext has the shape \(2,\); give one value, or 3 of them"):
        models.lif.group(3, I_ext=[0.1, 0.2] * nA)
    assert repr(group.model).count("array(") == 2


def test_a_text_becomes_an_expression():
    stimulus = TimedArray([[0.25, 0.5], [0.5, 0.0]], dt=1 * ms)
    group = models.integrate_and_fire.group(2, I="stimulus(t, i)", namespace={"stimulus": stimulus}, dt=1 * ms)
    Network(group).run(2 * ms, namespace={})
    np.testing.assert_array_equal(group.v[:], [0.75, 0.5])
    with pytest.raises(UnknownNameError, match="no parameter or variant 'J'"):
        models.integrate_and_fire.group(2, J="stimulus(t, i)")


def test_parameters_that_vary():
    group = models.bernoulli.group(2, vary=("p", "seed"), p=0.5, seed=7)
    assert (group.p[:], group.seed[:]) == (0.5, 7)
    assert np.issubdtype(group.seed.dtype, np.integer)
    assert np.issubdtype(group.p.dtype, np.floating)
    group = models.lif.group(1, vary=["R_m"])
    group.R_m = 50 * Mohm
    assert group.R_m[:] == 50 * Mohm
    with pytest.raises(UnknownNameError, match="did you mean 'seed'"):
        models.bernoulli.group(2, vary=["sead"])


def test_a_flattened_model_can_be_built_upon():
    flat = models.lif(synapse="current", reset="subtract").flattened()
    assert not flat.variants
    assert flat.reset == "v -= v_th - E_L"
    assert "tau_s" in flat.parameters
    assert flat.group(1).model == flat
