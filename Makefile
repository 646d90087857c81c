# `make demo` tries Duka, `make test` proves it. Both install into .venv and nowhere else.

PYTHON ?= python3
ARGS ?=
SHELL := /bin/sh
.SHELLFLAGS := -euc
.DEFAULT_GOAL := help
.PHONY: help demo test check chaos nightly bench bench-quick lock audit sbom clean

# A stamp is named after all that its install depends on. Change the lock, the settings or the
# place of the checkout, and another name is wanted.
sum = $(shell { pwd; cat $(1) setup.cfg pyproject.toml; } | cksum | tr ' ' -)
CORE := .venv/duka-core-$(call sum,requirements.lock)
DEV := .venv/duka-dev-$(call sum,requirements.lock requirements-dev.lock)
EDITOR := .venv/duka-editor-$(call sum,tests/editor/package-lock.json)

help: ## say what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s  %s\n", $$1, $$2}' Makefile

demo: $(CORE) ## a shop on this machine, with a Ghala of its own; PORT=4000 for another port
	@.venv/bin/duka demo $(ARGS)

test: $(DEV) $(EDITOR) ## the whole test suite; ARGS="-k payments" for a part of it
	@.venv/bin/python -m pytest --numprocesses auto $(ARGS)

check: $(DEV) ## style and types
	@.venv/bin/ruff check --quiet .
	@.venv/bin/ruff format --quiet --check .
	@.venv/bin/mypy

chaos: $(DEV) ## kill the shop 200 times in each of four runs while people buy; ARGS="--kills 30" for less
	@.venv/bin/python -m tests.crash.chaos $(ARGS)

nightly: $(DEV) ## all that takes hours: 1,000 kills a run, pairs of power cuts, thousands of walks
	@.venv/bin/python -m tests.crash.nightly $(ARGS)

bench: $(DEV) ## how fast it is beside the smallest honest program, with results and a plot in bench/results
	@.venv/bin/python -m bench.whole

bench-quick: $(DEV) ## the quotients alone, in a minute
	@.venv/bin/python -m bench.quick

# A package that is asked for with an extra is locked with it: older pip looks for a version of
# `coverage[toml]` beside that of `coverage`, and takes the newest, whose hash no lock knows.
lock: ## choose the versions to install anew; ARGS=--upgrade for the newest
	@tools=$$(mktemp -d); trap 'rm -rf "$$tools"' EXIT; \
	"$(PYTHON)" -m venv "$$tools"; "$$tools/bin/python" -m pip -qq install uv; \
	lock="$$tools/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --no-annotate --no-strip-extras --no-emit-index-url --custom-compile-command" ; \
	printf 'setuptools>=80\n' > "$$tools/build.in"; \
	$$lock 'make lock' pyproject.toml "$$tools/build.in" -o requirements.lock $(ARGS); \
	$$lock 'make lock' pyproject.toml "$$tools/build.in" --extra dev -c requirements.lock \
	  -o requirements-dev.lock $(ARGS)

# --strict: a package that nobody could be asked about is no package without holes.
audit: ## ask PyPI whether what the locks name has known holes
	@tools=$$(mktemp -d); trap 'rm -rf "$$tools"' EXIT; \
	"$(PYTHON)" -m venv "$$tools"; "$$tools/bin/python" -m pip -qq install pip-audit; \
	"$$tools/bin/pip-audit" --strict --require-hashes --disable-pip --progress-spinner off \
	  -r requirements.lock -r requirements-dev.lock

sbom: ## list what Duka is installed with as CycloneDX, in build/sbom.json
	@mkdir -p build; tools=$$(mktemp -d); trap 'rm -rf "$$tools"' EXIT; \
	"$(PYTHON)" -m venv "$$tools"; "$$tools/bin/python" -m pip -qq install cyclonedx-bom; \
	"$$tools/bin/cyclonedx-py" requirements requirements.lock \
	  --output-reproducible -o build/sbom.json; echo build/sbom.json

clean: ## remove the environment and what the tools left behind, but never data/
	@rm -rf .venv build dist *.egg-info htmlcov .coverage
	@rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# An environment is made anew when there is none, when `making` shows that its last install was cut
# short, or when `home` shows that it was made for a checkout in another place.
anew = [ ! -x .venv/bin/python ] || [ -e .venv/making ] \
  || { [ -e .venv/home ] && [ "$$(cat .venv/home)" != "$$PWD" ]; }

# Nothing when PYTHON can make an environment, else the one line to print. Debian keeps ensurepip in
# a package apart, and venv notices only when half an environment stands there: so it is asked first.
trouble = $(shell ! { $(anew); } || \
  if ! "$(PYTHON)" -c '' 2>/dev/null; then \
    echo "there is no $(PYTHON): install Python 3.11 or newer, or name it: make PYTHON=/path/to/python3"; \
  elif ! "$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then \
    echo "$(PYTHON) is $$("$(PYTHON)" --version 2>&1), Duka needs 3.11 or newer: make PYTHON=/path/to/python3"; \
  elif ! "$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null; then \
    echo "python3-venv is missing: run \"apt-get install python3-venv\" as root, then make again"; \
  fi)

pip = PIP_DISABLE_PIP_VERSION_CHECK=1 .venv/bin/python -m pip -qq install

$(CORE):
	$(if $(trouble),$(error $(trouble)))
	@echo "Installing Duka into .venv, about a minute…"
	@if $(anew); then \
	  rm -rf .venv; \
	  "$(PYTHON)" -m venv .venv || { rm -rf .venv; exit 1; }; \
	fi
	@rm -f .venv/duka-*; touch .venv/making; echo "$$PWD" > .venv/home
	@$(pip) --require-hashes --requirement requirements.lock
	@$(pip) --no-deps --no-build-isolation --editable .
	@touch $@; rm .venv/making

$(DEV): $(CORE)
	@echo "Adding the test tools, about a minute more…"
	@rm -f .venv/duka-*; touch .venv/making
	@$(pip) --require-hashes --requirement requirements-dev.lock
	@touch $(CORE) $@; rm .venv/making

# Without npm nothing is red here: the tests that want what it brings say so by themselves.
$(EDITOR): $(DEV)
	@rm -rf .venv/editor .venv/duka-editor-*; mkdir .venv/editor
	@cp tests/editor/package.json tests/editor/package-lock.json .venv/editor
	@if command -v npm >/dev/null && \
	  npm ci --prefix .venv/editor --loglevel error --ignore-scripts --no-audit --no-fund; \
	then touch $@; \
	else echo "No yaml-language-server without npm: the tests of the editor cannot run here."; fi
