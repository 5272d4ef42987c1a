"""Is there a compiler, and how is it told to compile."""

from __future__ import annotations

import os
import shutil

from brainnet.errors import TargetError

__all__ = ["COMPILE_ARGS", "require_compiler"]

# No -ffast-math: reordered sums and fused multiply-adds would give other spikes than numpy does.
COMPILE_ARGS = ["-w", "-O3", "-march=native", "-std=c++17", "-fno-math-errno", "-ffp-contract=off"]


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
