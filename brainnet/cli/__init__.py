"""The `brainnet` command."""

from brainnet.cli.app import main

__all__ = ["main"]
