"""The pages name everything that the catalogue holds, and nothing that it does not."""

import re
from pathlib import Path

import pytest

from brainnet import figures, models, protocols

DOCS = Path(__file__).parents[2] / "docs"


def listed(page):
    """Names in the first column of the page's tables, each as often as it stands there."""
    cells = re.findall(r"^\| (`[^|]*`) \|", (DOCS / page).read_text(), flags=re.M)
    return [name for cell in cells for name in re.findall(r"`(\w+)`", cell)]


@pytest.mark.parametrize(("page", "entries"), [("models.md", [*models]), ("protocols.md", [*protocols, *figures])])
def test_a_page_lists_each_entry_once(page, entries):
    assert sorted(listed(page)) == sorted(entries)
