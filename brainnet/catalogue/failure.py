"""One line for a file of content that does not import."""

from __future__ import annotations

import traceback

from brainnet.errors import BrainnetError

__all__ = ["import_error"]


def import_error(
    error: BaseException, what: str, remedy: str = "correct it there", file: str | None = None
) -> BrainnetError:
    """Return the error to raise: `what` failed, the cause, file and line, `remedy`.

    Parameters
    ----------
    error : BaseException
        What the import raised.
    what : str
        The file or entry point, in words.
    remedy : str
        What the user can do.
    file : str, optional
        Name the line of this file, where the call went through it, instead of the innermost line.
    """
    if isinstance(error, SyntaxError) and error.filename:
        place, words = (error.filename, error.lineno), error.msg
    else:
        frames = traceback.extract_tb(error.__traceback__)
        own = [frame for frame in frames if frame.filename == file] or frames
        place = (own[-1].filename, own[-1].lineno) if own else (what, None)
        words = " ".join(str(error).split())
    name = type(error).__name__
    cause = words if isinstance(error, BrainnetError) else f"{name}: {words}" if words else name
    return BrainnetError(f"{what} cannot be imported: {cause} ({place[0]}, line {place[1]}); {remedy}")
