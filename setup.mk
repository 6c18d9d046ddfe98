# How .venv comes about: Python's own venv, then uv with the locked requirements, which are complete: nothing is resolved anew.
PYTHON ?= python3
BIN := .venv/bin

.venv/uv:
	$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(v not in ((3, 11), (3, 12)) and f"Python 3.11 or 3.12 is needed, this is {v[0]}.{v[1]}: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	touch $@

.venv/study: requirements.txt | .venv/uv
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --require-hashes --compile-bytecode -r requirements.txt
	touch $@

.venv/dev: requirements-dev.txt | .venv/uv
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --require-hashes --compile-bytecode -r requirements-dev.txt
	touch $@
