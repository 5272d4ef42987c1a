"""`brainnet figures` draws many, and loses none by the failure of another."""

FIGURE = '''"""Fig."""
from matplotlib.figure import Figure
from brainnet import figure

@figure(doi="10.1/x", title="Somebody 2001, fig. 1")
def {name}(quick, seed, data):
    """A line."""
    {body}
    drawn = Figure()
    drawn.subplots().plot([0, 1])
    return drawn
'''


def test_one_figure_that_fails_loses_no_other(folder, call):
    (folder / "bad.py").write_text(FIGURE.format(name="bad", body="raise ZeroDivisionError('a bug')"))
    (folder / "good.py").write_text(FIGURE.format(name="good", body=""))
    done = call("figures", "bad.py", "good.py", "--out", "drawn", "--format", "svg", "--target", "numpy", "--quick")
    assert done.exit_code == 1
    assert "bad  failed: ZeroDivisionError: a bug" in done.stderr
    assert "1 of 2 figures written" in done.stdout
    assert [each.name for each in (folder / "drawn").iterdir()] == ["good.svg"]
    assert (folder / "drawn" / "good.svg").read_text().startswith("<?xml")
    assert call("figures", "good.py", "--out", "drawn", "--format", "pdf", "--target", "numpy").exit_code == 0
    assert (folder / "drawn" / "good.pdf").read_bytes().startswith(b"%PDF")
    assert "exists; choose another --out" in call("figures", "good.py", "--out", "drawn", "--format", "pdf").stderr


def test_which_figures_are_meant_is_said(folder, call):
    for words in (("figures",), ("figures", "--all", "song_2000")):
        assert "give names of figures, or --all" in call(*words).stderr
    assert "there is no figure 'sing_2000'" in call("figures", "sing_2000").stderr
    (folder / "good.py").write_text(FIGURE.format(name="good", body=""))
    assert "two figures have the same name" in call("figures", "good.py", "good.py").stderr
    assert "does not end in .svg" in call("figure", "good.py", "--out", "a.png", "--format", "svg").stderr
