"""A program is run from the cache only if nobody else can have put it there; shared and read-only caches are of use."""

import os
import stat
import sys
import warnings

import pytest

from brainnet import folders
from brainnet.targets import cache
from brainnet.train.cache import cached_network

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="owners and modes of POSIX")


@pytest.fixture
def program(tmp_path, monkeypatch):
    """A compiled program that the cache keeps under the name key."""
    monkeypatch.setenv("BRAINNET_CACHE", str(tmp_path / "above" / "cache"))
    monkeypatch.setattr(folders, "_warned", set())
    (tmp_path / "main").write_bytes(b"machine code")
    cache.store("key", tmp_path / "main")
    return tmp_path / "main"


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def give_away(path, monkeypatch):
    """Make `path` somebody else's: by root truly, else by who asks."""
    if os.geteuid() == 0:
        os.chown(path, 4711, -1)
    else:
        monkeypatch.setattr(folders.os, "geteuid", lambda: 4711)


def test_folders_and_programs_are_for_their_owner(program):
    assert cache.fetch("key", program)
    for folder in (cache.folder(), folders.cache_folder(), folders.cache_folder().parent):
        assert mode(folder) == 0o700
    assert mode(cache.folder() / "key") == 0o600


def test_in_a_shared_folder_others_may_read_and_not_write(program):
    cache.folder().chmod(0o755)
    cache.store("shared", program)
    assert mode(cache.folder() / "shared") == 0o644


def test_a_program_that_was_copied_is_used_where_its_time_cannot_be_set(program, monkeypatch):
    def refuse(*_, **__):
        raise PermissionError

    monkeypatch.setattr(cache.os, "utime", refuse)
    assert cache.fetch("key", program)


@pytest.mark.parametrize("which", ["key", ".", ".."])
def test_what_is_of_another_user_is_refused_once_with_the_reason(program, monkeypatch, which):
    give_away(cache.folder() / which, monkeypatch)
    with pytest.warns(UserWarning, match=r"cache is not used, since .* belongs to another user; set BRAINNET_CACHE"):
        assert not cache.fetch("key", program)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert not cache.fetch("key", program)


@pytest.mark.parametrize("bits", [0o020, 0o002])
@pytest.mark.parametrize("which", ["key", ".", ".."])
def test_what_others_can_write_is_refused_and_nothing_is_put_there(program, which, bits):
    path = cache.folder() / which
    path.chmod(mode(path) | bits)
    with pytest.warns(UserWarning, match=r"can be written by other users; chmod go-w"):
        assert not cache.fetch("key", program)
    cache.store("other", program)
    assert (cache.folder() / "other").exists() == (which == "key")


def test_a_folder_of_all_with_the_sticky_bit_may_lie_above(program):
    folders.cache_folder().chmod(0o1777)
    assert cache.fetch("key", program)


def test_links_and_pipes_are_no_programs(program):
    (cache.folder() / "link").symlink_to(cache.folder() / "key")
    os.mkfifo(cache.folder() / "pipe")
    assert not cache.fetch("link", program)
    assert not cache.fetch("pipe", program)


def test_a_network_of_a_folder_that_others_can_write_is_trained_again(program, graph):
    trained = []

    def make():
        trained.append(True)
        return graph(3, 2)

    for _ in range(2):
        cached_network({"a": 1}, make)
    assert len(trained) == 1
    networks = folders.cache_folder() / "networks"
    assert mode(networks) == 0o700
    networks.chmod(0o777)
    with pytest.warns(UserWarning, match="can be written by other users"):
        cached_network({"a": 1}, make)
    assert len(trained) == 2
