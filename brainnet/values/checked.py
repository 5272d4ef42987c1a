"""Groups of a declared model: what its parameters may be is checked wherever a value enters, not only at the making."""

from __future__ import annotations

import numbers
import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np
from brian2 import NeuronGroup, Quantity, Subgroup, Synapses
from brian2.units.fundamentalunits import get_dimensions

from brainnet.brian import (
    DEFAULT_CONSTANTS,
    DEFAULT_FUNCTIONS,
    DEFAULT_UNITS,
    ArrayVariable,
    CPPStandaloneDevice,
    VariableView,
    get_device,
    get_identifiers,
    in_flight,
    put_in_flight,
    stands_still,
)
from brainnet.errors import FixedParameterError, ParameterError, nearest
from brainnet.values.cautions import warn_of_group
from brainnet.values.parameter import Parameter
from brainnet.values.saved import Saved, moments
from brainnet.values.weights import check_bounds, check_weights, is_matrix, same_order

__all__ = ["Checked", "CheckedNeurons", "CheckedSynapses"]


class Checked:
    """Mixed into a Brian2 group that has the attribute `model`, a declaration, or says itself what is declared."""

    model: Any
    name: str
    namespace: Mapping[str, Any]
    variables: Any
    _matrices: tuple[str, ...] = ()  # variables that take a matrix, as `connect` does

    def one_each(self, name: str, value: Any) -> Any:
        """Return new values of all synapses, one each; of a matrix of shape (n_pre, n_post) its entries.

        Raises
        ------
        ParameterError
            The matrix has another shape or unit, or other entries than there are synapses.
        """
        if name not in self._matrices or not is_matrix(value):
            return value
        group: Any = self
        dim, shape = self.variables[name].dim, (len(group.source), len(group.target))
        matrix = check_weights(self.name, value, shape, Quantity(1.0, dim=dim))
        return Quantity(self._entries(matrix), dim=dim)

    def _entries(self, matrix: Any) -> np.ndarray:
        """Return the entries of a checked matrix in the order of the synapses."""
        raise NotImplementedError

    def check_value(self, name: str, value: Any) -> None:
        """Refuse a value that the declared parameter `name` cannot have, or weights beyond the bounds.

        Raises
        ------
        ParameterError
        """
        declared = self._declared().get(name)
        if declared is not None:
            whole = isinstance(declared.value, numbers.Integral) and np.asarray(value).dtype.kind in "iu"
            for one in np.unique(value) if whole and np.ndim(value) else [value]:
                self._check_parameter(declared, name, one)
        elif self._is_bounded(name):
            if not np.isfinite(np.asarray(value, dtype=float)).all():
                raise ParameterError(f"{self.name}: weights hold NaN or infinity; correct them")
            bounds = self.model.bounds
            if not all(bound in self.namespace for bound in bounds):
                return  # bounds that vary may change in the same breath
            dim = self.variables[name].dim
            limits = {bound: Quantity(float(self.namespace[bound]), dim=dim) for bound in bounds}
            check_bounds(self.name, bounds, np.asarray(value, dtype=float), limits)

    def _check_parameter(self, declared: Parameter, name: str, value: Any) -> None:
        self.model._with_value(declared, name, value)

    def _declared(self) -> Mapping[str, Parameter]:
        model = self.__dict__.get("model")
        return {} if model is None else model.resolved_parameters()

    def _is_checked(self, name: str) -> bool:
        known = name in self._declared() or self._is_bounded(name) or name in self._matrices
        return known and name in self.variables and name not in self.__dict__.get("_linked_variables", ())

    def _is_bounded(self, name: str) -> bool:
        return name == "w" and bool(getattr(self.__dict__.get("model"), "bounds", ()))

    def _refuse_fixed(self, name: str) -> None:
        if name in self._declared() and name not in self.variables:
            raise FixedParameterError(
                f"{self.name}: {name} is a constant of this group; name it in vary=[{name!r}] when the group is made, "
                "and it can be read and changed"
            )

    def state(self, name: str, use_units: bool = True, level: int = 0) -> Any:
        """Return a state variable, as any group does."""
        found = super().state(name, use_units, level=level + 1)  # type: ignore[misc]
        if isinstance(found, VariableView) and self._is_checked(name):
            view = _CheckedView(found.name, found.variable, self, found.dim)
            view.group = self  # Brian2's view would let go of ``cells[1:]`` before the value is checked
            return view
        return found

    def __getattr__(self, name: str) -> Any:
        try:
            return super().__getattr__(name)  # type: ignore[misc]
        except AttributeError:
            if "variables" in self.__dict__:
                self._refuse_fixed(name.removesuffix("_"))
            raise

    def __setattr__(self, name: str, value: Any, level: int = 0) -> None:
        if "_group_attribute_access_active" in self.__dict__:
            variable = name.removesuffix("_")
            self._refuse_fixed(variable)
            if self._is_checked(variable):  # Brian2 would set it without asking `state`
                view = self.state(variable, use_units=variable == name)
                view.set_item(slice(None), value, level=level + 1)
                return
        super().__setattr__(name, value, level=level + 1)  # type: ignore[call-arg]


