"""Child processes: make and the compiled program, never left behind."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Callable
from contextlib import suppress

from brian2 import prefs

from brainnet.children import guarded
from brainnet.errors import TargetError
from brainnet.targets.compiler import check_compiler

__all__ = ["MEMORY_MARK", "PROGRESS_MARK", "FileRefusedError", "run_make", "run_watched"]

# Begins the line by which a program tells how far it is, as a fraction.
PROGRESS_MARK = "brainnet-progress"
# Begins the line by which it tells the most memory it has taken, in kB.
MEMORY_MARK = "brainnet-memory"
# How Brian2's program tells that it has not read a file of new values. It goes on with the old ones.
_REFUSED = re.compile(r"Error reading '(.*)': file size -?\d+ does not match expected size (\d+)")


class FileRefusedError(TargetError):
    """The program does not take a file of new values, which has another size than the variable."""

    def __init__(self, file: str, wanted: int) -> None:
        super().__init__(f"the generated program wants {wanted} bytes in {file}; give as many values as it has")
        self.file, self.wanted = file, wanted


def run_make(directory: str) -> None:
    """Compile.

    Raises
    ------
    TargetError
        It fails; with the compiler's first words.
    """
    # Brian2 starts all compilers at once; one a core is quicker and leaves memory to others.
    make = [prefs.devices.cpp_standalone.make_cmd_unix, f"-j{os.cpu_count() or 1}"]
    # A session of its own: when interrupted, the compilers that make has started end with it.
    with subprocess.Popen(
        make,
        cwd=directory,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            with guarded(process, group=True):
                said, complaints = process.communicate()
        except BaseException:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            raise
    if process.returncode:
        check_compiler()
        lines = complaints.splitlines() or said.splitlines()
        first = [line for line in lines if "error" in line.lower()] or lines[-1:]
        raise TargetError(
            f"the generated C++ does not compile; the compiler says: {' | '.join(first[:3])}; "
            "check the model's equations, or use --target numpy"
        )


def run_watched(
    command: list[str], folder: str, report: Callable[[float], None], running: list[subprocess.Popen[str]]
) -> int:
    """Run a command to its end and pass its reports on. While it runs it is listed in `running`.

    Returns
    -------
    int
        Most memory that it has taken, in bytes, by what it says; 0 where it does not.

    Raises
    ------
    TargetError
        It fails, with its last words, or leaves a file of new values unread.
    """
    tail: list[str] = []
    memory = 0
    with subprocess.Popen(
        command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        running.append(process)
        try:
            assert process.stdout is not None
            with guarded(process):
                for line in process.stdout:
                    if line.startswith(PROGRESS_MARK):
                        report(float(line.split()[1]))
                    elif line.startswith(MEMORY_MARK):
                        memory = 1024 * int(line.split()[1])
                    elif refused := _REFUSED.match(line):
                        raise FileRefusedError(refused[1], int(refused[2]))
                    else:
                        tail = [*tail[-4:], line.rstrip()]
        except BaseException:
            process.kill()
            raise
        finally:
            running.remove(process)
    if process.returncode:
        words = " | ".join(filter(None, tail)) or "it printed nothing"
        raise TargetError(
            f"the generated program stopped with status {process.returncode} ({words}); free memory or disk space, "
            "or use --target numpy to find the cause"
        )
    return memory
