"""Python started in a checkout whose package is not installed, or installed elsewhere: one catalogue all the same."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("brainnet", "figures", "labs", "models", "protocols")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """A bare copy of the tree, of which no installation knows."""
    root = tmp_path_factory.mktemp("checkout")
    for room in ROOMS:
        shutil.copytree(ROOT / room, root / room, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", root)
    return root


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """What `pip install .` puts into site-packages: the rooms are inside of the package."""
    site = tmp_path_factory.mktemp("site")
    shutil.copytree(ROOT / "brainnet", site / "brainnet", ignore=shutil.ignore_patterns("__pycache__"))
    for room in ROOMS[1:]:
        shutil.copytree(ROOT / room, site / "brainnet" / "catalogue" / room)
    return site


def python(*words, cwd, path=None):
    """Run Python without the finders of an editable installation, whose folders must not help."""
    start = (
        "import sys; sys.meta_path[:] = [f for f in sys.meta_path if 'editable' not in getattr(f, '__module__', '')"
        " and 'editable' not in getattr(f, '__name__', '').lower()]\n"
    )
    code = (
        words[0]
        if len(words) == 1
        else (
            f"import runpy; sys.argv = {['brainnet', *words[1:]]!r}\nrunpy.run_module('brainnet', run_name='__main__')"
        )
    )
    env = {**os.environ, "PYTHONPATH": str(path or "")}
    done = subprocess.run(
        [sys.executable, "-c", start + code], cwd=cwd, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


SHOW = """
import pickle, brainnet
from brainnet import figures, models, protocols
print(brainnet.__file__)
print(models.lif.name, len(models), len(protocols), len(figures))
import sys
print(sys.modules["brainnet.catalogue.models.lif"].__file__)
closed_form = protocols["stdp_window"].module.closed_form
print(pickle.loads(pickle.dumps(closed_form)).__module__)
"""


def counts():
    return " ".join(str(len([f for f in (ROOT / room).glob("*.py") if f.name[0] != "_"])) for room in
                    ("models", "protocols", "figures"))  # fmt: skip


def test_python_in_a_checkout_finds_its_content(checkout, installed):
    for path in (None, installed):  # with and without an installation elsewhere
        lines = python(SHOW, cwd=checkout, path=path).splitlines()
        assert lines == [
            str(checkout / "brainnet" / "__init__.py"),
            f"lif {counts()}",
            str(checkout / "models" / "lif.py"),
            "brainnet.catalogue.protocols.stdp_window",
        ]


def test_an_installation_takes_its_own_content(installed, tmp_path):
    lines = python(SHOW, cwd=tmp_path, path=installed).splitlines()
    assert lines[:2] == [str(installed / "brainnet" / "__init__.py"), f"lif {counts()}"]
    assert lines[2] == str(installed / "brainnet" / "catalogue" / "models" / "lif.py")


def test_the_command_and_its_run_in_a_checkout(checkout, tmp_path):
    words = ("run", "stdp_window", "--set", "rule=pair", "--quick", "--target", "numpy", "--out", str(tmp_path / "out"))
    assert "max_error" in python("-m", *words, cwd=checkout)


WORKER = """
import sys
sys.meta_path[:] = [f for f in sys.meta_path if 'editable' not in getattr(f, '__name__', '').lower()]
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from brainnet import protocols

if __name__ == "__main__":
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        print(pool.submit(protocols["hippocampal_protocols"].module.once, "pair", (10,)).result())
"""


def test_worker_processes_unpickle_content(checkout):
    (checkout / "work.py").write_text(WORKER)
    done = subprocess.run([sys.executable, "work.py"], cwd=checkout, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "([0], [10])"


def test_a_package_without_content_says_so(checkout, tmp_path):
    shutil.copytree(checkout / "brainnet", tmp_path / "brainnet")
    code = "import brainnet\ntry: brainnet.models.lif\nexcept brainnet.BrainnetError as error: print(error)"
    said = python(code, cwd=tmp_path)
    assert said.startswith("the catalogue of models is empty: no package brainnet.catalogue.models beside ")
    assert said.count("\n") == 1
