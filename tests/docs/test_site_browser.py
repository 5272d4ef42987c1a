"""The built documentation in a browser: pages open in silence, pictures are there, and lines of code fit.

Skipped where no Chromium is, or where the documentation was not built: `make docs`, or BRAINNET_SITE names its folder.
"""

import os
from pathlib import Path

import pytest

SITE = Path(os.environ.get("BRAINNET_SITE", Path(__file__).parents[2] / "docs" / "_build" / "html"))
PAGES = (
    "reference/gallery",
    "reference/figures/song_2000",
    "reference/neurons/lif",
    "reference/protocols/pairing_frequency",
    "reference/command",
    "reference/bibliography",
    *(
        f"{folder}{each.stem}"
        for folder in ("", "tutorials/", "howto/")
        for each in sorted((Path(__file__).parents[2] / "docs" / folder).glob("*.md"))
    ),
)
# Blocks of code whose text is wider than their box.
WIDE = """() => [...document.querySelectorAll("pre")]
    .filter(each => each.scrollWidth > each.clientWidth + 1).map(each => each.innerText)"""
BROKEN = "() => [...document.images].filter(each => !each.complete || !each.naturalWidth).map(each => each.src)"


@pytest.fixture(scope="module")
def context(browser):
    if not (SITE / "index.html").exists():
        pytest.skip(f"no documentation in {SITE}: make docs")
    opened = browser.new_context(viewport={"width": 1280, "height": 900})
    # Formulas are set by MathJax, which comes from the network; everything else lies in the site.
    opened.route(lambda url: not url.startswith("file:"), lambda route: route.fulfill(status=200, body=""))
    yield opened
    opened.close()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_in_silence_and_fits(context, name):
    page = context.new_page()
    complaints = []
    page.on("console", lambda told: told.type in ("error", "warning") and complaints.append(told.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto((SITE / f"{name}.html").as_uri())
    page.evaluate("document.querySelectorAll('img').forEach(each => each.loading = 'eager')")
    page.wait_for_function("[...document.images].every(each => each.complete)")
    assert complaints == []
    assert page.evaluate(BROKEN) == []
    assert page.evaluate(WIDE) == []
    page.close()
