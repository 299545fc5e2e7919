SHELL := /bin/bash
.DEFAULT_GOAL := help
SERVICE := {{cookiecutter.project_slug}}
BIN := $(CURDIR)/.venv/bin
CACHE := $(CURDIR)/.cache
export SAM_CLI_TELEMETRY := 0
export AWS_DEFAULT_REGION ?= us-east-1
# What is left in the template's folder is copied into every service, so caches live outside it.
export PYTHONPYCACHEPREFIX := $(CACHE)/bytecode
export RUFF_CACHE_DIR := $(CACHE)/ruff
export MYPY_CACHE_DIR := $(CACHE)/mypy
export HYPOTHESIS_STORAGE_DIRECTORY := $(CACHE)/hypothesis
export COVERAGE_FILE := $(CACHE)/coverage
PYTEST := $(BIN)/python -m pytest -o cache_dir=$(CACHE)/pytest
LOCKED := $(wildcard requirements/*.txt benchmarks/requirements/*.txt benchmarks/contestants/*/requirements.txt ./$(SERVICE)/requirements/*.txt addons/sagemaker/$(SERVICE)/sagemaker/*.txt)
# A file's tests stay together, since they share what they have built.
SIDE_BY_SIDE := -n 2 --dist loadfile --no-loadscope-reorder

.PHONY: help
help: ## print this list
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "make %-14s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

.PHONY: demo
demo: .venv/installed ## bake the default service, build it, start it, call it
	@$(BIN)/python tools/demo.py

.PHONY: test
test: .venv/installed ## run all tests: bake every choice and test what comes out, with the service's own tests and coverage
	@$(if $(ARGS),$(PYTEST) $(ARGS),$(PYTEST) -m "not alone" $(SIDE_BY_SIDE) --durations=12 && $(PYTEST) -m alone)

.PHONY: fast
fast: check ## run the checks and the template's tests that build, start and train nothing
	@$(PYTEST) -m "not slow" -n auto $(ARGS)

.PHONY: test-service
test-service: .venv/installed ## run the service's tests where they stand, unbaked, with coverage: or some, ARGS="tests/handler"
	@cd '$(SERVICE)' && $(PYTEST) $(or $(ARGS),--cov --cov-config=pyproject.toml)

.PHONY: bench
bench: .venv/installed ## measure the service against what one would pick instead; writes docs/benchmarks.md
	@$(BIN)/python -m benchmarks $(ARGS)

.PHONY: stopwatch
stopwatch: .venv/installed ## time the way from a clone to a prediction of one's own model; writes docs/first-prediction.md
	@$(BIN)/python -m benchmarks.stopwatch $(ARGS)

.PHONY: compare
compare: .venv/installed ## run the three architectures under the same load; writes docs/architectures.md
	@$(BIN)/python -m benchmarks.compare $(ARGS)

.PHONY: experiments
experiments: .venv/installed ## measure what was tried on the way to the package as it ships; writes its table into docs/decisions.md
	@$(BIN)/python -m benchmarks.experiments $(ARGS)

.PHONY: check
check: .venv/installed ## lint, format and type checks; changes nothing
	@./tools/check

.PHONY: fix
fix: .venv/installed ## format and mend what can be mended by itself
	@cd '$(SERVICE)' && $(BIN)/ruff check --fix . ; $(BIN)/ruff format .
	@$(BIN)/ruff check --fix benchmarks tests tools ; $(BIN)/ruff format benchmarks tests tools

.PHONY: lock
lock: ## compile the requirements after a change by hand: ARGS="--upgrade-package NAME"
	@./tools/lock $(ARGS)

.PHONY: update
update: ## move everything that is locked to the newest versions
	@./tools/lock --upgrade

.PHONY: audit
audit: .venv/installed ## ask the advisory database about everything that is locked
	@$(BIN)/pip-audit --strict --require-hashes --disable-pip $(foreach each,$(LOCKED),-r '$(each)') $(ARGS)

.venv/installed: $(wildcard ./{{cookiecutter.project_slug}}/requirements/*.txt requirements/*.txt) .python-version
	@./tools/setup
