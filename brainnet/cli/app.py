"""The command group, and how every error becomes one line."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import signal
import sys
import traceback
from collections.abc import Sequence
from typing import Any

import click

from brainnet.cli.convert import convert
from brainnet.cli.doctor import doctor
from brainnet.cli.figure import figure, figures
from brainnet.cli.lab import lab
from brainnet.cli.listing import list_content, show
from brainnet.cli.map import map_model
from brainnet.cli.pictures import pictures
from brainnet.cli.quiet import quiet_others
from brainnet.cli.running import demo, run, tell
from brainnet.cli.sweep import sweep
from brainnet.cli.view import view
from brainnet.errors import BrainnetError, one_line

__all__ = ["main"]

BUG, USER_ERROR, INTERRUPTED, CUT_OFF = 1, 2, 130, 141
# What ends a run besides Ctrl-C: kill, a terminal that closes, Ctrl-backslash.
_ENDS = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP", "SIGQUIT") if hasattr(signal, name)]


class OneLine(click.Group):
    """A group whose errors are one line on stderr; ``--debug`` may stand anywhere and shows the traceback."""

    def main(self, args: Sequence[str] | None = None, *rest: Any, **options: Any) -> Any:
        """Run to the exit: a signal that comes when the work is done already is told of as well."""
        try:
            self._main(args, *rest, **options)
        except _Ended as error:
            _say(f"ended by {error.signal.name}, after the command had done its work", False)
            sys.exit(128 + error.signal)

    def _main(self, args: Sequence[str] | None, *rest: Any, **options: Any) -> None:
        """Run, print what went wrong, exit.

        Codes: 0, 1 unexpected or output that cannot be written, 2 an error of the user's, 128 and the number of the
        signal that ended it: 130 Ctrl-C, 141 a reader that has gone.
        """
        os.environ.setdefault("MPLBACKEND", "Agg")  # a protocol that uses pyplot must not open a window
        words = list(sys.argv[1:] if args is None else args)
        debug = "--debug" in words or os.environ.get("BRAINNET_DEBUG", "0") not in ("", "0")
        options["standalone_mode"] = False
        quiet_others()
        _catch_ends()
        _open_standard_files()
        if sys.stdout is None:  # closed: what writes there must not think that somebody read it
            sys.stdout = _Closed()
        output = sys.stdout
        try:
            status = super().main([word for word in words if word != "--debug"], *rest, **options)
        except _Ended as error:
            _say(f"ended by {error.signal.name}; nothing was written", debug)
            sys.exit(128 + error.signal)
        except click.Abort:  # click's name for Ctrl-C
            _say("interrupted; nothing was written", debug)
            sys.exit(INTERRUPTED)
        except click.ClickException as error:
            context = getattr(error, "ctx", None)
            command = context.command_path if context else "brainnet"
            _say(f"error: {_line(error.format_message())}; see {command} --help", debug)
            sys.exit(USER_ERROR)
        except BrainnetError as error:
            _say(f"error: {_line(error)}", debug)
            sys.exit(USER_ERROR)
        except SystemExit:
            if sys.stdout is not output:  # click has replaced it: the reader has gone, as `head` does
                sys.exit(CUT_OFF)
            raise
        except Exception as error:
            if isinstance(error, FileNotFoundError) and _is_gone():
                _say("error: the current folder no longer exists; change to one that does", debug)
                sys.exit(USER_ERROR)
            if isinstance(error, OSError) and error.filename is None and _writing(error):
                sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - what is left must not fail again when Python ends
                _say(f"error: cannot write the output ({error.strerror}); free space, or send it elsewhere", debug)
                sys.exit(BUG)
            _say(
                f"error: {type(error).__name__}: {_line(error)} ({_place(error)}); add --debug for the traceback", debug
            )
            sys.exit(BUG)
        sys.exit(status if isinstance(status, int) else 0)


class _Closed(io.TextIOBase):
    """Standard output that is closed."""

    def write(self, text: str, /) -> int:
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))


def _open_standard_files() -> None:
    """Give what is closed a place, so that no file of ours takes its number."""
    while (handle := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(handle)


def _is_gone() -> bool:
    try:
        os.getcwd()
    except FileNotFoundError:
        return True
    return False


def _writing(error: OSError) -> bool:
    last = traceback.extract_tb(error.__traceback__)[-2:]
    return any(frame.name == "echo" for frame in last)


class _Ended(SystemExit):
    """A signal as an exception, so that child processes end and temporary folders go."""

    def __init__(self, number: int) -> None:
        super().__init__(128 + number)
        self.signal = signal.Signals(number)


def _catch_ends() -> None:
    for number in _ENDS:
        with contextlib.suppress(ValueError):  # not in the main thread: a test, or somebody else's program
            if signal.getsignal(number) is not signal.SIG_IGN:  # as nohup does
                signal.signal(number, _end)


def _end(number: int, frame: Any) -> None:
    for each in _ENDS:
        if signal.getsignal(each) is _end:
            signal.signal(each, signal.SIG_IGN)  # a second one must not disturb the cleaning up
    raise _Ended(number)


def _say(message: str, debug: bool) -> None:
    try:
        if debug:
            traceback.print_exc()
        click.echo(f"brainnet: {message}", err=True)
    except OSError:  # nowhere to say it: the exit code does
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115


def _line(error: object) -> str:
    return one_line(error).rstrip(".")


def _place(error: Exception) -> str:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{frame.filename}, line {frame.lineno}"


def _version(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        from brainnet import __version__

        click.echo(f"brainnet {__version__}")
        context.exit()


@click.group(cls=OneLine, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show the version.")
@click.option("--debug", is_flag=True, expose_value=False, help="Show the traceback of an error (or BRAINNET_DEBUG=1).")
def main() -> None:
    """Spiking neural networks declared as equations, run as Brian2 code on any target.

    \b
    brainnet list                      what there is
    brainnet show lif                  the equations of a model, the parameters of a protocol
    brainnet demo                      a trained network becomes spikes: pictures in runs/
    brainnet run my_protocol.py        an experiment of your own
    """


for command in (
    list_content,
    show,
    run,
    sweep,
    demo,
    figure,
    figures,
    pictures,
    lab,
    convert,
    map_model,
    tell,
    view,
    doctor,
):
    main.add_command(command)
