# Each target does all of its own set-up: the virtual environment in .venv, pinned packages from requirements/, and a
# release build of the extension. What is done already is not done again (.venv/.stamps). `make help` lists the targets.

# The Python that the virtual environment is made with: make PYTHON=python3.12 test
PYTHON ?= python3
# More arguments for pytest: make test PYTEST_ARGS="-k charset"
PYTEST_ARGS ?=
# Processes that run tests at the same time: a number, or "auto" for one a core.
TEST_JOBS ?= auto
# More arguments for the bench: make bench BENCH_ARGS="--quick"
BENCH_ARGS ?=
# How long each fuzz target runs.
FUZZ_SECONDS ?= 60
# ZIG=1 links the wheel against the old C library of manylinux2014.
ZIG ?=

# A free-threaded Python gets an environment of its own, so that the ordinary one stays.
VENV := $(if $(filter wheel-free-threaded,$(MAKECMDGOALS)),.venv-free-threaded,.venv)
STAMPS := $(VENV)/.stamps
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
CARGO_TOOLS := target/tools

MAKEFLAGS += --no-builtin-rules --no-print-directory
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
.PHONY: help demo test test-rust ecosystem bench lint format fuzz docs wheel wheel-free-threaded sdist coverage develop clean

GOALS := $(filter-out help clean,$(MAKECMDGOALS))
ifneq ($(GOALS),)
TOOLCHAIN := $(shell sh tools/check_toolchain.sh "$(PYTHON)" $(GOALS))
ifneq ($(firstword $(TOOLCHAIN)),ready)
$(error $(TOOLCHAIN))
endif
PYTHON_VERSION := $(lastword $(TOOLCHAIN))
endif

help: ## List the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "make %-20s %s\n", $$1, $$2}'

# --- What the targets stand on -----------------------------------------------------------------------------------------

# Another Python than last time makes the environment anew; a .venv that isn't ours is kept and added to.
VENV_READY := $(STAMPS)/python-$(PYTHON_VERSION)
$(VENV_READY):
	@if [ -d $(STAMPS) ]; then rm -rf $(VENV); fi
	$(PYTHON) -m venv $(VENV)
	@mkdir -p $(STAMPS)
	@touch $@

# The files include one another, so a change in any of them counts for all; pip skips what is there.
$(STAMPS)/%.txt: requirements/%.txt $(wildcard requirements/*.txt) $(VENV_READY)
	$(PIP) -r $<
	@touch $@

# Programs written for pydicom have an environment of their own, with pydicom for the comparison. This library isn't
# installed there: it comes in by the path, and only where it takes pydicom's place.
ECOSYSTEM_READY := .venv-ecosystem/.stamps/python-$(PYTHON_VERSION)
$(ECOSYSTEM_READY): requirements/ecosystem.txt requirements/run.txt
	rm -rf .venv-ecosystem
	$(PYTHON) -m venv .venv-ecosystem
	.venv-ecosystem/bin/python -m pip install --quiet --disable-pip-version-check --no-deps -r $<
	@mkdir -p $(@D)
	@touch $@

# Read as data by the tests; only a source distribution has it.
TEST_DATA := target/data/dicompyler-core/rtss.dcm
$(TEST_DATA): requirements/data.txt tools/fetch_test_data.py $(VENV_READY)
	rm -rf $(@D)
	$(BIN)/python tools/fetch_test_data.py
	@touch $@

RUST_SOURCES := $(shell find crates -type f -not -path '*/target/*') Cargo.toml Cargo.lock
$(STAMPS)/extension: $(RUST_SOURCES) pyproject.toml $(STAMPS)/build.txt $(STAMPS)/run.txt
	env -u CONDA_PREFIX VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/maturin develop --release --locked --quiet
	@touch $@

develop: $(STAMPS)/extension $(STAMPS)/test.txt $(STAMPS)/lint.txt $(TEST_DATA) ## The environment, with all that work on the code needs

# --- What a person asks for --------------------------------------------------------------------------------------------

demo: $(STAMPS)/extension $(STAMPS)/demo.txt ## Show a real CT, a real MR and a PET phantom; the pictures are left in demo/
	$(BIN)/python -m examples.demo

test: test-rust $(STAMPS)/extension $(STAMPS)/test.txt $(TEST_DATA) ## All tests, the documentation's examples included
	$(BIN)/python -m pytest -n $(TEST_JOBS)$(if $(PYTEST_ARGS), $(PYTEST_ARGS))

# The binding needs an interpreter to link with; pytest tests it.
test-rust:
	cargo test --locked --quiet --workspace --exclude dcm-python

ecosystem: $(STAMPS)/extension $(STAMPS)/test.txt $(ECOSYSTEM_READY) ## Programs written for pydicom, on this library and on pydicom
	rm -rf target/ecosystem
	ECOSYSTEM_REPORT=target/ecosystem $(BIN)/python -m pytest -n $(TEST_JOBS) tests/ecosystem$(if $(PYTEST_ARGS), $(PYTEST_ARGS))
	$(BIN)/python -m tests.ecosystem.report target/ecosystem

# rt-utils, a peer, lives in the dependents' environment.
bench: $(STAMPS)/extension $(STAMPS)/bench.txt $(ECOSYSTEM_READY) ## Measure against other libraries and the physical limits
	$(BIN)/python -m benches $(BENCH_ARGS)

lint: $(STAMPS)/extension $(STAMPS)/test.txt $(STAMPS)/lint.txt ## ruff, mypy --strict, stubtest, clippy, cargo fmt
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict
	MYPYPATH=python $(BIN)/python -m mypy.stubtest dicom._core
	PYO3_PYTHON=$(CURDIR)/$(BIN)/python cargo clippy --locked --quiet --workspace --all-targets -- -D warnings
	cargo fmt --all --check

format: $(STAMPS)/lint.txt ## Format Python and Rust
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	cargo fmt --all

fuzz: $(VENV_READY) ## Run each fuzz target for FUZZ_SECONDS (60)
	$(BIN)/python tools/run_fuzz.py --seconds $(FUZZ_SECONDS) --tools $(CARGO_TOOLS)

docs: $(STAMPS)/docs.txt ## Build the documentation into site/
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict --quiet

coverage: $(STAMPS)/extension $(STAMPS)/coverage.txt $(TEST_DATA) ## The tests, with a table of the lines that they don't reach
	$(BIN)/python -m pytest -n $(TEST_JOBS) --cov --cov-report=term-missing $(PYTEST_ARGS)

# The environment's own Python comes first on the PATH, where maturin looks for zig.
MATURIN_BUILD = env PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/maturin build --release --locked --strip --out dist \
	--interpreter $(BIN)/python $(if $(filter-out 0,$(ZIG)),--zig --compatibility manylinux2014)

wheel: $(STAMPS)/wheel.txt ## One wheel for each Python from 3.11 on, in dist/ (ZIG=1: manylinux2014)
	$(MATURIN_BUILD)

# A free-threaded Python has no stable ABI: its wheel serves the one version that it was built with.
wheel-free-threaded: $(STAMPS)/wheel.txt ## A wheel for a free-threaded Python: PYTHON=python3.14t
	$(MATURIN_BUILD) --no-default-features

sdist: $(STAMPS)/build.txt ## The source distribution, in dist/
	$(BIN)/maturin sdist --out dist

clean: ## Remove what the targets made
	rm -rf .venv .venv-free-threaded .venv-ecosystem target site dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage
	rm -f python/dicom/_core.*.so python/dicom/_core.pyd demo/*.png
