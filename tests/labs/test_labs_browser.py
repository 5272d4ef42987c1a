"""Three labs in a browser: they show no error, and moving a slider draws another picture."""

import re
import select
import subprocess
import sys
import time

import pytest

PICTURE = "() => [...document.querySelectorAll('img')].map(each => each.src).filter(each => each.startsWith('data:'))"


@pytest.fixture
def served(request, tmp_path):
    """Open a lab as `brainnet lab` does; give its address."""
    pytest.importorskip("marimo", reason="marimo is not installed: pip install 'brainnet[labs]'")
    command = [sys.executable, "-m", "brainnet", "lab", request.param, "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=tmp_path) as process:
        try:
            said, end = b"", time.monotonic() + 60
            while not (address := re.search(rb"URL: (http://\S+)", said)):
                assert process.poll() is None, said.decode()
                assert time.monotonic() < end, said.decode()
                if select.select([process.stdout], [], [], 1)[0]:
                    said += process.stdout.read1()
            yield address[1].decode()
        finally:
            process.kill()


@pytest.mark.parametrize("served", ["lif", "tempotron", "pooling"], indirect=True)
def test_a_slider_draws_another_picture(served, browser):
    page, complaints = browser.new_page(), []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.goto(served)
    page.wait_for_function(f"({PICTURE})().length >= 1", timeout=60_000)
    before = page.evaluate(PICTURE)[0]
    slider = page.locator("[role=slider]").first
    for _ in range(3):
        slider.press("ArrowRight")
    page.wait_for_function(f"old => ({PICTURE})()[0] !== old", arg=before, timeout=30_000)
    assert page.get_by_text("Questions").count() >= 1
    assert page.get_by_text("Traceback").count() == 0
    assert complaints == []
    page.close()
