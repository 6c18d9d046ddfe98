# Everything is set up in .venv from the locked requirements; only Python 3.11 or 3.12 and make are needed.
CORES ?= all

.PHONY: study status cells splice blood test gauntlet lint lock docs picture clean

study: .venv/study  ## set up and run the example study; the report is results/report/report.html
	$(BIN)/snakemake --cores $(CORES)

status:  ## what of the study is done, failed, running or waiting; takes seconds, also while it runs
	@$(BIN)/snakemake status

cells: .venv/study  ## the second example study, in examples/cells
	$(BIN)/snakemake --cores $(CORES) --directory examples/cells

splice: .venv/study  ## the third example study, of sequences, in examples/splice
	$(BIN)/snakemake --cores $(CORES) --directory examples/splice

blood: .venv/study  ## the fourth example study, of images, in examples/blood
	$(BIN)/snakemake --cores $(CORES) --directory examples/blood

test: .venv/dev tests/browser/node_modules  ## set up and run all tests; those of pages need Chromium and npm
	$(BIN)/python -m pytest --numprocesses 2 --dist loadscope --no-loadscope-reorder

gauntlet: .venv/dev  ## plant every pitfall and its clean twin, and print what was caught; one to two hours
	$(BIN)/python tests/gauntlet/run.py

lint: .venv/dev  ## what CI asks of the code's form
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/snakefmt --check Snakefile workflow/rules
	$(BIN)/snakemake --lint

lock:  ## write the locked requirements, the env files and the config documentation again
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-annotate --no-header -q -o requirements.txt
	uv pip compile pyproject.toml --group dev -c requirements.txt --universal --python-version 3.11 --generate-hashes --no-annotate --no-header -q -o requirements-dev.txt
	echo roc-validator | uv pip compile - --universal --python-version 3.11 --generate-hashes --no-annotate --no-header -q -o tests/crate/requirements.txt
	$(PYTHON) envs/pin.py

docs: .venv/dev  ## write config/README.md from the schema, docs/rule-graph.md from the rules, docs/simulate.md from the simulation
	$(BIN)/python workflow/schemas/document.py
	$(BIN)/python workflow/rules/document.py
	PYTHONPATH=workflow/scripts $(BIN)/python -m tentips.simulate.document

picture: .venv/study  ## the picture of the example study in the README; the study must have run, and Chromium must be there
	$(BIN)/python docs/screenshot.py results/report/report.html docs/report.png

clean:  ## remove results and the set-up
	rm -rf .venv .snakemake results/*

tests/browser/node_modules: tests/browser/package-lock.json
	npm ci --silent --no-audit --no-fund --prefix tests/browser
	touch $@

include setup.mk
