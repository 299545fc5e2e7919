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

.PHONY: help
help: ## print this list
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "make %-14s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

.PHONY: demo
demo: .venv/installed ## bake the default service, build it, start it, call it
	@$(BIN)/python tools/demo.py

.PHONY: test
test: test-service test-template ## run all tests

.PHONY: test-service
test-service: .venv/installed ## run the service's tests where they stand, unbaked
	@cd '$(SERVICE)' && $(PYTEST) --cov --cov-config=pyproject.toml

.PHONY: test-template
test-template: .venv/installed ## bake every api choice and test what comes out
	@$(PYTEST) tests

.PHONY: bench
bench: .venv/installed ## measure the service against what one would pick instead; writes docs/benchmarks.md
	@$(BIN)/python -m benchmarks

.PHONY: compare
compare: .venv/installed ## run the three architectures under the same load; writes docs/architectures.md
	@$(BIN)/python -m benchmarks.compare

.PHONY: experiments
experiments: demo ## print what was tried on the way to the package as it ships
	@$(BIN)/python -m benchmarks.experiments

.PHONY: check
check: .venv/installed ## lint, format and type checks; changes nothing
	@./tools/check

.PHONY: fix
fix: .venv/installed ## format and mend what can be mended by itself
	@cd '$(SERVICE)' && $(BIN)/ruff check --fix . ; $(BIN)/ruff format .
	@$(BIN)/ruff check --fix benchmarks tests tools ; $(BIN)/ruff format benchmarks tests tools

.PHONY: lock
lock: ## compile the service's requirements anew; tools/lock --upgrade moves to the newest versions
	@./tools/lock

.venv/installed: $(wildcard ./{{cookiecutter.project_slug}}/requirements/*.txt requirements/*.txt) .python-version
	@./tools/setup
