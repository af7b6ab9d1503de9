# `make` lists what there is. The compiler and the tools are found, or installed, by
# .ci/setup; .ci/env says which they are. Compiled things go to CARGO_TARGET_DIR
# (target/ if unset); the browser's bundle always goes to target/site, from where the
# server takes it in.

SHELL := /bin/bash
.NOTPARALLEL:
.DEFAULT_GOAL := help

target := $(abspath $(or $(CARGO_TARGET_DIR),target))
release := $(target)/release/sijill
debug := $(target)/debug/sijill
wasm := wasm32-unknown-unknown
cargo = . .ci/env && cargo
say = @printf '\n== %s\n'

# One selection of packages and features for everything, so that lint, test, build and bench share what is compiled.
everything := --workspace --features app/ssr

# The module is asked for here: as a crate type of `app` it would be linked for the server too, with every build.
browser := -p app --lib --crate-type cdylib --target $(wasm) --no-default-features --features hydrate

# The bundler is a debug build also for a release: it is compiled longer than it runs.
bundle = $(cargo) build --quiet $(everything) --bin bundle && '$(target)/debug/bundle'

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: build
build: setup site ## Build target/release/sijill, with everything inside
	$(say) 'server, release (some minutes the first time)'
	@$(cargo) build --quiet $(everything) --bin sijill --release
	@printf 'built %s\n' '$(release)'

.PHONY: run
run: build ## Build and serve
	$(say) 'sijill serve'
	@exec '$(release)' serve

.PHONY: demo
demo: build ## Build, fill an empty database with invented cases, and serve
	$(say) 'sijill demo'
	@'$(release)' demo
	$(say) 'sijill serve'
	@exec '$(release)' serve

.PHONY: dev
dev: setup ## Serve a debug build: quick to build, slow to run
	$(say) 'module for the browser, debug'
	@$(cargo) rustc --quiet $(browser)
	$(say) 'bundle, debug'
	@$(bundle) --dev --wasm '$(target)/$(wasm)/debug/app.wasm'
	$(say) 'sijill serve, debug'
	@$(cargo) run --quiet -p server --bin sijill -- serve

.PHONY: lint
lint: setup ## Check formatting, clippy (server and browser), licences
	$(say) 'cargo fmt'
	@$(cargo) fmt --all --check
	$(say) 'clippy, server'
	@$(cargo) clippy --quiet $(everything) --all-targets -- -D warnings
	$(say) 'clippy, browser'
	@$(cargo) clippy --quiet -p app --lib --target $(wasm) --no-default-features --features hydrate -- -D warnings
	$(say) 'cargo deny'
	@if command -v cargo-deny >/dev/null; then $(cargo) deny --log-level error check licenses bans sources; \
	else echo 'skipped: cargo-deny is not installed'; fi

.PHONY: test
test: setup-test site ## Run all tests, on both databases and in the browser
	$(say) 'server and tests, debug'
	@$(cargo) build --quiet $(everything) --bins --tests
	$(say) 'tests'
	@export SIJILL_BIN='$(debug)'; $(cargo) test --no-fail-fast $(everything)

.PHONY: bench
bench: build ## Measure the release build; BENCH='--scale 100000' for more
	$(say) 'bench'
	@$(cargo) build --quiet $(everything) --bin bench --release
	@SIJILL_BIN='$(release)' '$(target)/release/bench' $(BENCH)

.PHONY: soak
soak: setup-test site ## Run the long tests in full: thousands of kills and mutations
	$(say) 'server and tests, release'
	@$(cargo) build --quiet $(everything) --bins --tests --release
	$(say) 'soak'
	@export SIJILL_SOAK=1 SIJILL_BIN='$(release)'; $(cargo) test --no-fail-fast --release -p tests -- --include-ignored

.PHONY: clean
clean: ## Remove everything that was built
	@$(cargo) clean --quiet
	@rm -rf target

# ---- steps of the above

.PHONY: setup
setup:
	@.ci/setup build

.PHONY: setup-test
setup-test:
	@.ci/setup build test

# The browser's part. Tests use the same bundle as the release: it is what readers get.
.PHONY: site
site:
	$(say) 'module for the browser (3 minutes the first time)'
	@$(cargo) rustc --quiet $(browser) --profile wasm-release --target-dir '$(target)/front'
	$(say) 'bundle'
	@$(bundle) --wasm '$(target)/front/$(wasm)/wasm-release/app.wasm'
