# Every way into the project. `make` alone lists them. Needs GNU make 3.81, Node 20.19 or later and npm.
.DEFAULT_GOAL := help
.PHONY: help start stop test lint build validate bench setup setup-tests

OUT ?= first-light

help: ## List these targets
	@awk 'BEGIN { FS = ":.*## " } /^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

start: build ## Set up, build, start the service and draw a first image through it into first-light/
	@node scripts/start.mjs $(OUT)

stop: ## Stop the service that make start has started; nothing is lost
	@node apps/imsim-od/bin/imsim-od.js serve --stop

test: build setup-tests ## Set up the judges, then run every check and test
	@node scripts/test.mjs $(TIERS)

lint: setup ## Lint, dependency rules and formatting
	@npm run --silent lint
	@npm run --silent format:check

build: setup ## Set up and build; returns at once when nothing changed
	@node scripts/build.mjs

validate: build setup-tests ## Run the judged, slow and browser tests with full counts (hours)
	@IMSIM_OD_VALIDATE=true node scripts/test.mjs judge slow browser

bench: build setup-tests ## Run the benchmarks, with their ratios to peers
	@node scripts/bench.mjs

setup:
	@node scripts/setup.mjs node

setup-tests: setup
	@node scripts/setup.mjs tools python
