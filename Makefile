# Two commands need nothing but Python 3.11 to 3.13, make and a network:
#   make run    the made-up agency, in this checkout only
#   make test   the whole suite on SQLite and on a PostgreSQL it brings along
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test lint bench revision constraints clean

PYTHON ?=
VENV := .venv
BIN := $(VENV)/bin
HOME_DB := .caseload/demo.db
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq
MESSAGE ?= $(error Say what the revision is for: make revision MESSAGE="...")

# A moved checkout, or a Python that is gone, leaves an environment that points at nothing: it is made again.
ifneq ($(shell $(BIN)/python -c 'print(1)' 2>/dev/null && cat $(VENV)/place 2>/dev/null),1 $(CURDIR))
$(shell rm -f $(VENV)/*.stamp)
endif

help:
	@echo "make run      open the made-up agency (built once, in .caseload/)"
	@echo "make test     run every test on SQLite and PostgreSQL; ARGS=... goes to pytest"
	@echo "make lint     ruff, mypy, import-linter"
	@echo "make bench    measure, against the baselines in docs/performance.md"
	@echo "make revision MESSAGE=...   write a migration from what the models say"
	@echo "make clean    remove everything make has made, the made-up agency too"

# The newest Python that really runs: a version manager's shim may be there for one that is not installed.
$(VENV)/made.stamp:
	@for python in $(PYTHON) python3.13 python3.12 python3.11 python3; do \
	  "$$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null || continue; \
	  found=$$python; "$$python" -c 'import ensurepip, venv' 2>/dev/null && { ready=$$python; break; }; \
	done; \
	if [ -z "$$found" ]; then \
	  echo "caseload needs Python 3.11, 3.12 or 3.13, and none was found. Install one, or name it: make PYTHON=/path/to/python" >&2; exit 1; \
	elif [ -z "$$ready" ]; then \
	  echo "$$found cannot make virtual environments (no ensurepip). On Debian or Ubuntu: apt install python3-venv" >&2; exit 1; \
	fi; \
	echo "Making .venv with $$($$ready --version) ..." >&2; \
	rm -rf $(VENV) && "$$ready" -m venv $(VENV)
	@printf '%s\n' '$(CURDIR)' > $(VENV)/place
	@touch $@

# Editable, so that a change of the code is seen at once; only a change of these two files installs again.
$(VENV)/run.stamp: $(VENV)/made.stamp pyproject.toml constraints.txt
	@echo "Installing caseload (once, under a minute) ..." >&2
	@$(PIP) install -c constraints.txt -e .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/made.stamp pyproject.toml constraints.txt
	@echo "Installing caseload with what its tests need (once, a minute or two) ..." >&2
	@$(PIP) install -c constraints.txt -e '.[dev]'
	@touch $(VENV)/run.stamp $@

# Made aside and moved into place, so that an interrupted start leaves nothing half-built.
$(HOME_DB): | $(VENV)/run.stamp
	@echo "Building the made-up agency ..." >&2
	@rm -rf .caseload/making && mkdir -p .caseload/making && chmod 700 .caseload
	@$(BIN)/caseload --database .caseload/making/demo.db demo --no-open > /dev/null
	@touch .caseload/schema.stamp && mv .caseload/making/* .caseload/ && rmdir .caseload/making

# Only after a change of the migrations: every other start has nothing to ask.
.caseload/schema.stamp: $(wildcard migrations/versions/*.py) | $(HOME_DB)
	@$(BIN)/caseload --database $(HOME_DB) upgrade > /dev/null
	@touch $@

run: $(VENV)/run.stamp $(HOME_DB) .caseload/schema.stamp
	@if [ -t 0 ] && [ -t 1 ]; then \
	  exec $(BIN)/caseload --database $(HOME_DB); \
	else \
	  exec $(BIN)/caseload --database $(HOME_DB) queue --format table; \
	fi

test: $(VENV)/dev.stamp
	@$(BIN)/python -m pytest -n 2 --dist worksteal $(ARGS)

lint: $(VENV)/dev.stamp
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

bench: $(VENV)/dev.stamp
	@$(BIN)/python -m benchmarks $(ARGS)

revision: $(VENV)/dev.stamp
	@$(BIN)/python -m tests.support.revision "$(MESSAGE)"

# The newest versions pyproject.toml allows; other Pythons may need a line more, so look before committing.
constraints: $(VENV)/dev.stamp
	@$(PIP) install --upgrade --upgrade-strategy eager -e '.[dev]'
	@{ sed -n '/^#/p' constraints.txt; $(BIN)/python -m pip freeze --exclude-editable; } > constraints.new
	@mv constraints.new constraints.txt

clean:
	rm -rf $(VENV) .caseload build dist .pytest_cache .hypothesis .mypy_cache .ruff_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
