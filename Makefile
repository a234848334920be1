# Two commands do all the set-up: `make demo` and `make test`. They need Python 3.11 or newer and nothing else.
# The Python environment is the Makefile's own (VENV); a .venv beside it is never read, used or touched.
VENV = .make/venv
CACHE = $(VENV)/cache-$$(id -u)
PYTHON = PYTHONPATH= PYTHONHOME= "$(VENV)/bin/python"
PYTEST = $(PYTHON) -m pytest -o cache_dir="$(CACHE)/pytest"
IMPORTS = from importlinter.cli import lint_imports_command as lint; lint()
PYTEST_ARGS =
DEMO_ARGS =
TORTURE_ARGS =
SOAK_ARGS =

help: ## list these commands
	@sed -n 's/^\([a-z]*\):.*## /    make \1	/p' Makefile | expand -t 24

demo: venv ## run the main job on the example plans and show what comes of it (at a terminal it then serves it)
	@if [ -t 1 ]; then $(PYTHON) cli.py demo $(DEMO_ARGS); else $(PYTHON) cli.py demo --no-serve $(DEMO_ARGS); fi

test: venv ## run the tests; PYTEST_ARGS='-k overdue' goes to pytest
	@$(PYTEST) -n auto --dist loadfile $(PYTEST_ARGS)

check: venv ## format, lint, types, and who may import whom
	@bad=; \
	$(PYTHON) -m ruff format --check --cache-dir "$(CACHE)/ruff" . || bad="$$bad format"; \
	$(PYTHON) -m ruff check --cache-dir "$(CACHE)/ruff" . || bad="$$bad lint"; \
	$(PYTHON) -m mypy --cache-dir "$(CACHE)/mypy" || bad="$$bad types"; \
	$(PYTHON) -c "$(IMPORTS)" --no-logo --cache-dir "$(CACHE)/imports" || bad="$$bad imports"; \
	test -z "$$bad" || { echo "Not clean:$$bad" >&2; exit 1; }

format: venv ## put the code into its form and mend what the linter can
	@$(PYTHON) -m ruff check --fix-only --cache-dir "$(CACHE)/ruff" .
	@$(PYTHON) -m ruff format --cache-dir "$(CACHE)/ruff" .

golden: venv ## write the expected files of the tests anew; read the difference before you commit it
	@$(PYTEST) --golden $(PYTEST_ARGS)

bench: venv ## measure what the documentation says in figures
	@$(PYTHON) -m benchmarks

reference: venv ## write the reference pages that are made from tables anew
	@$(PYTHON) -m commands.reference

torture: venv ## kill, break and starve rounds at every place, and see that each letter arrives once; TORTURE_ARGS='--only clock'
	@$(PYTHON) -m tests.torture $(TORTURE_ARGS)

soak: venv ## live through a year with 100,000 tasks and see that all is told, once; SOAK_ARGS=3000 takes fewer
	@$(PYTHON) -m tests.soak $(SOAK_ARGS)

catalogues: venv ## list sentences that a catalogue lacks or no longer needs
	@$(PYTHON) -m notifications.catalogues

pictures: venv ## draw the pictures of README and docs (needs Chromium)
	@$(PYTHON) docs/pictures.py

clean: ## remove what make has made
	@rm -rf .make

venv:
	@sh .ci/venv "$(VENV)"

.PHONY: help demo test check format golden bench reference torture soak catalogues pictures clean venv
