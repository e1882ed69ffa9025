# Each target is a thin line over the `linli` command. A bare Debian 12 needs: git make python3 python3-venv.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
LINLI := $(VENV)/bin/linli
PIP := $(VENV)/bin/pip install --quiet --disable-pip-version-check

.PHONY: demo install develop serve check test test-sqlite bench soak

demo: $(VENV)/.installed
	@PORT=$(PORT) $(LINLI) demo

serve: $(VENV)/.installed
	@PORT=$(PORT) $(LINLI) serve

install: $(VENV)/.installed

check: $(VENV)/.developed
	@$(LINLI) check

test: $(VENV)/.developed
	@$(LINLI) test

test-sqlite: $(VENV)/.developed
	@$(LINLI) test --sqlite-only

bench: $(VENV)/.developed
	@$(PIP) --require-hashes -r requirements-bench.lock
	@$(PIP) --require-hashes -r requirements-scale.lock
	@$(LINLI) bench $(NAMES)

soak: $(VENV)/.developed
	@$(LINLI) soak

develop: $(VENV)/.developed

$(VENV)/bin/python:
	@echo "正在建立虚拟环境……"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: requirements.lock pyproject.toml | $(VENV)/bin/python
	@echo "正在安装依赖……"
	@$(PIP) --require-hashes -r requirements.lock
	@$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.developed: requirements-dev.lock $(VENV)/.installed
	@$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@
