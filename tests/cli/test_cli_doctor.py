"""`brainnet doctor` tells what is there, what to do, and whether anything is missing."""

import subprocess
import sys

import pytest
from click.testing import CliRunner

from brainnet.cli import main
from brainnet.cli.doctor import _fits


@pytest.fixture
def doctor():
    """Run the command; the result has exit_code and stdout."""
    return lambda: CliRunner().invoke(main, ["doctor"], prog_name="brainnet")


def test_an_installation_that_works_is_well(doctor, monkeypatch, tmp_path):
    monkeypatch.setattr("brainnet.targets.compiler.require_compiler", lambda what: None)
    monkeypatch.setattr("brainnet.targets.compiler.check_compiler", lambda: None)
    monkeypatch.setenv("BRAINNET_CACHE", str(tmp_path))
    done = doctor()
    assert done.exit_code == 0, done.stdout
    assert str(tmp_path) in done.stdout
    assert "all that brainnet needs is there" in done.stdout


def test_a_compiler_that_is_not_there_is_told_with_the_remedy(doctor, monkeypatch):
    monkeypatch.setenv("CXX", "no-such-compiler")
    done = doctor()
    assert done.exit_code == 1
    assert "MISSING" in done.stdout
    assert "set CXX to a C++ compiler" in done.stdout
    assert "1 to mend" in done.stdout


def test_packages_that_are_old_or_missing(doctor, monkeypatch):
    needs = [("numpy", ">=99", ""), ("no-such-package", ">=1", "view"), ("numpy", ">=1", "nir")]
    needs.append(("no-such-package", ">=1", "nir"))  # of two extras
    monkeypatch.setattr("brainnet.cli.doctor._declared", lambda: needs)
    done = doctor()
    assert done.exit_code == 1
    assert "is not >=99: pip install 'numpy>=99'" in done.stdout
    assert "no-such-package: pip install 'brainnet[view]'" in done.stdout
    assert done.stdout.count("no-such-package: pip") == 1


@pytest.mark.parametrize(
    ("there", "specifier", "fits"),
    [("2.9", "<2.12,>=2.9", True), ("2.12.0", "<2.12,>=2.9", False), ("2.8.1", ">=2.9", False),
     ("2.13.0+cpu", ">=2.2", True), ("2025.8.0", ">=2025.8", True), ("1.10", ">=1.9", True)],
)  # fmt: skip
def test_versions_are_numbers(there, specifier, fits):
    assert _fits(there, specifier) == fits


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_its_completion(shell):
    """What the page of the command line tells to put into the shell's start file."""
    done = subprocess.run(
        [sys.executable, "-c", "import sys; sys.argv[0] = 'brainnet'; from brainnet.cli import main; main()"],
        env={"_BRAINNET_COMPLETE": f"{shell}_source", "PATH": "/usr/bin:/bin"}, capture_output=True, text=True,
    )  # fmt: skip
    assert "_BRAINNET_COMPLETE" in done.stdout, done.stderr
