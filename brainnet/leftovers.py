"""Hidden files and temporary folders: locked while their process lives, swept once it is dead.

A process that is killed cannot clean up. What it leaves has a name that only brainnet gives, and a lock that the
system takes away with the process, so that the next run can tell it from what another run is writing.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

try:
    import fcntl
except ImportError:  # not on Windows: nothing is locked there, and nothing swept
    fcntl = None  # type: ignore[assignment]

__all__ = ["held", "hidden_file", "hidden_folder", "hold", "sweep", "temporary_folder", "umask"]

REPLACED = ".replaced"
_TEMPORARY = "brainnet-temporary-"
_NAME = re.compile(
    rf"\.(?P<stem>.+)-brainnet-\w{{8}}\.(partial|(?P<replaced>replaced))(\.\w+)?|{_TEMPORARY}\w{{8}}", re.DOTALL
)
_LONGEST = 200  # bytes of a name that stay; systems take 255


@contextmanager
def hidden_file(path: Path) -> Iterator[Path]:
    """Give an empty hidden file beside `path`, to write and then to rename; it is removed if it is still there."""
    sweep(path.parent)

    def make() -> Path:
        # The suffix stays at the end: writers choose the format by it.
        suffix = f".partial{path.suffix}" if re.fullmatch(r"\.\w{1,9}", path.suffix) else ".partial"
        handle, name = tempfile.mkstemp(prefix=_prefix(path.stem), suffix=suffix, dir=path.parent)
        os.close(handle)
        return Path(name)

    with held(make) as part:
        try:
            part.chmod(0o666 & ~umask())
            yield part
        finally:
            part.unlink(missing_ok=True)


@contextmanager
def hidden_folder(path: Path) -> Iterator[Path]:
    """Give a hidden folder beside `path`, to fill and then to rename; what has its name at the end is removed."""
    sweep(path.parent)
    with held(lambda: Path(tempfile.mkdtemp(prefix=_prefix(path.name), suffix=".partial", dir=path.parent))) as folder:
        try:
            folder.chmod(0o777 & ~umask())  # mkdtemp makes a folder that only its owner may read
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """Give a folder among the system's temporary ones; it is removed at the end, or when Python ends."""
    sweep(Path(tempfile.gettempdir()))
    with ExitStack() as stack:

        def make() -> Path:
            folder = tempfile.TemporaryDirectory(prefix=_TEMPORARY, ignore_cleanup_errors=True)
            return Path(stack.enter_context(folder))

        yield stack.enter_context(held(make))


@contextmanager
def held(make: Callable[[], Path]) -> Iterator[Path]:
    """Give the file or folder that `make` makes, locked until the end."""
    with ExitStack() as stack:
        while True:
            path = make()
            handle = hold(path)
            if handle is None:  # a file system without locks: nothing is swept there either
                break
            stack.callback(os.close, handle)
            with suppress(OSError):
                if os.path.samestat(os.fstat(handle), path.stat()):
                    break
            # Somebody has swept it before it was locked.
        yield path


def hold(path: Path, *, wait: bool = True) -> int | None:
    """Lock a file or folder of ours; return what `os.close` releases, or None where somebody holds it, or no lock is.

    Links are not followed.
    """
    if fcntl is None:
        return None
    handle = None
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        return handle
    except OSError:
        if handle is not None:
            os.close(handle)
        return None


def sweep(folder: Path) -> None:
    """Remove what dead processes of this user have left in `folder`; a run that was moved away gets its name back."""
    with suppress(OSError):
        for name in os.listdir(folder):
            if match := _NAME.fullmatch(name):
                with suppress(OSError):
                    _sweep(folder / name, match)


def _sweep(path: Path, match: re.Match[str]) -> None:
    if path.lstat().st_uid != os.geteuid() or (handle := hold(path, wait=False)) is None:
        return
    try:
        if match["replaced"] and not path.with_name(match["stem"]).exists():
            path.rename(path.with_name(match["stem"]))
        elif path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink()
    finally:
        os.close(handle)


def _prefix(name: str) -> str:
    while len(os.fsencode(name)) > _LONGEST:
        name = name[:-1]
    return f".{name}-brainnet-"


def umask() -> int:
    """Return the mode bits that new files do without."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
