"""What CXX may name, and errors that say that it does not."""

import pytest
from brian2 import Network, NeuronGroup, ms

import brainnet
from brainnet.errors import TargetError


@pytest.mark.parametrize("target", ["cpp", "cython"])
@pytest.mark.parametrize(
    ("named", "message"),
    [
        ("", "^CXX is empty; set CXX"),
        ("  ", "^CXX is empty; set CXX"),
        ("'g++", r"^CXX=.* is no command \(No closing quotation\)"),
        ("/nowhere/g++ -O1", "^CXX='/nowhere/g.. -O1' names no program that is found"),
    ],
)
def test_what_is_no_compiler_is_named_before_anything_is_built(monkeypatch, target, named, message):
    monkeypatch.setenv("CXX", named)
    with pytest.raises(TargetError, match=message), brainnet.target(target):
        pass


@pytest.mark.usefixtures("compiler")
@pytest.mark.parametrize("named", ["false", "g++ --no-such-option"])
def test_a_compiler_that_compiles_nothing_is_named(monkeypatch, tmp_path, named):
    monkeypatch.setenv("CXX", named)
    monkeypatch.setenv("BRAINNET_CACHE", str(tmp_path))
    with brainnet.target("cpp"), pytest.raises(TargetError, match=f"^CXX='.*{named[-5:]}' does not compile an empty"):
        brainnet.build(Network(NeuronGroup(1, "v : 1", name="one")), 1 * ms)


@pytest.mark.usefixtures("compiler")
def test_a_compiler_with_arguments_is_one(monkeypatch, tmp_path):
    monkeypatch.setenv("CXX", "g++ -O0")
    monkeypatch.setenv("BRAINNET_CACHE", str(tmp_path))
    with brainnet.target("cpp"):
        brainnet.build(Network(NeuronGroup(1, "v : 1", name="one")), 1 * ms).run()
