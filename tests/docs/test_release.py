"""What a release says of itself is said once."""

import re
from pathlib import Path

import brainnet

ROOT = Path(__file__).parents[2]


def test_the_version_to_cite_is_that_of_the_package():
    assert re.search(r"^version: (.*)$", (ROOT / "CITATION.cff").read_text(), re.M)[1] == brainnet.__version__


def test_automatic_tests_are_those_of_ci_run():
    text = (ROOT / ".github" / "workflows" / "tests.yml").read_text()
    assert "run: .ci/run" in text
    oldest = re.search(r"python_requires = >=(\S+)", (ROOT / "setup.cfg").read_text())[1]
    newest = re.search(r"for version in .*?(\d\.\d+) \d\.\d+; do", (ROOT / ".ci" / "run").read_text())[1]
    assert re.search(rf"{re.escape(newest)}\n\s+{re.escape(oldest)}\n", text)


def test_the_oldest_packages_are_tested_on_the_oldest_python():
    jobs = (ROOT / ".github" / "workflows" / "tests.yml").read_text().partition("  floors:")[2]
    oldest = re.search(r"python_requires = >=(\S+)", (ROOT / "setup.cfg").read_text())[1]
    assert f'python-version: "{oldest}"' in jobs
    assert "run: make floors" in jobs
    assert "--resolution lowest-direct" in (ROOT / "Makefile").read_text()


def test_every_package_has_a_floor():
    declared = (ROOT / "setup.cfg").read_text().partition("install_requires")[2].partition("[options.package_data]")[0]
    needs = re.findall(r"^    ([a-z][\w-]*)([<>=!].*)?$", declared, re.M)
    assert len(needs) > 10
    assert [name for name, bounds in needs if ">=" not in bounds] == []
