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
    "dense": Spelling("Gemm MatMul", "nn.Linear", "functional.linear torch.matmul operator.matmul", "matmul"),
    "convolution": Spelling("Conv", "nn.Conv1d nn.Conv2d"),
    "batch_norm": Spelling("BatchNormalization", "nn.BatchNorm1d nn.BatchNorm2d"),
    "rectify": Spelling(
        "Relu", "nn.ReLU", "torch.relu torch.relu_ functional.relu functional.relu_", "relu relu_",
    ),
    "clip": Spelling(
        "Clip", "nn.ReLU6 nn.Hardtanh",
        "functional.relu6 functional.hardtanh functional.hardtanh_ torch.clamp torch.clamp_ torch.clip",
        "clamp clamp_ clip clip_",
    ),
    "maximum": Spelling("Max", "", "torch.maximum torch.clamp_min", "maximum clamp_min clamp_min_"),
    "minimum": Spelling("Min", "", "torch.minimum torch.clamp_max", "minimum clamp_max clamp_max_"),
    "absolute": Spelling("Abs", "", "torch.abs builtins.abs", "abs abs_"),
    "add": Spelling("Add", "", "operator.add operator.iadd torch.add", "add add_"),
    "subtract": Spelling(
        "Sub", "", "operator.sub operator.isub torch.sub torch.subtract torch.rsub", "sub sub_ subtract subtract_",
    ),
    "multiply": Spelling(
        "Mul", "", "operator.mul operator.imul torch.mul torch.multiply", "mul mul_ multiply multiply_",
    ),
    "divide": Spelling(
        "Div", "", "operator.truediv operator.itruediv torch.div torch.divide", "div div_ divide divide_",
    ),
    "average_pool": Spelling("AveragePool", "nn.AvgPool1d nn.AvgPool2d", "functional.avg_pool1d functional.avg_pool2d"),
    "max_pool": Spelling("MaxPool", "nn.MaxPool1d nn.MaxPool2d", "functional.max_pool1d functional.max_pool2d"),
    "global_average": Spelling(
        "GlobalAveragePool", "nn.AdaptiveAvgPool1d nn.AdaptiveAvgPool2d",
        "functional.adaptive_avg_pool1d functional.adaptive_avg_pool2d",
    ),
    "mean": Spelling("ReduceMean", "", "torch.mean", "mean"),
    "flatten": Spelling("Flatten", "nn.Flatten", "torch.flatten", "flatten"),
    "reshape": Spelling("Reshape", "", "torch.reshape", "view reshape"),
    "squeeze": Spelling("Squeeze", "", "torch.squeeze", "squeeze"),
    "length": Spelling("Shape", "", "builtins.getattr operator.getitem", "size"),
    "concatenate": Spelling("Concat", "", "torch.cat torch.concat"),
    "softmax": Spelling("Softmax", "nn.Softmax", "torch.softmax functional.softmax", "softmax"),
    "log_softmax": Spelling("LogSoftmax", "nn.LogSoftmax", "torch.log_softmax functional.log_softmax", "log_softmax"),
    "drop": Spelling(
        "Dropout", "nn.Dropout nn.Dropout1d nn.Dropout2d", "functional.dropout functional.dropout2d",
    ),
    "keep": Spelling("Identity", "nn.Identity", "", "contiguous"),
    "constant": Spelling("Constant", one_way="a module holds constants as buffers, which are no calls"),
    "transpose": Spelling("Transpose", one_way="files of channels-last frameworks have it; modules are channels first"),
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
