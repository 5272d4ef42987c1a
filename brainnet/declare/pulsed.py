"""A rule whose weight is the state of a memory device: what it wants to change becomes pulses, and these move G.

One device:   w = w_min + (w_max - w_min) (G - G_min)/(G_max - G_min)
A pair:       w = (w_min + w_max)/2 + (w_max - w_min) (G_p - G_m)/(2 (G_max - G_min)), and pulses only raise G_p or G_m

The weight stays the one number of a synapse, so that everything that reads or sets w goes on; a pair keeps beside it
what both conductances have in common.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from brian2 import siemens

from brainnet.brian import get_identifiers, word_substitute
from brainnet.declare.device import Device
from brainnet.declare.equations import parse_equations
from brainnet.declare.evaluate import evaluate, evaluate_with_units
from brainnet.errors import ParameterError, nearest
from brainnet.random import uniform
from brainnet.seeds import check_seed
from brainnet.values.parameter import Parameter

if TYPE_CHECKING:
    from brainnet.declare.synapse import SynapseModel

__all__ = ["PULSES", "named_by", "on_device"]

PULSES = ("scaled", "whole", "stochastic")
MOST = 32  # whole pulses at one event: each is a line of code
_EVENTS = ("on_pre", "on_post", "on_reward", "on_target")
# What reads do, and what time does, is no part of a running network.
_AT_READS = ("read_noise", "retention", "drift")
_SPREAD = 1000  # streams of random numbers of devices; those of pulses lie below

_look_up: Callable[[str], Any] | None = None


def named_by(look_up: Callable[[str], Any]) -> None:
    """Let `look_up` find devices by name: the catalogue stands above this room, and says so here."""
    global _look_up
    _look_up = look_up


def on_device(
    model: SynapseModel, device: Device | str, pulses: str, most: int, pair: bool | None, seed: int | None
) -> SynapseModel:
    """Return the rule on a device; arguments and errors as of `SynapseModel.on_device`."""
    device = _found(model.name, device)
    if pulses not in PULSES:
        raise ParameterError(f"{model.name}: pulses = {pulses!r} is not known; {nearest(str(pulses), PULSES)}")
    if isinstance(most, bool) or not isinstance(most, int) or not 1 <= most <= MOST:
        raise ParameterError(f"{model.name}: most = {most!r} pulses at one event; give a whole number from 1 to {MOST}")
    if pulses == "stochastic" and seed is None:
        raise ParameterError(f"{model.name}: stochastic pulses are drawn; give a seed")
    if seed is not None:
        seed = check_seed(model.name, seed)
    _check_rule(model)
    used = device.flattened() if seed is not None else device.nominal()
    return _Writer(model, used, pulses, most, device.unidirectional if pair is None else bool(pair), seed).written()


def _found(owner: str, device: Any) -> Device:
    if isinstance(device, str):
        if _look_up is None:
            raise ParameterError(f"{owner}: device = {device!r} is a name; give the Device, or import brainnet.models")
        device = _look_up(device)
    if not isinstance(device, Device):
        raise ParameterError(f"{owner}: device = {device!r} is no Device; give one, or its name, such as 'pcm'")
    return device


def _check_rule(model: SynapseModel) -> None:
    if not model.bounds:
        raise ParameterError(
            f"{model.name} has no bounds, between which the weight of a device lies; take a rule that has, "
            "such as pair_stdp"
        )
    w = parse_equations(model.name, model.code("equations", "v", "1")).get("w")
    if w is None or w.type != "parameter":
        raise ParameterError(
            f"{model.name} changes w between spikes, and a device is moved by pulses; take a rule whose spikes "
            "change the weight"
        )
    if "dev_G_min" in model.parameters:
        raise ParameterError(f"{model.name} is on a device already; put the rule itself on the other one")
    if not any(target == "w" for key in _EVENTS for target, _, _ in map(_parts, model.resolved(key).splitlines())):
        raise ParameterError(f"{model.name} does not change its weight, so that a device would not either")


def _parts(line: str) -> tuple[str, str, str]:
    """Split a statement: what it writes, by which operation, and what."""
    left, equals, right = line.partition("=")
    if not equals or right.startswith("="):
        return "", "", ""
    name = left.rstrip("+-*/% ").strip()
    return name, left.strip()[len(name) :].strip(), right.strip()


class _Writer:
    """Writes the code of one rule on one device."""

    def __init__(
        self, model: SynapseModel, device: Device, pulses: str, most: int, pair: bool, seed: int | None
    ) -> None:
        self.model, self.device, self.pulses, self.pair, self.seed = model, device, pulses, pair, seed
        self.most = 1 if pulses == "scaled" else most
        self.low, self.high = model.bounds
        self.values = {**device.values(), **device.functions}
        self._draws = 0
        self._check_device()
        parameters = {name: each.value for name, each in device.parameters.items()}
        for name, text in device.derived.items():
            parameters[name] = evaluate_with_units(text, {**device.functions, **parameters})
        self.names = {name: f"dev_{name}" for name in parameters}
        self.parameters = {
            f"dev_{name}": replace(device.parameters[name], value=value)
            if name in device.parameters
            else Parameter(float(value) if np.ndim(value) == 0 and not hasattr(value, "dim") else value, "derived")
            for name, value in parameters.items()
        }
        units = {"unit_p": self._unit(True)} | ({} if pair else {"unit_d": self._unit(False)})
        self.parameters |= {
            f"dev_{name}": Parameter(value * siemens, "step of one pulse in the middle of the range")
            for name, value in units.items()
        }
        # The range stays one when a parameter of the rule is changed.
        for name, side, other in (("dev_G_min", "below", "G_max"), ("dev_G_max", "above", "G_min")):
            self.parameters[name] = replace(self.parameters[name], **{side: parameters[other]})
        if pair:
            self.parameters["dev_upper"] = Parameter(
                0.75, "a pair is refreshed when one device is above this part", low=0.0
            )
            self.parameters["dev_lower"] = Parameter(0.25, "and the other is above this part of the range", low=0.0)
        self.spread = [name for name in self._active_spread() if name in self._used()]

    def _check_device(self) -> None:
        device, both = self.device, ("potentiation",) if self.pair else ("potentiation", "depression")
        for way in both:
            if not getattr(device, way):
                raise ParameterError(
                    f"{self.model.name}: {device.name} declares no step of one pulse ({way}), and a rule needs it"
                )
        if self.seed is None:
            return
        for kind in _AT_READS:
            if self._is_active(getattr(device, kind), kind):
                raise ParameterError(
                    f"{self.model.name}: {kind.replace('_', ' ')} of {device.name} changes what is read, not what is "
                    "stored, and a running network does not have it; switch it off, or read a DeviceArray"
                )
        if any(float(evaluate(chance, self.values)) for chance in device.stuck.values()):
            raise ParameterError(
                f"{self.model.name}: {device.name} has stuck cells, which would not hold the weights that they are "
                "given; set their probabilities to 0, or use a DeviceArray"
            )

    def _is_active(self, text: str, kind: str) -> bool:
        if not text:
            return False
        G = np.linspace(self.values["G_min"], self.values["G_max"], 5)
        names = {**self.values, "G": G, "G_t": G, "t": 1.0}
        for name, (mean, deviation) in self.device.drawn.items():
            names[name] = evaluate(mean, names) + evaluate(deviation, names)
        found = evaluate(text, names) + 0 * G
        return bool(np.any(found != (0 if kind == "read_noise" else G)))

    def _unit(self, up: bool) -> float:
        G = (self.values["G_min"] + self.values["G_max"]) / 2
        text = self.device.potentiation if up else self.device.depression
        step = abs(float(evaluate(text, {**self.values, "G": G})))
        if not step:
            raise ParameterError(f"{self.device.name}: a pulse does not move it in the middle of its range")
        return step

    def _used(self) -> set[str]:
        texts = [self.device.potentiation, self.device.cycle_noise] + [self.device.depression] * (not self.pair)
        return {"G_min", "G_max"} | {word for text in filter(None, texts) for word in get_identifiers(text)}

    def _active_spread(self) -> list[str]:
        if self.seed is None:
            return []
        active = [name for name, text in self.device.spread.items() if float(evaluate(text, self.values))]
        for name in active:
            for derived, text in self.device.derived.items():
                if name in get_identifiers(text):
                    raise ParameterError(
                        f"{self.model.name}: {name} of {self.device.name} differs between devices, and {derived} "
                        "follows from it, which spikes cannot compute; switch that spread off, or use a DeviceArray"
                    )
        return active

    def _normal(self, stream: int, step: str) -> str:
        """Write a draw from the normal distribution, the same on every target (Box and Muller)."""
        first, second = (f"uniform({self.seed}, {stream + n}, {step}, i*N_post + j)" for n in (0, 1))
        return f"sqrt(-2*log(1 - {first}))*cos(2*pi*{second})"

    def _stream(self) -> int:
        self._draws += 2
        return self._draws

    def _here(self) -> tuple[list[str], dict[str, str]]:
        """Write the parameters that differ from synapse to synapse."""
        lines, names = [], dict(self.names)
        for number, name in enumerate(self.device.spread):
            if name in self.spread:
                width = float(np.sqrt(np.log1p(evaluate(self.device.spread[name], self.values) ** 2)))
                draw = self._normal(_SPREAD + 2 * number, "0")
                lines.append(f"here_{name} = dev_{name}*exp({width!r}*{draw} - {width**2 / 2!r})")
                names[name] = f"here_{name}"
        return lines, names

    def _read(self, text: str, names: Mapping[str, str], G: str, step: str = "") -> str:
        return f"({word_substitute(text, {**names, 'G': G, 'dG': step})})"

    def _pulse(self, G: str, up: bool, size: str, names: Mapping[str, str]) -> list[str]:
        """Write one pulse, `size` of it: 0 for none."""
        text = self.device.potentiation if up else self.device.depression
        # Written out, with no variable of its own: what is the same for all synapses may not follow what is not.
        step = self._read(text, names, G)
        change = f"{size}*{step}"
        noise = self.device.cycle_noise
        if noise and self.seed is not None:
            deviation = self._read(noise, names, G, step)
            change += f" + sqrt({size})*{deviation}*{self._normal(self._stream(), 't_in_timesteps')}"
        bounds = f"{names['G_min']}, {names['G_max']}"
        # Beyond its own bounds a device keeps what it was given until a pulse moves it.
        moved = f"clip({G} + {change}, {bounds})"
        return [f"{G} = {G} + int({size} > 0)*({moved} - {G})"]

    def _count(self, way: str, wanted: str) -> list[str]:
        """Write how many pulses, or what part of one, a wanted change is."""
        number = f"clip({wanted}/dev_unit_{way}, 0, 1e9)"
        if self.pulses == "scaled":
            return [f"dev_n_{way} = {number}"]
        chance = "0.5"
        if self.pulses == "stochastic":
            chance = f"uniform({self.seed}, {self._stream()}, t_in_timesteps, i*N_post + j)"
        return [f"dev_n_{way} = clip(floor({number} + {chance}), 0, {self.most})"]

    def _size(self, way: str, k: int) -> str:
        return f"dev_n_{way}" if self.pulses == "scaled" else f"int(dev_n_{way} > {k})"

    def _change(self, operation: str, right: str) -> list[str]:
        """Write one statement on w as pulses."""
        width = f"({self.high} - {self.low})"
        wanted = {"": f"({right}) - w", "+": f"({right})", "-": f"-({right})"}.get(operation)
        if wanted is None:
            wanted = f"w {operation} ({right}) - w"
        lines, names = self._here()
        conductances = "(dev_G_max - dev_G_min)"
        if self.pair:
            lines += [
                f"dev_d = 2*{conductances}*((w - {self.low})/{width} - 0.5)",
                f"dev_G_p = dev_G_min + dev_c + clip(dev_d/{conductances}, 0, 1)*{conductances}",
                f"dev_G_m = dev_G_min + dev_c + clip(-dev_d/{conductances}, 0, 1)*{conductances}",
                f"dev_wanted = 2*{conductances}*({wanted} + 0*w)/{width}",
                *self._count("p", "dev_wanted"),
                *(line.replace("dev_n_p", "dev_n_m", 1) for line in self._count("p", "(-dev_wanted)")),
            ]
            for k in range(self.most):
                lines += self._pulse("dev_G_p", True, self._size("p", k), names)
                lines += self._pulse("dev_G_m", True, self._size("m", k), names)
            return [
                *lines,
                f"w = {self.low} + {width}*(0.5 + (dev_G_p - dev_G_m)/(2*{conductances}))",
                "dev_small = (dev_G_p + dev_G_m - abs(dev_G_p - dev_G_m))/2 - dev_G_min",
                "dev_large = (dev_G_p + dev_G_m + abs(dev_G_p - dev_G_m))/2 - dev_G_min",
                f"dev_c = dev_small*(1 - int(dev_large > dev_upper*{conductances})"
                f"*int(dev_small > dev_lower*{conductances}))",
            ]
        lines += [
            f"dev_G = dev_G_min + {conductances}*(w - {self.low})/{width}",
            f"dev_wanted = {conductances}*({wanted} + 0*w)/{width}",
            *self._count("p", "dev_wanted"),
            *self._count("d", "(-dev_wanted)"),
        ]
        for k in range(self.most):
            lines += self._pulse("dev_G", True, self._size("p", k), names)
            lines += self._pulse("dev_G", False, self._size("d", k), names)
        return [*lines, f"w = {self.low} + {width}*(dev_G - dev_G_min)/{conductances}"]

    def _code(self, text: str) -> str:
        lines = []
        for line in text.replace(";", "\n").splitlines():
            target, operation, right = _parts(line.strip())
            lines += self._change(operation, right) if target == "w" else [line.strip()]
        return "\n".join(line for line in lines if line)

    def written(self) -> SynapseModel:
        """Return the rule with its code rewritten."""
        flat = self.model.flattened()
        width = f"({self.high} - {self.low})"
        state = "\ndev_c : siemens" if self.pair else (
            f"\nG = dev_G_min + (dev_G_max - dev_G_min)*(w - {self.low})/{width} : siemens"
        )  # fmt: skip
        code: dict[str, Any] = {key: self._code(str(getattr(flat, key))) for key in _EVENTS}
        drawn = any("uniform(" in text for text in code.values())
        # What the code does not read, such as what other constants were derived from, could be changed without effect.
        read = {word for text in (*code.values(), state) for word in get_identifiers(text)}
        return replace(
            flat,
            summary=f"{flat.summary}, on {'pairs of ' if self.pair else ''}{self.device.name}",
            equations=flat.equations + state,
            parameters={**flat.parameters, **{name: each for name, each in self.parameters.items() if name in read}},
            functions={**flat.functions, **({"uniform": uniform} if drawn else {})},
            **code,
        )
