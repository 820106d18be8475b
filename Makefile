# Everything is done by dev.py, so that it works without make, too.
PYTHON ?= python3
TASKS = demo test nbs lab docs bench soak assets

.PHONY: help $(TASKS)
help:
	@$(PYTHON) dev.py

$(TASKS):
	@$(PYTHON) dev.py $@
