"""Names: shipped files, entry points, and what is said when there is none."""

import sys
from importlib.metadata import EntryPoint, EntryPoints

import pytest

from brainnet.catalogue import Catalogue, sources
from brainnet.errors import BrainnetError, UnknownNameError

GROUP = "brainnet.things"


class Thing:
    pass


@pytest.fixture
def content(tmp_path, monkeypatch):
    """A package `shelf` of content, and entry points that tests can add."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    entries = []

    def write(name, text):
        (folder / f"{name}.py").write_text(text)

    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sources, "entry_points", lambda group: EntryPoints(e for e in entries if e.group == group))
    write("__init__", "")
    write("_private", "raise RuntimeError")
    yield write, lambda name, value: entries.append(EntryPoint(name, value, GROUP))
    for name in [name for name in list(sys.modules) if name.partition(".")[0] == "shelf"]:
        del sys.modules[name]


def catalogue(cls=list):
    return Catalogue("things", cls, package="shelf", group=GROUP)


def test_three_ways_to_a_file(content):
    write, _ = content
    write("lif", "lif = [1]\nother = [2]")
    write("adex", "adex = [3]")
    things = catalogue()
    assert things["lif"] is things.lif == [1]
    assert list(things) == things.keys() == ["adex", "lif"]
    assert len(things) == 2
    assert "lif" in things
    assert "_private" not in things
    assert {"adex", "lif", "keys"} <= set(dir(things))
    assert repr(things) == "<2 things: adex, lif>"


def test_files_are_imported_when_first_asked_for(content):
    write, _ = content
    write("bad", "raise RuntimeError('boom')")
    write("good", "good = []")
    things = catalogue()
    assert list(things) == ["bad", "good"]
    assert things.good == []
    with pytest.raises(
        BrainnetError, match=r"shelf/bad\.py cannot be imported: RuntimeError: boom \(.*bad\.py, line 1\)"
    ):
        things["bad"]


def test_unknown_name_names_the_nearest_and_is_an_attribute_error(content):
    write, _ = content
    write("lif", "lif = []")
    things = catalogue()
    assert not hasattr(things, "lifs")
    assert not hasattr(things, "_repr_html_")
    with pytest.raises(UnknownNameError, match="there is no thing 'lifs'; did you mean 'lif'"):
        things["lifs"]


def test_a_file_without_its_object_or_of_another_class(content):
    write, _ = content
    write("empty", "")
    write("text", "text = 'no list'")
    things = catalogue((list, Thing))
    with pytest.raises(BrainnetError, match=r"shelf/empty\.py has no object named empty"):
        things["empty"]
    with pytest.raises(BrainnetError, match="gives a str, expected a list or Thing"):
        things["text"]


@pytest.mark.parametrize("package", ["nowhere_at_all", "shelf.things", "shelf"])
def test_content_that_is_missing_is_no_empty_catalogue(content, package):
    _, contribute = content
    contribute("adex", "shelf._values:made")  # what others contribute does not hide it
    things = Catalogue("things", list, package=package, group=GROUP)
    for ask in (len, list, repr, lambda each: each["lif"], lambda each: "adex" in each):
        with pytest.raises(BrainnetError, match=r"^the catalogue of \w+ is empty: .*; install brainnet"):
            ask(things)


def test_a_package_that_is_broken_says_what_it_misses(tmp_path, monkeypatch):
    (tmp_path / "shelf").mkdir()
    (tmp_path / "shelf" / "__init__.py").write_text("import not_there_at_all")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModuleNotFoundError, match="not_there_at_all"):
        len(catalogue())


def test_entry_points_stand_beside_shipped_files(content):
    write, contribute = content
    write("lif", "lif = []")
    write("_store", "made = ['contributed']")
    contribute("izhikevich", "shelf._store_:made")
    contribute("adex", "shelf._values:made")
    write("_values", "made = ['contributed']")
    things = catalogue()
    assert list(things) == ["adex", "izhikevich", "lif"]
    assert things.adex == ["contributed"]
    with pytest.raises(
        BrainnetError, match=r"entry point izhikevich = shelf\._store_:made cannot be imported.*uninstall"
    ):
        things["izhikevich"]


def test_a_name_that_exists_twice(content):
    write, contribute = content
    write("lif", "lif = []")
    contribute("lif", "shelf._values:made")
    with pytest.raises(BrainnetError, match=r"exists twice, as the file shelf/lif\.py and the entry point lif = "):
        catalogue()["lif"]


def test_an_entry_point_that_is_seen_twice_counts_once(content):
    write, contribute = content
    write("adex", "adex = []")
    write("_values", "made = [1]")
    contribute("lif", "shelf._values:made")
    contribute("lif", "shelf._values:made")
    assert catalogue()["lif"] == [1]
