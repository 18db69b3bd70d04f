# Everything here needs python3 (3.11 or newer) and make; the rest is set up by .ci/set-up, once.
RUN := .venv/bin
export PYTHON UV
# What Python has compiled is kept, whatever the shell says: without, each of a hundred processes compiles all it imports.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo test check unit bench format clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: .venv/.ready ## the whole loop on one machine, with two incidents, offline
	@$(RUN)/burnline demo

test: check unit ## every check that guards main; the count of tests comes last

check: .venv/.ready ## formatting, lint, strict types, import direction
	$(RUN)/ruff format --check .
	$(RUN)/ruff check .
	$(RUN)/mypy -n 2
	$(RUN)/lint-imports

unit: .venv/.ready ## unit, laws, flow and doctests
	$(RUN)/pytest -n 2 --dist worksteal

bench: .venv/.ready ## the benchmarks, one after the other; each prints its question and its figures
	$(RUN)/python -m tests.benchmarks

format: .venv/.ready ## rewrite what the formatter and the linter can put right
	$(RUN)/ruff format .
	$(RUN)/ruff check --fix .

clean: ## forget what was set up
	rm -rf .venv .tools

.venv/.ready: uv.lock pyproject.toml .ci/set-up
	@.ci/set-up
	@touch $@
