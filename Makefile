# make demo   a trained network becomes spikes: results and a picture in demo/
# make test   all tests; make lint: ruff and mypy; make docs: the documentation in docs/_build/html
# make links  links of the documentation to elsewhere are followed, which needs the network
# make floors the demo and part of the tests with the oldest packages that setup.cfg allows
# Each makes a virtual environment of its own and installs brainnet into it; one for each version of Python:
# make test PYTHON=python3.13

PYTHON ?= python3
VENV := .venv/$(shell $(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])')
# Packages that some tests need and the others skip without, such as: make test TEST_PACKAGES=torch
TEST_PACKAGES ?=
PYTEST_ARGS ?= -n auto --dist loadfile

.PHONY: demo test floors lint docs links clean

demo: $(VENV)/demo/ready
	$(VENV)/demo/bin/brainnet demo --out demo --overwrite

test: $(VENV)/test/ready
	$(VENV)/test/bin/python -m pytest $(PYTEST_ARGS)

# Rooms that lean on the packages whose oldest versions these are.
floors: $(VENV)/floors/ready
	$(VENV)/floors/bin/brainnet demo --out demo --overwrite
	$(VENV)/floors/bin/python -m pytest $(PYTEST_ARGS) tests/values tests/declare tests/results tests/cli tests/sweeps

lint: $(VENV)/test/ready
	$(VENV)/test/bin/ruff check .
	$(VENV)/test/bin/ruff format --check .
	$(VENV)/test/bin/mypy

docs: $(VENV)/docs/ready
	$(VENV)/docs/bin/sphinx-build -W -q -b html docs docs/_build/html

links: $(VENV)/docs/ready
	$(VENV)/docs/bin/sphinx-build -q -b linkcheck docs docs/_build/links

$(VENV)/demo/ready: setup.cfg pyproject.toml
	$(PYTHON) -m venv $(VENV)/demo
	$(VENV)/demo/bin/pip install --quiet --disable-pip-version-check --editable .
	touch $@

$(VENV)/test/ready: setup.cfg pyproject.toml
	$(PYTHON) -m venv $(VENV)/test
	$(VENV)/test/bin/pip install --quiet --disable-pip-version-check $(TEST_PACKAGES) --editable ".[dev]"
	touch $@

$(VENV)/floors/ready: setup.cfg pyproject.toml
	$(PYTHON) -m venv $(VENV)/floors
	$(VENV)/floors/bin/pip install --quiet --disable-pip-version-check uv
	$(VENV)/floors/bin/uv pip install --quiet --python $(VENV)/floors/bin/python --resolution lowest-direct --editable ".[dev]"
	touch $@

$(VENV)/docs/ready: setup.cfg pyproject.toml
	$(PYTHON) -m venv $(VENV)/docs
	$(VENV)/docs/bin/pip install --quiet --disable-pip-version-check --editable ".[docs]"
	touch $@

clean:
	rm -rf .venv demo docs/_build build *.egg-info
