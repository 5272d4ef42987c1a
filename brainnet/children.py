"""Child processes that do not outlive this one, however it ends."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

__all__ = ["guarded", "run_guarded"]

# Reads who is to be killed ("+ 12", "- 12"; a negative number is a process group) until the pipe closes, which it does
# when this process ends, also by SIGKILL.
_SCRIPT = """
while read -r sign id; do
    others=
    for each in $listed; do [ "$each" = "$id" ] || others="$others $each"; done
    [ "$sign" = + ] && others="$others $id"
    listed=$others
done
for each in $listed; do kill -9 "$each"; done
"""
# In the background, where standard input has to be named, so that it is no child of this process.
_BEGIN = f"exec 3<&0; ({_SCRIPT}) <&3 3<&- &"
_lock = threading.Lock()
_guard: int | None = None  # where the guard reads


@contextmanager
def guarded(process: subprocess.Popen[Any], *, group: bool = False) -> Iterator[None]:
    """Have a child killed if this process dies before the end of the context.

    Parameters
    ----------
    process : Popen
    group : bool
        It leads a process group, all of which is meant.
    """
    number = -process.pid if group else process.pid
    _tell(f"+ {number}")
    try:
        yield
    finally:
        _tell(f"- {number}")


def run_guarded(command: list[str], environment: dict[str, str], seconds: float) -> subprocess.CompletedProcess[bytes]:
    """Run a command to its end with nothing to read, and keep what it says.

    Raises
    ------
    subprocess.TimeoutExpired
        It took longer; it is killed.
    OSError
        It cannot be started.
    """
    pipe, nothing = subprocess.PIPE, subprocess.DEVNULL
    with subprocess.Popen(command, env=environment, stdin=nothing, stdout=pipe, stderr=pipe) as process:
        try:
            with guarded(process):
                said, complaints = process.communicate(timeout=seconds)
        except BaseException:
            process.kill()
            raise
    return subprocess.CompletedProcess(command, process.returncode, said, complaints)


def _tell(words: str) -> None:
    with _lock:
        _start()
        if _guard is not None:
            with suppress(OSError):  # somebody has killed it
                os.write(_guard, f"{words}\n".encode())


def _start() -> None:
    global _guard
    if _guard is not None or os.name != "posix" or (shell := shutil.which("sh")) is None:
        return
    reads, _guard = os.pipe()
    nothing = subprocess.DEVNULL
    # A session of its own: what ends the others must not end it.
    command = [shell, "-c", _BEGIN]
    subprocess.run(command, stdin=reads, stdout=nothing, stderr=nothing, cwd="/", start_new_session=True, check=False)
    os.close(reads)


def _forget() -> None:
    """In a forked child: children of its own need a guard of its own, and the pipe must end with the parent."""
    global _guard, _lock
    _lock = threading.Lock()
    if _guard is not None:
        os.close(_guard)
    _guard = None


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