class _CheckedView(VariableView):
    """State variable whose new values are checked; those of a text once they are there."""

    def set_item(self, item: Any, value: Any, level: int = 0, namespace: Any = None) -> None:
        """Set values.

        Raises
        ------
        ParameterError
            A value is out of range; nothing is changed.
        """
        if not isinstance(value, str):
            if isinstance(item, slice) and item == slice(None):
                value = self.group.one_each(self.name, value)
            try:
                given = Quantity(value, dim=self.variable.dim) if self.dim is None else value
                dim = get_dimensions(given)
            except (TypeError, ValueError):
                raise ParameterError(
                    f"{self.group_name}: {self.name} = {repr(value)[:40]} is no number; give numbers, with the unit of "
                    f"{self.name}"
                ) from None
            if dim is self.variable.dim:  # else Brian2 says so
                if self.variable.scalar and np.size(value) != 1:
                    raise ParameterError(
                        f"{self.group_name}: {self.name} is one value for the whole group; give one, or make the group "
                        f"with {self.name} as an array, one value per neuron"
                    )
                self.group.check_value(self.name, given)
            super().set_item(item, value, level=level + 1, namespace=namespace)
            return
        try:
            before = np.copy(self.variable.get_value())
        except NotImplementedError:
            before = None
        super().set_item(item, value, level=level + 1, namespace=namespace)
        if before is None:
            return
        try:
            after = self.variable.get_value()
            self.group.check_value(self.name, Quantity(after, dim=self.variable.dim))
        except NotImplementedError:  # the text is evaluated in the C++ program
            return
        except ParameterError:
            after[:] = before
            raise


class CheckedNeurons(Checked, NeuronGroup):
    """Neurons of a `NeuronModel`."""

    def before_run(self, run_namespace: Any = None) -> None:
        """Prepare a run, and warn of what it is sure to do and nobody means."""
        if "model" in self.__dict__:
            self._check_all()
            self._check_names(run_namespace or {})
            warn_of_group(self)
            if not isinstance(get_device(), CPPStandaloneDevice) and stands_still(self.clock):
                warnings.warn(
                    f"{self.name}: the run has no time step, so that nothing happens; give a longer one",
                    stacklevel=2,
                )
        super().before_run(run_namespace)

    def __getitem__(self, item: Any) -> Any:
        part = super().__getitem__(item)
        return CheckedPart(self, part.start, part.stop)

    def _check_names(self, run_namespace: Mapping[str, Any]) -> None:
        """Refuse a name in a text given for a parameter that is known nowhere, as Brian2 would with no hint."""
        own = {*self.variables, *self.namespace, *run_namespace}
        known = own | {*DEFAULT_FUNCTIONS, *DEFAULT_CONSTANTS, *DEFAULT_UNITS}
        for name, equation in self.equations.items():
            if name not in self._declared() or equation.type != "subexpression":
                continue
            for word in sorted(get_identifiers(str(equation.expr)) - known):
                near = {each for each in own if not each.startswith("_")} | {*DEFAULT_FUNCTIONS}
                raise ParameterError(
                    f"{self.name}: {name} = {str(equation.expr)!r} uses {word!r}, which is known neither here nor to "
                    f"Brian2; {_hint(word, near)}"
                )

    def _check_all(self) -> None:
        """Check what got in through Brian2's own doors, as by `restore` or the reset of another group."""
        for name in self._declared():
            variable = self.variables.get(name)
            if isinstance(variable, ArrayVariable):
                try:
                    values = variable.get_value()
                except NotImplementedError:  # known to the C++ program alone
                    continue
                self.check_value(name, Quantity(values, dim=variable.dim))


