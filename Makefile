# Two commands to know: `make demo` shows the product live, `make test` checks everything. Both install what they need.

PYTHON ?= $(shell for python in python3.11 python3.12 python3.13 python3; do \
	$$python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null \
	&& echo $$python && break; done)
INSTALL = .venv/bin/pip install --quiet --disable-pip-version-check --require-hashes --no-deps

.PHONY: demo test lint format words bench

demo: .venv/installed
	@exec .venv/bin/python manage.py demo $(DEMO_FLAGS)

test: .venv/installed-dev
	@./checks.sh

lint: .venv/installed-dev
	@./checks.sh lint

format: .venv/installed-dev
	@.venv/bin/ruff check --fix .
	@.venv/bin/ruff format .

words: .venv/installed-dev
	@.venv/bin/python -m tests.words

bench: .venv/installed-dev
	@.venv/bin/python -m bench $(BENCH_FLAGS)

# pip comes last when a virtual environment is made, so that one with pip is whole.
.venv/bin/pip:
	@test -n "$(PYTHON)" || { echo "Switchroom needs Python 3.11, 3.12 or 3.13" >&2; exit 1; }
	@$(PYTHON) -m venv .venv

.venv/installed: requirements.txt | .venv/bin/pip
	@echo "Installing the product's libraries into .venv (only when they change) ..." >&2
	@$(INSTALL) -r requirements.txt
	@touch $@

.venv/installed-dev: requirements-dev.txt | .venv/bin/pip
	@echo "Installing the development libraries into .venv (only when they change) ..." >&2
	@$(INSTALL) -r requirements-dev.txt
	@touch $@
