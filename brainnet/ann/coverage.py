"""Which layers of frameworks spikes can stand for, at which error, and why others are refused: one table.

The readers take their refusals from it, and the documentation its page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from brainnet.ann.spellings import SPELLINGS, Spelling

__all__ = ["CONVERTED", "REFUSED", "Converted", "Refused", "refusal", "unknown"]


@dataclass(frozen=True)
class Converted:
    """What becomes of a layer that is converted.

    Parameters
    ----------
    becomes : str
    error : str
        Of the value that T steps of constant input decode to, where lambda is the scale: the value of a spike a step.
    """

    becomes: str
    error: str


@dataclass(frozen=True)
class Refused:
    """Layers that are refused.

    Parameters
    ----------
    names : Spelling
    reason : str
        After the name of the layer and "it".
    instead : str
        What to train instead.
    """

    names: Spelling
    reason: str
    instead: str

    @property
    def text(self) -> str:
        """What an error says after the name of the place."""
        return f"cannot be converted: it {self.reason}; {self.instead}"


_NONE = "none"
_RELU = "below lambda / T, half of it with v_init=half"

CONVERTED: Mapping[str, Converted] = {
    "dense": Converted("the weights of connections", _NONE),
    "convolution": Converted("one kernel that all positions share", _NONE),
    "transpose_convolution": Converted("connections, one weight an entry", _NONE),
    "upsample": Converted(
        "each neuron reaches its copies; before weights the copies are neurons that fire with it",
        "none, where both have one scale, as with normalisation=data by layer",
    ),
    "batch_norm": Converted("a part of the weights and biases", _NONE),
    "rectify": Converted("one neuron a value", _RELU),
    "clip": Converted("one neuron a value, which saturates at the bound", _RELU),
    "absolute": Converted("two neurons a value, one for each sign", _RELU),
    "leaky": Converted(
        "two neurons a value: one for what is above 0, one for what is below, times the slope a",
        "below the larger of lambda and |a| lambda' (of the second neuron) over T, half of it with v_init=half",
    ),
    "average_pool": Converted(
        "connections; before weights one neuron a mean", "none; before weights as of a ReLU"
    ),
    "global_average": Converted("as average pooling", "as average pooling"),
    "max_pool": Converted(
        "a gate or a mean, as the setting max_pooling says; refused without",
        "not bounded: another neuron may have fired most for some steps",
    ),
    "add": Converted("a connection for each summand", _NONE),
    "concatenate": Converted("connections into one layer after it", _NONE),
    "softmax": Converted("left out after the last layer, where it moves no decision", _NONE),
    "flatten": Converted("a view", _NONE),
    "drop": Converted("nothing, as at inference", _NONE),
}  # fmt: skip

_STRAIGHT = "the rate of an integrate-and-fire neuron is a straight line from 0 up to its largest value"
_AGAIN = "and train again"
_SMOOTH = f"use a ReLU, LeakyReLU or PReLU {_AGAIN}"

REFUSED: tuple[Refused, ...] = (
    Refused(
        Spelling(
            "Sigmoid Tanh Softsign",
            "nn.Sigmoid nn.Tanh nn.Softsign",
            "torch.sigmoid torch.tanh functional.sigmoid functional.tanh functional.softsign",
            "sigmoid tanh",
        ),
        f"saturates along a curve, and {_STRAIGHT}",
        f"use a ReLU, or Hardtanh(0, 1), {_AGAIN}; after the last layer leave it out, it changes no decision",
    ),
    Refused(
        Spelling("Gelu Erf", "nn.GELU", "functional.gelu torch.erf", "erf"),
        f"bends and dips below 0 (GELU, x times a Gaussian integral), and {_STRAIGHT}",
        _SMOOTH,
    ),
    Refused(
        Spelling("HardSwish Swish Mish", "nn.Hardswish nn.SiLU nn.Mish",
                 "functional.hardswish functional.silu functional.mish"),
        f"is a product of computed values that dips below 0, and {_STRAIGHT}",
        _SMOOTH,
    ),
    Refused(
        Spelling("Elu Selu Celu Softplus", "nn.ELU nn.SELU nn.CELU nn.Softplus nn.LogSigmoid nn.Tanhshrink",
                 "functional.elu functional.selu functional.celu functional.softplus functional.logsigmoid "
                 "functional.tanhshrink"),
        f"bends around 0, and {_STRAIGHT}",
        _SMOOTH,
    ),
    Refused(
        Spelling("HardSigmoid ThresholdedRelu Shrink", "nn.Hardsigmoid nn.Hardshrink nn.Softshrink nn.RReLU",
                 "functional.hardsigmoid functional.hardshrink functional.softshrink functional.rrelu"),
        "has its corners or slopes where no neuron of the converter has them",
        _SMOOTH,
    ),
    Refused(
        Spelling("", "nn.GLU nn.MultiheadAttention", "functional.glu functional.scaled_dot_product_attention",
                 one_way="exporters write the products that they are made of"),
        "multiplies computed values with each other, and spikes only add up weights",
        f"use convolutions, dense layers and sums of them {_AGAIN}",
    ),
    Refused(
        Spelling(
            "LayerNormalization GroupNormalization InstanceNormalization LRN",
            "nn.LayerNorm nn.GroupNorm nn.InstanceNorm1d nn.InstanceNorm2d nn.LocalResponseNorm",
            "functional.layer_norm functional.group_norm functional.instance_norm functional.local_response_norm",
        ),
        "divides by statistics that change with each sample, and weights stay",
        f"use a BatchNorm, which becomes part of the weights, {_AGAIN}",
    ),
    Refused(
        Spelling("Reciprocal Pow Sqrt Exp Log", "", "torch.reciprocal torch.pow torch.square torch.sqrt torch.rsqrt "
                 "torch.exp torch.log operator.pow", "reciprocal pow square sqrt rsqrt exp log"),
        "is not linear",
        "multiply or divide by constants only",
    ),
    Refused(
        Spelling("RNN LSTM GRU", "nn.RNN nn.LSTM nn.GRU"),
        "hands a state on from step to step, and a sample here is one image or vector",
        f"use a network without recurrence {_AGAIN}",
    ),
)  # fmt: skip

BLENDED = Refused(
    Spelling("Resize Upsample", "nn.Upsample nn.UpsamplingBilinear2d", "functional.interpolate"),
    "blends neighbours, by weights that change with the position, or scales by no whole number",
    "use mode='nearest' and whole scales, or a transposed convolution, and train again",
)


def _key(name: str) -> str:
    """Return a name as it is compared: without its package, case and underscores."""
    return name.rpartition(".")[2].lower().replace("_", "")


def _names(each: Spelling) -> set[str]:
    return {_key(name) for name in f"{each.onnx} {each.modules} {each.functions} {each.methods}".split()}


_READ = {name for each in SPELLINGS.values() for name in _names(each)}
_ROWS = {name: row for row in REFUSED for name in _names(row.names)}
# What blends in some of its modes only is read, and refused there.
_ROWS.update(dict.fromkeys(_names(BLENDED.names) - _READ, BLENDED))


def refusal(kind: str) -> Refused | None:
    """Return the row that says why a layer, function or operator is refused, or None where there is none.

    Examples
    --------
    >>> refusal("LayerNormalization") is refusal("layer_norm")
    True
    """
    return _ROWS.get(_key(kind))


def unknown(kind: str, understood: Sequence[str]) -> str:
    """Say what to do about an operator that is not understood.

    Examples
    --------
    >>> unknown("Tanh2", ["Relu"])
    'is not understood; understood: Relu'
    """
    row = refusal(kind)
    return row.text if row else f"is not understood; understood: {', '.join(understood)}"
