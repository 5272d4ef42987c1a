"""Which rule an experiment measures, what that rule needs, and whether its change depends on the weight."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from brainnet.catalogue.content import models
from brainnet.catalogue.userfile import load_file
from brainnet.declare.equations import expressions, names_in, parse_equations
from brainnet.declare.synapse import SynapseModel
from brainnet.errors import ParameterError, UnknownNameError, nearest
from brainnet.experiment.given import Given
from brainnet.values.parameter import Parameter

__all__ = [
    "RULE",
    "assignments",
    "chosen_rule",
    "depends_on_weight",
    "find_rule",
    "is_random",
    "is_shipped",
    "is_stepped",
]

RULE: dict[str, Any] = {
    "rule": Given(
        "triplet",
        "rule of plasticity: pair, triplet, the name of any synapse model, a file my_rule.py, or a SynapseModel",
        accepts=(SynapseModel,),
    ),
    "parameters": Parameter("default", "set of parameters of the rule, such as visual_cortex.nearest.minimal"),
    "pairing": Parameter("default", "pairing scheme; the default is that of the set of parameters"),
    "rule_parameters": Given(
        "", "parameters and variants of the rule: A_plus=0.02, tau_plus=15*ms; in Python also a dict", accepts=(dict,)
    ),
    "w_init": Parameter(
        0.5,
        "where between its bounds a rule begins whose change depends on the weight; others begin at 0",
        above=0.0,
        below=1.0,
    ),
}

_RANDOM = {"rand", "randn", "xi", "poisson", "binomial"}
_STATEMENT = re.compile(r"\s*(\w+)\s*([-+*/]?)=(?!=)(.*)")


def chosen_rule(
    rule: str | SynapseModel,
    parameters: str = "default",
    pairing: str = "default",
    rule_parameters: str | Mapping[str, Any] = "",
    *,
    potential: bool = False,
) -> SynapseModel:
    """Return the rule that an experiment with given spikes is to measure.

    Parameters
    ----------
    rule : str or SynapseModel
        As for `find_rule`.
    parameters, pairing : str
        Choices on these axes of the rule.
    rule_parameters : str or mapping
        Values of its parameters and variants: ``"A_plus=0.02, tau_plus=15*ms"`` or ``{"A_plus": 0.02}``.
    potential : bool
        The postsynaptic side has a membrane potential.

    Raises
    ------
    UnknownNameError
        No model, parameter or variant of that name.
    ParameterError
        The rule needs what the experiment has not, does not learn, or a value does not fit.
    """
    model = find_rule(rule)
    given = assignments(model, rule_parameters)
    for axis, choice in (("parameters", parameters), ("pairing", pairing)):
        if choice == "default":
            continue
        if axis not in model.variants:
            raise ParameterError(f"{model.name} has no choice of {axis}; leave {axis}={choice} out")
        if axis in given:
            raise ParameterError(f"{axis} of {model.name} is given twice; leave it out of rule_parameters")
        given[axis] = choice
    # Variants first: they bring parameters of their own.
    model = model(**{name: value for name, value in given.items() if name in model.variants})
    declared = model.resolved_parameters()
    values = {
        name: declared[name].parse(model.name, name, value) if isinstance(value, str) and name in declared else value
        for name, value in given.items()
        if name not in model.variants
    }
    model = model(**values)
    _check_needs(model, potential)
    return model


def find_rule(rule: str | SynapseModel) -> SynapseModel:
    """Return the rule that is meant: a model, its name with or without _stdp, or the path of a file that declares one.

    Raises
    ------
    UnknownNameError, ParameterError
        There is none of that name, or it is no synapse model.
    """
    if isinstance(rule, SynapseModel):
        return rule
    if rule.endswith(".py"):
        found: SynapseModel = load_file(rule, SynapseModel)
        return found
    name = f"{rule}_stdp" if f"{rule}_stdp" in models else rule
    if name in models and isinstance(models[name], SynapseModel):
        return models[name]
    known = [each for each in models if isinstance(models[each], SynapseModel) and _changes_weight(models[each])]
    if name not in models:
        raise UnknownNameError(
            f"there is no rule {rule!r}; {nearest(rule, [each.removesuffix('_stdp') for each in known])}"
        )
    raise ParameterError(f"{rule} is a {type(models[name]).__name__}, no rule of plasticity; known: {', '.join(known)}")


def assignments(model: SynapseModel, given: str | Mapping[str, Any]) -> dict[str, Any]:
    """Read ``"A_plus=0.02, tau_plus=15*ms"`` as names and texts, which `chosen_rule` checks; a mapping as it is.

    Raises
    ------
    ParameterError, UnknownNameError
        No assignments, a name twice, or one that `model` has not.
    """
    if not isinstance(given, str):
        return dict(given)
    values: dict[str, str] = {}
    for part in (part.strip() for part in given.split(",")) if given.strip() else ():
        name, equals, value = (each.strip() for each in part.partition("="))
        if not (name and equals and value):
            raise ParameterError(f"rule_parameters: {part!r} is not NAME=VALUE; write e.g. A_plus=0.02, tau_plus=15*ms")
        if name in values:
            raise ParameterError(f"rule_parameters: {name} is given twice; leave one out")
        known = {*model.variants, *model.resolved_parameters()} | {
            each
            for axis in model.variants.values()
            for choice in axis.values()
            for each in choice.get("parameters", ())
        }
        if name not in known:
            raise UnknownNameError(f"{model.name} has no parameter or variant {name!r}; {nearest(name, known)}")
        values[name] = value
    return values


def _check_needs(model: SynapseModel, potential: bool) -> None:
    if model.resolved("on_target"):
        raise ParameterError(
            f"{model.name} needs a teacher, the spikes that the postsynaptic neuron is to fire, which this experiment "
            "has not; see brainnet.pairing.teach and the protocol resume_spike_train"
        )
    if model.resolved("on_reward"):
        raise ParameterError(
            f"{model.name} needs a reward, which this experiment has not; see the protocols distal_reward and rstdp_xor"
        )
    if not _changes_weight(model):
        raise ParameterError(
            f"{model.name} does not change its weight w: nothing to measure; choose a rule that learns"
        )
    read = {word for text in _code(model) for word in names_in(text) if word.endswith(("_post", "_pre"))}
    read -= {*model.resolved_parameters(), *model.traces, *model.functions}
    if read and not potential:
        raise ParameterError(
            f"{model.name} reads {', '.join(sorted(read))} of a neuron, and given spikes have no membrane potential; "
            "measure it with pairing_frequency_voltage"
        )


def _code(model: SynapseModel) -> list[str]:
    """Equations and what spikes do, without what drives the target."""
    texts = (str(model.resolved(name)) for name in ("equations", "on_pre", "on_post"))
    return ["\n".join(line for line in text.splitlines() if "{onto}" not in line) for text in texts]


def _equations(model: SynapseModel) -> Any:
    return parse_equations(model.name, str(model.resolved("equations")).replace("{unit}", "1"))


def _statements(model: SynapseModel) -> list[tuple[str, str, str]]:
    lines = (line for text in _code(model)[1:] for line in text.replace(";", "\n").splitlines())
    return [match.groups() for line in lines if (match := _STATEMENT.match(line))]  # type: ignore[misc]


def _changes_weight(model: SynapseModel) -> bool:
    return "w" in _equations(model).diff_eq_names or any(name == "w" for name, *_ in _statements(model))


def depends_on_weight(model: SynapseModel) -> bool:
    """Whether the change depends on the weight, or on its lower bound; else it is the same from any weight."""
    reads = {"w", *model.bounds[:1]}
    texts = [*expressions(_equations(model), model.resolved("initial")).values()]
    texts += [expression for _, _, expression in _statements(model)]
    replaced = any(name == "w" and sign not in ("+", "-") for name, sign, _ in _statements(model))
    return replaced or any(reads & names_in(text) for text in texts)


def is_stepped(model: SynapseModel) -> bool:
    """Whether equations are integrated in time steps; else the time step does not change the result."""
    equations = _equations(model)
    return any("event-driven" not in equations[name].flags for name in equations.diff_eq_names)


def is_random(model: SynapseModel) -> bool:
    """Whether the rule draws random numbers."""
    return any(_RANDOM & names_in(text) for text in _code(model))


def is_shipped(model: SynapseModel, name: str) -> bool:
    """Whether `model` is the rule of brainnet of that name, with any values and choices: its formulas hold."""
    if model.name != name or name not in models:
        return False
    ours = models[name]
    return isinstance(ours, SynapseModel) and replace(model, parameters=ours.parameters, chosen=ours.chosen) == ours
