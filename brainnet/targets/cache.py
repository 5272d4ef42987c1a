"""Compiled programs kept by what they were compiled from, so that an unchanged program is not compiled again."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

from brainnet.folders import cache_folder, is_trusted, make_private, read_trusted

__all__ = ["MAX_BYTES", "MAX_PROGRAMS", "fetch", "folder", "program_key", "store"]

MAX_PROGRAMS = 40
MAX_BYTES = 200_000_000
# Declarations that do not depend on each other, which Brian2 writes in an order that may differ between processes.
_DIGEST = hashlib.sha256().digest_size
_CLOCKS = re.compile(r"(?:^[ \t]*_array_\w+_(?:timestep|t)\[0\] = [^;\n]*;\n)+", re.MULTILINE)
_UNORDERED = re.compile(r"(///// CONSTANTS /+\n)(.*?)(///// POINTERS /+\n)(.*?)(///// CODE /)", re.DOTALL)


def folder() -> Path:
    """Return where programs are kept: below BRAINNET_CACHE, else below the user's cache folder."""
    return cache_folder() / "programs"


def program_key(directory: Path, files: Iterable[str], compiler: list[str]) -> str:
    """Hash the source text and everything that decides what a compiler makes of it.

    Data (``static_arrays``) is read by the program when it runs and is no part of the key. Names are: those that
    Brian2 numbers (``neurongroup_1``) count up within a process, so name the objects of a program that is built twice.

    Parameters
    ----------
    directory : Path
        Folder that holds the files.
    files : iterable of str
        Sources, headers and makefile.
    compiler : list of str
        Command that starts the compiler, and its flags.
    """
    key = hashlib.sha256()
    # -### says what would be run, with version and the processor that -march=native stands for, and runs nothing;
    # -S, since with -c the words hold the random name of a temporary file.
    command = [*compiler, "-###", "-x", "c++", "-S", os.devnull, "-o", os.devnull]
    described = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    key.update(described.stderr.encode())
    for name in sorted(files):
        text = _UNORDERED.sub(_sorted_lines, (directory / name).read_text(encoding="utf-8"))
        # The clocks of a network are a set: what starts them may stand in any order.
        text = _CLOCKS.sub(lambda match: "".join(sorted(match[0].splitlines(keepends=True))), text)
        key.update(f"\0{name}\0{text}".encode())
    return key.hexdigest()


def _sorted_lines(match: re.Match[str]) -> str:
    head, constants, between, pointers, tail = match.groups()
    return head + "\n".join(sorted(constants.split("\n"))) + between + "\n".join(sorted(pointers.split("\n"))) + tail


def fetch(key: str, program: Path) -> bool:
    """Copy the program of that key to `program`; False if there is none, or if it is damaged.

    A program that somebody else can have put there is never copied, and a warning tells why.
    """
    kept = folder() / key
    try:
        content = read_trusted(kept)
        if content is None:
            return False
        digest, binary = content[:_DIGEST], content[_DIGEST:]
        if hashlib.sha256(binary).digest() != digest:
            kept.unlink(missing_ok=True)
            return False
        program.write_bytes(binary)
        program.chmod(0o755)
    except OSError:
        return False
    with contextlib.suppress(OSError):  # a cache that is shared or read-only does not remember what was used last
        os.utime(kept)
    return True


def store(key: str, program: Path) -> None:
    """Keep a compiled program and drop the ones unused for longest. A cache that cannot be written is no error."""
    with contextlib.suppress(OSError):
        make_private(folder())
        if not is_trusted(folder()):
            return
        handle, name = tempfile.mkstemp(dir=folder(), prefix=".")
        try:
            binary = program.read_bytes()
            with os.fdopen(handle, "wb") as target:
                target.write(hashlib.sha256(binary).digest() + binary)
            # Whoever may read the folder may read what is in it.
            os.chmod(name, 0o600 | folder().stat().st_mode & 0o044)
            os.replace(name, folder() / key)
        except BaseException:
            os.unlink(name)
            raise
        _shrink()


def _shrink() -> None:
    kept = []
    for file in folder().iterdir():
        with contextlib.suppress(FileNotFoundError):  # another process may shrink the folder as well
            kept.append((file.stat().st_mtime_ns, file.stat().st_size, file))
    total = 0
    for count, (_, size, file) in enumerate(sorted(kept, reverse=True), start=1):
        total += size
        if count > MAX_PROGRAMS or total > MAX_BYTES:
            file.unlink(missing_ok=True)
