"""What tests of every room use: the targets, and whether there is a compiler."""

import os
import shutil

import pytest

HAS_COMPILER = all(shutil.which(tool) for tool in (os.environ.get("CXX", "g++").split()[0], "make"))
needs_compiler = pytest.mark.skipif(not HAS_COMPILER, reason="no C++ compiler")


@pytest.fixture(scope="session")
def compiler():
    """Skip the test where no compiler is installed."""
    if not HAS_COMPILER:
        pytest.skip("no C++ compiler")


@pytest.fixture(
    scope="session",
    params=["numpy", pytest.param("cython", marks=needs_compiler), pytest.param("cpp", marks=needs_compiler)],
)
def target_name(request):
    """Each target in turn."""
    return request.param
