# `make app` starts the app, `make test` runs everything, `make quick` what takes two minutes. All set up what they need.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PYTEST := $(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist worksteal

# What `make quick` leaves out: tests that need a running app, and those that train the models of the pages from many seeds.
SLOW_TESTS := tests/app tests/browser tests/load tests/test_add_an_experiment.py tests/test_hosting.py \
	tests/experiments tests/pretrained

.PHONY: app test quick lint browser clean

app: $(VENV)/.run
	@echo "The app: http://localhost:8501, or the port that the next line names"
	$(BIN)/streamlit run streamlit_app.py

test: $(VENV)/.dev browser lint
	$(PYTEST)

quick: lint
	$(PYTEST) $(SLOW_TESTS:%=--ignore=%)

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# The browser tests drive the system's Chromium; on Debian and Ubuntu it is installed here, elsewhere said how.
browser: $(VENV)/.dev
	$(BIN)/python -m tests.browser.install

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet -r requirements.txt
	touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.run
	$(BIN)/python -m pip install --quiet -r requirements-dev.txt
	touch $@

clean:
	rm -rf $(VENV) build toymodels.egg-info
