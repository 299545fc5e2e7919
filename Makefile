SHELL := /bin/bash
.DEFAULT_GOAL := help
BIN := $(CURDIR)/.venv/bin
CACHE := $(CURDIR)/.cache
export SAM_CLI_TELEMETRY := 0
export AWS_DEFAULT_REGION ?= us-east-1
# What is left in the template's folder is copied into every service, so caches live outside it.
export PYTHONPYCACHEPREFIX := $(CACHE)/bytecode
# There it is welcome: each process would compile all of its modules anew, which takes longer than most tests.
unexport PYTHONDONTWRITEBYTECODE
export RUFF_CACHE_DIR := $(CACHE)/ruff
export MYPY_CACHE_DIR := $(CACHE)/mypy
export HYPOTHESIS_STORAGE_DIRECTORY := $(CACHE)/hypothesis
export COVERAGE_FILE := $(CACHE)/coverage

.PHONY: help
help: ## print this list
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "make %-14s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

.PHONY: demo
demo: .venv/ready ## a stranger's first minute: bake the default service, build it, start it, call it
	@$(BIN)/python tools/demo.py

.PHONY: new
new: ## make a service of your own; asks what cookiecutter asks: OUTPUT=folder ARGS="--no-input api=rest-key"; or ADDON=sagemaker SERVICE=folder
	@OUTPUT="$(OUTPUT)" ADDON="$(ADDON)" SERVICE="$(SERVICE)" bash tools/new $(ARGS)

.PHONY: test
test: .venv/ready ## run all tests; or some: PACKAGE=sparely ARGS="tests/handler -x" (PACKAGE=repository: those in tests/)
	@PACKAGE="$(PACKAGE)" bash tools/test $(ARGS)

.PHONY: fast
fast: .venv/ready ## run the checks, and the tests that build, start and train nothing
	@bash tools/fast $(PACKAGE) $(ARGS)

.PHONY: soak
soak: .venv/ready ## run what takes minutes and is sampled by `make test`
	@PACKAGE="$(PACKAGE)" SELECT="soak" bash tools/test $(ARGS)

.PHONY: wheels
wheels: .venv/ready ## build the packages into the template's vendor/, lock its requirements, list what they have in docs/llms.txt
	@$(BIN)/python tools/wheels.py
	@$(BIN)/python tools/llms.py

.PHONY: release
release: .venv/ready ## give packages and template one version, write the changelog, build the wheels: VERSION=0.2.0 [ARGS=--dry-run]
	@$(BIN)/python tools/release.py $(VERSION) $(ARGS)

.PHONY: bench
bench: .venv/ready ## measure the service against what one would pick instead; writes docs/benchmarks.md
	@$(BIN)/python -m benchmarks $(ARGS)

.PHONY: stopwatch
stopwatch: .venv/ready ## time the way from a clone to a prediction of one's own model; writes docs/first-prediction.md
	@$(BIN)/python -m benchmarks.stopwatch $(ARGS)

.PHONY: compare
compare: .venv/ready ## run the three architectures under the same load; writes docs/architectures.md
	@$(BIN)/python -m benchmarks.compare $(ARGS)

.PHONY: experiments
experiments: .venv/ready ## measure what was tried on the way to the package as it ships; writes its table into docs/decisions.md
	@$(BIN)/python -m benchmarks.experiments $(ARGS)

.PHONY: check
check: .venv/ready ## lint, format and type checks; changes nothing
	@bash tools/check

.PHONY: fix
fix: .venv/ready ## format and mend what can be mended by itself
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

.PHONY: docs
docs: .venv/ready ## build the documentation as one site, .cache/site; ARGS=serve shows it while you write
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs $(or $(ARGS),build) --strict
	@echo "The site begins with .cache/site/index.html"

.PHONY: lock
lock: .venv/ready ## compile the requirements after a change by hand: ARGS="--upgrade-package NAME"
	@./tools/lock $(ARGS)

.PHONY: update
update: .venv/ready ## move everything that is locked to the newest versions
	@./tools/lock --upgrade

.PHONY: audit
audit: .venv/ready ## ask the advisory database about everything that is locked
	@$(BIN)/python tools/audit.py $(ARGS)

.venv/ready: $(wildcard requirements/*.txt) $(wildcard packages/*/pyproject.toml) .python-version
	@bash tools/setup
