# Every target sets up what it needs; a second run installs nothing.
.DEFAULT_GOAL := help
.PHONY: help demo test test-on-local-aws test-the-rest lint local deploy bench fuzz soak lock clean
.DELETE_ON_ERROR:

PYTHON ?= python3
# sam runs `make` and `python3` itself: both must find the locked tools first.
WITH_TOOLS := PATH="$(CURDIR)/.venv/bin:$$PATH"
export SAM_CLI_TELEMETRY := 0

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /  \1\t/p' $(MAKEFILE_LIST)

demo: .venv/bin/scaudit ## deploy into an AWS on this machine, break things, watch scaudit speak
	@.venv/bin/python -m local.demo

# Tests on a local AWS wait more than they compute: they run beside the rest, and never beside one another.
test: lint ## lint, then every test
	@$(MAKE) --no-print-directory --jobs=2 test-on-local-aws test-the-rest

test-on-local-aws: .venv/bin/scaudit
	@.venv/bin/python -m pytest tests/e2e tests/local --durations 5

test-the-rest: .venv/bin/scaudit
	@.venv/bin/python -m pytest --ignore tests/e2e --ignore tests/local --durations 5

lint: .venv/bin/scaudit ## format, lint, types, template
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	$(WITH_TOOLS) sam validate --lint --region us-east-1
	.venv/bin/cfn-lint template.yaml

local: .venv/bin/scaudit ## the AWS of the demo, for your own commands
	@.venv/bin/python -m local

deploy: .venv/bin/scaudit ## build, then deploy to the account your AWS settings name
	$(WITH_TOOLS) sam build
	$(WITH_TOOLS) sam deploy

bench: .venv/bin/scaudit ## measure what scaudit costs
	@.venv/bin/python -m benchmarks.proxylog
	@.venv/bin/python -m benchmarks.judge
	@.venv/bin/python -m benchmarks.imports
	@.venv/bin/python -m benchmarks.lint
	@.venv/bin/python -m benchmarks.sweep
	@.venv/bin/python -m benchmarks.latency

fuzz: .venv/bin/scaudit ## lint 5,000 mutations of healthy files, other ones each time
	@FUZZ=5000 .venv/bin/python -m pytest tests/cli/test_lint_fuzz.py

soak: .venv/bin/scaudit ## days of a living estate in five minutes, while much goes wrong
	@.venv/bin/python -m tests.simulation.soak

# Pins already in the lock are kept; delete requirements.lock first to take the newest of everything.
lock: ## remake requirements.lock and the layer's requirements.txt from pyproject.toml
	@$(PYTHON) -m venv --clear .lock-venv
	@.lock-venv/bin/pip install --quiet --disable-pip-version-check uv
	.lock-venv/bin/uv pip compile pyproject.toml --all-extras --group dev $(COMPILE) --output-file requirements.lock
	.lock-venv/bin/uv pip compile --group layer --constraint requirements.lock $(COMPILE) --output-file layers/scaudit/requirements.txt
	@rm -rf .lock-venv
COMPILE := --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate

clean: ## remove everything that make made
	rm -rf .venv .lock-venv .aws-sam .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.installed: requirements.lock
	@command -v $(PYTHON) >/dev/null || { echo "scaudit needs Python 3.11 or newer, and there is no '$(PYTHON)' here." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "scaudit needs Python 3.11 or newer; '$(PYTHON)' is $$($(PYTHON) -V 2>&1). Name another: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "'$(PYTHON)' cannot make a virtual environment. On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	@echo "Installing the tools of requirements.lock into .venv: once, a minute or two ..."
	@$(PYTHON) -m venv --clear .venv
# --no-deps: the lock is already complete, and pip stumbles over the extras that uv has flattened in it.
	@.venv/bin/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@touch $@

.venv/bin/scaudit: .venv/.installed
	@printf '#!/bin/sh\nPYTHONPATH="%s:%s" exec "%s" -m scaudit_cli "$$@"\n' "$(CURDIR)" "$(CURDIR)/layers/scaudit" "$(CURDIR)/.venv/bin/python" > $@
	@chmod +x $@
