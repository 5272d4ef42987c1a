"""How ONNX and PyTorch spell what layers do: one table, so that what one reader reads the other reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

__all__ = ["SPELLINGS", "Spelling", "spelled"]

Read = TypeVar("Read")


@dataclass(frozen=True)
class Spelling:
    """Names of one meaning.

    Parameters
    ----------
    onnx : str
        Operators, separated by spaces.
    modules, functions, methods : str
        Of PyTorch; modules and functions with their package: nn, torch, functional (torch.nn.functional), operator,
        builtins, or brainnet.
    one_way : str
        Why only one of them has a word for it.
    """

    onnx: str = ""
    modules: str = ""
    functions: str = ""
    methods: str = ""
    one_way: str = ""


SPELLINGS: Mapping[str, Spelling] = {
    "dense": Spelling(
        "Gemm MatMul", "nn.Linear", "functional.linear torch.matmul operator.matmul torch.mm torch.addmm",
        "matmul mm",
    ),
    "convolution": Spelling("Conv", "nn.Conv1d nn.Conv2d", "functional.conv1d functional.conv2d"),
    "transpose_convolution": Spelling(
        "ConvTranspose", "nn.ConvTranspose1d nn.ConvTranspose2d",
        "functional.conv_transpose1d functional.conv_transpose2d",
    ),
    "upsample": Spelling("Resize Upsample", "nn.Upsample nn.UpsamplingNearest2d", "functional.interpolate"),
    "leaky": Spelling(
        "LeakyRelu PRelu", "nn.LeakyReLU nn.PReLU",
        "functional.leaky_relu functional.leaky_relu_ functional.prelu torch.prelu", "prelu",
    ),
    "batch_norm": Spelling("BatchNormalization", "nn.BatchNorm1d nn.BatchNorm2d", "functional.batch_norm"),
    "rectify": Spelling(
        "Relu", "nn.ReLU", "torch.relu torch.relu_ functional.relu functional.relu_", "relu relu_",
    ),
    "threshold": Spelling(
        "", "nn.Threshold", "functional.threshold torch.threshold functional.threshold_",
        one_way="exporters write a comparison and a choice, or a Relu",
    ),
    "clip": Spelling(
        "Clip", "nn.ReLU6 nn.Hardtanh",
        "functional.relu6 functional.hardtanh functional.hardtanh_ torch.clamp torch.clamp_ torch.clip",
        "clamp clamp_ clip clip_",
    ),
    "maximum": Spelling("Max", "", "torch.maximum torch.max torch.clamp_min", "maximum max clamp_min clamp_min_"),
    "minimum": Spelling("Min", "", "torch.minimum torch.min torch.clamp_max", "minimum min clamp_max clamp_max_"),
    "absolute": Spelling("Abs", "", "torch.abs torch.absolute builtins.abs", "abs abs_ absolute absolute_"),
    "negate": Spelling("Neg", "", "operator.neg torch.neg torch.negative", "neg neg_ negative negative_"),
    "compare": Spelling(
        "Greater GreaterOrEqual Less LessOrEqual", "",
        "operator.gt operator.ge operator.lt operator.le torch.gt torch.ge torch.lt torch.le torch.greater torch.less "
        "torch.greater_equal torch.less_equal",
        "gt ge lt le greater less greater_equal less_equal",
    ),
    "choose": Spelling("Where", "", "torch.where torch.masked_fill", "masked_fill"),
    "add": Spelling("Add", "", "operator.add operator.iadd torch.add", "add add_"),
    "subtract": Spelling(
        "Sub", "", "operator.sub operator.isub torch.sub torch.subtract torch.rsub", "sub sub_ subtract subtract_",
    ),
    "multiply": Spelling(
        "Mul", "", "operator.mul operator.imul torch.mul torch.multiply", "mul mul_ multiply multiply_",
    ),
    "divide": Spelling(
        "Div", "", "operator.truediv operator.itruediv torch.div torch.divide torch.true_divide",
        "div div_ divide divide_ true_divide true_divide_",
    ),
    "average_pool": Spelling("AveragePool", "nn.AvgPool1d nn.AvgPool2d", "functional.avg_pool1d functional.avg_pool2d"),
    "max_pool": Spelling("MaxPool", "nn.MaxPool1d nn.MaxPool2d", "functional.max_pool1d functional.max_pool2d"),
    "global_average": Spelling(
        "GlobalAveragePool", "nn.AdaptiveAvgPool1d nn.AdaptiveAvgPool2d",
        "functional.adaptive_avg_pool1d functional.adaptive_avg_pool2d",
    ),
    "global_max": Spelling(
        "GlobalMaxPool", "nn.AdaptiveMaxPool1d nn.AdaptiveMaxPool2d",
        "functional.adaptive_max_pool1d functional.adaptive_max_pool2d",
    ),
    "largest": Spelling("ReduceMax", "", "torch.amax", "amax"),
    "mean": Spelling("ReduceMean", "", "torch.mean", "mean"),
    "flatten": Spelling("Flatten", "nn.Flatten", "torch.flatten", "flatten"),
    "reshape": Spelling("Reshape", "", "torch.reshape", "view reshape view_as reshape_as"),
    "unflatten": Spelling("", "nn.Unflatten", "torch.unflatten", "unflatten", one_way="exporters write a Reshape"),
    "squeeze": Spelling("Squeeze", "", "torch.squeeze", "squeeze"),
    "unsqueeze": Spelling("Unsqueeze", "", "torch.unsqueeze", "unsqueeze"),
    "length": Spelling("Shape", "", "operator.getitem", "size"),
    "attribute": Spelling("", "", "builtins.getattr", one_way="of values, such as x.shape and x.mT"),
    "pad": Spelling(
        "Pad", "nn.ZeroPad1d nn.ZeroPad2d nn.ConstantPad1d nn.ConstantPad2d", "functional.pad",
    ),
    "concatenate": Spelling("Concat", "", "torch.cat torch.concat"),
    "softmax": Spelling("Softmax", "nn.Softmax", "torch.softmax functional.softmax", "softmax"),
    "log_softmax": Spelling("LogSoftmax", "nn.LogSoftmax", "torch.log_softmax functional.log_softmax", "log_softmax"),
    "softmin": Spelling("", "nn.Softmin", "functional.softmin", one_way="exporters write a Neg and a Softmax"),
    "softmax_2d": Spelling("", "nn.Softmax2d", one_way="exporters write a Softmax"),
    "drop": Spelling(
        "Dropout", "nn.Dropout nn.Dropout1d nn.Dropout2d nn.AlphaDropout nn.FeatureAlphaDropout",
        "functional.dropout functional.dropout1d functional.dropout2d functional.alpha_dropout "
        "functional.feature_alpha_dropout torch.dropout",
    ),
    "keep": Spelling(
        "Identity", "nn.Identity", "operator.pos torch.positive torch.clone torch.detach",
        "contiguous clone detach positive",
    ),
    "cast": Spelling("Cast", "", "", "float double to type type_as"),
    "constant": Spelling("Constant", one_way="a module holds constants as buffers, which are no calls"),
    "transpose": Spelling("Transpose", "", "torch.permute", "permute"),
    "swap": Spelling(
        "", "", "torch.transpose torch.swapaxes torch.swapdims", "transpose swapaxes swapdims",
        one_way="exporters write a Transpose",
    ),
    "shuffle": Spelling(
        "", "nn.ChannelShuffle", "functional.channel_shuffle", one_way="exporters write Reshape and Transpose",
    ),
    "unshuffle": Spelling("", "nn.PixelUnshuffle", "functional.pixel_unshuffle", one_way="as for shuffle"),
    "move": Spelling("", "", "torch.movedim torch.moveaxis", "movedim moveaxis", one_way="as for swap"),
    "qcfs": Spelling("", "brainnet.QCFS", one_way="ONNX has no operator for it, only its parts"),
}  # fmt: skip


def spelled(where: str, readers: Mapping[str, Read], found: Callable[[str], Any] = str) -> dict[Any, Read]:
    """Return what reads each spelling.

    Parameters
    ----------
    where : {"onnx", "modules", "functions", "methods"}
    readers : mapping of str to function
        By meaning.
    found : function
        Gives the object that a name stands for.

    Raises
    ------
    KeyError
        If a meaning has a spelling and no reader.
    """
    names = {name: meaning for meaning, each in SPELLINGS.items() for name in getattr(each, where).split()}
    return {found(name): readers[meaning] for name, meaning in names.items()}
