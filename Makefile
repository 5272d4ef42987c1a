# make demo   a trained network becomes spikes: results and a picture in demo/
# make test   all tests; make lint: ruff and mypy; make docs: the documentation in docs/_build/html
# Each makes a virtual environment of its own and installs brainnet into it.

PYTHON ?= python3
# Packages that some tests need and the others skip without, such as: make test TEST_PACKAGES=torch
TEST_PACKAGES ?=
PYTEST_ARGS ?= -n auto --dist loadfile

.PHONY: demo test lint docs clean

demo: .venv/demo/ready
	.venv/demo/bin/brainnet demo --out demo --overwrite

test: .venv/test/ready
	.venv/test/bin/python -m pytest $(PYTEST_ARGS)

lint: .venv/test/ready
	.venv/test/bin/ruff check .
	.venv/test/bin/ruff format --check .
	.venv/test/bin/mypy

docs: .venv/docs/ready
	.venv/docs/bin/sphinx-build -W -q -b html docs docs/_build/html

.venv/demo/ready: setup.cfg pyproject.toml
	$(PYTHON) -m venv .venv/demo
	.venv/demo/bin/pip install --quiet --disable-pip-version-check --editable .
	touch $@

.venv/test/ready: setup.cfg pyproject.toml
	$(PYTHON) -m venv .venv/test
	.venv/test/bin/pip install --quiet --disable-pip-version-check $(TEST_PACKAGES) --editable ".[dev]"
	touch $@

.venv/docs/ready: setup.cfg pyproject.toml
	$(PYTHON) -m venv .venv/docs
	.venv/docs/bin/pip install --quiet --disable-pip-version-check --editable ".[docs]"
	touch $@

clean:
	rm -rf .venv demo docs/_build build *.egg-info
