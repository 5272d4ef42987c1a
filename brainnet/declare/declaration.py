"""What neuron and synapse models share: parameters, variants, and how a changed copy is made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from typing import Any, Self

from brainnet.errors import ParameterError, UnknownNameError, nearest
from brainnet.values.parameter import Parameter, declaration_repr

__all__ = ["Declaration", "names_to_vary"]


class Declaration:
    """Frozen declaration with `parameters` and `variants`; subclasses are dataclasses with those fields.

    A variant is one choice on one axis (``reset="subtract"``): a mapping from field names to what it adds
    (equations, parameters, initial values) or replaces (everything else). ``"chosen"`` in that mapping chooses on
    other axes, where the same call does not choose there itself.
    """

    name: str
    parameters: Mapping[str, Parameter]
    variants: Mapping[str, Mapping[str, Mapping[str, Any]]]
    chosen: Mapping[str, str]

    _added = ("equations", "parameters", "initial")

    def __repr__(self) -> str:
        return declaration_repr(self)

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other):
            return NotImplemented
        for f in fields(self):  # type: ignore[arg-type]
            mine, theirs = getattr(self, f.name), getattr(other, f.name)
            # Tables among the functions are equal if they hold the same.
            if f.name == "functions":
                mine, theirs = (declaration_repr(dict(sorted(each.items()))) for each in (mine, theirs))
            if mine != theirs:
                return False
        return True

    def __hash__(self) -> int:
        # Equal models may list their parameters in another order.
        return hash((type(self), self.name))

    def __call__(self, **changes: Any) -> Self:
        """Return a copy with other parameter values or variants.

        Raises
        ------
        UnknownNameError
            Neither a parameter nor a variant has that name.
        ParameterError
            The value does not fit (unit, type, range, variant).
        """
        picked = {axis: self._check_choice(axis, changes.pop(axis)) for axis in self.variants if axis in changes}
        implied = [self.variants[axis][choice].get("chosen", {}) for axis, choice in picked.items()]
        chosen = {**self.chosen, **{axis: choice for one in implied for axis, choice in one.items()}, **picked}
        declared = self.resolved_parameters(chosen)
        parameters = self._checked_again(chosen)
        for name, value in changes.items():
            if name not in declared:
                raise UnknownNameError(self._unknown(name, declared))
            parameters[name] = self._with_value(declared[name], name, value)
        return replace(self, parameters=parameters, chosen=chosen)  # type: ignore[type-var]

    def _checked_again(self, chosen: Mapping[str, str]) -> dict[str, Parameter]:
        """Hold the values given so far against the ranges of the chosen variants, which may be narrower."""
        kept = dict(self.parameters)
        for axis, choices in self.variants.items():
            content = choices[chosen.get(axis, next(iter(choices)))].get("parameters", {})
            for name in content.keys() & kept.keys():
                kept[name] = self._with_value(content[name], name, kept[name].value)
        return kept

    def _with_value(self, declared: Parameter, name: str, value: Any) -> Parameter:
        return replace(declared, value=declared.check(self.name, name, value))

    def _check_choice(self, axis: str, choice: Any) -> str:
        if choice not in self.variants[axis]:
            raise ParameterError(
                f"{self.name}: {axis} = {choice!r} is no variant; {nearest(str(choice), self.variants[axis])}"
            )
        return str(choice)

    def _unknown(self, name: str, declared: Iterable[str]) -> str:
        for axis, choices in self.variants.items():
            for choice, content in choices.items():
                if name in content.get("parameters", {}):
                    return f"{self.name} has the parameter {name!r} only with {axis}={choice!r}; choose that variant"
        if name in ("w", "weight"):
            return f"{self.name} has no parameter or variant {name!r}; weights are given as weights="
        return f"{self.name} has no parameter or variant {name!r}; {nearest(name, {*declared, *self.variants})}"

    def choice(self, axis: str) -> str:
        """Name of the variant in force on `axis`: the one chosen, else the first."""
        return self.chosen.get(axis, next(iter(self.variants[axis])))

    def resolved(self, field_name: str, chosen: Mapping[str, str] | None = None) -> Any:
        """Content of a field with the chosen variants added, or put in its place."""
        value = getattr(self, field_name)
        for axis, choices in self.variants.items():
            picked = (chosen if chosen is not None else self.chosen).get(axis, next(iter(choices)))
            content = choices[picked].get(field_name)
            if content is None:
                continue
            if field_name == "equations":
                value = f"{value}\n{content}"
            elif field_name in self._added:
                value = {**content, **value} if field_name == "parameters" else {**value, **content}
            else:
                value = content
        return value

    def resolved_parameters(self, chosen: Mapping[str, str] | None = None) -> dict[str, Parameter]:
        """All parameters of the model with the chosen variants."""
        return dict(self.resolved("parameters", chosen))

    def flattened(self) -> Self:
        """Return the model with its chosen variants written out, so that it can be built upon with `replace`."""
        names = (f.name for f in fields(self) if f.name not in ("variants", "chosen"))  # type: ignore[arg-type]
        return replace(self, variants={}, chosen={}, **{name: self.resolved(name) for name in names})  # type: ignore[type-var]

    def check_variants(self, allowed: Iterable[str]) -> None:
        """Refuse variants that name a field which does not exist or choose what is not there."""
        allowed = {*allowed, "meaning", "chosen"}
        for axis, choices in self.variants.items():
            for choice, content in choices.items():
                for key in content:
                    if key not in allowed:
                        raise ParameterError(
                            f"{self.name}: variant {axis}={choice} sets {key!r}; {nearest(key, allowed)}"
                        )
        for axis, choice in self.chosen.items():
            if axis not in self.variants:
                raise UnknownNameError(f"{self.name} has no variant axis {axis!r}; {nearest(axis, self.variants)}")
            self._check_choice(axis, choice)

    def describe(self, lines: list[str]) -> str:
        """Lay out name, body lines, variants, parameters and source as a page to read."""
        page = [f"{self.name}: {getattr(self, 'summary', '')}".rstrip(": ")]
        page += [f"  {line}" for line in lines]
        for axis, choices in self.variants.items():
            picked = self.choice(axis)
            page.append(f"  variant {axis} = {picked}  ({choices[picked].get('meaning', '')})")
            page += [
                f"      or {name}  ({content.get('meaning', '')})"
                for name, content in choices.items()
                if name != picked
            ]
        declared = self.resolved_parameters()
        if declared:
            page.append("  parameters")
            width = max(len(f"{name} = {p.text()}") for name, p in declared.items())
            page += [f"    {f'{name} = {p.text()}':<{width}}  {p.meaning}" for name, p in declared.items()]
        if getattr(self, "source", ""):
            page.append(f"  source: {self.source}")  # type: ignore[attr-defined]
        return "\n".join(page)


def names_to_vary(model: Declaration, vary: Iterable[str], declared: Mapping[str, Parameter]) -> tuple[str, ...]:
    """Return the names given as ``vary=``, each of which must be a parameter.

    Raises
    ------
    UnknownNameError
    """
    names = (vary,) if isinstance(vary, str) else tuple(vary)
    for name in names:
        if name not in declared:
            raise UnknownNameError(model._unknown(name, declared))
    return names
