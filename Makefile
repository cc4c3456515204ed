# One-line recipes; `make help` lists them. Prerequisites: Python 3.11, Node 20.
PYTHON ?= python3.11
VENV := .venv
PY := $(VENV)/bin/python
STAMPS := .stamps

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev models web serve demo test check format lint types layers test-python test-web samples bench-asr clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | sort | awk -F'\t' '{printf "  %-14s %s\n", $$1, $$2}'

$(VENV)/bin/python:
	@command -v $(PYTHON) >/dev/null || { echo "需要 Python 3.11（找不到 $(PYTHON)）。请安装后重试，或用 make PYTHON=路径 指定。"; exit 2; }
	$(PYTHON) -m venv $(VENV)

$(STAMPS)/python: requirements.txt | $(VENV)/bin/python
	@mkdir -p $(STAMPS)
	@echo "安装 Python 依赖（约 2 GB，需几分钟）…"
	@$(PY) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(STAMPS)/python-dev: requirements-dev.txt $(STAMPS)/python
	@echo "安装开发与测试工具…"
	@$(PY) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

$(STAMPS)/npm: web/package.json web/package-lock.json
	@command -v npm >/dev/null || { echo "需要 Node 20 和 npm。"; exit 2; }
	@mkdir -p $(STAMPS)
	@echo "安装页面依赖…"
	@cd web && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

$(STAMPS)/web: $(STAMPS)/npm $(shell find web/src web/index.html web/vite.config.ts -type f 2>/dev/null)
	@echo "构建页面…"
	@cd web && npm run --silent build
	@touch $@

$(STAMPS)/models: $(STAMPS)/python models/manifest.toml
	$(PY) server.py models fetch
	@touch $@

setup: $(STAMPS)/python $(STAMPS)/models $(STAMPS)/web ## install Python and web parts, join and verify the models

web: $(STAMPS)/web ## build the pages

models: $(STAMPS)/models ## join and verify the models

serve: setup ## serve on 127.0.0.1:8000
	$(PY) server.py

demo: setup ## serve, play a sample call live, print the address to open
	$(PY) server.py demo

test: $(STAMPS)/python-dev $(STAMPS)/models $(STAMPS)/web $(STAMPS)/browser ## all tests: Python, pages, the real models, one browser story
	$(MAKE) --no-print-directory test-web
	$(MAKE) --no-print-directory test-python

test-python: $(STAMPS)/python-dev $(STAMPS)/models
	$(PY) -m pytest

test-web: $(STAMPS)/npm
	cd web && npm test --silent

$(STAMPS)/browser:
	@mkdir -p $(STAMPS)
	@test -x /usr/bin/chromium || { echo "安装 Chromium（浏览器测试用）…"; apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk >/dev/null; }
	@touch $@

check: format lint types layers test ## everything CI looks at

format: $(STAMPS)/python-dev ## code is formatted
	$(VENV)/bin/ruff format --check --quiet .

lint: $(STAMPS)/python-dev $(STAMPS)/npm ## ruff and eslint find nothing
	$(VENV)/bin/ruff check --quiet .
	cd web && npm run --silent lint

types: $(STAMPS)/python-dev $(STAMPS)/npm ## mypy --strict and vue-tsc
	$(VENV)/bin/mypy --no-error-summary
	cd web && npm run --silent types

layers: $(STAMPS)/python-dev ## imports point one way
	$(VENV)/bin/lint-imports --no-cache

fix: $(STAMPS)/python-dev ## format the code and mend what ruff can
	$(VENV)/bin/ruff format --quiet .
	$(VENV)/bin/ruff check --quiet --fix .

$(STAMPS)/samples: requirements-samples.txt $(STAMPS)/python-dev
	$(PY) -m pip install --quiet --disable-pip-version-check -r requirements-samples.txt
	@touch $@

samples: $(STAMPS)/samples ## make the synthetic sample calls again
	$(PY) -m audio_samples.make_samples

clean: ## remove what was built (not the data)
	rm -rf $(STAMPS) $(VENV) web/node_modules web/dist .cache .mypy_cache .ruff_cache .pytest_cache

bench: $(STAMPS)/samples $(STAMPS)/models ## measure recognition, latency under load and non-speech on this machine
	$(PY) -m benchmarks.dev_set
	$(PY) -m benchmarks.asr_windows
	$(PY) -m benchmarks.recognition --out benchmarks/out/recognition.json
	$(PY) -m benchmarks.load --calls 1 4 8 12 16 24 --out benchmarks/out/load.json

bench-asr: $(STAMPS)/samples $(STAMPS)/models ## recognition on sample and development calls: base beside adapted
	$(PY) -m benchmarks.dev_set
	$(PY) -m benchmarks.asr_windows --set samples --set dev_set

PEER := .cache/peers/whisperlive

$(STAMPS)/peer:
	@mkdir -p $(STAMPS) $(dir $(PEER))
	$(PYTHON) -m venv $(PEER)
	$(PEER)/bin/pip install --quiet torch==2.13.0 faster-whisper==1.2.1 ctranslate2==4.8.5 websockets fastapi uvicorn python-multipart scipy prometheus_client
	$(PEER)/bin/pip install --quiet --no-deps whisper-live==0.10.0
	@touch $@

.PHONY: bench-peer
bench-peer: $(STAMPS)/samples $(STAMPS)/models $(STAMPS)/peer ## the same calls through WhisperLive and through us, in one run
	$(PY) -m benchmarks.dev_set
	$(PY) -m benchmarks.peer --python $(PEER)/bin/python --out benchmarks/out/peer.json

.PHONY: eval
eval: $(STAMPS)/models ## measure understanding over the written dialogues (test side)
	$(PY) -m assistant.evaluate --split test --picture docs/confusion.svg --json docs/evaluation.json

.PHONY: drills soak
drills: $(STAMPS)/python-dev ## failure drills in their long forms (some minutes, loopback only)
	DRILLS=long $(PY) -m pytest -q tests/drills -s

soak: $(STAMPS)/python-dev $(STAMPS)/models ## two hours of calls on the real server; memory must not climb
	$(PY) -m tests.drills.soak --hours 2 --calls 6

.PHONY: kill
kill: $(STAMPS)/python-dev ## kill the storing process 1,000 times: nothing acknowledged may be missing
	KILLS=1000 $(PY) -m pytest tests/integration/test_kill.py

.PHONY: bench-store
bench-store: $(STAMPS)/python-dev ## time lists and search over 100,000 calls on this machine
	$(PY) -m benchmarks.store

.PHONY: fuzz
fuzz: $(STAMPS)/python-dev ## ten minutes of mutated messages for every parser; what is new is kept in tests/fuzz/corpus
	$(PY) -m tests.fuzz --seconds 600
