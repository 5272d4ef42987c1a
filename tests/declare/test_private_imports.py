"""What Brian2 may change without notice is imported in one file, `brainnet/brian.py`."""

import ast
import configparser
import subprocess
import sys
from pathlib import Path

import brainnet
from brainnet.brian import CHECKED

ROOT = Path(brainnet.__file__).parent.parent
# Documented, and not among what `from brian2 import ...` gives.
PUBLIC = {"brian2.units.fundamentalunits"}


def test_only_one_file_imports_private_modules():
    found, looked_at = set(), 0
    for folder in ("brainnet", "models", "protocols", "figures"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            looked_at += 1
            for node in ast.walk(ast.parse(file.read_text())):
                names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
                names += [each.name for each in node.names] if isinstance(node, ast.Import) else []
                if any(name.startswith("brian2.") and name not in PUBLIC for name in names):
                    found.add(file.relative_to(ROOT).as_posix())
    assert looked_at > 150
    assert found == {"brainnet/brian.py"}


def test_what_is_declared_is_what_was_checked():
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg")
    low, high = (tuple(map(int, version.split(".")[:2])) for version in CHECKED)
    wanted = f"brian2>={low[0]}.{low[1]},<{high[0]}.{high[1] + 1}"
    assert wanted in config["options"]["install_requires"].split()


def test_a_newer_brian2_is_warned_of():
    code = "import brian2; brian2.__version__ = '2.99.0'; import brainnet.brian"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=300)
    assert ended.returncode == 0
    assert "Brian2 2.99.0 is newer than what brainnet was tested with" in ended.stderr
