# demo, test: the README's two commands. Each target installs what it needs into .venv.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
OUT ?= demo-out

.PHONY: demo test test-slow check bench peers peer-slicer clean

demo: $(READY)
	$(BIN)/heartwright demo --out $(OUT) --force

test: $(READY)
	$(BIN)/pytest -n 2

test-slow: $(READY)
	$(BIN)/pytest -m slow -n 2

check: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(READY)
	@for f in benchmarks/[a-z]*.py; do $(BIN)/python $$f | tail -n 1; done

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	touch $(READY)

# What `benchmarks/aphyn_speed.py` is compared with; needs root, and Debian.
peers:
	sh benchmarks/peers/environment.sh

# What `benchmarks/geometry.py` and `scan_to_print.py` are compared with: 3D Slicer's core from PyPI.
peer-slicer:
	$(PYTHON) -m venv .venv-slicer
	.venv-slicer/bin/python -m pip install --quiet --disable-pip-version-check \
		slicer-core==5.13.31053.0

clean:
	rm -rf .venv .venv-peers .venv-slicer build *.egg-info demo-out
