# Every target does its own set-up; stamps in .venv make repeats fast.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip -qq --disable-pip-version-check
INSTALL := $(PIP) install --constraint constraints.txt
PYTEST := $(BIN)/python -m pytest -n 2

.PHONY: demo test test-learn check format bare bench model clean
.DELETE_ON_ERROR:

demo: $(VENV)/core.stamp model
	$(BIN)/formcheck demo --out build/demo

test: $(VENV)/test.stamp
	@$(MAKE) --no-print-directory model || echo "Going on without the pose model: tests that need it are skipped."
	$(PYTEST)

# Networks and training; torch is a large download.
test-learn: $(VENV)/learn.stamp
	$(BIN)/python -m pytest tests_learn

check: $(VENV)/dev.stamp
	$(BIN)/ruff format --check --quiet
	$(BIN)/ruff check --quiet
	$(BIN)/pyright
	$(BIN)/lint-imports --no-logo
	@$(MAKE) --no-print-directory test

format: $(VENV)/dev.stamp
	$(BIN)/ruff check --fix --quiet
	$(BIN)/ruff format --quiet

# What `pip install formcheck` brings is enough for the import and the help, and the import is quick.
bare: constraints.txt pyproject.toml
	@set -eu; folder=$$(mktemp -d); trap 'rm -rf "$$folder"' EXIT; \
	$(PYTHON) -m venv "$$folder/venv"; python="$$folder/venv/bin/python"; \
	"$$python" -m pip -qq --disable-pip-version-check install --constraint constraints.txt .; \
	cd "$$folder"; \
	"$$folder/venv/bin/formcheck" --help > /dev/null; \
	"$$python" -c 'import importlib.util as u; assert not u.find_spec("torch") and not u.find_spec("pytest")'; \
	"$$python" -c 'import formcheck'; \
	"$$python" -c 'import sys, time; t = time.perf_counter(); import formcheck; s = time.perf_counter() - t; print(f"import formcheck: {s:.2f} s (limit 0.5 s), formcheck --help works"); sys.exit(s > 0.5)'

bench: $(VENV)/core.stamp model
	$(BIN)/formcheck evaluate speed

# The pose model is fetched once per user cache.
model: $(VENV)/core.stamp
	@$(BIN)/python -c 'import sys; from formcheck.pose.model import main; sys.exit(main())'

clean:
	rm -rf build dist .pytest_cache .ruff_cache .import_linter_cache .hypothesis

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and f"expected Python 3.11 or later, got {sys.version.split()[0]}; name another one with: make PYTHON=python3.12")'
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "expected a Python that makes virtual environments; on Debian or Ubuntu: apt-get install python3-venv" >&2; exit 1; }

$(VENV)/core.stamp: pyproject.toml constraints.txt | $(BIN)/python
	$(INSTALL) --editable .
	@$(BIN)/python -c 'import sys; from formcheck.pose.libraries import missing_libraries; sys.exit(missing_libraries())'
	@touch $@

$(VENV)/test.stamp: $(VENV)/core.stamp
	$(INSTALL) --editable '.[test]'
	@touch $@

$(VENV)/learn.stamp: $(VENV)/test.stamp
	$(INSTALL) --editable '.[test,learn]'
	@touch $@

$(VENV)/dev.stamp: $(VENV)/test.stamp
	$(INSTALL) --editable '.[dev]'
	@touch $@
