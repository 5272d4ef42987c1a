"""Every Python example of the README and the documentation runs as it stands."""

import re
from pathlib import Path

import pytest

from brainnet.errors import BrainnetError

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def examples():
    for page in PAGES:
        for number, code in enumerate(re.findall(r"```python\n(.*?)```", page.read_text(), flags=re.S)):
            if "    ...\n" not in code:  # a sketch
                yield pytest.param(page, code, id=f"{page.stem}-{number}")


@pytest.mark.parametrize(("page", "code"), examples())
def test_example_runs(page, code, capsys):
    # Interpreted where the page says C++: what is tested here is the text, and programs are tested elsewhere.
    space = {}
    try:
        exec(compile(code.replace('target("cpp")', 'target("numpy")'), str(page), "exec"), space)
    except BrainnetError as error:
        if "pip install brainnet[" in str(error):
            pytest.skip(str(error))
        raise
    assert set(space) - {"__builtins__"}, "the example defines something"
    if page.name == "README.md":
        assert float(capsys.readouterr().out) > 0.85, "the accuracy that the README's example prints"


def test_links_lead_somewhere():
    for page in PAGES:
        for link in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text()):
            assert (page.parent / link).exists(), f"{page.name} links to {link}"
