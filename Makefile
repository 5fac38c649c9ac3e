# Every target sets up what it needs; a second run installs nothing.
.DEFAULT_GOAL := help
.PHONY: help setup python demo test test-in-simulation test-on-local-aws test-the-rest test-of-regions test-of-local browser lint local deploy bench fuzz soak lock clean
.DELETE_ON_ERROR:

PYTHON ?= python3
# .venv has what we import. sam and the emulator pin boto3: each has an environment of its own, and is only ever run.
ENVIRONMENTS := .venv .venv-sam .venv-emulator
INSTALLED := $(ENVIRONMENTS:=/.installed)
READY := .venv/bin/scaudit $(INSTALLED)
# sam runs `make` and `python3` itself: it must find the locked Python first.
SAM := PATH="$(CURDIR)/.venv/bin:$$PATH" .venv-sam/bin/sam
export SAM_CLI_TELEMETRY := 0

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /  \1\t/p' $(MAKEFILE_LIST)

demo: setup ## deploy into an AWS on this machine, break things, watch scaudit speak
	@.venv/bin/python -m local.demo

# Tests on a local AWS wait as long as they compute: others run beside them. make begins the longest first, and the next
# as soon as one is done.
test: lint ## lint, then every test
	@$(MAKE) --no-print-directory --jobs=3 test-in-simulation test-on-local-aws test-the-rest test-of-regions test-of-local

UPDATED := tests/e2e/test_linked_regions.py tests/e2e/test_upgrade.py
PYTEST := .venv/bin/python -m pytest --durations 5

test-in-simulation: $(READY)
	@$(PYTEST) tests/simulation

test-on-local-aws: $(READY)
	@$(PYTEST) tests/e2e $(addprefix --ignore=,$(UPDATED))

test-the-rest: $(READY)
	@$(PYTEST) $(addprefix --ignore=tests/,browser e2e local simulation)

test-of-regions: $(READY)
	@$(PYTEST) $(UPDATED)

test-of-local: $(READY)
	@$(PYTEST) tests/local

# CI: where no browser is to be had, this fails. Elsewhere these tests are skipped, and say so.
browser: setup ## see the map in a headless Chromium; installs Debian's where there is none
	@.venv/bin/python -m tests.browser.chromium \
		|| { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium-headless-shell; } \
		|| { echo "No Chromium here. As root on Debian: apt-get install chromium-headless-shell" >&2; exit 1; }
	@CI=true .venv/bin/python -m pytest tests/browser --durations 5

lint: setup ## format, lint, types, template
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	$(SAM) validate --lint --region us-east-1
	.venv/bin/cfn-lint template.yaml organization.yaml

local: setup ## the AWS of the demo, for your own commands; make local PORT=4567 takes another port
	@.venv/bin/python -m local $(if $(PORT),--port $(PORT))

deploy: setup ## build, then deploy to the account your AWS settings name
	$(SAM) build
	$(SAM) deploy

bench: setup ## measure what scaudit costs
	@.venv/bin/python -m benchmarks.proxylog
	@.venv/bin/python -m benchmarks.judge
	@.venv/bin/python -m benchmarks.imports
	@.venv/bin/python -m benchmarks.lint
	@.venv/bin/python -m benchmarks.start
	@.venv/bin/python -m benchmarks.check
	@.venv/bin/python -m benchmarks.sweep
	@.venv/bin/python -m benchmarks.bill
	@.venv/bin/python -m benchmarks.outbreaks
	@.venv/bin/python -m benchmarks.latency
	@.venv/bin/python -m benchmarks.commands

fuzz: setup ## lint 5,000 mutations of healthy files, other ones each time
	@FUZZ=5000 .venv/bin/python -m pytest tests/cli/test_lint_fuzz.py

soak: setup ## days of a living estate in five minutes, while much goes wrong
	@.venv/bin/python -m tests.simulation.soak

# Pins already in a lock are kept; delete it first to take the newest of everything.
lock: ## remake locks/ and the layer's requirements.txt from pyproject.toml
	@$(PYTHON) -m venv --clear .lock-venv
	@.lock-venv/bin/pip install --quiet --disable-pip-version-check uv
	$(COMPILE) pyproject.toml --all-extras --group dev --output-file locks/dev.txt
	$(COMPILE) --group sam --output-file locks/sam.txt
	$(COMPILE) --group emulator --output-file locks/emulator.txt
	$(COMPILE) --group layer --constraint locks/dev.txt --output-file layers/scaudit/requirements.txt
	@rm -rf .lock-venv
COMPILE := .lock-venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate

clean: ## remove everything that make made
	rm -rf $(ENVIRONMENTS) .lock-venv .aws-sam .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

setup: ## install the tools of locks/, side by side
	@$(MAKE) --no-print-directory --silent --jobs=3 $(READY)

.venv/.installed: locks/dev.txt
.venv-sam/.installed: locks/sam.txt
.venv-emulator/.installed: locks/emulator.txt
$(INSTALLED): %/.installed: | python
	@echo "Installing $< into $*: once, about a minute ..."
	@$(PYTHON) -m venv --clear $*
# --no-deps: a lock is already complete, and pip stumbles over the extras that uv has flattened in it.
# pip compiles all of it, though half is never imported: where PYTHONDONTWRITEBYTECODE is set, every run would compile.
	@$*/bin/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r $<
	@touch $@

python:
	@command -v $(PYTHON) >/dev/null || { echo "scaudit needs Python 3.11 or newer, and there is no '$(PYTHON)' here." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "scaudit needs Python 3.11 or newer; '$(PYTHON)' is $$($(PYTHON) -V 2>&1). Name another: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "'$(PYTHON)' cannot make a virtual environment. On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }

.venv/bin/scaudit: .venv/.installed
	@printf '#!/bin/sh\nPYTHONPATH="%s:%s" exec "%s" -m scaudit_cli "$$@"\n' "$(CURDIR)" "$(CURDIR)/layers/scaudit" "$(CURDIR)/.venv/bin/python" > $@
	@chmod +x $@
