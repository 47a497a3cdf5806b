# Two commands do all the set-up: `make up` runs the product, `make test` runs every test.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
UI := packages/server/src/gameops/app/ui
MEMBERS := -e packages/protocol -e packages/agent -e packages/server
export PATH := $(CURDIR)/$(BIN):$(PATH)

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

up: $(VENV)/.runtime $(UI)/index.html ## Run GameOps here: database, server, worker and a demo venue
	@GAMEOPS_DEMO=$${GAMEOPS_DEMO-1} exec gameops up

test: $(VENV)/.dev $(UI)/index.html web/node_modules/.ready $(VENV)/.browser ## Run every test
	@bash scripts/test.sh

check: $(VENV)/.dev web/node_modules/.ready ## Lint, types, import contracts, drift of generated files
	@bash scripts/check.sh

bench: $(VENV)/.dev $(UI)/index.html ## Run every benchmark and write bench/results
	@bash scripts/bench.sh

docs: $(VENV)/.dev ## Build the documentation into site/
	@mkdocs build --strict

wheels: $(VENV)/.dev $(UI)/index.html ## Build the wheels into dist/
	@rm -rf dist && for package in protocol agent server; do \
	  $(UV) build --quiet --wheel --no-build-isolation --out-dir dist packages/$$package; done; ls dist

lock: $(VENV)/.uv ## Resolve again and export the pins
	@$(UV) lock --quiet && bash scripts/export_pins.sh

generate: $(VENV)/.dev web/node_modules/.ready ## Regenerate the OpenAPI document and the web client's types
	@bash scripts/generate.sh

clean: ## Remove environments and builds (never data)
	rm -rf $(VENV) web/node_modules $(UI) dist site

$(VENV)/.uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "GameOps needs Python 3.11 or newer")'
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements/uv.txt
	@touch $@

$(VENV)/.runtime: $(VENV)/.uv requirements/runtime.txt $(wildcard packages/*/pyproject.toml)
	@if [ ! -e $(VENV)/.dev ]; then \
	  $(UV) pip sync --quiet --require-hashes requirements/runtime.txt; \
	  $(UV) pip install --quiet --no-deps $(MEMBERS); fi
	@touch $@

$(VENV)/.dev: $(VENV)/.uv requirements/dev.txt $(wildcard packages/*/pyproject.toml)
	@$(UV) pip sync --quiet --require-hashes requirements/dev.txt
	@$(UV) pip install --quiet --no-deps $(MEMBERS)
	@touch $@

$(VENV)/.node: $(VENV)/.uv requirements/node.txt
	@node -e 'process.exit(+process.versions.node.split(".")[0] < 20 ? 1 : 0)' 2>/dev/null \
	  || $(UV) pip install --quiet --require-hashes -r requirements/node.txt
	@touch $@

$(VENV)/.browser: scripts/install_test_tools.sh | $(VENV)/.uv
	@bash scripts/install_test_tools.sh
	@touch $@

web/node_modules/.ready: $(VENV)/.node web/package-lock.json
	@npm --prefix web ci --no-audit --no-fund --loglevel=error
	@touch $@

$(UI)/index.html: web/package-lock.json $(shell find web/src web/public web/index.html web/*.ts -type f 2>/dev/null)
	@$(MAKE) --no-print-directory web/node_modules/.ready
	@npm --prefix web run build --silent
	@touch $@

.PHONY: help up test check bench docs wheels lock generate clean
