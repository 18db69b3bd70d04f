# `make demo` and `make test` need python3 (3.11 or newer) and this file; everything else they set up themselves.
PYTHON ?= python3
UV := .tools/bin/uv
RUN := .venv/bin
UV_VERSION := 0.13.8

.PHONY: demo test check unit bench format clean

demo: .venv/.ready ## the whole loop on one machine, with an incident, offline
	$(RUN)/burnline demo

test: .venv/.ready check unit ## every check that guards main

check: .venv/.ready ## formatting, lint, strict types, import direction
	$(RUN)/ruff format --check .
	$(RUN)/ruff check .
	$(RUN)/mypy
	$(RUN)/lint-imports

unit: .venv/.ready ## unit, laws, flow and doctests
	$(RUN)/pytest -n 2 --dist worksteal

bench: .venv/.ready ## the benchmarks, one after the other; each prints its question and its figures
	$(RUN)/python -m tests.benchmarks

format: .venv/.ready
	$(RUN)/ruff format .
	$(RUN)/ruff check --fix .

.tools/bin/uv:
	$(PYTHON) -m venv .tools
	.tools/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

.venv/.ready: uv.lock pyproject.toml | $(UV)
	$(UV) sync --quiet --frozen --all-extras
	@touch $@

clean:
	rm -rf .venv .tools
