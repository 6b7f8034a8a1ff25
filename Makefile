# What each command does is in README.md. `make run` and `make test` need Python 3.11 and make, nothing else.
PYTHON ?= python3
PORT ?= 8000
RUNS ?= 200
IN_ENVIRONMENT := .venv/bin/python
export PORT

.DEFAULT_GOAL := run
.PHONY: run test test-quick lint bench bench-redirect bench-images bench-dispatch bench-unknowns bench-clicks bench-coach coach-report crash screenshots messages python environment

# A line for a person instead of a syntax error: everything after this may use Python 3.11.
python:
	$(if $(shell $(PYTHON) -c 'import sys; print("new" if sys.version_info >= (3, 11) else "")' 2>/dev/null),,\
	  $(error The hub needs Python 3.11 or newer, and $(PYTHON) is $(shell \
	  command -v $(PYTHON) >/dev/null && $(PYTHON) --version 2>/dev/null || echo missing). \
	  Install it, or name another: make $(MAKECMDGOALS) PYTHON=python3.12))

run: python
	@$(PYTHON) -I hub/run.py

environment: python
	@$(PYTHON) -I hub/bootstrap.py tests/requirements.txt

test: environment
	@$(IN_ENVIRONMENT) -m tests.commands.everything

test-quick: environment
	@$(IN_ENVIRONMENT) -m pytest --numprocesses logical --dist worksteal -m "not browser and not peer and not slow"

lint: environment
	@$(IN_ENVIRONMENT) -m tests.commands.lint

bench: bench-redirect bench-images bench-dispatch bench-unknowns bench-clicks bench-coach

bench-redirect: environment
	@$(IN_ENVIRONMENT) -m tests.commands.debian nginx wrk
	@$(IN_ENVIRONMENT) -m tests.bench.redirect

bench-images: environment
	@$(IN_ENVIRONMENT) -m tests.commands.debian libvips-tools
	@$(IN_ENVIRONMENT) -m tests.bench.images

bench-dispatch: environment
	@$(IN_ENVIRONMENT) -m tests.commands.debian postgresql redis-server
	@$(IN_ENVIRONMENT) -m tests.bench.dispatch

bench-unknowns: environment
	@$(IN_ENVIRONMENT) -m tests.bench.unknowns

bench-clicks: environment
	@$(IN_ENVIRONMENT) -m tests.bench.clicks

bench-coach: environment
	@$(IN_ENVIRONMENT) -m tests.bench.coach

coach-report: environment
	@$(IN_ENVIRONMENT) -m tests.commands.coach_report

crash: environment
	@$(IN_ENVIRONMENT) -m tests.commands.debian postgresql redis-server
	@$(IN_ENVIRONMENT) -m tests.crash --runs $(RUNS) $(if $(FRESH),--fresh)

screenshots: environment
	@$(IN_ENVIRONMENT) -m tests.commands.debian chromium-headless-shell fonts-liberation fonts-noto-color-emoji
	@$(IN_ENVIRONMENT) -m tests.commands.screenshots

messages: environment
	@$(IN_ENVIRONMENT) -m tests.commands.debian gettext
	@$(IN_ENVIRONMENT) manage.py makemessages --all --no-obsolete --ignore .venv --ignore var --ignore tests
	@$(IN_ENVIRONMENT) manage.py compilemessages --ignore .venv --ignore var