def _hint(word: str, known: set[str]) -> str:
    """Suggest the nearest name, or say where to give it: all names that there are would be no help."""
    near = nearest(word, known)
    return near if near.startswith("did you") else "give it in namespace="


class CheckedPart(Checked, Subgroup):
    """Neighbouring neurons of a group, ``cells[1:5]``: a value set on them is checked as one of the whole."""

    def __init__(self, source: Any, start: int, stop: int, name: str | None = None) -> None:
        super().__init__(source, start, stop, name)
        self.__dict__["model"] = source.__dict__.get("model")
        self.__dict__["_linked_variables"] = getattr(source, "_linked_variables", ())

    def __getitem__(self, item: Any) -> Any:
        part = super().__getitem__(item)
        whole = self.__dict__["source"]
        return CheckedPart(getattr(whole, "__self__", whole), part.start, part.stop)


class CheckedSynapses(Saved, Checked, Synapses):
    """Synapses of a `SynapseModel`."""

    _kind = "synapses"
    _matrices = ("w",)
    _joined: Any = None  # numbers of the neurons, where a program knows them only when it runs

    def connect(self, *args: Any, **kwargs: Any) -> None:
        """Connect, as in Brian2."""
        super().connect(*args, **kwargs)
        if isinstance(get_device(), CPPStandaloneDevice):
            self._remember(*args, **kwargs)

    def _remember(
        self, condition: Any = None, i: Any = None, j: Any = None, p: Any = 1.0, n: Any = 1, **_: Any
    ) -> None:
        first = "_joined" not in self.__dict__
        known: Any = None
        if condition is None and i is None and j is None and p == 1 and n == 1:
            known = "all"
        elif i is not None and j is not None and not isinstance(i, str) and not isinstance(j, str) and n == 1:
            known = np.atleast_1d(i), np.atleast_1d(j)
        self.__dict__["_joined"] = known if first else None

    def _pairs(self) -> Any:
        if not self._connect_called:
            return None
        try:
            return np.array(self.i[:]), np.array(self.j[:])
        except NotImplementedError:
            if self._joined is None:
                raise
            if isinstance(self._joined, str):  # all
                rows, columns = np.indices((len(self.source), len(self.target)))
                return rows.ravel(), columns.ravel()
            return self._joined

    def _entries(self, matrix: Any) -> np.ndarray:
        try:
            pairs = self._pairs()
        except NotImplementedError:
            raise ParameterError(
                f"{self.name}: a C++ program joins the neurons when it runs; give w one number per synapse, or the "
                "matrix to connect"
            ) from None
        return same_order(self.name, matrix, pairs or (np.empty(0, dtype=int),) * 2)

    def _join(self, pairs: Any) -> None:
        if not self._connect_called and len(pairs[0]):
            self.connect(i=pairs[0], j=pairs[1])

    def _size(self, variable: Any, n_synapses: int) -> int:
        return 1 if variable.scalar else n_synapses

    def _delays_kept(self) -> dict[str, Any]:
        return {name: getattr(self, name)._delays for name in self._synaptic_updaters}

    def _code_kept(self) -> dict[str, Any]:
        code = {name: getattr(self, name).code for name in self._synaptic_updaters}
        return code | {"the equation of " + each.varname: str(each) for each in self.equations.values()}

    def _times(self) -> set[str]:
        return {"lastupdate", *moments(self._kept(), (getattr(self, name).code for name in self._synaptic_updaters))}

    def _arriving(self) -> dict[str, list[np.ndarray]]:
        if isinstance(get_device(), CPPStandaloneDevice):
            return {name: [] for name in self._synaptic_updaters}
        return {name: in_flight(getattr(self, name)) for name in self._synaptic_updaters}

    def _put_arriving(self, name: str, steps: list[np.ndarray]) -> None:
        put_in_flight(getattr(self, name), steps)

    def _most_arriving(self, name: str, n_synapses: int) -> int:
        return n_synapses

    def _is_delayed(self, name: str) -> bool:
        return bool((np.asarray(getattr(self, name)._delays.get_value()) >= 0.5 * float(self.clock.dt)).any())
