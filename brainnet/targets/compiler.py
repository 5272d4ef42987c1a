"""Is there a compiler, and how is it told to compile."""

from __future__ import annotations

import os
import shutil

from brainnet.errors import TargetError

__all__ = ["COMPILE_ARGS", "require_compiler"]

# No -ffast-math: reordered sums and fused multiply-adds would give other spikes than numpy does. What stands here
# changes no result: without trapping math (nobody asks for exceptions of the processor), and with enough checks of
# overlap (gcc gives up after 10, a neuron has more pairs of arrays), the loops of refractory neurons vectorise.
COMPILE_ARGS = [
    "-w", "-O3", "-march=native", "-std=c++17", "-fno-math-errno", "-ffp-contract=off", "-fno-trapping-math",
    "--param=vect-max-version-for-alias-checks=100",
]  # fmt: skip


def require_compiler(what: str) -> None:
    """Refuse a target that compiles where no compiler is found.

    Raises
    ------
    TargetError
        Names the package to install, and numpy as the way out.
    """
    tools = [os.environ.get("CXX", "g++").split()[0], *(["make"] if what == "cpp" else [])]
    missing = [tool for tool in tools if shutil.which(tool) is None]
    if missing:
        raise TargetError(
            f"target {what} needs {' and '.join(missing)}, which is not installed; install g++ and make (Debian, "
            "Ubuntu: apt install g++ make; Fedora: dnf install gcc-c++ make; macOS: xcode-select --install) "
            "or use --target numpy"
        )
