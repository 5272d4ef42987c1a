"""Content is imported as a user writes it first: ``from brainnet.models import lif``."""

import subprocess
import sys

import pytest

FIRST = """
{statement}
import brainnet
assert found is brainnet.{kind}["{name}"]
import brainnet.{kind} as again
assert again is brainnet.{kind} and type(again).__name__ == "Catalogue" and "{name}" in again
"""


@pytest.mark.parametrize("first", ["", "import brainnet; brainnet.{kind}\n"])
@pytest.mark.parametrize(("kind", "name"), [("models", "lif"), ("protocols", "stdp_window"), ("figures", "song_2000")])
def test_names_are_imported(kind, name, first):
    """Whichever comes first, the attribute or the import, both are the catalogue."""
    statement = first.format(kind=kind) + f"from brainnet.{kind} import {name} as found"
    code = FIRST.format(statement=statement, kind=kind, name=name)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_name_that_is_not_there():
    with pytest.raises(ImportError, match=r"cannot import name 'lff' from 'brainnet\.models'"):
        from brainnet.models import lff  # noqa: F401
