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
