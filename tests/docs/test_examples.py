"""Every Python example of the README and the documentation runs as it stands."""

import re
from pathlib import Path

import pytest

from brainnet import models, protocols
from brainnet.cli import main
from brainnet.errors import BrainnetError

ROOT = Path(__file__).parents[2]
WRITTEN = (path for folder in ("", "tutorials", "howto") for path in sorted((ROOT / "docs" / folder).glob("*.md")))
PAGES = [ROOT / "README.md", *WRITTEN]
# Blocks of a page that follow each other, as they are run when the page is built.
CELLS = re.compile(r"```\{code-cell\} python\n(.*?)```", re.S)


def examples():
    for page in PAGES:
        text = page.read_text()
        if cells := CELLS.findall(text):
            yield pytest.param(page, "\n".join(cells), id=f"{page.stem}-cells")
        for number, code in enumerate(re.findall(r"```python\n(.*?)```", text, flags=re.S)):
            if "    ...\n" not in code:  # a sketch
                yield pytest.param(page, code, id=f"{page.stem}-{number}")


@pytest.mark.parametrize(("page", "code"), examples())
def test_example_runs(page, code, capsys, monkeypatch):
    monkeypatch.setenv("MPLBACKEND", "Agg")
    # Interpreted where the page says C++: what is tested here is the text, and programs are tested elsewhere.
    space = {}
    try:
        exec(compile(code.replace('target("cpp")', 'target("numpy")'), str(page), "exec"), space)
    except BrainnetError as error:
        if "brainnet[" in str(error):
            pytest.skip(str(error))
        raise
    except ModuleNotFoundError as error:
        if error.name in ("elephant", "neo"):  # of an extra that the page names
            pytest.skip(str(error))
        raise
    assert set(space) - {"__builtins__"}, "the example defines something"
    if page.name == "README.md":
        assert float(capsys.readouterr().out) > 0.85, "the accuracy that the README's example prints"


@pytest.mark.parametrize("page", PAGES[1:], ids=lambda page: page.stem)
def test_lines_of_code_fit_on_a_page(page):
    for code in re.findall(r"```(?:\{code-cell\} )?(?:python|sh|json)\n(.*?)```", page.read_text(), flags=re.S):
        assert max(map(len, code.splitlines())) <= 88  # what a window of 1280 pixels shows without a scroll bar


def test_links_lead_somewhere():
    for page in PAGES:
        for link in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text()):
            # Pages of the reference are written when the documentation is built, which fails on a link to none.
            assert "reference/" in link or (page.parent / link).exists(), f"{page.name} links to {link}"


# Of commands that need more than the base install: the extra.
EXTRAS = {
    **dict.fromkeys(
        ["compression_tradeoff", "conversion_methods", "escape_net", "mnist_cnn", "qcfs_latency", "srbm_features"],
        "torch",
    ),
    **dict.fromkeys(["supervised_comparison", "surrogate_mnist"], "surrogate"),
    "model.onnx": "onnx",
}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_an_extra_is_named_beside_the_command_that_needs_it(page):
    for paragraph in page.read_text().split("\n\n"):
        for command, name in re.findall(r"brainnet (run|convert) ([\w./]+)", paragraph):
            if name in EXTRAS:
                # A command on a line of its own is followed by the paragraph that explains it.
                after = page.read_text().partition(paragraph)[2].split("\n\n")[1]
                assert f"brainnet[{EXTRAS[name]}]" in paragraph + after, f"{page.name}: brainnet {command} {name}"


def test_protocols_that_need_an_extra_are_known():
    for file in (ROOT / "protocols").glob("*.py"):
        needs = re.search(r"\b(trained_network|tuned_network|trained_spiking|SurrogateClassifier)\b", file.read_text())
        assert (file.stem in EXTRAS) == bool(needs), file.name


@pytest.mark.parametrize("line", re.findall(r"^    brainnet (.*)$", PAGES[0].read_text(), flags=re.M))
def test_commands_of_the_readme_are_understood(line):
    words = re.split(r"\s{2,}", line)[0].split()
    if words[0] == "run" and not words[1].endswith(".py"):
        settings = [words[place + 1].partition("=") for place, word in enumerate(words) if word == "--set"]
        protocols[words[1]].bind({name: value for name, _, value in settings})
    elif words[0] == "show":
        assert words[1] in models
    else:
        assert words[0] in main.commands
