"""Where the output cannot go, or the folder is gone: one line at most, and the exit code that is usual."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a shell of POSIX")
SCRIPT = "import sys\nsys.path.insert(0, sys.argv.pop(1))\nfrom brainnet.cli import main\nmain(prog_name='brainnet')\n"
ROOT = Path(__file__).resolve().parents[2]


def shell(tmp_path, line):
    """Run a line of shell, in which $B is the command."""
    (tmp_path / "brainnet.script").write_text(SCRIPT)
    command = f"{sys.executable} {tmp_path / 'brainnet.script'} {ROOT}"
    return subprocess.run(
        ["bash", "-c", line],
        cwd=tmp_path,
        env={**os.environ, "B": command},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_reader_that_goes(tmp_path):
    done = shell(tmp_path, "$B list | head -1; echo ${PIPESTATUS[0]}")
    assert done.stdout.splitlines()[0] == "models"
    assert done.stdout.splitlines()[1] in ("0", "141")  # 0 where all was written before the reader went
    assert done.stderr == ""
    done = shell(tmp_path, "$B list | true; echo ${PIPESTATUS[0]}")
    assert (done.stdout, done.stderr) == ("141\n", "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_device(tmp_path):
    done = shell(tmp_path, "$B list > /dev/full")
    assert done.returncode == 1
    assert done.stderr.startswith("brainnet: error: cannot write the output (No space left on device)")
    assert len(done.stderr.splitlines()) == 1
    done = shell(tmp_path, "$B nonsense 2> /dev/full")
    assert (done.returncode, done.stdout, done.stderr) == (2, "", "")


def test_closed_standard_files(tmp_path):
    """As of `ls >&-`: what could not be written is no success."""
    done = shell(tmp_path, "$B --version >&- <&- 2>&-")
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "")
    done = shell(tmp_path, "$B list >&-")
    assert done.returncode == 1
    assert done.stderr.startswith("brainnet: error: cannot write the output (Bad file descriptor)")
    assert len(done.stderr.splitlines()) == 1
    done = shell(tmp_path, "$B --version 2>&- <&-")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("words", ["run stdp_window --quick --target numpy", "list", "figure song_2000 --quick"])
def test_a_folder_that_was_deleted(tmp_path, words):
    done = shell(tmp_path, f"mkdir gone; cd gone; rmdir ../gone; $B {words}")
    if done.returncode or words != "list":
        assert done.returncode == 2
        assert done.stderr == "brainnet: error: the current folder no longer exists; change to one that does\n"


def test_two_runs_into_one_folder(call, folder):
    text = (folder / "experiment.py").read_text()
    other = "    import pathlib; p = pathlib.Path('out'); p.mkdir(); (p / 'summary.json').write_text('{}')\n"
    (folder / "experiment.py").write_text(text.replace("    steps = np", f"{other}    steps = np"))
    done = call("run", "experiment.py", "--out", "out")
    assert done.exit_code == 0, done.stderr
    assert f"another run has written {folder / 'out'} meanwhile" in done.stdout
    assert done.stdout.endswith(f"written to {folder / 'out-2'}\n")
    assert (folder / "out-2" / "data.nc").exists()
    assert (folder / "out" / "summary.json").read_text() == "{}"
