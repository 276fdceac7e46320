# Two commands: `make demo` shows it, `make test` tests it. Both make their own environment in .venv from the lock file.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
LEDGER := $(BIN)/htc-ledger
PORT   ?= 8050

.PHONY: help setup demo test lint soak bench docs screenshots lock clean chromium condor elastic

help:           ## This list
	@grep -E '^[a-z]+: .*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):[^#]*## */\1\t/' | expand -t 14

setup: $(VENV)/.ready  ## Make .venv from requirements.lock (about a minute, once)

$(VENV)/.packages: requirements.lock
	@sh deploy/make-venv.sh "$(PYTHON)" "$(VENV)"
	@touch $@

$(VENV)/.ready: $(VENV)/.packages pyproject.toml
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: setup     ## Ingest the real sample and a simulated pool, build, and serve the dashboard on PORT (8050)
	@$(LEDGER) demo --port $(PORT)

test: setup chromium condor elastic  ## Every test but the soaks, each suite with its time
	@$(BIN)/python -m tests.suites

lint: setup     ## ruff and mypy --strict
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

soak: setup chromium condor elastic  ## The long runs; results are written down in docs/soak.md
	$(BIN)/python -m pytest -m soak tests

bench: setup    ## Measure, beside what one would use instead, and write docs/performance.md
	$(BIN)/python -m bench

docs: setup     ## Write the generated references (data dictionary, definitions, command line)
	$(BIN)/python -m pipeline.dictionary docs

screenshots: setup chromium  ## Take the pictures of every page into docs/images
	$(BIN)/python -m tests.dashboard.screenshots

chromium: setup
	@sh deploy/need-chromium.sh
	@sh deploy/need-npm.sh
	@$(BIN)/python -m tests.dashboard.axe
	@$(BIN)/python -m tests.identity.installed >/dev/null

condor: setup
	@$(BIN)/python -m tests.pool.installed

elastic: setup
	@$(BIN)/python -m tests.elastic.installed

lock:           ## Resolve requirements.lock anew (needs uv)
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --quiet --upgrade --output-file requirements.lock

clean:          ## Remove the environment and what tests and demo left behind
	rm -rf $(VENV) demo-lake build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
