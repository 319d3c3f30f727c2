# Two commands set everything up with Python and nothing else: make demo, make test.
PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/.installed

.PHONY: demo test lint bench clean browser database helpdesk

$(INSTALLED): pyproject.toml tests/plaindesk/pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[demo,dev,postgresql]"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable tests/plaindesk
	touch $@

demo: $(INSTALLED)
	$(BIN)/touchcost demo $(DEMO)

test: $(INSTALLED) browser database helpdesk
	$(BIN)/python -m pytest --numprocesses auto --dist loadscope $(TESTS)

lint: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(INSTALLED)
	$(BIN)/python -m benchmarks $(BENCH)

# The page is tested in a headless browser; without one those tests say loudly that they were skipped.
browser:
	@command -v chromium >/dev/null 2>&1 || sh tests/install_chromium.sh

# The store is tested on SQLite and on a PostgreSQL of the tests' own; TOUCHCOST_TEST_POSTGRESQL names another one.
database:
	@[ -n "$$TOUCHCOST_TEST_POSTGRESQL" ] || command -v initdb >/dev/null 2>&1 \
	  || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || sh tests/install_postgresql.sh

# The connector is tested against a real helpdesk too: Request Tracker, with an instance of the tests' own.
helpdesk:
	@[ -x /usr/share/request-tracker5/libexec/rt-server ] || sh tests/install_request_tracker.sh

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis
