"""Is there a compiler, and how is it told to compile."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess

from brainnet.errors import TargetError

__all__ = ["COMPILE_ARGS", "check_compiler", "compiler_command", "require_compiler"]

# No -ffast-math: reordered sums and fused multiply-adds would give other spikes than numpy does. What stands here
# changes no result: without trapping math (nobody asks for exceptions of the processor), and with enough checks of
# overlap (gcc gives up after 10, a neuron has more pairs of arrays), the loops of refractory neurons vectorise.
COMPILE_ARGS = [
    "-w", "-O3", "-march=native", "-std=c++17", "-fno-math-errno", "-ffp-contract=off", "-fno-trapping-math",
    "--param=vect-max-version-for-alias-checks=100",
]  # fmt: skip


def compiler_command() -> list[str]:
    """Return the words of the command that CXX names, else ``["g++"]``.

    Raises
    ------
    TargetError
        CXX is empty, or no words.
    """
    named = os.environ.get("CXX", "g++")
    try:
        words = shlex.split(named)
    except ValueError as error:
        raise TargetError(f"CXX={named!r} is no command ({error}); set CXX to a C++ compiler, or unset it") from None
    if not words:
        raise TargetError("CXX is empty; set CXX to a C++ compiler, or unset it")
    return words


def check_compiler() -> None:
    """Find out, after a compilation has failed, whether the compiler compiles at all.

    Raises
    ------
    TargetError
        It does not.
    """
    command = [*compiler_command(), "-x", "c++", "-c", "-o", os.devnull, "-"]
    try:
        done = subprocess.run(command, input="int main() {}\n", capture_output=True, text=True, timeout=60, check=False)
        cause = " | ".join((done.stderr or done.stdout).split("\n")[:2]) or f"status {done.returncode}"
        failed = bool(done.returncode)
    except (OSError, subprocess.TimeoutExpired) as error:
        cause, failed = str(error), True
    if failed:
        said = f"CXX={os.environ['CXX']!r}" if "CXX" in os.environ else "g++ (CXX names another)"
        raise TargetError(
            f"{said} does not compile an empty program ({cause}); set CXX to a working C++ compiler, or use "
            "--target numpy"
        )


def require_compiler(what: str) -> None:
    """Refuse a target that compiles where no compiler is found.

    Raises
    ------
    TargetError
        Names the package to install, and numpy as the way out; or CXX, if that names no program.
    """
    compiler = compiler_command()[0]
    if "CXX" in os.environ and shutil.which(compiler) is None:
        raise TargetError(
            f"CXX={os.environ['CXX']!r} names no program that is found; set CXX to a C++ compiler, unset it, or use "
            "--target numpy"
        )
    tools = [compiler, *(["make"] if what == "cpp" else [])]
    missing = [tool for tool in tools if shutil.which(tool) is None]
    if missing:
        raise TargetError(
            f"target {what} needs {' and '.join(missing)}, which is not installed; install g++ and make (Debian, "
            "Ubuntu: apt install g++ make; Fedora: dnf install gcc-c++ make; macOS: xcode-select --install) "
            "or use --target numpy"
        )
