# make demo   install, and report on the bundled example
# make test   install everything the tests need, and run all of them
# make bench  measure against Optuna and write the table into README.md
# make site   write the static page into dist/site/
# make translations   bring the catalogues up to date with the sentences in the sources, and compile them

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test check bench site pictures translations clean

demo: $(VENV)/installed
	$(BIN)/hpo-analyze report web/examples/digits.db -o report.html
	@echo "The report is $(CURDIR)/report.html: open it in a browser."

test: $(VENV)/installed-test
	$(BIN)/python -m tests.page.browser
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n 2 --dist loadfile analyzer tests

bench: $(VENV)/installed-test
	$(BIN)/python -m tests.benchmarks

site: $(VENV)/installed-test
	$(BIN)/python build/make_site.py --out dist/site

pictures: $(VENV)/installed-test
	$(BIN)/python build/pictures.py

translations: $(VENV)/installed-test
	$(BIN)/python -m tests.sentences

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "hpo-analyze needs Python 3.11 or later; say which with: make PYTHON=python3.12 …"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: $(VENV)/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/installed-test: $(VENV)/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	@touch $@ $(VENV)/installed

clean:
	rm -rf dist report.html .pytest_cache .mypy_cache .ruff_cache
