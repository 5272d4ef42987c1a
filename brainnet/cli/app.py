"""The command group, and how every error becomes one line."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import traceback
from collections.abc import Sequence
from typing import Any

import click

from brainnet.cli.convert import convert
from brainnet.cli.figure import figure
from brainnet.cli.listing import list_content, show
from brainnet.cli.running import demo, run, tell
from brainnet.errors import BrainnetError, one_line

__all__ = ["main"]

BUG, USER_ERROR, INTERRUPTED = 1, 2, 130
# What ends a run besides Ctrl-C: kill, a terminal that closes, Ctrl-backslash.
_ENDS = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP", "SIGQUIT") if hasattr(signal, name)]


class OneLine(click.Group):
    """A group whose errors are one line on stderr; ``--debug`` may stand anywhere and shows the traceback."""

    def main(self, args: Sequence[str] | None = None, *rest: Any, **options: Any) -> Any:
        """Run, print what went wrong, exit: 0, 1 unexpected, 2 an error of the user's, 130 interrupted."""
        os.environ.setdefault("MPLBACKEND", "Agg")  # a protocol that uses pyplot must not open a window
        words = list(sys.argv[1:] if args is None else args)
        debug = "--debug" in words or os.environ.get("BRAINNET_DEBUG", "0") not in ("", "0")
        options["standalone_mode"] = False
        _catch_ends()
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
        except Exception as error:
            _say(
                f"error: {type(error).__name__}: {_line(error)} ({_place(error)}); add --debug for the traceback", debug
            )
            sys.exit(BUG)
        sys.exit(status if isinstance(status, int) else 0)


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
    if debug:
        traceback.print_exc()
    click.echo(f"brainnet: {message}", err=True)


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


for command in (list_content, show, run, demo, figure, convert, tell):
    main.add_command(command)
